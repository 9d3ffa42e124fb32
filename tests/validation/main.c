/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - WHAT [FOLDER]: the checks named, or all; ends with 1 when a value is outside. */
#include "validation.h"
#include "valuebold/parallel.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t n_outside;

void must(vb_status status, const vb_error *err)
{
    if (status == VB_OK)
        return;
    fprintf(stderr, "validation: %s\n", err->text);
    exit(1);
}

void *take(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);

    if (!p) {
        fprintf(stderr, "validation: no memory\n");
        exit(1);
    }
    return p;
}

vb_model compose(vb_model_spec spec)
{
    static const char *const units[VB_N_ATTRIBUTES] = {NULL};
    vb_model model;
    vb_error err = {0};

    must(vb_model_compose(&spec, units, &model, &err), &err);
    return model;
}

void row(const char *what, double value, double low, double high)
{
    const bool inside = value >= low && value <= high;

    n_outside += !inside;
    printf("| %s | %.4g | %.4g to %.4g%s |\n", what, value, low, high,
           inside ? "" : " **outside**");
}

int main(int argc, char *argv[])
{
    const char *what = argc > 1 ? argv[1] : "all";
    const char *folder = argc > 2 ? argv[2] : "";
    const size_t n = vb_processors();
    const bool all = strcmp(what, "all") == 0, quick = strcmp(what, "quick") == 0;

    gsl_set_error_handler_off();
    if (all || quick || strcmp(what, "linear") == 0)
        check_linear(quick ? 300 : 2000, n);
    if (*folder && (all || strcmp(what, "mehrhof") == 0))
        check_mehrhof(folder, n);
    if (*folder && (all || strcmp(what, "hierarchical") == 0))
        check_hierarchical(folder, 20, n);
    if (all || quick || strcmp(what, "groups") == 0)
        check_groups(quick ? 10 : 100, n);
    return n_outside > 0;
}
