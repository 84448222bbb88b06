/* SPDX-License-Identifier: Apache-2.0 */
/* clock.c - wall clock, time since boot, and which boot it is. */
#include "recovery/service/clock.h"

#include <string.h>
#include <time.h>

#include "recovery/error.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

bool
recovery_clock_init(RecoveryClock *clock, GError **error)
{
  g_autofree char *text = NULL;
  size_t len = 0;

  if (!g_file_get_contents(BOOT_ID, &text, &len, NULL) || len < 36 ||
      !g_uuid_string_is_valid(g_strchomp(text))) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED,
                "the id of this boot cannot be read from %s", BOOT_ID);
    return false;
  }
  g_strlcpy(clock->boot, text, sizeof clock->boot);
  return true;
}

static int64_t
read_ms(clockid_t id)
{
  struct timespec ts = {0};

  (void)clock_gettime(id, &ts); /* these two clocks are always there */
  return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

RecoveryMoment
recovery_clock_now(const RecoveryClock *clock)
{
  return (RecoveryMoment){
      .now_ms = read_ms(CLOCK_REALTIME),
      .mono_ms = read_ms(CLOCK_BOOTTIME),
      .boot = clock->boot,
  };
}
