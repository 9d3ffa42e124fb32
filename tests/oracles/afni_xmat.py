#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our .xmat.1D by a plain parser of its documented form (attributes in comments, then rows), as
1d_tool.py reads it, against the design tables.

    afni_xmat.py VALUEBOLD    from the root of the repository
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

EXAMPLE = Path('examples/effort-risk')
faults = []


def check(what, holds, detail=''):
    print(('PASS ' if holds else 'FAIL ') + what + (f': {detail}' if detail else ''))
    if not holds:
        faults.append(what)


def read_xmat(path):
    lines = path.read_text().splitlines()
    comments = [line[1:].strip() for line in lines if line.startswith('#')]
    attributes = dict(re.match(r'(\w+) = "(.*)"$', c).groups() for c in comments if ' = ' in c)
    rows = np.array([[float(x) for x in line.split()] for line in lines
                     if line.strip() and not line.startswith('#')])
    return attributes, rows


def ints(text):
    """AFNI's lists: 0..9 is a range, 3@-1 is -1 three times."""
    out = []
    for part in text.split(','):
        if '..' in part:
            first, last = part.split('..')
            out += range(int(first), int(last) + 1)
        elif '@' in part:
            count, value = part.split('@')
            out += [int(value)] * int(count)
        else:
            out.append(int(part))
    return out


def main(valuebold):
    with tempfile.TemporaryDirectory() as scratch:
        common = [EXAMPLE / 'spec.yaml', '--bids-dir', EXAMPLE / 'data', '--output-dir', scratch,
                  '--like', 'afni', '--participant-label', '01', '--quiet']
        subprocess.run([valuebold, 'export', *common, '--to', 'afni'], check=True,
                       stderr=subprocess.DEVNULL)
        subprocess.run([valuebold, 'design', *common], check=True, stderr=subprocess.DEVNULL)
        (path,) = Path(scratch).glob('export/afni/sub-01/*.xmat.1D')
        designs = [pd.read_csv(p, sep='\t')
                   for p in sorted(Path(scratch).glob('sub-01/func/*_design.tsv'))]
        attributes, rows = read_xmat(path)
    labels = [label.strip() for label in attributes['ColumnLabels'].split(';')]
    groups, starts = ints(attributes['ColumnGroups']), ints(attributes['RunStart'])
    good = ints(attributes['GoodList'])
    n = sum(len(d) for d in designs)
    check('shape, labels and groups agree', rows.shape == (n, len(labels)) and
          len(groups) == len(labels) and int(attributes['ni_type'].split('*')[0]) == len(labels))
    check('NRowFull and GoodList hold every row', int(attributes['NRowFull']) == n and
          good == list(range(n)))
    check('runs begin where they begin',
          starts == list(np.cumsum([0] + [len(d) for d in designs[:-1]])))
    worst = 0
    for start, design in zip(starts, designs):
        for name in ('task#0', 'task*sv_difference#0', 'control#0'):
            column = rows[start:start + len(design), labels.index(name.replace('*', 'x'))]
            worst = max(worst, np.abs(column - design[name].to_numpy()).max())
    check('event columns are those of the designs', worst == 0, f'largest difference {worst:.2g}')
    bots, tops = ints(attributes['StimBots']), ints(attributes['StimTops'])
    check('stimuli point at their columns',
          [groups[b] for b in bots] == list(range(1, len(bots) + 1)) and bots == tops)
    glt = [float(x) for x in attributes['GltMatrix_000000'].split(',')]
    check('the first contrast weighs the value column',
          glt[:2] == [1, len(labels)] and glt[2 + labels.index('taskxsv_difference#0')] == 1 and
          sum(map(abs, glt[2:])) == 1)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
