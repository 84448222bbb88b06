/* SPDX-License-Identifier: Apache-2.0 */
/* print-private.h - texts of a document in lines of ours. For the files
 * print*.c. */
#pragma once

#include "recovery/policy/document.h"

/* Texts of the file stay in their line, and in their cell of a table. */
void recovery_print_add_text(GString *out, const char *text);
void recovery_print_add_texts(GString *out, const RecoveryDocumentTexts *texts,
                              const char *between);
/* The ids, or `all` where none was named. */
void recovery_print_add_ids(GString *out, const RecoveryDocument *document,
                            RecoveryDocumentSection section,
                            const RecoveryDocumentRefs *refs, const char *all);
void recovery_print_add_heading(GString *out, const char *heading);
