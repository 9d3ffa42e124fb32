% SPDX-License-Identifier: GPL-3.0-or-later
% check_export (SPM_FOLDER, FSL_FOLDER, CONTRASTS) - loads the SPM export of a participant
% as SPM's own loader does, evaluates the batch, and compares all of it with the FSL export
% of the same study: onsets, durations, weights, confounds, contrast weights.
% CONTRASTS: what check_fsf.tcl printed for one run. Stops with an error at a difference.
function check_export (spm_folder, fsl_folder, contrasts)
  files = dir (fullfile (spm_folder, '*_conditions.mat'));
  assert (~isempty (files));
  n_scans = zeros (1, numel (files));
  columns = {};
  for r = 1:numel (files)
    stem = files(r).name(1:end - numel ('_conditions.mat'));
    m = load (fullfile (spm_folder, files(r).name));
    check_structure (m);
    columns = [columns, check_run(m, fullfile(fsl_folder, stem), r)];
    [names, n_scans(r)] = check_regressors (spm_folder, fsl_folder, stem);
    columns = [columns, strcat(sprintf('Sn(%d) ', r), names)];
  end
  check_batch (spm_folder, numel (files), n_scans, columns, contrasts);
  printf ('ok: %d runs, %d columns\n', numel (files), numel (columns));
end

% The conditions of SPM's loader (see golden/matfiles/README.md).
function check_structure (m)
  assert (iscell (m.names) && iscell (m.onsets) && iscell (m.durations));
  assert (isequal (numel (m.names), numel (m.onsets), numel (m.durations)));
  assert (isfield (m, 'orth') && iscell (m.orth) && numel (m.orth) == numel (m.names));
  for c = 1:numel (m.names)
    assert (ischar (m.names{c}) && rows (m.names{c}) == 1);
    assert (isnumeric (m.onsets{c}) && ~isempty (m.onsets{c}));
    assert (any (numel (m.durations{c}) == [1, numel(m.onsets{c})]));
    assert (islogical (m.orth{c}) && isscalar (m.orth{c}));
    if isfield (m, 'pmod')
      p = m.pmod(c);
      assert (iscell (p.name) && iscell (p.param) && iscell (p.poly));
      assert (isequal (numel (p.name), numel (p.param), numel (p.poly)));
      for k = 1:numel (p.param)
        assert (isequal (numel (p.param{k}), numel (m.onsets{c})));
        assert (all (isfinite (p.param{k})));
      end
    end
  end
end

function columns = check_run (m, fsl_stem, r)
  columns = {};
  for c = 1:numel (m.names)
    ev = camel (m.names{c});
    compare_rows (m.onsets{c}, m.durations{c}, ones (size (m.onsets{c})), fsl_stem, ev);
    columns{end + 1} = sprintf ('Sn(%d) %s', r, ev);
    if ~isfield (m, 'pmod')
      continue
    end
    for k = 1:numel (m.pmod(c).name)
      assert (m.pmod(c).poly{k}, 1);
      title = camel ([m.names{c}, '*', m.pmod(c).name{k}]);
      compare_rows (m.onsets{c}, m.durations{c}, m.pmod(c).param{k}, fsl_stem, title);
      columns{end + 1} = sprintf ('Sn(%d) %s', r, title);
    end
  end
end

% A row missing in FSL's file is a trial of weight 0 in SPM's.
function compare_rows (onset, duration, weight, fsl_stem, ev)
  t = load ([fsl_stem, '_ev-', ev, '.txt']);
  duration = duration(:) .* ones (numel (onset), 1);
  [here, at] = ismember (onset(:), t(:, 1));
  assert (sum (here), rows (t));
  assert (t(at(here), 2), duration(here));
  assert (t(at(here), 3), weight(here)(:));
  assert (all (weight(~here) == 0));
end

function [names, n_scans] = check_regressors (spm_folder, fsl_folder, stem)
  names = {};
  n_scans = 0;
  file = fullfile (spm_folder, [stem, '_regressors.mat']);
  if ~exist (file, 'file')
    return
  end
  m = load (file);
  names = m.names;
  n_scans = rows (m.R);
  assert (isequal (numel (names), columns (m.R)));
  assert (isequal (m.R, load (fullfile (spm_folder, [stem, '_regressors.txt']))));
  assert (isequal (m.R, load (fullfile (fsl_folder, [stem, '_confounds.txt']))));
end

function check_batch (spm_folder, n_runs, n_scans, columns, contrasts)
  file = dir (fullfile (spm_folder, '*_batch.m'));
  assert (numel (file), 1);
  matlabbatch = evaluate (fullfile (spm_folder, file.name));
  spec = matlabbatch{1}.spm.stats.fmri_spec;
  assert (numel (spec.sess), n_runs);
  assert (spec.timing.fmri_t0 >= 1 && spec.timing.fmri_t0 <= spec.timing.fmri_t);
  for r = 1:n_runs
    assert (exist (spec.sess(r).multi{1}, 'file'), 2);
    assert (isempty (spec.sess(r).multi_reg{1}) || exist (spec.sess(r).multi_reg{1}, 'file') == 2);
    assert (n_scans(r) == 0 || numel (spec.sess(r).scans) == n_scans(r));
    assert (~any (cellfun (@(s) any (strfind (s, '.gz,')), spec.sess(r).scans)));
  end
  assert (matlabbatch{2}.spm.stats.fmri_est.spmmat, matlabbatch{3}.spm.stats.con.spmmat);
  consess = matlabbatch{3}.spm.stats.con.consess;
  file = fopen (contrasts);
  t = textscan (file, '%s %s %f', 'Delimiter', '\t');
  fclose (file);
  for c = 1:numel (consess)
    kind = fieldnames (consess{c}){1};
    con = consess{c}.(kind);
    for i = 1:rows (con.weights)
      name = con.name;
      if strcmp (kind, 'fcon')
        name = sprintf ('%s_%d', name, i);
      end
      compare_contrast (con.weights(i, :), columns, name, t);
    end
  end
end

% Over all sessions, a column's weights add up to the weight FSL gives its EV in each run.
function compare_contrast (weights, columns, name, t)
  in = find (strcmp (t{1}, name));
  assert (~isempty (in), 'FSL has no contrast %s', name);
  used = false (size (weights));
  for k = in'
    at = ~cellfun (@isempty, regexp (columns, ['^Sn\(\d+\) ', t{2}{k}, '$']));
    at = [at, false(1, numel (weights) - numel (at))];
    assert (sum (weights(at)), t{3}(k), 1e-12);
    used(at) = true;
  end
  assert (all (weights(~used) == 0));
end

function matlabbatch = evaluate (file)
  run (file);
end

% As file names are made: '*' is X, other signs start a new word.
function s = camel (s)
  s = strrep (s, '*', 'X');
  first = regexp (s, '[^A-Za-z0-9]+(?=[A-Za-z0-9])', 'end') + 1;
  s(first) = upper (s(first));
  s = regexprep (s, '[^A-Za-z0-9]', '');
end
