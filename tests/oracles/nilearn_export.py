#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""nilearn's own design from our exported events against our design under `like: nilearn`, and a
fit of our design by the exported script's code.

    nilearn_export.py VALUEBOLD    from the root of the repository
"""
import importlib.util
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import nibabel
import numpy as np

warnings.filterwarnings('ignore')
EXAMPLE = Path('examples/effort-risk')
faults = []


def check(what, holds, detail=''):
    print(('PASS ' if holds else 'FAIL ') + what + (f': {detail}' if detail else ''))
    if not holds:
        faults.append(what)


def load(script):
    spec = importlib.util.spec_from_file_location('exported', script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def export(valuebold, folder, *options):
    subprocess.run(
        [valuebold, 'export', EXAMPLE / 'spec.yaml', '--bids-dir', EXAMPLE / 'data',
         '--output-dir', folder, '--to', 'nilearn', '--quiet', *options],
        check=True, stderr=subprocess.DEVNULL)
    return sorted(Path(folder).glob('export/nilearn/sub-*/*_glm.py'))


def check_columns(valuebold, hrf, scratch):
    worst, cells, names_equal = 0, 0, True
    for script in export(valuebold, scratch, '--like', 'nilearn', '--hrf', hrf):
        exported = load(script)
        for run in exported.RUNS:
            ours, theirs = exported.table(run['design']), exported.nilearn_design(run)
            names_equal &= list(ours.columns) == list(theirs.columns)
            difference = np.abs(ours.to_numpy() - theirs[list(ours.columns)].to_numpy())
            worst, cells = max(worst, difference.max()), cells + difference.size
    check(f'{hrf}: names and order of columns are nilearn\'s', names_equal)
    check(f'{hrf}: nilearn builds the same columns from the events', worst < 1e-9,
          f'{cells} cells, largest difference {worst:.2g}')


def check_fit(valuebold, scratch):
    """The script's fit() on noise with a known multiple of a column in it."""
    script = export(valuebold, scratch, '--like', 'nilearn')[0]
    exported = load(script)
    rng = np.random.default_rng(20)
    bold = []
    for i, run in enumerate(exported.RUNS):
        design = exported.table(run['design'])
        data = 100 + .05 * rng.standard_normal((3, 3, 3, len(design)))
        data[1, 1, 1] += 5 * design['taskxsv_difference'].to_numpy()
        bold.append(Path(scratch) / f'bold_{i}.nii.gz')
        nibabel.Nifti1Image(data.astype(np.float32), np.eye(4)).to_filename(bold[-1])
    mask = Path(scratch) / 'mask.nii.gz'
    nibabel.Nifti1Image(np.ones((3, 3, 3), np.uint8), np.eye(4)).to_filename(mask)
    exported.fit(bold, str(mask), Path(scratch) / 'maps')
    effect = nibabel.load(next((Path(scratch) / 'maps').glob(
        '*contrast-sv_stat-effect_statmap.nii.gz'))).get_fdata()
    check('the script fits our designs and finds a planted effect of 5',
          abs(effect[1, 1, 1] - 5) < .15 and abs(effect[0, 0, 0]) < .15,
          f'{effect[1, 1, 1]:.3f}, elsewhere {effect[0, 0, 0]:.3f}')


def main(valuebold):
    for hrf in ('spm', 'glover', 'spm + derivative + dispersion', 'glover + derivative'):
        with tempfile.TemporaryDirectory() as scratch:
            check_columns(valuebold, hrf, scratch)
    with tempfile.TemporaryDirectory() as scratch:
        check_fit(valuebold, scratch)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
