/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * published_models.c - models by the name their field knows them by: which parts they are
 * made of.
 *
 * Nothing here computes anything; a spec that says `published: NAME` gets these parts, and
 * may replace any of them.
 */
#include "model_internal.h"

#include <string.h>

#define TERMS(reward, effort, probability, delay, loss)                                \
    .term = {reward, effort, probability, delay, loss}

static const vb_published_model models[] = {
    {.name = "eefrt",
     .equation = "SV = R*P^h - k*E",
     .spec = {TERMS(NULL, "linear", "power", NULL, NULL),
              .choice_rule = "softmax_temperature"},
     .source =
         "Cooper et al. (2019) J Abnorm Psychol 128:633: full subjective-value model "
         "of the Effort Expenditure for Rewards Task",
     .evidence = 'C',
     .page = "effort.md"},
    {.name = "eefrt_reward",
     .equation = "SV = R - k*E, P ignored",
     .spec = {TERMS(NULL, "linear", NULL, NULL, NULL),
              .choice_rule = "softmax_temperature"},
     .source = "Cooper et al. (2019): reward-only variant",
     .evidence = 'C',
     .page = "effort.md"},
    {.name = "eefrt_bias",
     .equation = "P(hard) = share",
     .spec = {.choice_rule = "constant"},
     .source = "Cooper et al. (2019): bias model",
     .evidence = 'B',
     .page = "choice.md"},
    {.name = "expected_value",
     .equation = "SV = R*P",
     .spec = {TERMS(NULL, NULL, "expected", NULL, NULL), .choice_rule = "softmax"},
     .source = "Treadway et al. (2009) PLoS ONE 4:e6598, as covariate",
     .evidence = 'C',
     .page = "risk-and-delay.md"},
    {.name = "apple_gathering",
     .equation = "logit P(accept) = bias + bR*R - bL*E - bQ*E^2",
     .spec = {TERMS("linear", "quadratic", NULL, NULL, NULL), .choice_rule = "bias"},
     .source =
         "Valton et al. (2025); task of Bonnelle et al. (2015), Le Heron et al. (2018)",
     .evidence = 'B',
     .page = "choice.md"},
    {.name = "effort_game_linear",
     .equation = "logit P(accept) = bias + kR*R - kE*E",
     .spec = {TERMS("linear", "linear", NULL, NULL, NULL), .choice_rule = "bias"},
     .source = "Mehrhof & Nord (2025) eLife 96803, m3 linear",
     .evidence = 'A',
     .page = "choice.md"},
    {.name = "effort_game_parabolic",
     .equation = "logit P(accept) = bias + kR*R - kE*E^2",
     .spec = {TERMS("linear", "parabolic", NULL, NULL, NULL), .choice_rule = "bias"},
     .source = "Mehrhof & Nord (2025) eLife 96803, m3 parabolic",
     .evidence = 'A',
     .page = "choice.md"},
    {.name = "effort_game_exponential",
     .equation = "logit P(accept) = 5*(bias + kR*R*exp(-kE*E))",
     .spec = {TERMS("linear", "exponential", NULL, NULL, NULL),
              .choice_rule = "softmax_bias_5"},
     .source = "Mehrhof & Nord (2025) eLife 96803, m3 exponential",
     .evidence = 'A',
     .page = "choice.md"},
    {.name = "work_rest",
     .equation = "SV = R - k*E^2 against rest",
     .spec = {TERMS(NULL, "parabolic", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source =
         "Lockwood et al. (2017) Nat Hum Behav 1:0131; Chong et al. (2017) PLoS Biol "
         "15:e1002598; Mueller et al. (2021) Nat Commun 12:4593",
     .evidence = 'A',
     .note = "Prosocial or several domains: one k a condition.",
     .page = "effort.md"},
    {.name = "work_rest_fatigue",
     .equation = "SV = R - F*k*E^2 against rest, F from the work done",
     .spec = {TERMS(NULL, "parabolic", NULL, NULL, NULL), .choice_rule = "softmax",
              .fatigue_rule = "short_and_long_term"},
     .source = "Mueller et al. (2021) Nat Commun 12:4593",
     .evidence = 'A',
     .page = "fatigue.md"},
    {.name = "hyperbolic_effort",
     .equation = "SV = R/(1 + k*E)",
     .spec = {TERMS(NULL, "hyperbolic", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source = "Prevost et al. (2010) J Neurosci 30:14080",
     .evidence = 'B',
     .page = "effort.md"},
    {.name = "sigmoid_effort",
     .equation = "SV = R*f(E), f sigmoid",
     .spec = {TERMS(NULL, "sigmoid", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source =
         "Klein-Fluegge et al. (2015) PLoS Comput Biol 11:e1004116, (2016) J Neurosci "
         "36:10002",
     .evidence = 'B',
     .page = "effort.md"},
    {.name = "effort_risk",
     .equation = "SV = R*(exp(-b*E) + exp(-d*E))/2*exp(-c*100*(1 - P))",
     .spec = {TERMS(NULL, "double_exponential", "exponential", NULL, NULL),
              .choice_rule = "softmax"},
     .source = "Bernacer et al., effort and risk discounting",
     .evidence = 'A',
     .page = "effort.md"},
    {.name = "power_effort",
     .equation = "SV = R^rho - k*E^p",
     .spec = {TERMS("power", "power", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source = "Yao et al. (2023), the winner for effort",
     .evidence = 'A',
     .page = "effort.md"},
    {.name = "cumulative_prospect",
     .equation = "SV = w(P)*R^rho, w = d*P^g/(d*P^g + (1 - P)^g)",
     .spec = {TERMS("power", NULL, "weighting", NULL, NULL), .choice_rule = "softmax"},
     .source = "Yao et al. (2023), risk",
     .evidence = 'A',
     .page = "risk-and-delay.md"},
    {.name = "gamble_for_effort",
     .equation = "SV = G^rho - lambda*L^rho - k*E^p",
     .spec = {TERMS("power", "power", NULL, NULL, "utility"), .choice_rule = "softmax"},
     .source = "Yao et al. (2023), gambles that cost effort",
     .evidence = 'A',
     .page = "gambles.md"},
    {.name = "mixed_gamble",
     .equation = "SV = .5*(G^rho - lambda*L^rho)",
     .spec = {TERMS("power", NULL, "expected", NULL, "gamble"),
              .choice_rule = "softmax"},
     .source = "Sokol-Hessner et al. (2009) PNAS 106:5035; task of Tom et al. (2007)",
     .evidence = 'A',
     .note = "The option states probability: 0.5.",
     .page = "gambles.md"},
    {.name = "delay_discounting",
     .equation = "SV = A/(1 + k*D)",
     .spec = {TERMS(NULL, NULL, NULL, "hyperbolic", NULL), .choice_rule = "softmax"},
     .source = "Peters & Buechel (2009) J Neurosci 29:15727",
     .evidence = 'B',
     .page = "risk-and-delay.md"},
    {.name = "probability_discounting",
     .equation = "SV = A/(1 + h*(1 - P)/P)",
     .spec = {TERMS(NULL, NULL, "hyperbolic", NULL, NULL), .choice_rule = "softmax"},
     .source = "Peters & Buechel (2009) J Neurosci 29:15727",
     .evidence = 'B',
     .page = "risk-and-delay.md"},
    {.name = "net_value_ratio",
     .equation = "SV = R/E^k",
     .spec = {TERMS(NULL, "ratio", NULL, NULL, NULL)},
     .source = "Croxson et al. (2009) J Neurosci 29:4531, cues without choice",
     .evidence = 'C',
     .page = "effort.md"},
    {.name = "cognitive_effort_discounting",
     .equation = "SV = R*ip(load), points from titration",
     .spec = {TERMS(NULL, "indifference", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source = "Westbrook et al. (2013) PLoS ONE 8:e68210, (2019)",
     .evidence = 'C',
     .note = "Needs levels: [...].",
     .page = "titration.md"},
    {.name = "marginal_value",
     .equation = "P(harvest) = logistic(bias + beta*(kappa*R - rho*D)), rho learned",
     .spec = {TERMS("linear", NULL, NULL, "opportunity", NULL),
              .choice_rule = "softmax_log_odds_bias", .learning_rule = "rate"},
     .source =
         "Constantino & Daw (2015) Cogn Affect Behav Neurosci 15:837; Bustamante et "
         "al. (2023) for effort",
     .evidence = 'A',
     .note = "Needs learning: {time: COLUMN} and outcomes.",
     .page = "foraging.md"},
    {.name = "reward_effort_learning",
     .equation = "SV = QR - k*QE, both learned by option or cue",
     .spec = {TERMS(NULL, "linear", NULL, NULL, NULL), .choice_rule = "softmax",
              .learning_rule = "rescorla_wagner", .learning_by_option = true,
              .effort_learning_rule = "rescorla_wagner",
              .effort_learning_shared = true},
     .source =
         "Skvortsova et al. (2014) J Neurosci 34:15621; Sahni & McCabe (2025) with "
         "softmax_temperature",
     .evidence = 'C',
     .note = "Needs learning: {effort: {outcome: COLUMN}} and outcomes.",
     .page = "learning.md"},
    {.name = "staged_offer",
     .equation = "SV = R - k*E^p, SV prediction error at the second cue",
     .spec = {TERMS(NULL, "power", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source = "Arulpragasam et al. (2018) PNAS 115:E5233",
     .evidence = 'C',
     .note = "Needs staged: {first: COLUMN}.",
     .page = "staged.md"},
    {.name = "effort_drift",
     .equation = "drift = drift_rate*(R_1 - k*E_1 - R_2 + k*E_2), response times",
     .spec = {TERMS(NULL, "linear", NULL, NULL, NULL), .choice_rule = "ddm"},
     .source = "Berwian et al. (2020) JAMA Psychiatry 77:513, public code",
     .evidence = 'A',
     .note = "Published with efforts of 0.2 and 1.",
     .page = "choice.md"},
    {.name = "effort_switch",
     .equation = "SV = R - k*E, high-effort choices taken back below a reward of 5",
     .spec = {TERMS(NULL, "linear", NULL, NULL, NULL), .choice_rule = "softmax_switch"},
     .source =
         "Berwian et al. (2020) JAMA Psychiatry 77:513, a variant in the public code",
     .evidence = 'A',
     .page = "choice.md"},
    {.name = "prospect_effort",
     .equation = "V = -lambda*(E - ref)^g above the reference, +(ref - E)^g below",
     .spec = {TERMS(NULL, "prospect", NULL, NULL, NULL), .choice_rule = "softmax"},
     .source = "O'Brien & Ahmed (2019) J Neurophysiol 121:1210",
     .evidence = 'B',
     .note = "State reward: 0; hold effort_k at 1.",
     .page = "effort.md"},
    {.name = "adaptive_effort",
     .equation = "V(effort) learned from outcome - c*E",
     .spec = {.choice_rule = "softmax",
              .learning_rule = "adaptive_effort",
              .learning_by_option = true},
     .source = "Verguts, Vassena & Silvetti (2015) Front Behav Neurosci 9:57",
     .evidence = 'C',
     .note = "Options state their effort and no reward; needs outcomes.",
     .page = "learning.md"},
};

size_t vb_n_published_models(void)
{
    return sizeof models / sizeof models[0];
}

const vb_published_model *vb_published_model_at(size_t i)
{
    return i < vb_n_published_models() ? &models[i] : NULL;
}

const vb_published_model *vb_published_model_find(const char *name)
{
    for (size_t i = 0; i < vb_n_published_models(); i++)
        if (strcmp(models[i].name, name) == 0)
            return &models[i];
    return NULL;
}
