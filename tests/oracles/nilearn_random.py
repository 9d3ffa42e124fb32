#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random events (early, late, overlapping, duplicate ones among them) through `like: nilearn` and
through nilearn itself: every column to 1e-9 of its largest value, every name.

    nilearn_random.py VALUEBOLD [CASES]
"""
import contextlib
import io
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from nilearn.glm.first_level import make_first_level_design_matrix

warnings.filterwarnings('ignore')
HRFS = ['spm', 'spm + derivative', 'spm + derivative + dispersion', 'glover',
        'glover + derivative', 'glover + derivative + dispersion', 'fir', 'none']


def random_case(rng):
    tr = float(rng.choice([.72, .8, 1.1, 1.5, 2, 2.5, 3]))
    case = {'tr': tr, 'n_scans': int(rng.integers(40, 260)), 'ref': float(rng.choice([0, .25, .5])),
            'hrf': str(rng.choice(HRFS)), 'drift': str(rng.choice(['cosine', 'polynomial', 'none'])),
            'hz': float(rng.choice([.01, 1 / 128, .02])), 'order': int(rng.integers(1, 5)),
            'oversampling': int(rng.choice([16, 50])), 'delays': int(rng.integers(3, 9))}
    rows = []
    for name in rng.choice(['b', 'A', 'cue', 'Z2'], rng.integers(1, 4), replace=False):
        n = int(rng.integers(2, 14))
        onset = np.sort(rng.uniform(-30, tr * case['n_scans'] * 1.05, n)).round(rng.integers(0, 4))
        if rng.random() < .3:
            onset[-1] = onset[0]
        onset[n // 2] = abs(onset[n // 2]) % (tr * case['n_scans'] / 2)
        kind = rng.integers(0, 3)
        duration = (np.zeros(n) if kind == 0 else np.full(n, float(rng.integers(1, 6))) if kind == 1
                    else rng.uniform(0, 5, n).round(2))
        rows += [(o, d, str(name), m) for o, d, m in
                 zip(onset, duration, rng.normal(3, 2, n).round(3))]
    case['events'] = pd.DataFrame(rows, columns=['onset', 'duration', 'trial_type', 'm'])
    return case


def ours(valuebold, case, folder):
    names = sorted(set(case['events'].trial_type))
    spec = {'valuebold': 1,
            'acquisition': {'tr_s': case['tr'], 'n_scans': case['n_scans'],
                            'slice_time_ref': case['ref']},
            'regressors': {n: {'rows': f'trial_type == "{n}"', 'modulators': {'m': {}}}
                           for n in names},
            'design': {'like': 'nilearn', 'hrf': case['hrf'], 'drift': case['drift'],
                       'microtime': case['oversampling'], 'hrf_order': case['delays']}}
    if case['drift'] == 'cosine':
        spec['design']['high_pass_hz'] = case['hz']
    if case['drift'] == 'polynomial':
        spec['design']['drift_order'] = case['order']
    Path(folder, 's.json').write_text(json.dumps(spec))
    case['events'].sort_values('onset', kind='stable').to_csv(Path(folder, 'e.tsv'), sep='\t',
                                                              index=False)
    done = subprocess.run([valuebold, 'design', f'{folder}/s.json', '--events', f'{folder}/e.tsv',
                           '--quiet'], capture_output=True, text=True, check=False)
    if done.returncode:
        return None, done.stderr
    Path(folder, 'd.tsv').write_text(done.stdout)
    return pd.read_csv(Path(folder, 'd.tsv'), sep='\t'), ''


def theirs(case):
    main = case['events'].assign(modulation=1.0)
    second = case['events'].copy()
    second['modulation'] = second.m - second.groupby('trial_type').m.transform('mean')
    second['trial_type'] = second.trial_type + 'xm'
    events = pd.concat([main, second])[['onset', 'duration', 'trial_type', 'modulation']]
    frames = np.linspace(case['ref'] * case['tr'], (case['n_scans'] - 1 + case['ref']) * case['tr'],
                         case['n_scans'])
    return make_first_level_design_matrix(
        frames, events, hrf_model=None if case['hrf'] == 'none' else case['hrf'],
        drift_model=None if case['drift'] == 'none' else case['drift'], high_pass=case['hz'],
        drift_order=case['order'], fir_delays=list(range(case['delays'])),
        oversampling=case['oversampling'])


def main(valuebold, cases):
    rng = np.random.default_rng(8)
    worst, cells, refused, names = 0, 0, 0, True
    with tempfile.TemporaryDirectory() as folder:
        for i in range(cases):
            case = random_case(rng)
            x, why = ours(valuebold, case, folder)
            if x is None:
                refused += 1
                print(f'     case {i} refused: {why.strip().splitlines()[0][:160]}')
                continue
            with contextlib.redirect_stdout(io.StringIO()):  # it tells of every column
                y = theirs(case)
            if list(x.columns) != list(y.columns):
                names = False
                print(f'     case {i}: {list(x.columns)} for {list(y.columns)}')
                continue
            scale = np.maximum(np.abs(y.to_numpy()).max(axis=0), 1e-3)
            off = (np.abs(x.to_numpy() - y.to_numpy()) / scale).max(axis=0)
            if off.max() > 1e-9:
                print(f'     case {i}: {x.columns[off.argmax()]} off by {off.max():.2g}, '
                      f'{ {k: v for k, v in case.items() if k != "events"} }')
            worst, cells = max(worst, off.max()), cells + x.size
    good = names and worst <= 1e-9 and refused <= cases // 10
    print(f'{"PASS" if good else "FAIL"} {cases - refused} random designs are nilearn\'s: '
          f'{cells} cells, largest difference {worst:.2g} of the column, {refused} refused')
    return not good


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60))
