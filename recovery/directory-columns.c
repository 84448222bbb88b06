/* SPDX-License-Identifier: Apache-2.0 */
/* directory-columns.c - what the people of the directory can be told by: of
 * those that are in it, and of those that come in. */
#include "recovery/trial.h"

RecoveryColumns *
recovery_directory_columns(RecoveryStation *station)
{
  RecoveryColumns *columns = recovery_columns_new();
  GHashTableIter iter;
  void *sub;

  g_hash_table_iter_init(&iter, station->model->subs);
  while (g_hash_table_iter_next(&iter, &sub, NULL)) {
    g_autoptr(FidotoolJson) person = recovery_directory_find(station, sub);

    /* Who was erased is asked for by nobody. */
    if (person != NULL)
      recovery_columns_add(columns, person);
  }
  return columns;
}

RecoveryColumns *
recovery_directory_columns_of(const FidotoolJson *people)
{
  RecoveryColumns *columns = recovery_columns_new();

  for (size_t i = 0; i < fidotool_json_size(people); i++)
    recovery_columns_add(columns, fidotool_json_member(people, i));
  return columns;
}
