/* SPDX-License-Identifier: Apache-2.0 */
/* drift-credentials.c - one list of credentials, from either form. */
#include "recovery/policy/drift/drift-credentials.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/policy/document.h"
#include "recovery/policy/drift/drift-cells.h"

typedef RecoveryDriftCredential Credential;

enum { USER, CREDENTIAL_ID, AAGUID, CREATED, N_COLUMNS };

static const char *const columns[N_COLUMNS] = {
    [USER] = "user",
    [CREDENTIAL_ID] = "credential_id",
    [AAGUID] = "aaguid",
    [CREATED] = "created",
};

typedef struct {
  RecoveryDriftReader reader;
  GPtrArray *list;
} Read;

static void
free_credential(void *data)
{
  Credential *credential = data;

  g_free(credential->credential_id);
  g_free(credential->user);
  g_free(credential->aaguid);
  g_free(credential->created);
  g_free(credential);
}

/* WebAuthn: at most 1023 bytes. base64url or base64, padded or not. */
static GBytes *
read_id(const char *text)
{
  g_autofree char *plain = g_strdup(text);
  g_autoptr(GBytes) bytes = NULL;
  size_t len;

  g_strdelimit(plain, "+", '-');
  g_strdelimit(plain, "/", '_');
  for (len = strlen(plain); len > 0 && plain[len - 1] == '='; len--)
    plain[len - 1] = '\0';
  bytes = fidotool_bytes_unbase64url(plain);
  if (bytes == NULL || g_bytes_get_size(bytes) == 0 ||
      g_bytes_get_size(bytes) > 1023)
    return NULL;
  return g_steal_pointer(&bytes);
}

static char *
take_optional(const char *text)
{
  return text == NULL || *text == '\0' ? NULL : g_strdup(text);
}

/* One of the list; where says which. */
static void
add(Read *read, const char *where, const char *const cells[N_COLUMNS])
{
  const char *id = cells[CREDENTIAL_ID], *user = cells[USER];
  g_autoptr(GBytes) bytes = id == NULL ? NULL : read_id(id);
  g_autofree char *aaguid =
      cells[AAGUID] == NULL ? NULL : g_ascii_strdown(cells[AAGUID], -1);
  g_autofree char *digest = NULL;
  Credential *credential;

  if (bytes == NULL)
    recovery_drift_reader_fail(
        &read->reader, "%s: credential_id: base64url was expected", where);
  else if (user == NULL || *user == '\0')
    recovery_drift_reader_fail(&read->reader, "%s: user is empty", where);
  else if (aaguid != NULL && *aaguid != '\0' &&
           !recovery_document_is_aaguid(aaguid))
    recovery_drift_reader_fail(
        &read->reader, "%s: aaguid: a UUID or nothing was expected", where);
  else if (read->list->len >= RECOVERY_DRIFT_CREDENTIALS_COUNT)
    recovery_drift_reader_fail(&read->reader, "more than %d credentials",
                               RECOVERY_DRIFT_CREDENTIALS_COUNT);
  if (read->reader.error != NULL)
    return;
  credential = g_new0(Credential, 1);
  digest = fidotool_bytes_sha256_hex(g_bytes_get_data(bytes, NULL),
                                     g_bytes_get_size(bytes));
  g_strlcpy(credential->cred, digest, sizeof(credential->cred));
  credential->credential_id = g_strdup(id);
  credential->user = g_strdup(user);
  credential->aaguid = take_optional(aaguid);
  credential->created = take_optional(cells[CREATED]);
  g_ptr_array_add(read->list, credential);
}

/* ---- JSON ---- */

/* The array itself, or the only array in an object: {"value": [...]}. */
static const FidotoolJson *
find_array(const FidotoolJson *json)
{
  const FidotoolJson *found = NULL;

  if (fidotool_json_type(json) == FIDOTOOL_JSON_ARRAY)
    return json;
  if (fidotool_json_type(json) != FIDOTOOL_JSON_OBJECT)
    return NULL;
  for (size_t i = 0; i < fidotool_json_size(json); i++) {
    const FidotoolJson *member = fidotool_json_member(json, i);

    if (fidotool_json_type(member) != FIDOTOOL_JSON_ARRAY)
      continue;
    if (found != NULL)
      return NULL;
    found = member;
  }
  return found;
}

static void
read_json(Read *read, const char *text, size_t len)
{
  RecoveryDriftReader *reader = &read->reader;
  g_autoptr(GError) fault = NULL;
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, len, &fault);
  const FidotoolJson *array = json == NULL ? NULL : find_array(json);

  if (json == NULL)
    recovery_drift_reader_fail(reader, "%s", fault->message);
  else if (array == NULL)
    recovery_drift_reader_fail(reader, "an array, or an object with one array "
                                       "in it, was expected");
  for (size_t i = 0; array != NULL && i < fidotool_json_size(array); i++) {
    const FidotoolJson *item = recovery_drift_reader_item(reader, array, i);
    g_autofree char *where = g_strdup_printf("number %zu", i + 1);
    const char *cells[N_COLUMNS];

    for (size_t k = 0; k < N_COLUMNS; k++)
      cells[k] = recovery_drift_reader_text(reader, item, columns[k]);
    if (reader->error != NULL)
      return;
    add(read, where, cells);
  }
}

/* ---- CSV ---- */

static void
read_line(Read *read, const RecoveryDriftCells *csv, const GPtrArray *row,
          const int places[N_COLUMNS])
{
  g_autofree char *where = g_strdup_printf("line %u", csv->line);
  const char *cells[N_COLUMNS];

  if (row->len == 1 && *(const char *)row->pdata[0] == '\0')
    return; /* an empty line */
  for (size_t i = 0; i < N_COLUMNS; i++)
    cells[i] = recovery_drift_cells_at(row, places[i]);
  add(read, where, cells);
}

static void
read_csv(Read *read, const char *text, size_t len)
{
  RecoveryDriftCells csv = {&read->reader, text, text + len, N_COLUMNS, 0};
  int places[N_COLUMNS];
  GPtrArray *row;

  for (int n = 0; (row = recovery_drift_cells_row(&csv)) != NULL; n++) {
    if (n == 0)
      recovery_drift_cells_header(&csv, row, columns, N_COLUMNS, places);
    else if (read->reader.error == NULL)
      read_line(read, &csv, row, places);
    if (n == 0 && (places[USER] < 0 || places[CREDENTIAL_ID] < 0))
      recovery_drift_reader_fail(
          &read->reader, "columns user and credential_id have to be there");
    g_ptr_array_unref(row);
  }
  if (csv.line == 0)
    recovery_drift_reader_fail(&read->reader, "the file is empty");
}

/* The first sign that is no space says what it is. */
static bool
is_json(const char *text, size_t len)
{
  size_t i = 0;

  while (i < len && g_ascii_isspace(text[i]))
    i++;
  return i < len && (text[i] == '[' || text[i] == '{');
}

GPtrArray *
recovery_drift_credentials_read(const char *name, const char *text, size_t len,
                                GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_credential);
  Read read = {.reader = {.file = name}, .list = list};

  if (!g_utf8_validate_len(text, len, NULL))
    recovery_drift_reader_fail(&read.reader, "is no UTF-8");
  else if (is_json(text, len))
    read_json(&read, text, len);
  else
    read_csv(&read, text, len);
  if (read.reader.error == NULL)
    return g_steal_pointer(&list);
  g_propagate_error(error, read.reader.error);
  return NULL;
}
