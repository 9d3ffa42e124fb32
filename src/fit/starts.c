/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * starts.c - where fits begin.
 *
 * Units differ between tasks (minutes, levels, shares of the maximum), so the place of a
 * parameter follows from its own unit: 1/{effort} begins around one over the mean effort
 * that was offered.  The points are those of a Halton sequence, which fills space evenly
 * for any number of starts and needs no seed.
 */
#include "fit_internal.h"

#include <stdlib.h>
#include <string.h>

void fit_halton(size_t i, size_t n, double point[])
{
    size_t prime = 1;

    for (size_t j = 0; j < n; j++) {
        double share = 1, x = 0;
        bool composite = true;

        while (composite) {
            prime++;
            composite = false;
            for (size_t d = 2; d * d <= prime && !composite; d++)
                composite = prime % d == 0;
        }
        for (size_t rest = i + 1; rest; rest /= prime) {
            share /= (double)prime;
            x += share * (double)(rest % prime);
        }
        point[j] = x;
    }
}

void fit_sizes_of(const vb_model *model, size_t n_blocks, const vb_fit_block blocks[],
                  fit_sizes *sizes)
{
    for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
        double sum = 0;
        size_t n = 0;

        for (size_t b = 0; b < n_blocks; b++)
            for (size_t o = 0; o < blocks[b].trials->n_options; o++) {
                const double *x = blocks[b].trials->options[o].attribute[a];

                for (size_t t = 0; x && t < blocks[b].trials->n_trials; t++)
                    if (isfinite(x[t]) && x[t] != 0) {
                        sum += fabs(x[t]);
                        n++;
                    }
            }
        sizes->attribute[a] = n ? sum / (double)n : 1;
    }
    sizes->value = sizes->attribute[VB_REWARD];
    if (model->term[VB_REWARD] && !strchr(model->term[VB_REWARD]->unit, '{'))
        sizes->value = 3; /* of log-odds: what decides a choice */
}

/* Size of what a unit template names: "{value}/{effort}^2". */
static double size_of_unit(const fit_sizes *sizes, const char *unit)
{
    double size = 1;
    bool below = false;

    for (const char *s = unit; *s; s++) {
        const char *close = *s == '{' ? strchr(s, '}') : NULL;
        double one = 1, power = 1;

        if (*s == '/')
            below = true;
        if (!close)
            continue;
        if (strncmp(s, "{value}", 7) == 0)
            one = sizes->value;
        for (vb_attribute a = VB_REWARD; a < VB_N_ATTRIBUTES; a++) {
            const char *name = vb_attribute_name(a);

            if (strlen(name) == (size_t)(close - s) - 1 &&
                strncmp(name, s + 1, strlen(name)) == 0)
                one = sizes->attribute[a];
        }
        s = close;
        if (s[1] == '^')
            power = s[2] >= '0' && s[2] <= '9' ? strtod(s + 2, NULL) : 1;
        size *= pow(one, below ? -power : power);
    }
    return size;
}

void fit_place_starts(const fit_sizes *sizes, vb_fit_number *number,
                      const vb_param *param)
{
    const bool has_unit = strchr(param->unit, '{') != NULL;
    const double size = size_of_unit(sizes, param->unit);

    if (number->scale == VB_FIT_LINEAR) {
        number->centre = has_unit ? 0 : fmin(fmax(param->typical, -1), 1);
        number->spread = has_unit ? size : 3;
    } else {
        const double middle =
            has_unit ? (strncmp(param->unit, "1/{value}", 9) == 0 ? 5 : .7) * size
                     : param->typical;

        number->centre = fit_u_of(number->scale, param, middle);
        number->spread = number->scale == VB_FIT_LOGIT ? 2.5 : has_unit ? 4 : 1.5;
    }
    if (!isfinite(number->centre))
        number->centre = 0;
    number->centre = fmin(fmax(number->centre, number->low), number->high);
}
