/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * make_bold.c - images for tests/bench/glm.sh: make_bold OUT NX NY NZ N_SCANS TR_S zero|noise
 *
 * Writes OUT.nii (int16, voxels of 2 mm), OUT_mask.nii (an ellipsoid of 35 % of the grid) and
 * OUT_design.tsv: two events with a modulator each, 24 + 6 confounds, cosines of 128 s and more, a
 * constant.  The noise is AR(1), rho from 0 to 0.6 over the image, partly shared by neighbours; the
 * background is zero or noise.  Same arguments, same bytes.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static uint64_t state = 20261123;

/* splitmix64: Steele, Lea & Flood (2014) */
static uint64_t bits(void)
{
    uint64_t z = (state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(void)
{
    return ((double)(bits() >> 11) + 0.5) * 0x1p-53;
}

/* Sum of four uniform numbers, of variance 1: near enough to normal for a benchmark. */
static double noise(void)
{
    const uint64_t b = bits();
    double sum = 0;

    for (int i = 0; i < 4; i++)
        sum += (double)(b >> (16 * i) & 0xffff) / 65536.0;
    return (sum - 2) * 1.7320508;
}

static void *get(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p) {
        fprintf(stderr, "make_bold: no memory\n");
        exit(1);
    }
    return p;
}

static FILE *create(const char *out, const char *end)
{
    char path[4096];
    FILE *f;

    snprintf(path, sizeof path, "%s%s", out, end);
    f = fopen(path, "wb");
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static void finish(FILE *f)
{
    if (ferror(f) || fclose(f) != 0) {
        perror("make_bold");
        exit(1);
    }
}

/* little-endian machines only, as the bench's others */
static void put_header(FILE *f, const int dim[3], int n, double tr_s, int type,
                       int bytes)
{
    unsigned char h[352] = {0};
    const int32_t size = 348;
    const int16_t dims[8] = {n > 1 ? 4 : 3,
                             (int16_t)dim[0],
                             (int16_t)dim[1],
                             (int16_t)dim[2],
                             (int16_t)n,
                             1,
                             1,
                             1};
    const int16_t datatype = (int16_t)type, bitpix = (int16_t)(8 * bytes), code = 4;
    const float pixdim[8] = {1, 2, 2, 2, (float)tr_s, 0, 0, 0}, offset = 352, one = 1;

    memcpy(h, &size, 4);
    memcpy(h + 40, dims, sizeof dims);
    memcpy(h + 70, &datatype, 2);
    memcpy(h + 72, &bitpix, 2);
    memcpy(h + 76, pixdim, sizeof pixdim);
    memcpy(h + 108, &offset, 4);
    memcpy(h + 112, &one, 4);
    h[123] = 10; /* mm, s */
    memcpy(h + 254, &code, 2);
    for (int a = 0; a < 3; a++) {
        const float row[4] = {a == 0 ? 2 : 0, a == 1 ? 2 : 0, a == 2 ? 2 : 0,
                              (float)-dim[a]};

        memcpy(h + 280 + 16 * a, row, sizeof row);
    }
    memcpy(h + 344, "n+1", 4);
    fwrite(h, 1, sizeof h, f);
}

/* Events of a random size, convolved with a difference of two gamma densities. */
static void task(double *x, int n, double tr_s, double shift_s, int modulated)
{
    for (double at = 6 + shift_s; at < n * tr_s - 12; at += 5 + 2 * uniform()) {
        const double size = modulated ? uniform() - 0.5 : 1;

        for (int t = 0; t < n; t++) {
            const double s = t * tr_s - at;

            if (s > 0 && s < 32)
                x[t] += size * (pow(s, 5) * exp(-s) / 120 -
                                pow(s, 15) * exp(-s) / 1307674368000.0 / 6);
        }
    }
}

static void write_design(const char *out, int n, double tr_s)
{
    static const char *const tasks[] = {"cue", "cue_value", "outcome", "outcome_rpe"};
    const int n_cosines = (int)(2 * n * tr_s / 128), n_cols = 4 + 30 + n_cosines + 1;
    double *x = get((size_t)n_cols * (size_t)n, sizeof *x);
    FILE *f = create(out, "_design.tsv");

    for (int k = 0; k < 4; k++)
        task(x + k * n, n, tr_s, k < 2 ? 0 : 2.5, k % 2);
    for (int k = 4; k < 34; k++) {
        double walk = 0;

        for (int t = 0; t < n; t++) {
            walk = (k < 28 && k % 2 ? 1 : 0.6) * walk + noise();
            x[k * n + t] = walk;
        }
    }
    for (int k = 0; k < n_cosines; k++)
        for (int t = 0; t < n; t++)
            x[(34 + k) * n + t] = cos(pi * (t + 0.5) * (k + 1) / n);
    for (int t = 0; t < n; t++)
        x[(n_cols - 1) * n + t] = 1;
    for (int k = 0; k < n_cols; k++)
        if (k < 4)
            fprintf(f, "%s\t", tasks[k]);
        else if (k < 34)
            fprintf(f, "confound_%02d\t", k - 4);
        else
            fprintf(f, k < n_cols - 1 ? "drift_%d\t" : "constant\n", k - 33);
    for (int t = 0; t < n; t++)
        for (int k = 0; k < n_cols; k++)
            fprintf(f, "%.9g%c", x[k * n + t], k < n_cols - 1 ? '\t' : '\n');
    finish(f);
    free(x);
}

int main(int argc, char **argv)
{
    int dim[3], n;
    double tr_s, half, inside = 1;
    size_t n_vox, i = 0;
    uint8_t *mask;
    float *now, *rho;
    int16_t *volume;
    FILE *f;

    if (argc != 8) {
        fprintf(stderr, "make_bold OUT NX NY NZ N_SCANS TR_S zero|noise\n");
        return 2;
    }
    for (int a = 0; a < 3; a++)
        dim[a] = atoi(argv[2 + a]);
    n = atoi(argv[5]);
    tr_s = atof(argv[6]);
    n_vox = (size_t)dim[0] * (size_t)dim[1] * (size_t)dim[2];
    mask = get(n_vox, 1);
    now = get(n_vox, sizeof *now);
    rho = get(n_vox, sizeof *rho);
    volume = get(n_vox, sizeof *volume);
    half = cbrt(0.35 * 6 / pi); /* of the axes: an ellipsoid of 35 % of the box */
    for (int z = 0; z < dim[2]; z++)
        for (int y = 0; y < dim[1]; y++)
            for (int x = 0; x < dim[0]; x++, i++) {
                const double u = (2 * x + 1.0) / dim[0] - 1,
                             v = (2 * y + 1.0) / dim[1] - 1;
                const double w = (2 * z + 1.0) / dim[2] - 1;

                mask[i] = u * u + v * v + w * w < half * half;
                rho[i] = (float)(0.3 + 0.3 * sin(9 * u) * sin(7 * v + 5 * w));
            }
    write_design(argv[1], n, tr_s);
    f = create(argv[1], "_mask.nii");
    put_header(f, dim, 1, 0, 2, 1);
    fwrite(mask, 1, n_vox, f);
    finish(f);
    f = create(argv[1], ".nii");
    put_header(f, dim, n, tr_s, 4, 2);
    for (int t = 0; t < n; t++) {
        const uint64_t common = bits() % 40;

        for (i = 0; i < n_vox; i++) {
            const double r = (double)rho[i], e = 0.7 * noise() + 0.7 * inside;

            inside = 0.7 * inside + 0.7 * noise(); /* shared along x */
            now[i] = (float)(t ? r * (double)now[i] + sqrt(1 - r * r) * e : e);
            volume[i] = (int16_t)(mask[i] ? 8000 + 90 * (double)now[i] + (double)common
                                  : argv[7][0] == 'z' ? 0
                                                      : 900 + 45 * (double)now[i]);
        }
        fwrite(volume, sizeof *volume, n_vox, f);
    }
    finish(f);
    free(mask);
    free(now);
    free(rho);
    free(volume);
    return 0;
}
