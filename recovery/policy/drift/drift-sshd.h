/* SPDX-License-Identifier: Apache-2.0 */
/* drift-sshd.h - keywords of sshd_config beside those that say which way in
 * there is; for drift-sshd.c. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/*
 * What a keyword of this value changes of who gets in, in words to be listed;
 * NULL where it changes nothing of it. One that no sshd is known to have is
 * told as such.
 *
 * ret_name  the keyword as it is written in the manual, or keyword
 */
const char *recovery_drift_sshd_keyword_why(const char *keyword,
                                            const char *value,
                                            const char **ret_name);

/* The words of a Match line after the first one, attribute and value in turns:
 * sshd takes "User bob", "User=bob" and "User = bob". Freed with
 * g_ptr_array_unref(). */
GPtrArray *recovery_drift_sshd_keyword_criteria(char **words);
