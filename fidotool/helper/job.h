/* SPDX-License-Identifier: Apache-2.0 */
/* job.h - what keyhelper can do with a key that is open: one function a job,
 * request in, result out. Both are JSON; bytes are base64url without padding
 * unless a field says otherwise, hashes are hex. */
#pragma once

#include <glib.h>

#include "fidotool/device/credential.h"
#include "fidotool/device/discover.h"
#include "fidotool/device/key.h"
#include "fidotool/device/stored.h"
#include "fidotool/helper/session.h"
#include "fidotool/json.h"

typedef struct {
  FidotoolSession *session;
  const FidotoolJson *request;
  const FidotoolDiscoverFound *found;
  FidotoolKey *key;
  int timeout_ms;    /* for a touch: the request's timeout_s */
  bool skip_retries; /* the request's skip_retries */
} FidotoolJob;

/* {selector, transport, product, manufacturer?, serial?, vid?, pid?, usb?:
 * {port, path, release?}, permitted}: what is known without asking the key. */
FidotoolJson *fidotool_job_describe_found(const FidotoolDiscoverFound *found);
/* That and {aaguid, firmware, firmware_source, fingerprint}. */
FidotoolJson *fidotool_job_describe(const FidotoolJob *job);

/*
 * Has the client say yes to {action, device, target} before something is lost
 * or changed for good. Takes target, an object that says what.
 * errors  those of fidotool_session_confirm()
 */
bool fidotool_job_confirm(FidotoolJob *job, const char *action,
                          FidotoolJson *target, GError **error);

/* One thing done once the user is verified, by pin or, where that is NULL, by
 * the key's own sensor. Called once for every try. NULL and error. */
typedef FidotoolJson *(*FidotoolJobUnlocked)(FidotoolJob *job,
                                             const FidotoolSecret *pin,
                                             gpointer data, GError **error);
/*
 * Has it done, with the user verified; pin_only where the key takes no sensor
 * for it.
 * errors  those of fidotool_unlock_run()
 */
FidotoolJson *fidotool_job_unlock(FidotoolJob *job, bool pin_only,
                                  FidotoolJobUnlocked act, gpointer data,
                                  GError **error);

/* Reading requests. errors  FIDOTOOL_ERROR_USAGE, naming the member; the first
 * one always, for what is wrong with one in other ways. */
bool fidotool_job_refuse(GError **error, const char *text);
GBytes *fidotool_job_bytes(const FidotoolJson *request, const char *name,
                           GError **error);
GPtrArray *fidotool_job_bytes_list(const FidotoolJson *request,
                                   const char *name, GError **error);
bool fidotool_job_hash(const FidotoolJson *request, uint8_t ret_hash[32],
                       GError **error);
/* Writing results. */
void fidotool_job_set_bytes(FidotoolJson *result, const char *name,
                            GBytes *bytes);

/* {} -> {}: the key blinks. */
FidotoolJson *fidotool_job_wink(FidotoolJob *job, GError **error);
/* {} -> {}: all of it is that the person touched this key. With "touch" as the
 * device every other job begins so. */
FidotoolJson *fidotool_job_select(FidotoolJob *job, GError **error);

/* {} -> {info, info_cbor?, ctaphid?: {protocol, version, wink, cbor, msg},
 * canonical, pin?: {state, retries?, ...}}; ctaphid is what a key that is
 * plugged in says first. pin is left out where the key's description has maps
 * in a wrong order, for which libfido2 refuses the key. */
FidotoolJson *fidotool_job_info(FidotoolJob *job, GError **error);

/* {} -> {state: "set"|"not-set"|"unsupported", uv_retries?, retries,
 * min_length, max_length, force_change}; uv_retries are the tries of the key's
 * own sensor, where it is in use and says so. */
FidotoolJson *fidotool_job_pin_status(FidotoolJob *job, GError **error);
/* {} -> {changed_from: "set"|"not-set"} */
FidotoolJson *fidotool_job_pin_set(FidotoolJob *job, GError **error);

