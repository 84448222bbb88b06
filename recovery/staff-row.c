/* SPDX-License-Identifier: Apache-2.0 */
/* staff-row.c - the row of a new key, worded for two officers to sign: what a
 * person is called, who they are, which subject, and for how long. */
#include "recovery/staff-row.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/error.h"
#include "recovery/staff-key.h"

#define DAY_MS (24 * INT64_C(3600000))
#define DAYS_MAX 3650

/* The person's key that proved itself and has no row yet; the last, where there
 * are several. */
static bool
find_registration(const RecoveryModel *model, const char *person,
                  uint8_t ret_registration[32])
{
  g_autoptr(FidotoolJson) list = recovery_staff_key_newcomers(model);

  for (size_t i = fidotool_json_size(list); i > 0; i--) {
    const FidotoolJson *one = fidotool_json_at(list, i - 1);

    if (g_strcmp0(fidotool_json_get_text(one, "person"), person) == 0)
      return fidotool_bytes_unhex(fidotool_json_get_text(one, "registration"),
                                  ret_registration, 32);
  }
  return false;
}

static bool
bad(const char *what, GError **error)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_USAGE,
              "a new person on the roster: %s", what);
  return false;
}

static int
compare_texts(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
recovery_staff_row_roles(const FidotoolJson *list)
{
  GPtrArray *roles = g_ptr_array_new();

  for (size_t i = 0; i < fidotool_json_size(list); i++) {
    const char *role = fidotool_json_text(fidotool_json_at(list, i));

    g_ptr_array_add(roles, g_strdup(role == NULL ? "" : role));
  }
  g_ptr_array_sort(roles, compare_texts);
  g_ptr_array_add(roles, NULL);
  return (char **)g_ptr_array_free(roles, false);
}

/* Who the person is: as the roster has it, or as the request says. Whoever the
 * directory knows by that employee number stays that subject. */
static bool
fill_person(RecoveryTrial *trial, const char *person, RecoveryRosterKey *row,
            GError **error)
{
  const RecoveryRosterKey *known =
      recovery_roster_find_person(trial->station->model->roster, person);
  const char *employee = fidotool_json_get_text(trial->request, "employee");
  const char *team = fidotool_json_get_text(trial->request, "team");
  const FidotoolJson *roles = fidotool_json_get(trial->request, "roles");
  uint8_t commitment[32];

  row->person = g_strdup(person);
  if (known == NULL && (employee == NULL || *employee == '\0'))
    return bad("the employee number is missing", error);
  if (known == NULL && team == NULL)
    return bad("the team is missing", error);
  if (known == NULL && fidotool_json_size(roles) == 0)
    return bad("the roles are missing", error);
  row->roles = fidotool_json_size(roles) > 0 ? recovery_staff_row_roles(roles)
                                             : g_strdupv(known->roles);
  row->team = g_strdup(known != NULL ? known->team : team);
  if (known != NULL) {
    row->employee = g_strdup(known->employee);
    row->sub = g_strdup(known->sub);
    return true;
  }
  recovery_vault_employee(trial->station->vault, employee, commitment);
  row->employee = fidotool_bytes_hex(commitment, 32);
  row->sub = recovery_directory_sub(trial->station, row->employee);
  if (row->sub == NULL)
    row->sub = recovery_trial_new_id("s-");
  return true;
}

static char *
word_roster(RecoveryTrial *trial, const char *person,
            const uint8_t registration[32], RecoveryRefusal **ret_refusal,
            GError **error)
{
  GPtrArray *lines = trial->station->model->rosters;
  GBytes *line = g_ptr_array_index(lines, lines->len - 1);
  g_autoptr(RecoveryRoster) roster = recovery_roster_read(
      g_bytes_get_data(line, NULL), g_bytes_get_size(line), error);
  int64_t days = fidotool_json_get_int(trial->request, "days", 365);
  g_autofree char *id = NULL;
  RecoveryRosterKey *row;

  if (roster == NULL)
    return NULL;
  if (days < 1 || days > DAYS_MAX) {
    bad("a key is given 1 to 3650 days", error);
    return NULL;
  }
  row = recovery_roster_add_key(roster);
  if (!recovery_staff_key_load(trial, registration, row, &id, ret_refusal,
                               error) ||
      !fill_person(trial, person, row, error))
    return NULL;
  row->valid_after_ms = trial->now.now_ms / 1000 * 1000;
  row->valid_before_ms = row->valid_after_ms + days * DAY_MS;
  return recovery_roster_write(roster, NULL, error);
}

FidotoolJson *
recovery_staff_row_draft(RecoveryTrial *trial, RecoveryRefusal **ret_refusal,
                         GError **error)
{
  const char *person = fidotool_json_get_text(trial->request, "person");
  g_autofree char *line = NULL;
  FidotoolJson *answer;
  uint8_t registration[32];

  if (!recovery_trial_has_role(trial, "roster.change")) {
    *ret_refusal = recovery_refusal_new(
        "role-not-active", "The roster is changed by security officers.",
        "An officer activates the role with their key first.");
    return NULL;
  }
  if (!find_registration(trial->station->model, person, registration)) {
    *ret_refusal = recovery_refusal_new(
        "key-not-enrolled",
        "This person has no new key that proved itself here.",
        "First fidotool roster enrol, with the person present.");
    return NULL;
  }
  line = word_roster(trial, person, registration, ret_refusal, error);
  if (line == NULL)
    return NULL;
  answer = fidotool_json_new_object();
  fidotool_json_set_text(answer, "roster", line);
  return answer;
}
