/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_compare.c - `valuebold compare`: our numbers and somebody else's, cell by cell. */
#include "cli.h"
#include "compare_report.h"
#include "valuebold/compare.h"
#include "valuebold/design_file.h"
#include "valuebold/file.h"

#include <math.h>
#include <string.h>

typedef struct args {
    cli_common common;
    const char *ours, *theirs, *map;
    double tolerance;
    bool designs;
    size_t run;
    double tr_s;
} args;

static const cli_positional positionals[] = {
    {"OURS", offsetof(args, ours), CLI_REQUIRED, "table, or with --map a folder", NULL},
    {"THEIRS", offsetof(args, theirs), CLI_REQUIRED,
     "the reference: table, or with --map a folder", NULL},
    {0}};

static const cli_option options[] = {
    {.name = "map",
     .argument = "FILE",
     .type = CLI_FILE,
     .offset = offsetof(args, map),
     .help =
         "YAML list of file patterns {label, ours, theirs, key, columns, tolerance}"},
    {.name = "designs",
     .type = CLI_FLAG,
     .offset = offsetof(args, designs),
     .help = "compare two tables as designs, column by column; SPM.mat, design.mat and "
             ".xmat.1D always are, and tables called ..._design.tsv"},
    {.name = "run",
     .argument = "N",
     .type = CLI_COUNT,
     .offset = offsetof(args, run),
     .help = "of designs that hold several runs, the rows of this one, from 1"},
    {.name = "tr",
     .argument = "SECONDS",
     .type = CLI_NUMBER,
     .offset = offsetof(args, tr_s),
     .help = "repetition time, where the files do not say it: shifts are then in s"},
    {.name = "tolerance",
     .argument = "X",
     .type = CLI_NUMBER,
     .offset = offsetof(args, tolerance),
     .help =
         "largest allowed difference; when not given, half a unit of the last digit "
         "the reference prints"},
    {0}};

static void put_json(cli_context *context, size_t n, const vb_comparison results[])
{
    vb_json j;

    cli_json_begin(context, &j);
    vb_json_open(&j, "comparisons", '[');
    for (size_t i = 0; i < n; i++) {
        const vb_comparison *c = &results[i];

        vb_json_open(&j, NULL, '{');
        vb_json_text(&j, "label", c->label);
        vb_json_count(&j, "files", c->n_files);
        vb_json_count(&j, "missing_files", c->n_missing_files);
        vb_json_count(&j, "rows", c->n_rows);
        vb_json_count(&j, "values", c->n_values);
        vb_json_count(&j, "different", c->n_differ);
        vb_json_number(&j, "largest_difference", c->largest);
        vb_json_number(&j, "largest_in_last_digits", c->largest_units);
        vb_json_close(&j);
    }
    vb_json_close(&j);
    cli_json_end(context, &j);
}

static void put_text(cli_context *context, size_t n, const vb_comparison results[])
{
    vb_putf(&context->out, "%-36s %5s %6s %7s %9s %12s %12s\n", "compared", "files",
            "rows", "values", "different", "largest", "last digits");
    for (size_t i = 0; i < n; i++)
        vb_putf(&context->out, "%-36s %5zu %6zu %7zu %9zu %12.3g %12.3g\n",
                results[i].label, results[i].n_files, results[i].n_rows,
                results[i].n_values, results[i].n_differ + results[i].n_missing_files,
                results[i].largest, results[i].largest_units);
}

/* Nothing to compare is as bad as a difference: a wrong folder must not look like
 * agreement. */
static vb_status judge(size_t n, const vb_comparison results[], const char *theirs,
                       vb_notes *notes, vb_error *err)
{
    size_t differ = 0;

    for (size_t i = 0; i < n; i++) {
        const vb_comparison *c = &results[i];

        if (!c->n_files)
            return vb_fail(err, VB_EINPUT, "%s: no file of %s fits the pattern",
                           c->label, theirs);
        if (c->n_differ + c->n_missing_files)
            vb_note_add(notes, VB_WARNING, "compare-different", c->first.file,
                        c->first.line, c->first.column, "%s (%zu differ)",
                        c->first.text, c->n_differ + c->n_missing_files);
        differ += c->n_differ + c->n_missing_files;
    }
    return differ ? vb_fail(err, VB_EINPUT, "%zu values or files differ", differ)
                  : VB_OK;
}

static bool is_design_name(const char *path)
{
    static const char tail[] = "design.tsv";
    const size_t n = strlen(path);

    return n >= sizeof tail - 1 && strcmp(path + n - (sizeof tail - 1), tail) == 0;
}

