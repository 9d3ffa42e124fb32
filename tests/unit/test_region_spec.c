/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions as users write them: what is understood, and what is refused where. */
#include "region_support.h"
#include "valuebold/region_spec.h"

static vb_region_specs specs;
static vb_error err;

static void setup(void)
{
    specs = (vb_region_specs){.arena = vb_arena_alloc()};
    err = (vb_error){0};
}

static void teardown(void)
{
    vb_arena_free(specs.arena);
}

TestSuite(region_spec, .init = setup, .fini = teardown);

static const vb_region_node *read_one(const char *text)
{
    const vb_region_place nowhere = {0};

    cr_assert_eq(vb_region_specs_add(&specs, NULL, text, nowhere, &err), VB_OK, "%s",
                 err.text);
    return specs.items[specs.n - 1].node;
}

Test(region_spec, presets_take_a_source_and_a_radius)
{
    const vb_region_node *node = read_one("vmpfc@clithero2014:6.5");

    cr_expect_eq(node->kind, VB_REGION_SPHERE);
    cr_expect_float_eq(node->centre_mm[1], 40, 0);
    cr_expect_float_eq(node->size_mm[0], 6.5, 0);
    cr_expect(vb_region_needs_mni(node));
    cr_expect_str_eq(specs.items[0].name, "vmpfc@clithero2014:6.5");
    node = read_one("vs");
    cr_expect_eq(node->kind, VB_REGION_UNION);
    cr_expect_float_eq(node->right->size_mm[0], 5, 0);
}

Test(region_spec, shapes_and_images_take_their_arguments)
{
    const vb_region_node *node = read_one("sphere(-7, -6, 1, 9)");

    cr_expect_float_eq(node->centre_mm[0], -7, 0);
    cr_expect_float_eq(node->size_mm[0], 9, 0);
    cr_expect_not(vb_region_needs_mni(node));
    node = read_one("box( 1,2,3, 4,5,6 )");
    cr_expect_float_eq(node->size_mm[2], 6, 0);
    node = read_one("box(1,2,3,4)");
    cr_expect_float_eq(node->size_mm[1], 4, 0);
    node = read_one("point(1,2,3)");
    cr_expect_eq(node->kind, VB_REGION_POINT);
    node = read_one("mask(\"a (b), c.nii\")");
    cr_expect_str_eq(node->image, "a (b), c.nii");
    node = read_one("prob(p.nii.gz, 0.25)");
    cr_expect_float_eq(node->threshold, 0.25, 0);
    node = read_one("prob(p.nii.gz)");
    cr_expect(isnan(node->threshold));
    node = read_one("atlas(a.nii, Left Putamen, a.tsv)");
    cr_expect_str_eq(node->label, "Left Putamen");
    cr_expect_str_eq(node->table, "a.tsv");
    node = read_one("atlas(a.nii)");
    cr_expect_null(node->label);
}

Test(region_spec, and_binds_tighter_than_or_and_earlier_names_can_be_used)
{
    const vb_region_place nowhere = {0};
    const vb_region_node *node;

    cr_assert_eq(vb_region_specs_add(&specs, "own", "sphere(0,0,0,4)", nowhere, &err),
                 VB_OK);
    node = read_one("vmpfc | own & dacc");
    cr_expect_eq(node->kind, VB_REGION_UNION);
    cr_expect_eq(node->right->kind, VB_REGION_INTERSECTION);
    cr_expect_eq(node->right->left, specs.items[0].node);
    node = read_one("(vmpfc|own)&dacc");
    cr_expect_eq(node->kind, VB_REGION_INTERSECTION);
}

