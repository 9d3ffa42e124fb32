/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nifti_write_qform.c - the quaternion of an affine: columns divided by their lengths, the
 * nearest rotation to them (polar decomposition), and its quaternion (a, b, c, d) with
 * a >= 0 as nifti1.h, method 2, wants it.
 */
#include "nifti_affine.h"
#include "nifti_write_header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The cofactor matrix of m: det(m) times its inverse transposed. */
static void cofactors(const double m[3][3], double c[3][3])
{
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            const size_t i1 = (i + 1) % 3, i2 = (i + 2) % 3;
            const size_t j1 = (j + 1) % 3, j2 = (j + 2) % 3;

            c[i][j] = m[i1][j1] * m[i2][j2] - m[i1][j2] * m[i2][j1];
        }
}

static double determinant(const double m[3][3], double c[3][3])
{
    cofactors(m, c);
    return m[0][0] * c[0][0] + m[0][1] * c[0][1] + m[0][2] * c[0][2];
}

/* Newton's iteration m <- (m + m^-T) / 2, which converges quadratically. */
static void nearest_rotation(double m[3][3])
{
    double c[3][3], moved = 1;

    for (int step = 0; step < 60 && moved > 1e-15; step++) {
        const double det = determinant((const double(*)[3])m, c);

        moved = 0;
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++) {
                const double next = 0.5 * (m[i][j] + c[i][j] / det);

                moved = fmax(moved, fabs(next - m[i][j]));
                m[i][j] = next;
            }
    }
}

/* The largest of the four components is taken from the diagonal, the others follow from it
 * without cancellation. */
static void quaternion(const double r[3][3], double q[4])
{
    const double trace[4] = {1 + r[0][0] + r[1][1] + r[2][2],
                             1 + r[0][0] - r[1][1] - r[2][2],
                             1 - r[0][0] + r[1][1] - r[2][2],
                             1 - r[0][0] - r[1][1] + r[2][2]};
    /* 4 times the product of each pair of components */
    const double ab = r[2][1] - r[1][2], ac = r[0][2] - r[2][0], ad = r[1][0] - r[0][1];
    const double bc = r[0][1] + r[1][0], bd = r[0][2] + r[2][0], cd = r[1][2] + r[2][1];
    const double pairs[4][4] = {{0, ab, ac, ad},
                                {ab, 0, bc, bd},
                                {ac, bc, 0, cd},
                                {ad, bd, cd, 0}};
    size_t most = 0;
    double sign;

    for (size_t i = 1; i < 4; i++)
        if (trace[i] > trace[most] + 1e-12)
            most = i;
    q[most] = 0.5 * sqrt(trace[most]);
    for (size_t i = 0; i < 4; i++)
        if (i != most)
            q[i] = 0.25 * pairs[most][i] / q[most];
    sign = q[0] < 0 ? -1 : 1;
    for (size_t i = 0; i < 4; i++)
        q[i] = sign * q[i] + 0.0; /* + 0: no negative zeros in the file */
}

/*
 * NIfTI-1 keeps b, c, d as float32 and leaves a to be found from 1 - b^2 - c^2 - d^2, which
 * near half turns (most scanners' axes) has lost its digits: rounding alone may turn the
 * grid by 2e-4.  Of the float32 neighbours of b, c, d those are taken whose difference is
 * nearest to a^2; for a = 0 not above it, since a tiny positive rest is a real angle to some
 * readers, and a negative one none.
 */
static void round_quaternion(const double q[4], double bcd[3])
{
    enum { REACH = 2, SPAN = 2 * REACH + 1 };
    const bool half_turn = q[0] < 1e-6;
    double least = 1;

    for (int n = 0; n < SPAN * SPAN * SPAN; n++) {
        const int move[3] = {n % SPAN - REACH, n / SPAN % SPAN - REACH,
                             n / (SPAN * SPAN) - REACH};
        double rest = 1, off, near[3];

        for (size_t i = 0; i < 3; i++) {
            float x = (float)q[i + 1];

            for (int k = move[i]; k; k += k < 0 ? 1 : -1)
                x = fabsf(x) < 1e-6F ? x : nextafterf(x, k < 0 ? -1.0F : 1.0F);
            near[i] = (double)x;
            rest -= near[i] * near[i];
        }
        if (half_turn && rest > 0)
            continue;
        /* among equals the one that was moved least: 1e-12 a step */
        off = fabs(rest - q[0] * q[0]) +
              1e-12 * (abs(move[0]) + abs(move[1]) + abs(move[2]));
        if (off < least) {
            least = off;
            memcpy(bcd, near, sizeof near);
        }
    }
}

bool vb_nifti_set_qform(const double affine[3][4], const size_t dim[3],
                        vb_nifti_fields *fields)
{
    const double same_place_mm = 1e-3; /* what the reader calls agreement */
    double r[3][3], c[3][3], q[4], back[3][4];
    bool renormalised;

    for (size_t j = 0; j < 3; j++) {
        const double size =
            sqrt(affine[0][j] * affine[0][j] + affine[1][j] * affine[1][j] +
                 affine[2][j] * affine[2][j]);

        fields->pixdim[j + 1] = size;
        fields->qoffset[j] = affine[j][3];
        for (size_t i = 0; i < 3; i++)
            r[i][j] = affine[i][j] / size;
    }
    fields->pixdim[0] = determinant((const double(*)[3])r, c) < 0 ? -1 : 1;
    for (size_t i = 0; i < 3; i++) /* a mirror is undone on the third axis */
        r[i][2] *= fields->pixdim[0];
    nearest_rotation(r);
    quaternion((const double(*)[3])r, q);
    memcpy(fields->quatern, q + 1, sizeof fields->quatern);
    if (fields->version == 1)
        round_quaternion(q, fields->quatern);
    vb_nifti_qform(fields, back, &renormalised);
    return vb_nifti_corner_distance(dim, affine, (const double(*)[4])back) <=
           same_place_mm;
}
