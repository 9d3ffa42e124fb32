/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_glm.c - `valuebold glm`: the design fitted to every voxel. */
#include "glm_args.h"

#include <time.h>

#define AT(member) offsetof(glm_args, member)

static const char *noise_choice(size_t i)
{
    return vb_glm_noise(i);
}

static const char *scaling_choice(size_t i)
{
    static const char *const names[] = {"none", "percent", "grand_mean", "spm"};

    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

static const char *small_choice(size_t i)
{
    static const char *const names[] = {"none", "kenward_roger"};

    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

static const char *runs_choice(size_t i)
{
    static const char *const names[] = {"precision", "mean", "none"};

    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

static const char *threshold_choice(size_t i)
{
    static const char *const names[] = {"uncorrected", "fdr",    "fwe",
                                        "bonferroni",  "height", "none"};

    return i < sizeof names / sizeof names[0] ? names[i] : NULL;
}

static const cli_positional positionals[] = {STUDY_POSITIONALS, {0}};

static const cli_option own_options[] =
    {{.name = "design",
      .argument = "FILE",
      .type = CLI_FILE,
      .offset = AT(design),
      .help = "design.tsv with one row a scan, for --bold alone, without a spec"},
     {.name = "mask",
      .argument = "FILE|RULE",
      .type = CLI_FILE,
      .offset = AT(mask),
      .help = "mask image, or auto (fMRIPrep's, else epi), epi (nilearn's rule), spm "
              "(above 0.8 of the global mean), none"},
     {.name = "noise",
      .argument = "MODEL",
      .type = CLI_TEXT,
      .offset = AT(noise),
      .choice = noise_choice,
      .help = "model of the noise in time; ar1 when nobody says"},
     {.name = "small-sample",
      .argument = "RULE",
      .type = CLI_TEXT,
      .offset = AT(small_sample),
      .choice = small_choice,
      .help = "whether variance and degrees of freedom account for the autocorrelation "
              "being an estimate"},
     {.name = "fwhm",
      .argument = "MM",
      .type = CLI_TEXT,
      .offset = AT(fwhm_mm),
      .help = "smoothing before the fit, FWHM in mm, within the mask"},
     {.name = "scaling",
      .argument = "RULE",
      .type = CLI_TEXT,
      .offset = AT(scaling),
      .choice = scaling_choice,
      .help = "unit of the effects"},
     {.name = "runs",
      .argument = "RULE",
      .type = CLI_TEXT,
      .offset = AT(runs),
      .choice = runs_choice,
      .help = "fixed effects over runs: weights 1 / variance, equal weights, or none"},
     {.name = "maps",
      .argument = "LIST",
      .type = CLI_TEXT,
      .offset = AT(maps),
      .help = "maps to write, with commas: effect,variance,t,F,z,p,df,rsquared,"
              "sigma2,rho"},
     {.name = "threshold",
      .argument = "RULE",
      .type = CLI_TEXT,
      .offset = AT(threshold),
      .choice = threshold_choice,
      .help = "rule of the cluster tables"},
     {.name = "threshold-level",
      .argument = "NUMBER",
      .type = CLI_TEXT,
      .offset = AT(threshold_level),
      .help = "its p, q or height; 0.001 uncorrected, else 0.05 (height 3.1)"},
     {0}};

double glm_now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

vb_status glm_take_options(const glm_args *args, vb_glm_options *options, vb_error *err)
{
    const struct {
        const char *option, *key, *value;
    } given[] = {{"--mask", "mask", args->mask},
                 {"--noise", "noise", args->noise},
                 {"--small-sample", "small_sample", args->small_sample},
                 {"--fwhm", "fwhm_mm", args->fwhm_mm},
                 {"--scaling", "scaling", args->scaling},
                 {"--runs", "runs", args->runs},
                 {"--maps", "maps", args->maps},
                 {"--threshold", "threshold", args->threshold},
                 {"--threshold-level", "threshold_level", args->threshold_level}};

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        vb_error why = {0};

        if (!given[i].value)
            continue;
        if (i == 0 && given[i].value[0] &&
            vb_glm_options_set(options, given[i].key, given[i].value, &why) != VB_OK) {
            options->masking = VB_GLM_MASK_FILE; /* a file of any name */
            options->mask_file = given[i].value;
        } else if (vb_glm_options_set(options, given[i].key, given[i].value, &why) !=
                   VB_OK) {
            return vb_fail(err, VB_EUSAGE, "%s: %s", given[i].option, why.text);
        }
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
    return args->design ? glm_plain(args, &options, context, err)
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
