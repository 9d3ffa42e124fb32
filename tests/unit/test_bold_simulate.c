/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Simulated images: the signal that is planted beside the design's own column (two ways to
 * the same integral), the noise by its definition, refusals of the plan.
 */
#include "golden_maps.h"
#include "valuebold/bold_simulate.h"
#include "valuebold/file.h"

#include <unistd.h>

#define SPEC "examples/quick-map/spec.yaml"

typedef struct loaded {
    vb_spec *spec;
    vb_study *study;
} loaded;

/* Run 1 of sub-02, 300 scans of 2 s. */
static loaded load(void)
{
    const char *participant = "02", *run = "1";
    const vb_study_source source = {.bids = {.dir = "examples/effort-risk/data",
                                             .n_participants = 1,
                                             .participants = &participant,
                                             .n_run_labels = 1,
                                             .run_labels = &run},
                                    .tr_s = 2,
                                    .n_scans = 300};
    size_t size;
    char *text = support_read(SPEC, &size);
    vb_error err = {0};
    vb_notes notes = {0};
    loaded l = {0};

    cr_assert(text);
    cr_assert_eq(vb_spec_parse(SPEC, text, size, &l.spec, &notes, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(vb_study_load(l.spec, &source, &l.study, &notes, &err), VB_OK, "%s",
                 err.text);
    cr_assert_eq(vb_study_designs(l.study, &notes, &err), VB_OK, "%s", err.text);
    vb_notes_free(&notes);
    free(text);
    return l;
}

static void release(loaded *l)
{
    vb_study_free(l->study);
    vb_spec_free(l->spec);
}

/* The midpoint rule with 20 ms is off by (20 ms)^2 / 24 h'' of the signal: 1e-5 and less. */
Test(bold_simulate, the_planted_signal_is_the_designs_column)
{
    static const char *const columns[] = {"task", "task*sv_difference",
                                          "task*effort_factor_difference", "control"};
    loaded l = load();
    const vb_study_run *run = &l.study->runs[0];
    double course[300];
    vb_error err = {0};

    for (size_t i = 0; i < 4; i++) {
        const vb_design *d = run->design;
        size_t c = 0;
        double most = 0, far = 0;

        cr_assert_eq(vb_bold_course(l.study, run, columns[i], 300, 2, d->sample_s[0],
                                    course, &err),
                     VB_OK, "%s", err.text);
        while (strcmp(d->columns[c].title, columns[i]) != 0)
            cr_assert(++c < d->n_cols);
        for (size_t s = 0; s < 300; s++) {
            most = fmax(most, fabs(course[s]));
            far = fmax(far, fabs(course[s] - d->x[s * d->n_cols + c]));
        }
        cr_expect(most > 0.05 && far < 5e-5 * most, "%s: %g apart, largest %g",
                  columns[i], far, most);
    }
    release(&l);
}

Test(bold_simulate, an_unknown_column_names_the_nearest)
{
    loaded l = load();
    double course[300];
    vb_error err = {0};

    cr_expect_eq(vb_bold_course(l.study, &l.study->runs[0], "task*sv_diff", 300, 2, 1,
                                course, &err),
                 VB_EINPUT);
    cr_expect(strstr(err.text, "task*sv_difference"), "%s", err.text);
    release(&l);
}

/* A plan of 12 mm voxels; returns the image. */
static double *image(const char *noise, vb_nifti_header *h)
{
    char text[600], folder[] = "/tmp/vb-bold-XXXXXX", path[200];
    loaded l = load();
    vb_bold_plan *plan = NULL;
    vb_outputs outputs = {0};
    const vb_output *file;
    vb_error err = {0};
    double *values;
    FILE *out;

    snprintf(text, sizeof text,
             "valuebold_bold_plan: 1\nspec: s\ndata: d\nseed: 7\n"
             "image: {tr_s: 2, voxel_mm: 12, mean: 2000}\nnoise: %s\n",
             noise);
    cr_assert_eq(vb_bold_plan_parse("p.yaml", text, strlen(text), &plan, NULL, &err),
                 VB_OK, "%s", err.text);
    cr_assert_eq(vb_bold_simulate(plan, l.study, "0", 2, &outputs, &err), VB_OK, "%s",
                 err.text);
    file =
        vb_outputs_find(&outputs, "sub-02/func/sub-02_task-effort_run-1_bold.nii.gz");
    cr_assert(file && mkdtemp(folder));
    snprintf(path, sizeof path, "%s/b.nii.gz", folder);
    out = fopen(path, "wb");
    cr_assert(out && fwrite(file->bytes.bytes, 1, file->bytes.n, out) == file->bytes.n);
    fclose(out);
    values = golden_image(path, h);
    unlink(path);
    rmdir(folder);
    vb_outputs_free(&outputs);
    vb_bold_plan_free(plan);
    release(&l);
    return values;
}

/* Mean over the voxels of variance and lag-1 product about each voxel's mean.  By the
 * definition of ARMA(1,1): r1 = (1 + rho ma)(rho + ma) / (1 + 2 rho ma + ma^2).  About 1,300
 * voxels of over 300 scans: sd of the mean correlation 2e-3, and (1 + 3 r1) / n below. */
static void expect_noise(const char *noise, double sd, double r1)
{
    vb_nifti_header h;
    double *y = image(noise, &h), square = 0, product = 0;
    const size_t n = h.n_volumes;
    size_t n_voxels = 0;

    for (size_t v = 0; v < h.n_vox; v++) {
        double mean = 0;

        for (size_t s = 0; s < n; s++)
            mean += y[s * h.n_vox + v] / (double)n;
        if (!(mean > 0))
            continue;
        n_voxels++;
        for (size_t s = 0; s < n; s++) {
            const double e = y[s * h.n_vox + v] - mean;

            square += e * e / (double)n;
            product += s ? e * (y[(s - 1) * h.n_vox + v] - mean) / (double)(n - 1) : 0;
        }
    }
    cr_expect(n_voxels > 800, "%zu voxels", n_voxels);
    cr_expect_float_eq(sqrt(square / (double)n_voxels), sd, 0.02 * sd, "%s: sd %g",
                       noise, sqrt(square / (double)n_voxels));
    cr_expect_float_eq(product / square, r1, 0.015, "%s: r1 %g", noise,
                       product / square);
    free(y);
}

Test(bold_simulate, noise_has_the_deviation_and_the_lag_it_was_given)
{
    expect_noise("{sd: 20}", 20, 0);
    expect_noise("{sd: 20, rho: 0.4}", 20, 0.4);
    expect_noise("{sd: 13, rho: 0.5, ma: -0.3}", 13,
                 (1 - 0.15) * (0.5 - 0.3) / (1 - 0.3 + 0.09));
}

Test(bold_simulate, faults_of_a_plan_are_all_found_with_their_places)
{
    const char *text =
        "valuebold_bold_plan: 1\nspec: s\n"
        "image: {tr_s: 0, voxel_mm: 4, men: 3}\nnoise: {sd: -1}\n"
        "effects:\n  a: {centre_mm: [1, 2], radius_mm: 3, column: x, size: 1}\n"
        "  b: 3\n";
    vb_bold_plan *plan = NULL;
    vb_notes notes = {0};
    vb_error err = {0};
    static const char *const words[] = {"data is missing",     "seed is missing",
                                        "did you mean 'mean'", "outside",
                                        "centre_mm",           "a map of keys"};

    cr_assert_eq(vb_bold_plan_parse("p.yaml", text, strlen(text), &plan, &notes, &err),
                 VB_EINPUT);
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
        bool found = false;

        for (size_t i = 0; i < notes.n; i++)
            found |= strstr(notes.items[i].where.text, words[w]) &&
                     notes.items[i].where.line > 0;
        cr_expect(found, "%s", words[w]);
    }
    vb_notes_free(&notes);
}
