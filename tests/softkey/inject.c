/* SPDX-License-Identifier: Apache-2.0 */
/* inject.c - faults that a test orders: wrong answers, damage, slowness. */
#include "tests/softkey/inject.h"

#include <string.h>

SoftkeyInject *
softkey_inject_new(void)
{
  SoftkeyInject *inject = g_new0(SoftkeyInject, 1);

  inject->orders = g_array_new(FALSE, FALSE, sizeof(SoftkeyInjectOrder));
  return inject;
}

void
softkey_inject_free(SoftkeyInject *inject)
{
  if (inject == NULL)
    return;
  g_array_unref(inject->orders);
  g_free(inject);
}

void
softkey_inject_add(SoftkeyInject *inject, SoftkeyInjectKind kind,
                   unsigned number, unsigned argument)
{
  SoftkeyInjectOrder order = {number, kind, argument};

  g_array_append_val(inject->orders, order);
}

SoftkeyStatus
softkey_inject_command(SoftkeyInject *inject)
{
  SoftkeyStatus status = SOFTKEY_STATUS_OK;

  /* A number that reaches 0 is this command, or this command's reply; when
   * that one never comes, the next one. softkey_inject_reply() removes it. */
  for (guint i = 0; i < inject->orders->len; i++) {
    SoftkeyInjectOrder *order =
        &g_array_index(inject->orders, SoftkeyInjectOrder, i);

    if (order->number > 0 && --order->number == 0 &&
        order->kind == SOFTKEY_INJECT_FAIL)
      status = (SoftkeyStatus)order->argument;
  }
  return status;
}

static void
damage(GByteArray *reply, const SoftkeyInjectOrder *order)
{
  guint len = reply->len;

  switch (order->kind) {
  case SOFTKEY_INJECT_FAIL:
    return;
  case SOFTKEY_INJECT_CORRUPT:
    if (order->argument < len)
      reply->data[order->argument] ^= 0xff;
    return;
  case SOFTKEY_INJECT_TRUNCATE:
    g_byte_array_set_size(reply, len - MIN(len, order->argument));
    return;
  case SOFTKEY_INJECT_APPEND:
    g_byte_array_set_size(reply, len + order->argument);
    memset(reply->data + len, 0, order->argument);
    return;
  }
}

void
softkey_inject_reply(SoftkeyInject *inject, GByteArray *reply)
{
  for (guint i = 0; i < inject->orders->len;) {
    SoftkeyInjectOrder order =
        g_array_index(inject->orders, SoftkeyInjectOrder, i);

    if (order.number > 0) {
      i++;
      continue;
    }
    damage(reply, &order);
    g_array_remove_index(inject->orders, i);
  }
}

void
softkey_inject_damage(SoftkeyEnv *env, GByteArray *reply)
{
  uint8_t chance[4], more[64];
  guint at;

  env->random(env, chance, sizeof chance);
  env->random(env, more, sizeof more);
  at = ((guint)chance[1] << 8 | chance[2]) % MAX(reply->len, 1);
  switch (chance[0] % 4) {
  case 0:
    if (reply->len > 0)
      reply->data[at] ^= (uint8_t)(1 << chance[3] % 8);
    return;
  case 1:
    g_byte_array_set_size(reply, at);
    return;
  case 2:
    g_byte_array_append(reply, more, 1 + chance[3] % sizeof more);
    return;
  case 3: /* the status stays, so that somebody reads the rest */
    for (guint i = 1; i < reply->len; i++)
      reply->data[i] = (uint8_t)(more[i % sizeof more] + i);
    return;
  }
}