Test(region_spec, what_is_written_wrongly_is_refused)
{
    static const struct {
        const char *text, *message;
    } cases[] = {{"", "a region is missing at character 1"},
                 {"vmpfc |", "a region is missing at character 8"},
                 {"(vmpfc", "')' is missing"},
                 {"vmpfc vs", "something is left over at character 7"},
                 {"vmpfc:x", "a radius in mm above 0"},
                 {"vmpfc:-3", "a radius in mm above 0"},
                 {"vmpcf", "did you mean 'vmpfc'"},
                 {"sphere(1,2,3)", "has 3 arguments; write sphere(x, y, z, radius)"},
                 {"sphere(1,2,,3)", "an argument is empty"},
                 {"sphere(1,2,x,3)", "'x' is not a decimal number"},
                 {"sphere(1;2;3;4)", "sphere has 1 argument;"},
                 {"box(1,2,3,4,5)", "box has 5 arguments"},
                 {"mask(a,b)", "mask has 2 arguments"},
                 {"mask(\"a)", "a quote is not closed"},
                 {"cube(1,2,3)", "there are sphere, box, point"},
                 {"atlas(a.nii) | vmpfc", "atlas(FILE, LABEL)"}};

    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const vb_region_place nowhere = {0};

        err = (vb_error){0};
        cr_expect_eq(vb_region_specs_add(&specs, "x", cases[c].text, nowhere, &err),
                     VB_EUSAGE, "%s", cases[c].text);
        cr_expect(strstr(err.text, cases[c].message), "%s: %s", cases[c].text,
                  err.text);
    }
    cr_expect_eq(specs.n, 0);
}

Test(region_spec, brackets_without_end_are_refused)
{
    const vb_region_place nowhere = {0};
    char deep[2001];

    memset(deep, '(', 2000);
    deep[2000] = '\0';
    cr_expect_eq(vb_region_specs_add(&specs, "x", deep, nowhere, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "nested too deeply"), "%s", err.text);
}

Test(region_spec, names_are_checked_and_faults_in_a_file_have_their_place)
{
    const vb_region_place nowhere = {0}, place = {"rois.tsv", 3, 2};

    read_one("vmpfc");
    cr_expect_eq(vb_region_specs_add(&specs, NULL, "vmpfc", nowhere, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "two regions 'vmpfc'"), "%s", err.text);
    cr_expect_eq(vb_region_specs_add(&specs, "a\tb", "dacc", nowhere, &err), VB_EUSAGE);
    cr_expect(strstr(err.text, "control character"), "%s", err.text);
    cr_expect_eq(vb_region_specs_add(&specs, " ", "dacc", nowhere, &err), VB_EUSAGE);
    cr_expect_eq(vb_region_specs_add(&specs, "y", "sphere(1)", place, &err), VB_EINPUT);
    cr_expect_str_eq(err.file, "rois.tsv");
    cr_expect_eq(err.line, 3);
}

/* ---- building ---- */

static vb_volume atlas;
static const double two = 2;

static vb_status get(void *context, const vb_region_node *node,
                     vb_region_source *source, vb_error *e)
{
    (void)context;
    if (strcmp(node->image, "gone.nii") == 0)
        return vb_fail(e, VB_EINPUT, "gone.nii: no such file");
    source->volume = &atlas;
    source->n_labels = 1;
    source->labels = &two;
    if (isnan(source->threshold))
        source->threshold = 1.5;
    return VB_OK;
}

Test(region_spec, trees_become_voxels)
{
    const vb_grid grid = cube_grid(4, 2, 0);
    double values[64] = {1, 2, 2};
    static const struct {
        const char *text;
        size_t n;
    } cases[] = {{"mask(a)", 3},
                 {"atlas(a, 2)", 2},
                 {"prob(a)", 2},
                 {"sphere(0,0,0,2)", 4},
                 {"sphere(0,0,0,2) | atlas(a, 2)", 5},
                 {"sphere(0,0,0,2) & atlas(a, 2)", 1},
                 {"point(6,6,6)", 1},
                 {"box(3,3,3,2)", 8}};

    atlas = (vb_volume){grid, VB_SAMPLE_FLOAT64, values, 1, 0};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        vb_region region = {0};

        cr_assert_eq(vb_region_build(read_one(cases[c].text), &grid, get, NULL, &region,
                                     &err),
                     VB_OK, "%s", err.text);
        cr_expect_eq(region.n, cases[c].n, "%s: %zu", cases[c].text, region.n);
        vb_region_free(&region);
    }
    cr_expect_eq(vb_region_build(read_one("vs:9 | mask(gone.nii)"), &grid, get, NULL,
                                 &(vb_region){0}, &err),
                 VB_EINPUT);
}
