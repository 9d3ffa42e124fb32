/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_roi.c - `valuebold roi`: regions out of images. */
#include "roi_args.h"
#include "valuebold/file.h"

#include <math.h>
#include <string.h>

#define AT(member) offsetof(roi_args, member)

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option own_options[] = {
    {.name = "roi",
     .letter = 'r',
     .argument = "[NAME=]REGION",
     .type = CLI_LIST,
     .offset = AT(roi),
     .help =
         "a region, instead of the spec's: a preset (vmpfc, vs_left:4, "
         "vmpfc@clithero2014), sphere(x,y,z,radius), box(x,y,z,edge), point(x,y,z), "
         "mask(FILE), prob(FILE,threshold), atlas(FILE,LABEL), atlas(FILE), or several "
         "joined by | and &; repeat it for more"},
    {.name = "rois",
     .argument = "FILE",
     .type = CLI_FILE,
     .offset = AT(rois),
     .help = "a table of spheres with columns name, x, y, z, radius (mm)"},
    {.name = "list",
     .type = CLI_FLAG,
     .offset = AT(list),
     .help = "list the presets with centre, radius, source and certainty"},
    {.name = "space-is-mni",
     .type = CLI_FLAG,
     .offset = AT(space_is_mni),
     .help = "the images are in MNI space, whatever their names and headers say"},
    {.name = "statistics",
     .argument = "LIST",
     .type = CLI_TEXT,
     .offset = AT(statistics),
     .help =
         "what of a region, with commas: mean,median,weighted_mean,eigenvariate; mean"},
    {.name = "mask",
     .argument = "FILE|RULE",
     .type = CLI_FILE,
     .offset = AT(mask),
     .help =
         "brain mask the regions are cut by, or auto (fMRIPrep's where there is one), "
         "none; auto"},
    {.name = "adjust",
     .argument = "WHAT",
     .type = CLI_TEXT,
     .offset = AT(adjust),
     .help = "columns of the design that are taken out of the series: none, drift, "
             "confounds (and drift), all, or names with commas, * and ? allowed; none"},
    {.name = "whiten",
     .type = CLI_FLAG,
     .offset = AT(whiten),
     .help = "whiten each region's series by its AR(1) coefficient"},
    {.name = "write-regions",
     .type = CLI_FLAG,
     .offset = AT(write_regions),
     .help = "write the regions as an image of labels with its table, and a picture of "
             "where they lie"},
    {.name = "map",
     .argument = "FILE",
     .type = CLI_LIST,
     .offset = AT(map),
     .help = "a statistical map to read the regions from; repeat it for more"},
    {.name = "design",
     .argument = "FILE",
     .type = CLI_LIST,
     .offset = AT(design),
     .help = "design.tsv with one row a scan, for --bold alone, without a spec; once a "
             "--bold"},
    ROI_STUDY_OPTIONS{0}};

/* "name=region": the sign stands before any bracket or operator. */
static vb_status add_region(const char *text, vb_region_specs *specs, vb_error *err)
{
    const vb_region_place place = {0};
    const size_t n = strcspn(text, "=(|&\"");
    const char *name = NULL;
    vb_status status;

    if (text[n] == '=') {
        name = vb_arena_substring(specs->arena, text, n);
        if (!name)
            return vb_fail_memory(err, n);
        text += n + 1;
    }
    status = vb_region_specs_add(specs, name, text, place, err);
    return status;
}

vb_status roi_take_regions(const roi_args *args, vb_region_specs *specs,
                           cli_context *context, vb_error *err)
{
    vb_table *table = NULL;
    vb_status status = VB_OK;

    if (args->roi.n || args->rois)
        specs->n = 0; /* instead of the spec's */
    for (size_t i = 0; i < args->roi.n && status == VB_OK; i++)
        status = add_region(args->roi.items[i], specs, err);
    if (args->rois && status == VB_OK)
        status = vb_file_read_table(args->rois, &table, &context->notes, err);
    if (table) {
        /* places in messages outlive the table */
        table->name = vb_arena_string(specs->arena, args->rois);
        status = table->name ? vb_roi_specs_from_table(table, specs, err)
                             : vb_fail_memory(err, strlen(args->rois));
    }
    vb_table_free(table);
    if (status == VB_OK && !specs->n)
        status =
            vb_fail(err, VB_EUSAGE,
                    "no regions: give --roi REGION, --rois FILE, or rois in the spec; "
                    "'valuebold roi --list' shows those that have a name");
    return status;
}

static void show_progress(void *context, const char *what, size_t done, size_t total)
{
    cli_progress(context, what, "volumes", done, total);
}

vb_status roi_take_options(const roi_args *args, cli_context *context,
                           vb_roi_options *options, vb_error *err)
{
    vb_roi_options_default(options);
    options->space_is_mni = args->space_is_mni;
    options->whiten = args->whiten;
    options->write_regions = args->write_regions;
    options->progress = show_progress;
    options->progress_context = context;
    if (args->mask)
        options->mask = args->mask;
    if (args->adjust)
        options->adjust = args->adjust;
    if (args->statistics)
        return vb_roi_statistics_read(args->statistics, &options->statistics, err);
    return VB_OK;
}

static void list_presets(const roi_args *args, cli_context *context)
{
    vb_json j;

    if (!args->study.common.json) {
        vb_roi_list_text(&context->out);
        return;
    }
    cli_json_begin(context, &j);
    vb_roi_list_json(&j);
    cli_json_end(context, &j);
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const roi_args *args = arguments;
    const study_args *s = &args->study;

    if (args->list) {
        list_presets(args, context);
        return VB_OK;
    }
    if (s->spec || s->events.n || s->common.bids_dir)
        return roi_of_study(args, context, err);
    return roi_plain(args, context, err);
}

const cli_command cli_command_roi =
    {.name = "roi",
     .summary = "read regions of interest out of images",
     .description =
         "Reads the series of all regions in one pass over each image: mean, median, "
         "weighted mean, first eigenvariate, with the voxels that were used, their "
         "tSNR, "
         "and how much of the region the image holds.  With --map, what the regions "
         "hold "
         "of statistical maps.\n\n"
         "With a spec the images are those of --bids-dir (fMRIPrep's of --space where "
         "there "
         "are derivatives) or the one of --bold, and one long table holds all runs.  "
         "Without "
         "one, --bold or --map with --roi needs nothing else; without --output-dir the "
         "table "
         "goes to standard output.  Presets are in MNI space; an image that does not "
         "say it "
         "is there is refused.",
     .positionals = positionals,
     .options = own_options,
     .shared = study_options,
     .groups = CLI_BIDS | CLI_OUTPUT | CLI_THREADS,
     .args_size = sizeof(roi_args),
     .example = "valuebold roi --list\n"
                "valuebold roi spec.yaml --bids-dir data --output-dir derivatives\n"
                "valuebold roi --bold b.nii.gz --roi vmpfc --roi 'a=sphere(6,24,28,8)'",
     .run = run};
