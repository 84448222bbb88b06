/* SPDX-License-Identifier: Apache-2.0 */
/* stored.c - credential management by its final command, or handed to
 * libfido2 where the key has only the preview. */
#include "fidotool/device/stored.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/ctap.h"
#include "fidotool/device/stored-preview.h"
#include "fidotool/device/stored-reply.h"
#include "fidotool/device/token.h"
#include "fidotool/error.h"

/* Subcommands (CTAP 2.1, section 6.8). */
enum {
  GET_METADATA = 0x01,
  RPS_BEGIN = 0x02,
  RPS_NEXT = 0x03,
  CREDENTIALS_BEGIN = 0x04,
  CREDENTIALS_NEXT = 0x05,
  DELETE_CREDENTIAL = 0x06,
  UPDATE_USER = 0x07,
};

/* Members of the replies that hold how many there are. */
enum { TOTAL_RPS = 5, TOTAL_CREDENTIALS = 9 };

#define STATUS_NO_CREDENTIALS 0x2e

struct FidotoolStored {
  FidotoolKey *key;
  FidotoolToken *token;      /* final; NULL for the preview */
  const FidotoolSecret *pin; /* preview */
  int existing;
  int remaining;
};

bool
fidotool_stored_is_supported(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "credMgmt") == 1 ||
         fidotool_info_option(info, "credentialMgmtPreview") == 1;
}

bool
fidotool_stored_can_rename(const FidotoolInfo *info)
{
  return fidotool_info_option(info, "credMgmt") == 1;
}

/* One subcommand of the final command; parameters may be NULL. What only goes
 * on with a listing is not signed. */
static GBytes *
ask(FidotoolStored *stored, uint8_t subcommand, const GByteArray *parameters,
    const char *what, GError **error)
{
  bool with_mac = subcommand != RPS_NEXT && subcommand != CREDENTIALS_NEXT;
  g_autoptr(GByteArray) signed_bytes = g_byte_array_new();
  g_autoptr(GByteArray) out = g_byte_array_new();
  const FidotoolCtapCommand command = {FIDOTOOL_CTAP_CREDENTIAL_MANAGEMENT, out,
                                       FIDOTOOL_KEY_QUICK_MS, what};

  fidotool_cbor_write_raw(signed_bytes, &subcommand, 1);
  fidotool_cbor_write_map(out, 1 + (size_t)(parameters != NULL) + 2 * with_mac);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_int(out, subcommand);
  if (parameters) {
    fidotool_cbor_write_raw(signed_bytes, parameters->data, parameters->len);
    fidotool_cbor_write_int(out, 2);
    fidotool_cbor_write_raw(out, parameters->data, parameters->len);
  }
  if (with_mac)
    fidotool_token_write(stored->token, 3, signed_bytes, out);
  return fidotool_ctap_send(stored->key, &command, error);
}

static bool
read_counts(FidotoolStored *stored, GError **error)
{
  g_autoptr(GBytes) reply = NULL;

  if (!stored->token)
    return fidotool_stored_preview_counts(
        stored->key, stored->pin, &stored->existing, &stored->remaining, error);
  reply = ask(stored, GET_METADATA, NULL, "count the credentials", error);
  return reply && fidotool_stored_reply_counts(reply, &stored->existing,
                                               &stored->remaining, error);
}

FidotoolStored *
fidotool_stored_open(FidotoolKey *key, const FidotoolSecret *pin,
                     int timeout_ms, GError **error)
{
  return fidotool_stored_open_with(key, pin, 0, timeout_ms, error);
}

const FidotoolToken *
fidotool_stored_token(const FidotoolStored *stored)
{
  return stored->token;
}

FidotoolStored *
fidotool_stored_open_with(FidotoolKey *key, const FidotoolSecret *pin,
                          unsigned permissions, int timeout_ms, GError **error)
{
  const FidotoolInfo *info = fidotool_key_info(key);
  bool final = fidotool_info_option(info, "credMgmt") == 1;
  g_autoptr(FidotoolStored) stored = g_new0(FidotoolStored, 1);

  stored->key = key;
  stored->pin = pin;
  if (!fidotool_stored_is_supported(info) || (!final && !pin)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key does not list what it holds");
    return NULL;
  }
  if (final) {
    stored->token =
        fidotool_token_buy(key, pin, FIDOTOOL_TOKEN_CREDENTIALS | permissions,
                           NULL, timeout_ms, error);
    if (!stored->token)
      return NULL;
  }
  return read_counts(stored, error) ? g_steal_pointer(&stored) : NULL;
}

void
fidotool_stored_free(FidotoolStored *stored)
{
  if (!stored)
    return;
  fidotool_token_free(stored->token);
  g_free(stored);
}

int
fidotool_stored_existing(const FidotoolStored *stored)
{
  return stored->existing;
}

int
fidotool_stored_remaining(const FidotoolStored *stored)
{
  return stored->remaining;
}

/* One way to list something. */
typedef struct {
  uint8_t first; /* subcommands */
  uint8_t next;
  int64_t total_member; /* of the first reply: how many there are */
  const char *what;
  gpointer (*read)(GBytes *reply, int64_t *ret_total, GError **error);
  GDestroyNotify free;
} Listing;

