/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-rule.c - one table; the first row that fits is taken. */
#include "kiosk/presenter-rule.h"

#include <glib.h>
#include <string.h>

const char *
kiosk_presenter_rule_word(const char *rule)
{
  /* clang-format off */
  static const struct {
    const char *start; /* of the rule's id */
    const char *word;
  } rules[] = {
    { "preflight-version",      "rule.user.old" },
    { "preflight-algorithm",    "rule.user.old" },
    { "preflight-verification", "key.lacks.pin" },
    { "preflight-attestation",  "rule.user.attest" },
    { "attestation",            "rule.user.attest" },
    { "registration/R23",       "key.known" },
    { "registration/",          "rule.user.attest" },
    { "assertion/",             "rule.user.attest" },
    { "judged",                 "rule.user.attest" },
    { "software-key",           "rule.user.attest" },
    { "class",                  "rule.user.model" },
    { "no-permit",              "rule.user.model" },
    { "recovery.issue",         "rule.user.model" },
    { "recovery-requirement",   "rule.user.model" },
    { "made-after-approval",    "rule.user.late" },
    { "made-already",           "rule.user.enough" },
    { "statement-unknown",      "rule.user.again" },
    { "state",                  "rule.user.late" },
  };
  /* clang-format on */

  for (size_t i = 0; rule != NULL && i < G_N_ELEMENTS(rules); i++)
    if (g_str_has_prefix(rule, rules[i].start))
      return rules[i].word;
  return "rule.user.other";
}

const char *
kiosk_presenter_rule_staff_word(const char *rule)
{
  return g_strcmp0(rule, "case-unknown") == 0 ? "case.unknown" : NULL;
}

const char *
kiosk_presenter_rule_enough(const char *enough)
{
  return strstr(enough, "fidotool ") == NULL ? enough : "";
}

const char *
kiosk_presenter_rule_contest_word(const char *rule)
{
  /* What is no code is worded like one of no case. */
  return g_strcmp0(rule, "code") == 0 ? "code.format" : "contest.late";
}