/*
 * {rp_id, rp_name?, user: {id, name, display_name}, hash, algs: [..],
 *  exclude?: [..], discoverable?: true|false|"preferred", uv?, protect?,
 *  extensions?: {hmac_secret?, min_pin_length?, blob?,
 *  large_blob?: "required"|"preferred"}, enterprise?: 1|2, spare_of?: [..],
 *  test?: {hash}}
 * -> {attestation, auth_data, cred, public_key?, alg, transports?,
 *     discoverable, extensions: {.., large_blob}, enterprise?, info_cbor?,
 *     messages, u2f?: true, test?: {cred, auth_data, signature, user_id?}}
 *
 * With a key that knows U2F alone there is no info_cbor.
 *
 * enterprise asks for the attestation of this very key: 1 where its vendor
 * wrote the relying party into it, 2 because the platform answers for that;
 * in the result it is whether the key says that it gave it (epAtt). A key that
 * holds a credential of spare_of is refused before it is given a PIN.
 */
FidotoolJson *fidotool_job_make(FidotoolJob *job, GError **error);

/*
 * {rp_id, hash, allow?: [..], uv?, app_id?, extensions?: {blob?, salts?: [..],
 *  large_blob?: {read: true} | {write}}}
 * -> {cred, auth_data, signature, user_id?, extensions?: {blob?,
 *     secrets?: [..]}, large_blob?: {data?, written?}, accounts, u2f?: true,
 *     app_id?}
 *
 * With app_id, one of allow that the key holds for that application of U2F and
 * not for the RP ID is asked as such; app_id in the result tells whether.
 * The large blob is read or written after the assertion, with the key that the
 * credential gave; that key is told to nobody. Writing is a failure where it
 * does not lie there afterwards.
 */
FidotoolJson *fidotool_job_assert(FidotoolJob *job, GError **error);
/* That result without the large blob, for the test of a new credential too. */
FidotoolJson *
fidotool_job_write_asserted(const FidotoolCredentialAsserted *asserted);

/*
 * {statement, rp_id, cred (base64), key (base64 of the SSH public key)}
 * -> {auth_data, signature, flags, counter, info_cbor?}
 *
 * The key proves first, without touch or PIN, that it is the one that holds
 * cred; no PIN is read from the client before. Then the statement is signed,
 * by touch and PIN or fingerprint, over the client data hash that is computed
 * here from the statement.
 */
FidotoolJson *fidotool_job_sign(FidotoolJob *job, GError **error);
/* {rp_id, cred, key} -> {}: that first step alone. Or {rp_id, signers: [{cred,
 * key}, ..]} -> {index}: for the one of at most FIDOTOOL_SIGNER_MAX that the
 * key holds (fidotool/helper/signer.h). */
FidotoolJson *fidotool_job_prove(FidotoolJob *job, GError **error);

/* {} -> {verified: true, retries}; a wrong PIN is an error. */
FidotoolJson *fidotool_job_pin_verify(FidotoolJob *job, GError **error);

/*
 * The key's settings: {supported, always_uv?, enterprise_attestation?,
 * min_pin_length?, min_pin_length_settable?, min_pin_length_rp_ids?,
 * force_pin_change?}; what a key does not have is left out. Each change gives
 * them as they are afterwards, and `changed`: a key that is in the wished
 * state is asked for nothing, not even a PIN.
 */
FidotoolJson *fidotool_job_config_show(FidotoolJob *job, GError **error);
/* {setting: "always-uv", on} | {setting: "min-pin-length", length, rp_ids?:
 * [..]} | {setting: "enterprise-attestation"} */
FidotoolJson *fidotool_job_config_set(FidotoolJob *job, GError **error);
/* {} */
FidotoolJson *fidotool_job_pin_force_change(FidotoolJob *job, GError **error);

/*
 * Fingerprints. One is {id, name?}; `fingerprint` names one by its id, in
 * base64url or hex, or by its name.
 */
/* {} -> {fingerprints: [..], sensor: {kind: "touch"|"swipe", samples?,
 * name_max}} */
FidotoolJson *fidotool_job_fingerprint_list(FidotoolJob *job, GError **error);
/* {name?} -> {fingerprint, samples, changed}. Each sample is an event
 * "progress" {sample: "good"|..., remaining}; timeout_s counts for each. */