static gpointer
read_rp(GBytes *reply, int64_t *ret_total, GError **error)
{
  return fidotool_stored_reply_rp(reply, ret_total, error);
}

static gpointer
read_credential(GBytes *reply, int64_t *ret_total, GError **error)
{
  return fidotool_stored_reply_credential(reply, ret_total, error);
}

static const Listing rps_listing = {
    RPS_BEGIN, RPS_NEXT,
    TOTAL_RPS, "list the relying parties",
    read_rp,   (GDestroyNotify)fidotool_stored_reply_rp_free};
static const Listing credentials_listing = {
    CREDENTIALS_BEGIN, CREDENTIALS_NEXT,
    TOTAL_CREDENTIALS, "list the credentials",
    read_credential,   (GDestroyNotify)fidotool_stored_credential_free};

/* The first reply; *ret_reply is NULL where the key says there is nothing. */
static bool
begin(FidotoolStored *stored, const Listing *listing,
      const GByteArray *parameters, GBytes **ret_reply, GError **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) reply =
      ask(stored, listing->first, parameters, listing->what, &local);

  if (reply && fidotool_stored_reply_total(reply, listing->total_member) != 0)
    *ret_reply = g_steal_pointer(&reply);
  if (!local ||
      (fidotool_key_status(stored->key) == STATUS_NO_CREDENTIALS &&
       g_error_matches(local, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND)))
    return true;
  g_propagate_error(error, g_steal_pointer(&local));
  return false;
}

/* A key that announces more than it can hold is not listened to. */
static bool
check_total(int64_t total, GError **error)
{
  if (total >= 1 && total <= FIDOTOOL_STORED_MAX)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
              "the key announces a list that cannot be");
  return false;
}

/* All members of a listing, at most max of them; *ret_total is how many the
 * key announced. */
static GPtrArray *
collect(FidotoolStored *stored, const Listing *listing,
        const GByteArray *parameters, int64_t max, int64_t *ret_total,
        GError **error)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(listing->free);
  g_autoptr(GBytes) reply = NULL;
  int64_t total = 0, ignored;

  if (!begin(stored, listing, parameters, &reply, error))
    return NULL;
  *ret_total = 0;
  while (reply) {
    gpointer member =
        listing->read(reply, list->len == 0 ? &total : &ignored, error);

    if (!member)
      return NULL;
    g_ptr_array_add(list, member);
    if (list->len == 1 && !check_total(total, error))
      return NULL;
    g_clear_pointer(&reply, g_bytes_unref);
    if (list->len >= MIN(total, max))
      break;
    reply = ask(stored, listing->next, NULL, listing->what, error);
    if (!reply)
      return NULL;
  }
  *ret_total = total;
  return g_steal_pointer(&list);
}

static GByteArray *
new_rp_parameters(const uint8_t rp_hash[32])
{
  GByteArray *out = g_byte_array_new();

  fidotool_cbor_write_map(out, 1);
  fidotool_cbor_write_int(out, 1);
  fidotool_cbor_write_bytes(out, rp_hash, 32);
  return out;
}

/* At most max credentials of one relying party, appended to list. */
static bool
add_credentials(FidotoolStored *stored, const FidotoolStoredRp *rp, int64_t max,
                GPtrArray *list, int64_t *ret_total, GError **error)
{
  g_autoptr(GByteArray) parameters = new_rp_parameters(rp->rp_hash);
  GPtrArray *found;

  if (!stored->token)
    return fidotool_stored_preview_list(stored->key, stored->pin, rp->rp_id,
                                        list, error);
  found =
      collect(stored, &credentials_listing, parameters, max, ret_total, error);
  if (!found)
    return false;
  for (guint i = 0; i < found->len; i++) {
    FidotoolStoredCredential *credential = found->pdata[i];

    credential->rp_id = g_strdup(rp->rp_id);
    memcpy(credential->rp_hash, rp->rp_hash, 32);
  }
  g_ptr_array_extend_and_steal(list, found);
  return list->len == 0 || check_total(list->len, error);
}

static GPtrArray *
new_credentials(void)
{
  return g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_stored_credential_free);
}

static bool
count_credentials(FidotoolStored *stored, FidotoolStoredRp *rp, GError **error)
{
  g_autoptr(GPtrArray) list = new_credentials();
  int64_t total = 0;

  if (!add_credentials(stored, rp, 1, list, &total, error))
    return false;
  rp->credentials = stored->token ? (guint)total : list->len;
  return true;
}

GPtrArray *
fidotool_stored_rps(FidotoolStored *stored, bool counts, GError **error)
{
  int64_t total;
  g_autoptr(GPtrArray) rps =
      stored->token
          ? collect(stored, &rps_listing, NULL, FIDOTOOL_STORED_MAX, &total,
                    error)
          : fidotool_stored_preview_rps(stored->key, stored->pin, error);

  for (guint i = 0; rps && counts && i < rps->len; i++)
    if (!count_credentials(stored, rps->pdata[i], error))
      return NULL;
  return g_steal_pointer(&rps);
}

