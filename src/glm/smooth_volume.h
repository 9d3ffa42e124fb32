/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smooth_volume.h - a volume through the passes; smooth.c includes this for float and for
 * double, with REAL, NAME and WEIGHT set.
 */

/* Voxels that count into a, 0 for the others; returns how many in the mask do not. */
static size_t NAME(fill)(const vb_smooth *plan, const REAL volume[], REAL *a)
{
    const uint8_t *in = plan->mask;
    size_t n_missing = 0;

    for (size_t z = 0; z < plan->size[2]; z++)
        for (size_t y = 0; y < plan->size[1]; y++) {
            const REAL *row = volume + row_start(plan, y, z);

            for (size_t x = 0; x < plan->size[0]; x++, in++, a++) {
                const bool counts = *in && isfinite(row[x]);

                *a = counts ? row[x] : 0;
                n_missing += *in && !counts;
            }
        }
    return n_missing;
}

/* What g sums to over the voxels that count in this volume. */
static void NAME(weigh_volume)(const vb_smooth *plan, vb_smooth_work *work,
                               const REAL volume[])
{
    REAL *w = work->w;
    const uint8_t *in = plan->mask;

    for (size_t z = 0; z < plan->size[2]; z++)
        for (size_t y = 0; y < plan->size[1]; y++) {
            const REAL *row = volume + row_start(plan, y, z);

            for (size_t x = 0; x < plan->size[0]; x++, in++, w++)
                *w = *in && isfinite(row[x]) ? 1 : 0;
        }
    NAME(vb_smooth_passes)(plan, work->w, work->b, work->row);
}

size_t NAME(vb_smooth)(const vb_smooth *plan, vb_smooth_work *work, REAL volume[])
{
    const size_t n_missing = NAME(fill)(plan, volume, work->a);
    const REAL *a = work->a, *w = WEIGHT(plan);
    const uint8_t *in = plan->mask;

    if (n_missing) {
        NAME(weigh_volume)(plan, work, volume);
        w = work->w;
    }
    NAME(vb_smooth_passes)(plan, work->a, work->b, work->row);
    for (size_t z = 0; z < plan->size[2]; z++)
        for (size_t y = 0; y < plan->size[1]; y++) {
            REAL *row = volume + row_start(plan, y, z);

            for (size_t x = 0; x < plan->size[0]; x++, in++, a++, w++)
                if (*in && isfinite(row[x]))
                    row[x] = *a / *w;
        }
    return n_missing;
}
