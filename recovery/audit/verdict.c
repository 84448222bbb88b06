/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - findings of an audit, and what follows from them. */
#include "recovery/audit/verdict.h"

#include <string.h>

#include "recovery/error.h"

static void
free_finding(void *data)
{
  RecoveryVerdictFinding *finding = data;

  g_free(finding->place);
  g_free(finding->text);
  g_free(finding);
}

RecoveryVerdict *
recovery_verdict_new(void)
{
  RecoveryVerdict *verdict = g_new0(RecoveryVerdict, 1);

  verdict->findings = g_ptr_array_new_with_free_func(free_finding);
  verdict->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  verdict->notes = g_ptr_array_new_with_free_func(g_free);
  verdict->lacking = g_ptr_array_new_with_free_func(g_free);
  return verdict;
}

void
recovery_verdict_free(RecoveryVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_ptr_array_unref(verdict->findings);
  g_hash_table_unref(verdict->known);
  g_ptr_array_unref(verdict->notes);
  g_ptr_array_unref(verdict->lacking);
  g_free(verdict->origin);
  g_free(verdict->root);
  g_free(verdict);
}

static void
add_finding(RecoveryVerdict *verdict, bool tampered, int64_t seq,
            const char *place, const char *text)
{
  RecoveryVerdictFinding *finding = g_new0(RecoveryVerdictFinding, 1);

  finding->tampered = tampered;
  finding->seq = seq;
  finding->place = g_strdup(place);
  finding->text = g_strdup(text);
  g_ptr_array_add(verdict->findings, finding);
}

void
recovery_verdict_tampered(RecoveryVerdict *verdict, int64_t seq,
                          const char *place, const char *text)
{
  add_finding(verdict, true, seq, place, text);
}

void
recovery_verdict_missing(RecoveryVerdict *verdict, int64_t seq,
                         const char *place, const char *text)
{
  if (g_hash_table_add(
          verdict->known,
          g_strdup_printf("%" G_GINT64_FORMAT " %s %s", seq, place, text)))
    add_finding(verdict, false, seq, place, text);
}

void
recovery_verdict_note(RecoveryVerdict *verdict, char *text)
{
  g_ptr_array_add(verdict->notes, text);
}

bool
recovery_verdict_is_tampered(const RecoveryVerdict *verdict)
{
  const RecoveryVerdictFinding *worst = recovery_verdict_worst(verdict);

  return worst != NULL && worst->tampered;
}

const RecoveryVerdictFinding *
recovery_verdict_worst(const RecoveryVerdict *verdict)
{
  const RecoveryVerdictFinding *worst = NULL;

  for (unsigned i = 0; i < verdict->findings->len; i++) {
    const RecoveryVerdictFinding *next =
        g_ptr_array_index(verdict->findings, i);

    if (worst == NULL || next->tampered > worst->tampered ||
        (next->tampered == worst->tampered && next->seq < worst->seq))
      worst = next;
  }
  return worst;
}

int
recovery_verdict_code(const RecoveryVerdict *verdict)
{
  if (recovery_verdict_is_tampered(verdict))
    return RECOVERY_ERROR_INVALID;
  if (verdict->findings->len > 0 || verdict->lacking->len > 0)
    return RECOVERY_ERROR_INCOMPLETE;
  return 0;
}

char *
recovery_verdict_headline(const RecoveryVerdict *verdict)
{
  const char *mark = verdict->practice ? "PRACTICE " : "";
  const RecoveryVerdictFinding *worst = recovery_verdict_worst(verdict);

  if (worst != NULL)
    return g_strdup_printf("%s%s: %s: %s", mark,
                           worst->tampered ? "TAMPERED" : "INCOMPLETE",
                           worst->place, worst->text);
  if (verdict->lacking->len > 0)
    return g_strdup_printf("%sNOT ANCHORED: consistent, not anchored: %s", mark,
                           (char *)g_ptr_array_index(verdict->lacking, 0));
  return g_strdup_printf("%sGOOD: %" G_GINT64_FORMAT
                         " entries of %s, %u signatures checked, nothing was "
                         "changed",
                         mark, verdict->entries, verdict->origin,
                         verdict->signatures);
}
