/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attributes.c - what an option may offer or cost, and which numbers that can be. */
#include "valuebold/trials.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    char letter;
} attributes[VB_N_ATTRIBUTES] = {
    [VB_REWARD] = {"reward", 'R'},
    [VB_EFFORT] = {"effort", 'E'},
    [VB_PROBABILITY] = {"probability", 'P'},
    [VB_DELAY] = {"delay", 'D'},
    [VB_LOSS] = {"loss", 'L'},
};

const char *vb_attribute_name(vb_attribute a)
{
    return a < VB_N_ATTRIBUTES ? attributes[a].name : "none";
}

char vb_attribute_letter(vb_attribute a)
{
    return a < VB_N_ATTRIBUTES ? attributes[a].letter : '?';
}

vb_attribute vb_attribute_find(const char *name)
{
    vb_attribute a = VB_REWARD;

    while (a < VB_N_ATTRIBUTES && strcmp(attributes[a].name, name) != 0)
        a++;
    return a;
}

const char *vb_attribute_refuses(vb_attribute a, double x)
{
    if (isnan(x))
        return NULL;
    if (isinf(x))
        return "is not finite";
    if (a == VB_PROBABILITY)
        return x >= 0 && x <= 1 ? NULL : "is outside 0..1 (write per cent / 100)";
    return a == VB_REWARD || x >= 0 ? NULL : "is negative; it must be 0 or more";
}
