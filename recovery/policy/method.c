/* SPDX-License-Identifier: Apache-2.0 */
/* method.c - the table of methods. */
#include "recovery/policy/method.h"

#include <glib.h>

#define PLAIN RECOVERY_METHOD_PLAIN
#define RESISTANT RECOVERY_METHOD_RESISTANT
#define RESTRICTED RECOVERY_METHOD_RESTRICTED
#define REFUSED RECOVERY_METHOD_REFUSED

/* clang-format off */
static const RecoveryMethod methods[] = {
  { "webauthn",       RESISTANT },
  { "certificate",    RESISTANT },
  { "windows-hello",  RESISTANT },
  { "otp",            PLAIN },
  { "push",           PLAIN },
  { "password",       PLAIN },
  { "recovery-code",  PLAIN },
  { "temporary-pass", PLAIN },
  { "qr-code-pin",    PLAIN },
  { "question",       PLAIN },
  { "kerberos",       PLAIN },
  { "ssh-key",        PLAIN },
  { "federated",      PLAIN },
  { "duo",            PLAIN },
  { "sms",            RESTRICTED },
  { "voice",          RESTRICTED },
  { "phone",          RESTRICTED },
  { "pstn",           RESTRICTED },
  { "email",          REFUSED },
  { "e-mail",         REFUSED },
};
/* clang-format on */

const RecoveryMethod *
recovery_method_find(const char *word)
{
  if (word == NULL)
    return &methods[0];
  for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
    if (g_ascii_strcasecmp(methods[i].word, word) == 0)
      return &methods[i];
  return NULL;
}

const RecoveryMethod *
recovery_method_at(size_t i)
{
  return i < G_N_ELEMENTS(methods) ? &methods[i] : NULL;
}
