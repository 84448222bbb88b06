/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-rule.h - what a rule that refused means for the user, in plain
 * words; staff read the rule's own. Plain C. */
#pragma once

/* The id of a message of words.h; for a rule that is not known a general one.
 * Never NULL. */
const char *kiosk_presenter_rule_word(const char *rule);
/* The same for staff; NULL: the rule's own words do. */
const char *kiosk_presenter_rule_staff_word(const char *rule);
/* What would be enough, where it can be done at this screen; "" where it names
 * a command to type. */
const char *kiosk_presenter_rule_enough(const char *enough);
/* The same for a contest with a code. */
const char *kiosk_presenter_rule_contest_word(const char *rule);
