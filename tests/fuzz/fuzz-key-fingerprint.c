/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-key-fingerprint.c - a key's answers to bioEnrollment. */
#include "fidotool/device/fingerprint.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  g_autoptr(GBytes) reply = g_bytes_new(data, len);
  g_autoptr(GBytes) id = NULL;
  g_autoptr(GPtrArray) list = NULL;
  FidotoolFingerprintSample sample;
  FidotoolFingerprintSensor sensor;

  if (fidotool_fingerprint_read_sensor(reply, &sensor, NULL))
    g_assert(sensor.name_max >= 0 && sensor.samples >= 0);
  if (fidotool_fingerprint_read_sample(reply, &id, &sample, NULL))
    g_assert(fidotool_fingerprint_sample_name(sample.status) != NULL);
  list = fidotool_fingerprint_read_list(reply, NULL);
  if (!list)
    return 0;
  for (guint i = 0; i < list->len; i++) {
    const FidotoolFingerprint *one = list->pdata[i];

    g_assert(!one->name || g_utf8_validate(one->name, -1, NULL));
  }
  fuzz_accepted(data, len);
  return 0;
}
