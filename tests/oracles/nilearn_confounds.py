#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our confound strategies against nilearn's load_confounds, on the fMRIPrep table nilearn comes
with: the same columns with the same numbers from the second volume on (in the first, nilearn
repeats the second where we write 0), the same volumes censored.

    nilearn_confounds.py VALUEBOLD
"""
import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd
from nilearn.interfaces import fmriprep
from nilearn.interfaces.fmriprep import load_confounds

warnings.filterwarnings('ignore')
DATA = Path(fmriprep.__file__).parent / 'data'
STEM = 'sub-01_task-x_desc-confounds_timeseries'
CASES = [
    ('motion6', dict(strategy=['motion'], motion='basic')),
    ('motion12', dict(strategy=['motion'], motion='derivatives')),
    ('motion24', dict(strategy=['motion'], motion='full')),
    ('wm_csf', dict(strategy=['wm_csf'], wm_csf='basic')),
    ('wm_csf8', dict(strategy=['wm_csf'], wm_csf='full')),
    ('global4', dict(strategy=['global_signal'], global_signal='full')),
    ('acompcor2', dict(strategy=['high_pass', 'compcor'], compcor='anat_combined', n_compcor=2)),
    ('acompcor(2 mask=wm)', dict(strategy=['high_pass', 'compcor'], compcor='anat_separated',
                                 n_compcor=2)),
    ('tcompcor2', dict(strategy=['high_pass', 'compcor'], compcor='temporal', n_compcor=2)),
    ('cosines', dict(strategy=['high_pass'])),
] + [(f'scrub(fd={fd} std_dvars={dvars} segment={segment})',
      dict(strategy=['motion', 'scrub'], motion='basic', scrub=segment, fd_threshold=fd,
           std_dvars_threshold=dvars))
     for fd, dvars, segment in [(.25, 1.25, 5), (.2, 3, 0), (.1, 1.2, 2), (.3, 1.1, 4)]]


def ours(valuebold, folder, text, n):
    (folder / 's.json').write_text(json.dumps(
        {'valuebold': 1, 'acquisition': {'tr_s': 2, 'n_scans': n}, 'regressors': {'a': {}},
         'design': {'drift': 'none', 'confounds': [text]}}))
    (folder / 'e.tsv').write_text('onset\tduration\n0\t1\n')
    subprocess.run([valuebold, 'design', folder / 's.json', '--events', folder / 'e.tsv',
                    '--confounds', folder / f'{STEM}.tsv', '--output-dir', folder / 'out',
                    '--force', '--quiet'], check=True, stderr=subprocess.DEVNULL)
    made = folder / 'out' / 'sub-01' / 'func' / 'sub-01_task-task_design'
    x = pd.read_csv(f'{made}.tsv', sep='\t').drop(columns=['a', 'constant'])
    return x, json.loads(Path(f'{made}.json').read_text())['CensoredVolumes']


def made_up(path, n=150):
    """A table with movements of all sizes: of nilearn's own, 30 volumes, few would be left."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame({f'{kind}_{axis}': rng.normal(0, .1, n)
                          for kind in ('trans', 'rot') for axis in 'xyz'})
    table['framewise_displacement'] = rng.exponential(.08, n)
    table['std_dvars'] = rng.normal(1, .12, n)
    table.loc[0, ['framewise_displacement', 'std_dvars']] = np.nan
    table.to_csv(path, sep='\t', index=False, na_rep='n/a')
    return n


def main(valuebold):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for end in ('tsv', 'json'):
            shutil.copy(DATA / f'test-v21_desc-confounds_timeseries.{end}', folder / f'{STEM}.{end}')
        n = len(pd.read_csv(folder / f'{STEM}.tsv', sep='\t'))
        image = folder / 'sub-01_task-x_space-MNI152NLin2009cAsym_desc-preproc_bold.nii.gz'
        nibabel.Nifti1Image(np.zeros((2, 2, 2, n), np.float32), np.eye(4)).to_filename(image)
        for text, options in CASES:
            if text.startswith('scrub'):
                n = made_up(folder / f'{STEM}.tsv')
                nibabel.Nifti1Image(np.zeros((2, 2, 2, n), np.float32),
                                    np.eye(4)).to_filename(image)
            x, censored = ours(valuebold, folder, text, n)
            y, mask = load_confounds(str(image), demean=False, **options)
            if text.startswith('scrub'):
                want = sorted(set(range(n)) - set(mask if mask is not None else range(n)))
                good, detail = want == censored, f'{len(censored)} of {n} volumes'
            else:
                names = [c for c in y.columns if not c.startswith('cosine') or text == 'cosines']
                if 'mask=wm' in text:
                    names = [c for c in names if c.startswith('w_')]
                good = sorted(names) == sorted(x.columns)
                off = np.abs(x[sorted(x)].to_numpy()[1:] - y[sorted(x)].to_numpy()[1:]).max() \
                    if good else np.inf
                good, detail = good and off < 1e-9, f'{x.shape[1]} columns, off by {off:.1g}'
            print(f'{"PASS" if good else "FAIL"} {text} is nilearn\'s: {detail}')
            failed |= not good
    return failed


sys.exit(main(sys.argv[1]))