FidotoolJson *fidotool_job_fingerprint_add(FidotoolJob *job, GError **error);
/* {fingerprint, name} -> {fingerprint, changed} */
FidotoolJson *fidotool_job_fingerprint_rename(FidotoolJob *job, GError **error);
/* {fingerprint} -> {fingerprint, changed}. The client must say yes to
 * {"action": "fingerprint-delete", "device", "target": fingerprint} first. */
FidotoolJson *fidotool_job_fingerprint_delete(FidotoolJob *job, GError **error);

/*
 * What is stored on the key. A credential is {id, rp_id, rp_id_hash (hex),
 * user: {id, name?, display_name?}, alg?, protect?, public_key?,
 * large_blob_key?: true}; rp_id may be shorter than it was when made, and does
 * not hash to rp_id_hash then. `cred` names one by the beginning of its id, in
 * base64url or hex; there must be one such alone.
 */
/* {rp_id?, cred?} -> {existing, remaining, credentials: [..]} */
FidotoolJson *fidotool_job_credential_list(FidotoolJob *job, GError **error);
/* {} -> {existing, remaining, rps: [{rp_id, rp_id_hash, credentials}, ..]} */
FidotoolJson *fidotool_job_credential_count(FidotoolJob *job, GError **error);
/* {cred, name?, display_name?} -> {credential, changed}: as the key lists it
 * afterwards. A name that is not given stays. */
FidotoolJson *fidotool_job_credential_rename(FidotoolJob *job, GError **error);
/* {cred} -> {credential, changed}. The client must say yes to {"action":
 * "credential-delete", "device", "target": credential} first. */
FidotoolJson *fidotool_job_credential_delete(FidotoolJob *job, GError **error);
/* The one credential of a list (FidotoolStoredCredential) whose id begins with
 * text; it belongs to the list. For the jobs' own files.
 * errors  FIDOTOOL_ERROR_NOT_FOUND, FIDOTOOL_ERROR_USAGE (several) */
FidotoolStoredCredential *
fidotool_job_find_credential(GPtrArray *list, const char *text, GError **error);

/*
 * Large blobs: {used, capacity, damaged}, in bytes, and of each what it takes
 * and, where a stored credential opens it, that credential: {stored_size,
 * size?, credential?: {id, rp_id, user_name?}}.
 */
/* {} -> {used, capacity, damaged, blobs: [..]} */
FidotoolJson *fidotool_job_blob_list(FidotoolJob *job, GError **error);
/* {cred} -> {credential, data} */
FidotoolJson *fidotool_job_blob_get(FidotoolJob *job, GError **error);
/* {all?} -> {used, capacity, damaged, blobs_lost, blobs_kept, changed}: those
 * that no stored credential opens are taken away, or all. The client must say
 * yes to {"action": "blob-purge", "device", "target"} first. */
FidotoolJson *fidotool_job_blob_purge(FidotoolJob *job, GError **error);

/* What a key is known by while its state is the same: see
 * fidotool_reset_identity(). Free with g_free(). */
char *fidotool_job_identity(const FidotoolJob *job);
/* {} -> {identity}: for whoever asks a station for a plan. */
FidotoolJson *fidotool_job_identify(FidotoolJob *job, GError **error);

/*
 * Everything off the key, in two jobs, since a key is only reset right after
 * it was plugged in and keyhelper cannot open one behind its walls. Both, and
 * the deletion of a credential, want leave of the station where there is one:
 * fidotool/helper/plan.h.
 */
/* {list?} -> {plan: {identity, held}, lost: {pin: "set"|"not-set"|
 * "unsupported", fingerprints?, passkeys?, rps?: [{rp_id, passkeys}, ..],
 * room?}}: what a reset would take. With list the PIN opens the list of what is
 * stored. The client must say yes to {"action": "reset", "device", "target":
 * lost} first. Nothing is done. */
FidotoolJson *fidotool_job_reset_plan(FidotoolJob *job, GError **error);
/* {plan, elapsed_ms?} -> {changed}: for a key that was plugged in elapsed_ms
 * ago, and is the one of the plan. The client must say yes once more, to
 * {"action": "reset-now", "device", "target": plan}. Each second is an event
 * "countdown" {seconds, long_touch?}, by the specification's window. */
FidotoolJson *fidotool_job_reset(FidotoolJob *job, GError **error);
