/* SPDX-License-Identifier: Apache-2.0 */
/* lines.h - lines on standard output, with what came from outside made
 * harmless. */
#pragma once

/* One line; takes it. */
void fidotool_lines_print(char *line);
/* A text of several lines; one newline at its end or none. */
void fidotool_lines_print_all(const char *text);
