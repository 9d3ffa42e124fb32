#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""pybids and bsmschema on the exported BIDS Stats Model: the model parses, pybids finds its
variables in the exported events, and its run-level design has our regressors.

    bids_model.py FOLDER    FOLDER holds export/bids-model of the example data set
"""
import json
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import nibabel
import numpy as np
import pandas as pd

warnings.filterwarnings('ignore')
from bids import BIDSLayout  # noqa: E402
from bids.modeling import BIDSStatsModelsGraph  # noqa: E402
from bsmschema.models import BIDSStatsModel  # noqa: E402

TR = 2.0
faults = []


def check(what, holds, detail=''):
    print(('PASS ' if holds else 'FAIL ') + what + (f': {detail}' if detail else ''))
    if not holds:
        faults.append(what)


def make_dataset(overlay, folder):
    """The overlay with images of the right length, so that pybids takes it for a data set."""
    shutil.copytree(overlay, folder)
    runs = sorted(folder.glob('sub-*/func/*_events.tsv'))
    for events in runs:
        table = pd.read_csv(events, sep='\t', na_values='n/a')
        scans = int((table.onset + table.duration).max() / TR) + 16
        image = nibabel.Nifti1Image(np.zeros((1, 1, 1, scans), np.uint8), np.eye(4))
        image.header.set_zooms((1, 1, 1, TR))
        stem = str(events).replace('_events.tsv', '_bold')
        image.to_filename(stem + '.nii.gz')
        Path(stem + '.json').write_text(
            json.dumps({'RepetitionTime': TR, 'TaskName': 'effort'}))
    return len(runs)


def main(folder):
    overlay = Path(folder) / 'export' / 'bids-model'
    (model_file,) = overlay.glob('model-*_smdl.json')
    model = json.loads(model_file.read_text())
    parsed = BIDSStatsModel(**model)
    check('bsmschema parses the model', len(parsed.Nodes) == 3)
    run_node = model['Nodes'][0]
    regressors = [x for x in run_node['Model']['X'] if x != 1]
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / 'data'
        n_runs = make_dataset(overlay, data)
        layout = BIDSLayout(data, validate=False)
        graph = BIDSStatsModelsGraph(layout, model)
        graph.load_collections()
        outputs = graph['run'].run(force_dense=True)
        check('pybids runs the run level of each run', len(outputs) == n_runs,
              f'{len(outputs)} of {n_runs}')
        missing = [(o.entities, x) for o in outputs for x in regressors
                   if x not in o.X.columns or not np.isfinite(o.X[x]).all()
                   or o.X[x].abs().max() == 0]
        check('every design has every regressor, none of zeros', not missing,
              str(missing[:3]) if missing else '')
        names = {c.name for c in outputs[0].contrasts}
        wanted = {c['Name'] for c in run_node['Contrasts']}
        check('every contrast is there', wanted <= names, str(wanted - names))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
