/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-code.h - numbers and codes as people type them: with spaces, in
 * capitals, without the part that is the same for all. Plain C. */
#pragma once

/* "c-1a2b3c4d", or NULL where it is no case number. Free with g_free(). */
char *kiosk_presenter_code_case(const char *typed);
/* The 32 characters of a contest code, or NULL. Free with g_free(). */
char *kiosk_presenter_code_contest(const char *typed);
