/* SPDX-License-Identifier: Apache-2.0 */
/* subject.c - a person out of the directory and the record. */
#include "recovery/subject.h"

#include <string.h>

void
recovery_subject_clear(RecoverySubject *subject)
{
  g_clear_pointer(&subject->known, fidotool_json_free);
}

const RecoveryCase *
recovery_subject_last(const RecoveryModel *model, const char *sub)
{
  const RecoveryCase *last = NULL;

  for (guint i = 0; i < model->case_ids->len; i++) {
    const RecoveryCase *of =
        recovery_model_case(model, g_ptr_array_index(model->case_ids, i));

    if (strcmp(of->sub, sub) == 0 && of->issued_ms > 0 &&
        strcmp(of->op, "enrol") != 0 &&
        (last == NULL || of->issued_ms > last->issued_ms))
      last = of;
  }
  return last;
}

void
recovery_subject_fill(RecoveryStation *station, const char *sub,
                      RecoverySubject *ret_subject)
{
  const RecoveryCase *last = recovery_subject_last(station->model, sub);

  ret_subject->known = recovery_directory_find(station, sub);
  ret_subject->person = (RecoveryPolicyPerson){.known = ret_subject->known};
  if (last == NULL)
    return;
  ret_subject->person.recovered_in = last->tier;
  ret_subject->person.recovered_s = last->issued_ms / 1000;
}
