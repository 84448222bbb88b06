/* SPDX-License-Identifier: Apache-2.0 */
/* signing.c - finds the signer's key and has it sign. */
#include "fidotool/act/signing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "fidotool/error.h"
#include "recovery/format/act.h"
#include "recovery/format/sshsig.h"

/* Acts by which somebody decides about somebody else: a person says yes. */
static const char *const decisions[] = {
    "case.approve",     "case.check",       "case.activate",  "case.uphold",
    "case.reject",      "roster.change",    "roster.machine", "roster.suspend",
    "policy.load",      "trust.load",       "station.init",   "exception.grant",
    "exception.review", "decision.approve", "base.load",
};

static bool
fail(GError **error, FidotoolError code, const char *text)
{
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s", text);
  return false;
}

bool
fidotool_signing_is_practice(const FidotoolJson *proposal, bool *ret_practice,
                             GError **error)
{
  const char *rp_id = fidotool_json_get_text(proposal, "rp_id");
  bool practice = g_strcmp0(rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;

  if (!practice && g_strcmp0(rp_id, RECOVERY_SSHSIG_APPLICATION) != 0)
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the proposal is not for an approval key");
  *ret_practice = practice;
  return true;
}

bool
fidotool_signing_is_decision(const RecoveryView *view)
{
  const char *act = fidotool_json_get_text(view->statement, "act");

  for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++)
    if (g_strcmp0(act, decisions[i]) == 0)
      return true;
  return false;
}

/* What one row of "signers" says. */
static bool
read_signer(const FidotoolJson *row, RecoverySshsigKey *ret_key, GError **error)
{
  g_autoptr(GBytes) bytes =
      fidotool_bytes_unbase64(fidotool_json_get_text(row, "key"));

  if (!bytes || !fidotool_json_get_text(row, "cred"))
    return fail(error, FIDOTOOL_ERROR_INVALID,
                "the proposal names a key that cannot be read");
  return recovery_sshsig_read_key(g_bytes_get_data(bytes, NULL),
                                  g_bytes_get_size(bytes), ret_key, error);
}

/* What the key says of itself is kept beside the proof that it is the one. */
static void
add_info(FidotoolJson *result, const RecoveryView *view, GBytes *info)
{
  g_autofree char *text = NULL;

  if (!info || g_strcmp0(fidotool_json_get_text(view->statement, "act"),
                         "roster.enrol") != 0)
    return;
  text = fidotool_bytes_base64(g_bytes_get_data(info, NULL),
                               g_bytes_get_size(info));
  fidotool_json_set_text(result, "info", text);
}

static FidotoolJson *
write_signed(const RecoveryView *view, GBytes *blob, GBytes *info)
{
  g_autofree char *text = fidotool_bytes_base64(g_bytes_get_data(blob, NULL),
                                                g_bytes_get_size(blob));
  FidotoolJson *result = fidotool_json_new_object();

  fidotool_json_set_text(result, "sig", text);
  fidotool_json_set_text(result, "statement", view->statement_line);
  fidotool_json_set_int(result, "v", 1);
  add_info(result, view, info);
  return result;
}

/* A key that is not there leaves NOT_FOUND. */
static FidotoolJson *
sign_by(const FidotoolClientJobs *how, const RecoveryView *view,
        const char *rp_id, const FidotoolJson *row, FidotoolJson **ret_device,
        GError **error)
{
  bool practice = strcmp(rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0;
  g_autofree char *name_space = recovery_act_namespace(
      fidotool_json_get_text(view->statement, "act"), practice);
  g_autoptr(FidotoolClientJobsSignature) given = NULL;
  g_autoptr(GBytes) blob = NULL;
  RecoverySshsigKey key;

  if (!read_signer(row, &key, error))
    return NULL;
  given = fidotool_client_jobs_sign(how, view->statement_line, rp_id,
                                    fidotool_json_get_text(row, "cred"),
                                    fidotool_json_get_text(row, "key"), error);
  if (!given)
    return NULL;
  blob =
      recovery_sshsig_from_assertion(&key, name_space, given->auth_data,
                                     g_bytes_get_data(given->signature, NULL),
                                     g_bytes_get_size(given->signature), error);
  if (!blob)
    return NULL;
  if (ret_device)
    *ret_device = g_steal_pointer(&given->device);
  return write_signed(view, blob, given->info);
}

FidotoolJson *
fidotool_signing_sign(const FidotoolClientJobs *how, const RecoveryView *view,
                      const FidotoolJson *proposal, FidotoolJson **ret_device,
                      GError **error)
{
  const FidotoolJson *signers = fidotool_json_get(proposal, "signers");
  const char *rp_id = fidotool_json_get_text(proposal, "rp_id");
  bool practice;

  if (!fidotool_signing_is_practice(proposal, &practice, error))
    return NULL;
  /* A person may have several keys. */
  for (size_t i = 0; i < fidotool_json_size(signers); i++) {
    g_autoptr(GError) own = NULL;
    FidotoolJson *result = sign_by(
        how, view, rp_id, fidotool_json_at(signers, i), ret_device, &own);

    if (result)
      return result;
    if (i + 1 < fidotool_json_size(signers) &&
        g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_FOUND)) {
      if (how->report)
        fidotool_client_report_clear(how->report);
      continue;
    }
    g_propagate_error(error, g_steal_pointer(&own));
    return NULL;
  }
  (void)fail(error, FIDOTOOL_ERROR_INVALID, "the proposal names no key");
  return NULL;
}

int
fidotool_signing_find(const FidotoolClientJobs *how,
                      const FidotoolJson *signers, const char *rp_id,
                      GError **error)
{
  g_autoptr(GError) own = NULL;
  int index = fidotool_client_jobs_find(how, signers, rp_id, &own);

  if (index >= 0)
    return index;
  if (g_error_matches(own, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NOT_TRUSTED))
    own->code = FIDOTOOL_ERROR_NOT_FOUND; /* it only knows somebody's id */
  g_propagate_error(error, g_steal_pointer(&own));
  return -1;
}
