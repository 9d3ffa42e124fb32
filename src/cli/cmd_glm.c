/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_glm.c - `valuebold glm`: the design fitted to every voxel. */
#include "glm_args.h"

#define AT(member) offsetof(glm_args, member)

/* Words of a key; kept, for help and completion hold on to them. */
#define CHOICES(key, option, argument, text)                                           \
    static const char *choice_of_##key(size_t i)                                       \
    {                                                                                  \
        static char words[MOST_WORDS][WORD_MAX];                                       \
                                                                                       \
        return i < MOST_WORDS ? vb_spec_word("glm." #key, i, words[i], WORD_MAX)       \
                              : NULL;                                                  \
    }
#define NO_CHOICES(key, option, argument, text)
enum { MOST_WORDS = 32, WORD_MAX = 40 };
GLM_OPTIONS(CHOICES, NO_CHOICES, NO_CHOICES)
CHOICES(missing, "missing", "RULE", "")

#define OPTION(key, option, word, cli_type, choices, text)                             \
    {.name = option,                                                                   \
     .argument = word,                                                                 \
     .type = cli_type,                                                                 \
     .offset = AT(key),                                                                \
     .choice = choices,                                                                \
     .help = text},
#define WORDS(key, option, word, text)                                                 \
    OPTION(key, option, word, CLI_TEXT, choice_of_##key, text)
#define FILE_OR_RULE(key, option, word, text)                                          \
    OPTION(key, option, word, CLI_FILE, NULL, text)
#define TEXT(key, option, word, text) OPTION(key, option, word, CLI_TEXT, NULL, text)

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option own_options[] = {
    {.name = "design",
     .argument = "FILE",
     .type = CLI_LIST,
     .offset = AT(design),
     .help = "design.tsv with one row a scan, for --bold alone, without a spec; repeat "
             "both for more runs"},
    {.name = "missing",
     .argument = "RULE",
     .type = CLI_TEXT,
     .offset = AT(study.missing),
     .choice = choice_of_missing,
     .help = "a run that lacks a column a contrast names: refused, left out of it, or "
             "the weight counts as 0"},
    GLM_OPTIONS(WORDS, FILE_OR_RULE, TEXT){0}};

vb_status glm_take_options(const glm_args *args, vb_glm_options *options, vb_error *err)
{
#define GIVEN(key, option, argument, text) {"--" option, #key, args->key},
    const struct {
        const char *option, *key, *value;
    } given[] = {GLM_OPTIONS(GIVEN, GIVEN, GIVEN)};

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        vb_error why = {0};

        if (given[i].value &&
            vb_glm_options_set(options, given[i].key, given[i].value, &why) != VB_OK)
            return vb_fail(err, VB_EUSAGE, "%s is %s", given[i].option, why.text);
    }
    return glm_threads(&args->study.common, &options->n_threads, err);
}

static vb_status run(const void *arguments, cli_context *context, vb_error *err)
{
    const glm_args *args = arguments;
    vb_glm_options options;

    vb_glm_options_default(&options);
    if (!args->study.common.output_dir)
        return vb_fail(err, VB_EUSAGE, "say where to with --output-dir DIR");
    return args->design.n ? glm_plain(args, &options, context, err)
                          : glm_of_study(args, &options, context, err);
}

const cli_command cli_command_glm = {
    .name = "glm",
    .summary = "fit the design to every voxel and write statistical maps",
    .description =
        "Fits each run's design to its image in one pass and writes, below sub-L/, "
        "maps "
        "of effect, variance, t (or F), z and p for every contrast, and of R2, "
        "residual "
        "variance and autocorrelation, a mask, and cluster tables; for the runs of a "
        "session together fixed effects.\n\n"
        "With a spec the images are those of --bids-dir (fMRIPrep's of --space where "
        "there "
        "are derivatives) or the one of --bold.  Without one, --bold with --design and "
        "--contrast needs nothing else.  The results do not depend on --n-procs.",
    .positionals = positionals,
    .options = own_options,
    .shared = study_options,
    .groups = CLI_BIDS | CLI_OUTPUT | CLI_THREADS,
    .args_size = sizeof(glm_args),
    .example = "valuebold glm spec.yaml --bids-dir data --output-dir derivatives\n"
               "valuebold glm --bold b.nii --design d.tsv --contrast 'a - b' "
               "--output-dir maps",
    .run = run};
