/* SPDX-License-Identifier: Apache-2.0 */
/* print-private.h - texts of a document in lines of ours, and the parts of its
 * page. For the files print*.c. */
#pragma once

#include "recovery/policy/document.h"

/* Texts of the file stay in their line, and are no Markdown. */
void recovery_print_add_text(GString *out, const char *text);
void recovery_print_add_texts(GString *out, const RecoveryDocumentTexts *texts,
                              const char *between);
/* The ids, or `all` where none was named. */
void recovery_print_add_ids(GString *out, const RecoveryDocument *document,
                            RecoveryDocumentSection section,
                            const RecoveryDocumentRefs *refs, const char *all);
void recovery_print_add_heading(GString *out, const char *heading);

/* Each of a section as `one`. */
#define RECOVERY_PRINT_EACH(section, type, call)                               \
  for (uint32_t i = 0;                                                         \
       i < recovery_document_count(document, RECOVERY_DOCUMENT_##section);     \
       i++) {                                                                  \
    const RecoveryDocument##type *one =                                        \
        RECOVERY_DOCUMENT_AT(document, section, type, i);                      \
                                                                               \
    call;                                                                      \
  }

/* What rules speak of: classes, lists, people, signals, journeys, apps,
 * transactions. */
void recovery_print_add_objects(GString *out, const RecoveryDocument *document);
void recovery_print_add_rules(GString *out, const RecoveryDocument *document,
                              int64_t now_s);
void recovery_print_add_metadata(GString *out,
                                 const RecoveryDocument *document);
void recovery_print_add_recovery(GString *out,
                                 const RecoveryDocument *document);
void recovery_print_add_roles(GString *out, const RecoveryDocument *document);
void recovery_print_add_retention(GString *out,
                                  const RecoveryDocument *document);
