/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_compare.c - `valuebold compare`: our numbers and somebody else's, cell by cell. */
#include "cli.h"
#include "valuebold/compare.h"

#include <math.h>

typedef struct args {
    cli_common common;
    const char *ours, *theirs, *map;
    double tolerance;
} args;

static const cli_positional positionals[] = {
    {"OURS", offsetof(args, ours), CLI_REQUIRED, "table, or with --map a folder", NULL},
    {"THEIRS", offsetof(args, theirs), CLI_REQUIRED,
     "the reference: table, or with --map a folder", NULL},
    {0}};

static const cli_option options[] =
    {{.name = "map",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = offsetof(args, map),
      .help =
          "YAML list of file patterns {label, ours, theirs, key, columns, tolerance}"},
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

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const args *a = arguments;
    vb_compare_rule rule = {.tolerance = isnan(a->tolerance) ? 0 : a->tolerance};
    vb_comparison pair = {.label = a->theirs}, *results = &pair;
    size_t n = 1;
    vb_status status;

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
     .summary = "compare tables of numbers with a reference, cell by cell",
     .description = "Compares two tables (TSV with a header, columns by name; FSL's "
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
