/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kernel_add.h - part of kernel_body.h: a block of volumes into the sums of a tile. */

/* Voxel v of the volumes, converted: panels of [n_volumes][VB_PANEL]. */
#define CONVERT(type)                                                                  \
    do {                                                                               \
        const type *in = (const type *)feed->values + b * feed->stride;                \
        size_t v = 0;                                                                  \
                                                                                       \
        for (; v + VB_PANEL <= feed->n_voxels; v += VB_PANEL, out += step)             \
            for (size_t k = 0; k < VB_PANEL; k++)                                      \
                out[k] = (double)in[v + k];                                            \
        for (size_t k = 0; v + k < feed->n_voxels; k++)                                \
            out[k] = (double)in[v + k];                                                \
    } while (0)

/* The block as columns of 8 voxels; voxels beyond the last are 0. */
static void convert(const vb_glm_feed *feed)
{
    const size_t step = feed->n_volumes * VB_PANEL, n_left = feed->n_voxels % VB_PANEL;
    double *tail = feed->columns + feed->n_voxels / VB_PANEL * step;

    if (n_left)
        memset(tail, 0, step * sizeof *tail);
    for (size_t b = 0; b < feed->n_volumes; b++) {
        double *restrict out = feed->columns + b * VB_PANEL;

        if (feed->type == VB_SAMPLE_INT16)
            CONVERT(short);
        else if (feed->type == VB_SAMPLE_FLOAT32)
            CONVERT(float);
        else
            CONVERT(double);
    }
}

/* The mean of the first scans, rounded to float so that y - base is exact for float32 and
 * integer images: it keeps y'y small against what is subtracted from it later.  Of few of them,
 * so that it is the same however the scans are cut into blocks. */
enum { BASE_SCANS = 4 };
static void find_base(size_t n_scans, const double *column, double *base)
{
    const size_t n = n_scans < BASE_SCANS ? n_scans : BASE_SCANS;

    for (size_t v = 0; v < VB_PANEL; v += VB_WIDTH) {
        vec sum = {0};

        for (size_t b = 0; b < n; b++)
            sum += *(const vec *)(column + b * VB_PANEL + v);
        *(vec *)(base + v) = sum / (double)n;
    }
    for (size_t v = 0; v < VB_PANEL; v++)
        base[v] = (double)(float)base[v];
}

#define MOMENT(which) (*(vec *)(moments + VB_MOMENT_##which * VB_PANEL + v))

/* Subtracts the base and adds up the moments of a panel. */
static void add_moments(size_t n, bool is_first, double *column, double *moments)
{
    for (size_t v = 0; v < VB_PANEL; v += VB_WIDTH) {
        const vec base = MOMENT(BASE);
        vec squares = MOMENT(SQUARES), lag = MOMENT(LAG), sum = MOMENT(SUM);
        vec last = MOMENT(LAST);

        for (size_t b = 0; b < n; b++) {
            vec *at = (vec *)(column + b * VB_PANEL + v);
            const vec x = *at - base;

            *at = x;
            VB_FMA(squares, x, x);
            VB_FMA(lag, x, last);
            sum += x;
            last = x;
        }
        if (is_first)
            MOMENT(FIRST) = *(const vec *)(column + v);
        MOMENT(SQUARES) = squares;
        MOMENT(LAG) = lag;
        MOMENT(SUM) = sum;
        MOMENT(LAST) = last;
    }
}

/* Vectors of a panel, and groups of VB_ROWS rows, that are summed side by side. */
enum {
    VB_ABREAST = VB_PANEL / VB_WIDTH < 2 ? 1 : 2,
    VB_GROUPS = VB_PANEL / VB_WIDTH < 2 ? 2 : 1,
};

/* n_groups groups of rows from row i on, voxels from v on. */
static inline __attribute__((always_inline)) void multiply_rows(const vb_glm_feed *feed,
                                                                size_t n_groups,
                                                                size_t i, size_t v,
                                                                const double *column,
                                                                double *panel)
{
    const size_t nb = feed->n_volumes;
    const double *q = feed->packed + i * nb, *y = column + v;
    double *out = panel + i * VB_PANEL + v;
    vec c[VB_GROUPS * VB_ROWS][VB_ABREAST];

    for (size_t r = 0; r < n_groups * VB_ROWS; r++)
        for (size_t h = 0; h < VB_ABREAST; h++)
            c[r][h] = feed->is_first
                          ? VB_SPLAT(0.0)
                          : *(const vec *)(out + r * VB_PANEL + h * VB_WIDTH);
    for (size_t b = 0; b < nb; b++, q += VB_ROWS, y += VB_PANEL) {
        vec x[VB_ABREAST];

        for (size_t h = 0; h < VB_ABREAST; h++)
            x[h] = *(const vec *)(y + h * VB_WIDTH);
        for (size_t g = 0; g < n_groups; g++)
            for (size_t r = 0; r < VB_ROWS; r++) {
                const vec qq = VB_SPLAT(q[g * VB_ROWS * nb + r]);

                for (size_t h = 0; h < VB_ABREAST; h++)
                    VB_FMA(c[g * VB_ROWS + r][h], qq, x[h]);
            }
    }
    for (size_t r = 0; r < n_groups * VB_ROWS; r++)
        for (size_t h = 0; h < VB_ABREAST; h++)
            *(vec *)(out + r * VB_PANEL + h * VB_WIDTH) = c[r][h];
}

/* Rows of sums of a panel += packed' * column.  Totals are carried in registers through the
 * block in scan order, so the size of the blocks does not change a bit of them. */
static void multiply(const vb_glm_feed *feed, const double *column, double *panel)
{
    for (size_t v = 0; v < VB_PANEL; v += VB_ABREAST * VB_WIDTH) {
        size_t i = 0;

        for (; i + VB_GROUPS * VB_ROWS <= feed->n_rows; i += VB_GROUPS * VB_ROWS)
            multiply_rows(feed, VB_GROUPS, i, v, column, panel);
        for (; i < feed->n_rows; i += VB_ROWS)
            multiply_rows(feed, 1, i, v, column, panel);
    }
}

static void add(const vb_glm_feed *feed, double *tile)
{
    convert(feed);
    for (size_t v = 0; v < feed->n_voxels; v += VB_PANEL) {
        double *column = feed->columns + v * feed->n_volumes;
        double *panel = tile + v * feed->panel_rows;
        double *moments = panel + feed->n_rows * VB_PANEL;

        if (feed->is_first) {
            memset(moments, 0, VB_N_MOMENTS * VB_PANEL * sizeof *moments);
            find_base(feed->n_volumes, column, moments + VB_MOMENT_BASE * VB_PANEL);
        }
        add_moments(feed->n_volumes, feed->is_first, column, moments);
        multiply(feed, column, panel);
    }
}
