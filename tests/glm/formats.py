# SPDX-License-Identifier: GPL-3.0-or-later
"""formats.py PROGRAM FOLDER: the same run in 240 forms (NIfTI-1 and -2, both byte orders, .nii,
.nii.gz and pair, ten datatypes, scaled or not) through `glm`.  Prints "ok NAME" or
"FAIL NAME why" for each; Python's standard library only.

Maps of plain files must be the same to the bit; of scaled ones to 1e-6 of a map's largest
value, for the scaling is applied after the sums."""
import array, gzip, itertools, os, struct, subprocess, sys

program, folder = sys.argv[1:3]
DIM, SCANS = (5, 4, 3), 40
N = DIM[0] * DIM[1] * DIM[2]
TYPES = {'uint8': (2, 'B'), 'int16': (4, 'h'), 'int32': (8, 'i'), 'float32': (16, 'f'),
         'float64': (64, 'd'), 'int8': (256, 'b'), 'uint16': (512, 'H'), 'uint32': (768, 'I'),
         'int64': (1024, 'q'), 'uint64': (1280, 'Q')}
SLOPE, INTER = 0.25, 3.0
MAPS = ['contrast-c_stat-' + s for s in ('effect', 'variance', 't', 'z', 'p')] + [
    'stat-rsquared', 'stat-sigma2', 'stat-rho']


def numbers():
    """Whole numbers from 20 to 120, from a small generator: every type can hold them."""
    state, out = 12345, []
    for t in range(SCANS):
        for v in range(N):
            state = (1103515245 * state + 12345) % 2 ** 31
            out.append(20 + (state >> 16) % 90 + (10 if (t // 5) % 2 and v % 3 == 0 else 0))
    return out


def header(version, order, kind, code, size, scaled):
    slope, inter = (SLOPE, INTER) if scaled else (0, 0)
    affine = [(2, 0, 0, -4), (0, 2.5, 0, -6), (0, 0, 3, 1)]
    dim = [4, *DIM, SCANS, 1, 1, 1]
    pixdim = [1, 2, 2.5, 3, 2, 0, 0, 0]
    offset = 0 if kind == 'pair' else 352 if version == 1 else 544
    if version == 1:
        magic = b'ni1\0' if kind == 'pair' else b'n+1\0'
        h = struct.pack(order + 'i35xb', 348, 0)
        h += struct.pack(order + '8h3fhhhh8ffffhbb4f2i', *dim, 0, 0, 0, 0, code, 8 * size, 0,
                         *pixdim, offset, slope, inter, 0, 0, 10, 0, 0, 0, 0, 0, 0)
        h += bytes(80 + 24) + struct.pack(order + 'hh6f', 0, 1, 0, 0, 0, 0, 0, 0)
        h += b''.join(struct.pack(order + '4f', *row) for row in affine) + bytes(16) + magic
        assert len(h) == 348
    else:
        magic = (b'ni2\0' if kind == 'pair' else b'n+2\0') + b'\r\n\x1a\n'
        h = struct.pack(order + 'i', 540) + magic
        h += struct.pack(order + 'hh8q3d8dq2d2d2d2q', code, 8 * size, *dim, 0, 0, 0, *pixdim,
                         offset, slope, inter, 0, 0, 0, 0, 0, 0)
        h += bytes(80 + 24) + struct.pack(order + '2i6d', 0, 1, 0, 0, 0, 0, 0, 0)
        h += b''.join(struct.pack(order + '4d', *row) for row in affine)
        h += struct.pack(order + '3i', 0, 10, 0) + bytes(16 + 1 + 15)
        assert len(h) == 540
    return h + bytes(4)


def write(name, version, order, kind, type_name, scaled, values):
    code, letter = TYPES[type_name]
    size = struct.calcsize(letter)
    h = header(version, order, kind, code, size, scaled)
    data = struct.pack('%s%d%s' % (order, len(values), letter), *values)
    path = os.path.join(folder, name + '_bold')
    if kind == 'pair':
        open(path + '.hdr', 'wb').write(h)
        open(path + '.img', 'wb').write(data)
        return path + '.hdr'
    if kind == 'nii':
        open(path + '.nii', 'wb').write(h + data)
        return path + '.nii'
    with gzip.GzipFile(path + '.nii.gz', 'wb', 1, mtime=0) as f:
        f.write(h + data)
    return path + '.nii.gz'


def fit(name, path):
    out = os.path.join(folder, 'out')
    run = subprocess.run([program, 'glm', '--bold', path, '--design', design, '--contrast',
                          'c=a', '--mask', 'none', '--threshold', 'none', '--residual-voxels',
                          '0', '--force', '-q', '--output-dir', out, '--tr', '2'],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode:
        return None, 'exit %d: %s' % (run.returncode, run.stderr.strip()[:200])
    maps = {}
    for m in MAPS:
        image = os.path.join(out, '%s_%s_statmap.nii.gz' % (name, m))
        if not os.path.exists(image):
            return None, m + ' is missing'
        maps[m] = array.array('f', gzip.open(image).read()[352:])
        os.remove(image)
    return maps, ''


def compare(maps, want, exact):
    for m in MAPS:
        if len(maps[m]) != N:
            return '%s has %d voxels' % (m, len(maps[m]))
        most = max(abs(x) for x in want[m])
        far = max(abs(x - y) for x, y in zip(maps[m], want[m]))
        if far > (0 if exact else 1e-6 * most) or far != far:
            return '%s differs by %g of %g' % (m, far, most)
    return ''


design = os.path.join(folder, 'design.tsv')
with open(design, 'w') as f:
    f.write('a\tb\tconstant\n')
    for t in range(SCANS):
        f.write('%d\t%g\t1\n' % ((t // 5) % 2, (t * t % 11) / 11))
values = numbers()
want = {}
for scaled in (False, True): # float64 holds the scaled values as they are
    path = write('ref', 1, '<', 'nii', 'float64', False,
                 [SLOPE * x + INTER for x in values] if scaled else values)
    want[scaled], why = fit('ref', path)
    if why:
        sys.exit('reference: ' + why)
for version, order, kind, type_name, scaled in itertools.product(
        (1, 2), '<>', ('nii', 'gz', 'pair'), TYPES, (False, True)):
    name = 'n%d%s%s%s%s' % (version, 'le' if order == '<' else 'be', kind, type_name,
                            'scaled' if scaled else '')
    path = write(name, version, order, kind, type_name, scaled, values)
    maps, why = fit(name, path)
    why = why or compare(maps, want[scaled], not scaled)
    print('FAIL %s %s' % (name, why) if why else 'ok ' + name)
    os.remove(path)
