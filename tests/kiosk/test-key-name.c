/* SPDX-License-Identifier: Apache-2.0 */
/* What a key is called by what it says of itself, which may be anything. */
#include "tests/testing.h"

#include <string.h>

#include "kiosk/key-name.h"

static void
check(const char *device, const char *name)
{
  g_autoptr(FidotoolJson) json =
      device == NULL ? NULL : fidotool_json_parse(device, strlen(device), NULL);
  g_autofree char *is = kiosk_key_name(json);

  assert_string_equal(is, name);
}

static void
a_key_is_called_by_its_model(void **state)
{
  (void)state;
  check("{\"product\":\"Key 5 NFC\"}", "Key 5 NFC");
  check("{\"product\":\"Key 5\",\"manufacturer\":\"Acme\"}", "Acme Key 5");
  check("{\"product\":\"Acme Key\",\"manufacturer\":\"Acme\"}", "Acme Key");
  check("{\"product\":\"software key\","
        "\"aaguid\":\"6b657974-7572-4e20-8000-70726163746b\"}",
        "Practice key");
}

static void
of_its_number_the_end_is_enough(void **state)
{
  (void)state;
  check("{\"product\":\"Key\",\"serial\":\"0001234567\"}",
        "Key, number ends in 4567");
  check("{\"product\":\"Key\",\"serial\":\"1234\"}",
        "Key, number ends in 1234");
  check("{\"product\":\"Key\",\"serial\":\"123\"}", "Key");
  check("{\"product\":\"Key\",\"serial\":\"\"}", "Key");
}

static void
there_is_always_a_name(void **state)
{
  (void)state;
  check(NULL, "Security key");
  check("{}", "Security key");
  check("{\"product\":\"\"}", "Security key");
  check("{\"product\":17}", "Security key");
}

/* A key may say of itself what turns the direction of writing. */
static void
a_name_is_made_plain(void **state)
{
  g_autofree char *name = NULL;
  const char *device = "{\"product\":\"Key\\u202eyeK\"}";
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse(device, strlen(device), NULL);

  (void)state;
  name = kiosk_key_name(json);
  assert_null(strstr(name, "\xe2\x80\xae"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_key_is_called_by_its_model),
      cmocka_unit_test(of_its_number_the_end_is_enough),
      cmocka_unit_test(there_is_always_a_name),
      cmocka_unit_test(a_name_is_made_plain),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
