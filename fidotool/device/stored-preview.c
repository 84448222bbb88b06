/* SPDX-License-Identifier: Apache-2.0 */
/* stored-preview.c - libfido2's credman, which knows the preview alone. */
#include "fidotool/device/stored-preview.h"

#include <fido.h>
#include <fido/credman.h>
#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/device/cbor-write.h"
#include "fidotool/device/stored-reply.h"
#include "fidotool/error.h"
#include "fidotool/types.h"

static void
free_metadata(fido_credman_metadata_t *metadata)
{
  fido_credman_metadata_free(&metadata);
}

static void
free_rps(fido_credman_rp_t *rps)
{
  fido_credman_rp_free(&rps);
}

static void
free_credentials(fido_credman_rk_t *credentials)
{
  fido_credman_rk_free(&credentials);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(fido_credman_metadata_t, free_metadata)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(fido_credman_rp_t, free_rps)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(fido_credman_rk_t, free_credentials)

bool
fidotool_stored_preview_counts(FidotoolKey *key, const FidotoolSecret *pin,
                               int *ret_existing, int *ret_remaining,
                               GError **error)
{
  g_autoptr(fido_credman_metadata_t) metadata = fido_credman_metadata_new();

  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  if (!fidotool_key_check(
          key,
          fido_credman_get_dev_metadata(fidotool_key_dev(key), metadata,
                                        fidotool_secret_text(pin)),
          "count the credentials", error))
    return false;
  *ret_existing = (int)MIN(fido_credman_rk_existing(metadata), 65535);
  *ret_remaining = (int)MIN(fido_credman_rk_remaining(metadata), 65535);
  return true;
}

/* libfido2 hands out what the key said, up to the first zero byte. */
static char *
copy_text(const char *text)
{
  return text ? g_utf8_make_valid(text, -1) : NULL;
}

GPtrArray *
fidotool_stored_preview_rps(FidotoolKey *key, const FidotoolSecret *pin,
                            GError **error)
{
  g_autoptr(fido_credman_rp_t) rps = fido_credman_rp_new();
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_stored_reply_rp_free);
  int r;

  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  r = fido_credman_get_dev_rp(fidotool_key_dev(key), rps,
                              fidotool_secret_text(pin));
  if (r == FIDO_ERR_NO_CREDENTIALS)
    return g_steal_pointer(&list);
  if (!fidotool_key_check(key, r, "list the relying parties", error))
    return NULL;
  for (size_t i = 0; i < fido_credman_rp_count(rps); i++) {
    FidotoolStoredRp *rp;

    if (!fido_credman_rp_id(rps, i) ||
        fido_credman_rp_id_hash_len(rps, i) != 32)
      continue;
    rp = g_new0(FidotoolStoredRp, 1);
    rp->rp_id = copy_text(fido_credman_rp_id(rps, i));
    memcpy(rp->rp_hash, fido_credman_rp_id_hash_ptr(rps, i), 32);
    g_ptr_array_add(list, rp);
  }
  return g_steal_pointer(&list);
}

/* The COSE_Key around the bytes that libfido2 keeps of one; NULL for kinds
 * that it would have to be guessed for. */
static GBytes *
write_public_key(const fido_cred_t *cred)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  const uint8_t *point = fido_cred_pubkey_ptr(cred);
  bool ec = fido_cred_type(cred) == FIDOTOOL_ALG_ES256 &&
            fido_cred_pubkey_len(cred) == 64;

  if (!ec && (fido_cred_type(cred) != FIDOTOOL_ALG_EDDSA ||
              fido_cred_pubkey_len(cred) != 32))
    return NULL;
  fidotool_cbor_write_map(out, ec ? 5 : 4);
  fidotool_cbor_write_int(out, 1); /* kty: EC2 or OKP */
  fidotool_cbor_write_int(out, ec ? 2 : 1);
  fidotool_cbor_write_int(out, 3);
  fidotool_cbor_write_int(out, fido_cred_type(cred));
  fidotool_cbor_write_int(out, -1); /* crv: P-256 or Ed25519 */
  fidotool_cbor_write_int(out, ec ? 1 : 6);
  fidotool_cbor_write_int(out, -2);
  fidotool_cbor_write_bytes(out, point, 32);
  if (ec) {
    fidotool_cbor_write_int(out, -3);
    fidotool_cbor_write_bytes(out, point + 32, 32);
  }
  return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

static FidotoolStoredCredential *
copy_credential(const fido_cred_t *cred, const char *rp_id)
{
  FidotoolStoredCredential *credential = g_new0(FidotoolStoredCredential, 1);

  credential->rp_id = g_strdup(rp_id);
  fidotool_bytes_sha256(rp_id, strlen(rp_id), credential->rp_hash);
  credential->id = g_bytes_new(fido_cred_id_ptr(cred), fido_cred_id_len(cred));
  credential->user_id =
      g_bytes_new(fido_cred_user_id_ptr(cred), fido_cred_user_id_len(cred));
  credential->user_name = copy_text(fido_cred_user_name(cred));
  credential->display_name = copy_text(fido_cred_display_name(cred));
  credential->alg = fido_cred_type(cred);
  credential->protect = fido_cred_prot(cred);
  credential->public_key = write_public_key(cred);
  return credential;
}

bool
fidotool_stored_preview_list(FidotoolKey *key, const FidotoolSecret *pin,
                             const char *rp_id, GPtrArray *list, GError **error)
{
  g_autoptr(fido_credman_rk_t) credentials = fido_credman_rk_new();
  int r;

  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  r = fido_credman_get_dev_rk(fidotool_key_dev(key), rp_id, credentials,
                              fidotool_secret_text(pin));
  if (r == FIDO_ERR_NO_CREDENTIALS)
    return true;
  if (!fidotool_key_check(key, r, "list the credentials", error))
    return false;
  for (size_t i = 0; i < fido_credman_rk_count(credentials); i++) {
    const fido_cred_t *cred = fido_credman_rk(credentials, i);

    if (cred && fido_cred_id_len(cred) > 0)
      g_ptr_array_add(list, copy_credential(cred, rp_id));
  }
  return true;
}

bool
fidotool_stored_preview_delete(FidotoolKey *key, const FidotoolSecret *pin,
                               GBytes *id, GError **error)
{
  fidotool_key_set_timeout(key, FIDOTOOL_KEY_QUICK_MS);
  return fidotool_key_check(
      key,
      fido_credman_del_dev_rk(fidotool_key_dev(key), g_bytes_get_data(id, NULL),
                              g_bytes_get_size(id), fidotool_secret_text(pin)),
      "delete the credential", error);
}
