/* SPDX-License-Identifier: Apache-2.0 */
/* bad-attestation.c - attestations with one fault each. */
#include "tests/softkey/bad-attestation.h"

#include <string.h>

#include "tests/softkey/auth-data.h"
#include "tests/softkey/ca.h"

#define FLAGS 32 /* where authenticator data has them */
#define LONG 2100

static const char *const names[] = {
    [SOFTKEY_FAULT_NONE] = "good",
    [SOFTKEY_FAULT_UNKNOWN_ROOT] = "unknown-root",
    [SOFTKEY_FAULT_WRONG_ISSUER] = "wrong-issuer",
    [SOFTKEY_FAULT_EXPIRED] = "expired",
    [SOFTKEY_FAULT_NOT_YET_VALID] = "not-yet-valid",
    [SOFTKEY_FAULT_NO_AAGUID] = "no-aaguid",
    [SOFTKEY_FAULT_OTHER_AAGUID] = "other-aaguid",
    [SOFTKEY_FAULT_CRITICAL_AAGUID] = "critical-aaguid",
    [SOFTKEY_FAULT_CA_LEAF] = "ca-leaf",
    [SOFTKEY_FAULT_VERSION_1] = "version-1",
    [SOFTKEY_FAULT_WRONG_UNIT] = "wrong-unit",
    [SOFTKEY_FAULT_OUT_OF_ORDER] = "out-of-order",
    [SOFTKEY_FAULT_PATH_TOO_LONG] = "path-too-long",
    [SOFTKEY_FAULT_IMPOSTOR] = "impostor",
    [SOFTKEY_FAULT_WRONG_SIGNATURE] = "wrong-signature",
    [SOFTKEY_FAULT_SHA1] = "sha1",
    [SOFTKEY_FAULT_FULL_NONE] = "full-none",
    [SOFTKEY_FAULT_EP_IGNORED] = "ep-ignored",
    [SOFTKEY_FAULT_NO_UP] = "no-up",
    [SOFTKEY_FAULT_NO_UV] = "no-uv",
    [SOFTKEY_FAULT_NO_AT] = "no-at",
    [SOFTKEY_FAULT_LEFT_OVER] = "left-over",
    [SOFTKEY_FAULT_LONG_CHAIN] = "long-chain",
};

bool
softkey_bad_attestation_parse(const char *name, SoftkeyFault *ret_fault)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(name, names[i])) {
      *ret_fault = (SoftkeyFault)i;
      return true;
    }
  return false;
}

/* Appends it; false when there is none. */
static bool
append(GPtrArray *chain, X509 *certificate)
{
  GBytes *der = certificate != NULL ? softkey_ca_der(certificate) : NULL;

  if (der != NULL)
    g_ptr_array_add(chain, der);
  return der != NULL;
}

/* A leaf of the right root, but for what the fault is. */
static bool
append_leaf(GPtrArray *chain, SoftkeyFault fault,
            const SoftkeyFaultMakers *makers, const uint8_t other[16])
{
  g_autoptr(EVP_PKEY) stranger = EVP_EC_gen("P-256");
  bool is_impostor = fault == SOFTKEY_FAULT_IMPOSTOR;
  bool is_unnamed = fault == SOFTKEY_FAULT_NO_AAGUID;
  bool is_foreign = fault == SOFTKEY_FAULT_OTHER_AAGUID || is_impostor;
  const SoftkeyCaLeaf what = {
      .aaguid = is_unnamed   ? NULL
                : is_foreign ? other
                             : makers->aaguid,
      .aaguid_critical = fault == SOFTKEY_FAULT_CRITICAL_AAGUID,
      .is_ca = fault == SOFTKEY_FAULT_CA_LEAF || is_impostor,
      .is_version_1 = fault == SOFTKEY_FAULT_VERSION_1,
      .unit = fault == SOFTKEY_FAULT_WRONG_UNIT ? "Sales" : NULL,
      .not_before =
          fault == SOFTKEY_FAULT_NOT_YET_VALID ? "20550101000000Z" : NULL,
      .not_after = fault == SOFTKEY_FAULT_EXPIRED || is_impostor
                       ? "20260102000000Z"
                       : NULL,
      .padding = fault == SOFTKEY_FAULT_LONG_CHAIN ? LONG : 0,
  };
  EVP_PKEY *issuer_key = is_impostor ? makers->key
                         : fault == SOFTKEY_FAULT_WRONG_ISSUER
                             ? stranger
                             : makers->root_key;
  g_autoptr(X509) leaf = softkey_ca_issue_leaf(
      is_impostor ? NULL : makers->root, issuer_key, makers->key, &what);

  return append(chain, leaf);
}

static bool
append_of_unknown_root(GPtrArray *chain, const SoftkeyFaultMakers *makers)
{
  const SoftkeyCaLeaf what = {.aaguid = makers->aaguid};
  g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
  g_autoptr(X509) root = softkey_ca_make_root(key, "Another root");
  g_autoptr(X509) leaf =
      root != NULL ? softkey_ca_issue_leaf(root, key, makers->key, &what)
                   : NULL;

  return append(chain, leaf);
}

/* Leaf, one between, and in the wrong order the root before that. */
static bool
append_three(GPtrArray *chain, const SoftkeyFaultMakers *makers, bool in_order)
{
  const SoftkeyCaLeaf what = {.aaguid = makers->aaguid};
  const SoftkeyCaLeaf between = {.is_ca = true, .unit = "Between"};
  g_autoptr(EVP_PKEY) key = EVP_EC_gen("P-256");
  g_autoptr(X509) middle =
      softkey_ca_issue_leaf(makers->root, makers->root_key, key, &between);
  g_autoptr(X509) leaf =
      middle != NULL ? softkey_ca_issue_leaf(middle, key, makers->key, &what)
                     : NULL;

  return append(chain, leaf) && (in_order || append(chain, makers->root)) &&
         append(chain, middle);
}

GPtrArray *
softkey_bad_attestation_chain(SoftkeyFault fault,
                              const SoftkeyFaultMakers *makers)
{
  g_autoptr(GPtrArray) chain =
      g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  uint8_t other[16];
  bool ok;

  memcpy(other, makers->aaguid, sizeof other);
  other[15] ^= 1;
  if (fault == SOFTKEY_FAULT_UNKNOWN_ROOT)
    ok = append_of_unknown_root(chain, makers);
  else if (fault == SOFTKEY_FAULT_OUT_OF_ORDER ||
           fault == SOFTKEY_FAULT_PATH_TOO_LONG)
    ok = append_three(chain, makers, fault == SOFTKEY_FAULT_PATH_TOO_LONG);
  else
    ok = append_leaf(chain, fault, makers, other);
  return ok ? g_steal_pointer(&chain) : NULL;
}

void
softkey_bad_attestation_spoil(SoftkeyFault fault, GByteArray *auth_data)
{
  static const uint8_t more = 0;

  if (fault == SOFTKEY_FAULT_NO_UP)
    auth_data->data[FLAGS] &= (uint8_t)~SOFTKEY_AUTH_DATA_UP;
  else if (fault == SOFTKEY_FAULT_NO_UV)
    auth_data->data[FLAGS] &= (uint8_t)~SOFTKEY_AUTH_DATA_UV;
  else if (fault == SOFTKEY_FAULT_NO_AT)
    auth_data->data[FLAGS] &= (uint8_t)~SOFTKEY_AUTH_DATA_AT;
  else if (fault == SOFTKEY_FAULT_LEFT_OVER)
    g_byte_array_append(auth_data, &more, 1);
}
