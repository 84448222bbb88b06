/* SPDX-License-Identifier: Apache-2.0 */
/* rule-import.c - the rules of key.import. A directory brings active keys, and
 * giving a key takes two people: so keys come in once, right after the
 * founding, and from the station's owner. Later imports bring people alone. */
#include "recovery/rule.h"

RecoveryRefusal *
recovery_rule_import_owner(RecoveryTrial *trial, G_GNUC_UNUSED GError **error)
{
  if (trial->session->peer == RECOVERY_PEER_ADMIN)
    return NULL;
  return recovery_refusal_new(
      "", "The directory is brought in by the station's owner alone.",
      "Run it as root, with an agent who signs.");
}

RecoveryRefusal *
recovery_rule_import_once(RecoveryTrial *trial, GError **error)
{
  if (!trial->station->model->imported)
    return NULL;
  if (!recovery_deed_staff_read_import(trial, error))
    return NULL;
  if (fidotool_json_size(fidotool_json_get(trial->draft, "ids")) == 0)
    return NULL;
  return recovery_refusal_new(
      "",
      "Keys of the directory were brought in already; a new key is given by "
      "two people, in a case.",
      "The same file without the new keys.");
}