/* Two tables are a pair of designs when asked for, or when both are called so. */
static bool are_designs(const args *a, const vb_buffer *ours, const vb_buffer *theirs)
{
    if (a->designs)
        return true;
    if (is_design_name(a->ours) && is_design_name(a->theirs))
        return true;
    return vb_design_format_of(ours->bytes, ours->n) != VB_DESIGN_TABLE ||
           vb_design_format_of(theirs->bytes, theirs->n) != VB_DESIGN_TABLE;
}

/* A run is cut out of a file that holds several; one that holds one is taken whole. */
static vb_status read_design(const args *a, const char *path, const vb_buffer *bytes,
                             cli_context *context, vb_named_matrix *m, vb_error *err)
{
    const vb_design_format format = vb_design_format_of(bytes->bytes, bytes->n);
    const bool runs = format == VB_DESIGN_SPM || format == VB_DESIGN_AFNI;
    const vb_status status =
        vb_design_file_read(path, bytes->bytes, bytes->n, runs ? a->run : 0,
                            context->arena, m, err);

    if (status == VB_OK && !isnan(a->tr_s))
        m->tr_s = a->tr_s;
    return status;
}

static vb_status compare_designs(const args *a, const vb_buffer *ours,
                                 const vb_buffer *theirs, cli_context *context,
                                 vb_error *err)
{
    vb_named_matrix m[2];
    vb_column_match *matches;
    size_t n;
    vb_status status = read_design(a, a->ours, ours, context, &m[0], err);

    if (status == VB_OK)
        status = read_design(a, a->theirs, theirs, context, &m[1], err);
    if (status == VB_OK)
        status = vb_designs_compare(&m[0], &m[1], context->arena, &n, &matches, err);
    if (status != VB_OK)
        return status;
    if (a->common.json)
        compare_put_json(context, &m[0], &m[1], n, matches);
    else if (!a->common.quiet)
        compare_put_text(context, &m[0], &m[1], n, matches);
    return compare_judge(&m[0], &m[1], n, matches, a->tolerance, err);
}

/* Reads both files to see what they are; true when they were compared as designs. */
static vb_status try_designs(const args *a, cli_context *context, bool *done,
                             vb_error *err)
{
    vb_buffer ours = {0}, theirs = {0};
    vb_status status = vb_file_read(a->ours, 0, &ours, err);

    *done = false;
    if (status == VB_OK)
        status = vb_file_read(a->theirs, 0, &theirs, err);
    if (status == VB_OK && are_designs(a, &ours, &theirs)) {
        *done = true;
        status = compare_designs(a, &ours, &theirs, context, err);
    }
    vb_buffer_free(&ours);
    vb_buffer_free(&theirs);
    return status;
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const args *a = arguments;
    vb_compare_rule rule = {.tolerance = isnan(a->tolerance) ? 0 : a->tolerance};
    vb_comparison pair = {.label = a->theirs}, *results = &pair;
    size_t n = 1;
    bool done = false;
    vb_status status;

    if (a->map && (a->designs || a->run))
        return vb_fail(
            err, VB_EUSAGE,
            "--map compares tables cell by cell; --designs and --run are for "
            "two files");
    if (!a->map) {
        status = try_designs(a, context, &done, err);
        if (status != VB_OK || done)
            return status;
    }
    if (a->map)
        status = vb_compare_map(a->map, a->ours, a->theirs, context->arena, &n,
                                &results, err);
    else
        status = vb_compare_files(a->ours, a->theirs, &rule, &pair, err);
    if (status != VB_OK)
        return status;
    status = judge(n, results, a->theirs, &context->notes, err);
    if (a->common.json)
        put_json(context, n, results);
    else if (!a->common.quiet)
        put_text(context, n, results);
    return status;
}

const cli_command cli_command_compare =
    {.name = "compare",
     .summary = "compare two designs, and say why they differ; or tables, cell by cell",
     .description =
         "Two designs (tables ..._design.tsv, SPM.mat, FSL's design.mat, AFNI's "
         ".xmat.1D) are compared column by column: the largest difference, the "
         "correlation, the factor between them and the likely reason; the exit "
         "code is 3 only when a difference is above --tolerance.  Otherwise "
         "compares two tables (TSV with a header, columns by name; FSL's "
         "headerless files, "
         "column by column), or with --map many pairs of files below two "
         "folders.  Exit code "
         "3 when anything differs.",
     .positionals = positionals,
     .options = options,
     .args_size = sizeof(args),
     .example = "valuebold compare derivatives data --map "
                "examples/effort-risk/published.yaml",
     .run = run};
