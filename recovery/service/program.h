/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - where our other programs are: never looked up in PATH. */
#pragma once

/*
 * The path of one of our own programs: beside this executable, in the
 * folder of installed helpers, or in the build tree this executable lies in
 * (build_path: such as "recovery/service/recoveryd"). NULL where there is
 * none; free with g_free().
 */
char *recovery_program_find(const char *name, const char *build_path);