GPtrArray *
fidotool_stored_list(FidotoolStored *stored, const char *rp_id, GError **error)
{
  g_autoptr(GPtrArray) list = new_credentials();
  g_autoptr(GPtrArray) rps = NULL;
  int64_t total;

  if (rp_id) {
    FidotoolStoredRp rp = {.rp_id = (char *)rp_id};

    fidotool_bytes_sha256(rp_id, strlen(rp_id), rp.rp_hash);
    return add_credentials(stored, &rp, FIDOTOOL_STORED_MAX, list, &total,
                           error)
               ? g_steal_pointer(&list)
               : NULL;
  }
  /* Where there is nothing, the key need not be asked for a list of it. */
  if (stored->existing == 0)
    return g_steal_pointer(&list);
  rps = fidotool_stored_rps(stored, false, error);
  for (guint i = 0; rps && i < rps->len; i++)
    if (!add_credentials(stored, rps->pdata[i], FIDOTOOL_STORED_MAX, list,
                         &total, error))
      return NULL;
  return rps ? g_steal_pointer(&list) : NULL;
}

bool
fidotool_stored_find(FidotoolStored *stored,
                     const FidotoolStoredCredential *like,
                     FidotoolStoredCredential **ret_found, GError **error)
{
  FidotoolStoredRp rp = {.rp_id = like->rp_id};
  g_autoptr(GPtrArray) list = new_credentials();
  int64_t total;

  memcpy(rp.rp_hash, like->rp_hash, 32);
  if (!add_credentials(stored, &rp, FIDOTOOL_STORED_MAX, list, &total, error))
    return false;
  *ret_found = NULL;
  for (guint i = 0; i < list->len && !*ret_found; i++) {
    const FidotoolStoredCredential *credential = list->pdata[i];

    if (g_bytes_equal(credential->id, like->id))
      *ret_found = g_ptr_array_steal_index(list, i);
  }
  return true;
}

/* {"id": ..., "type": "public-key"} as member 2. */
static void
write_descriptor(GByteArray *out, GBytes *id)
{
  fidotool_cbor_write_int(out, 2);
  fidotool_cbor_write_map(out, 2);
  fidotool_cbor_write_text(out, "id");
  fidotool_cbor_write_bytes(out, g_bytes_get_data(id, NULL),
                            g_bytes_get_size(id));
  fidotool_cbor_write_text(out, "type");
  fidotool_cbor_write_text(out, "public-key");
}

static void
write_user(GByteArray *out, GBytes *user_id, const char *user_name,
           const char *display_name)
{
  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_map(out, 1 + (size_t)(user_name != NULL) +
                                   (size_t)(display_name != NULL));
  fidotool_cbor_write_text(out, "id");
  fidotool_cbor_write_bytes(out, g_bytes_get_data(user_id, NULL),
                            g_bytes_get_size(user_id));
  if (user_name) {
    fidotool_cbor_write_text(out, "name");
    fidotool_cbor_write_text(out, user_name);
  }
  if (display_name) {
    fidotool_cbor_write_text(out, "displayName");
    fidotool_cbor_write_text(out, display_name);
  }
}

/* A subcommand whose answer is its status alone. */
static bool
run(FidotoolStored *stored, uint8_t subcommand, const GByteArray *parameters,
    const char *what, GError **error)
{
  g_autoptr(GBytes) reply = ask(stored, subcommand, parameters, what, error);

  return reply && fidotool_ctap_check_empty(reply, what, error);
}

bool
fidotool_stored_rename(FidotoolStored *stored,
                       const FidotoolStoredCredential *credential,
                       const char *user_name, const char *display_name,
                       GError **error)
{
  g_autoptr(GByteArray) parameters = g_byte_array_new();

  if (!stored->token) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED,
                "this key does not take new names");
    return false;
  }
  fidotool_cbor_write_map(parameters, 2);
  write_descriptor(parameters, credential->id);
  write_user(parameters, credential->user_id, user_name, display_name);
  return run(stored, UPDATE_USER, parameters, "rename the credential", error);
}

bool
fidotool_stored_delete(FidotoolStored *stored, GBytes *id, GError **error)
{
  g_autoptr(GByteArray) parameters = g_byte_array_new();

  if (!stored->token)
    return fidotool_stored_preview_delete(stored->key, stored->pin, id, error);
  fidotool_cbor_write_map(parameters, 1);
  write_descriptor(parameters, id);
  return run(stored, DELETE_CREDENTIAL, parameters, "delete the credential",
             error);
}

void
fidotool_stored_credential_free(FidotoolStoredCredential *credential)
{
  if (!credential)
    return;
  g_free(credential->rp_id);
  g_clear_pointer(&credential->id, g_bytes_unref);
  g_clear_pointer(&credential->user_id, g_bytes_unref);
  g_free(credential->user_name);
  g_free(credential->display_name);
  g_clear_pointer(&credential->public_key, g_bytes_unref);
  g_clear_pointer(&credential->blob_key, g_bytes_unref);
  g_free(credential);
}
