/* SPDX-License-Identifier: Apache-2.0 */
/* callers.conf: who may ask for decisions, and what is no such file. */
#include <string.h>

#include "recovery/service/callers.h"
#include "tests/testing.h"

static GPtrArray *
read_text(const char *text, GError **error)
{
  return recovery_callers_read(text, strlen(text), error);
}

static void
a_caller_has_a_name_a_user_and_signals(void **state)
{
  g_autoptr(GPtrArray) callers =
      read_text("# mobile devices\n[mdm]\nuid=2001\nsignals=device_managed; "
                "disk_sealed;\n\n[vpn]\nuser=root\n",
                NULL);
  const RecoveryCaller *mdm, *vpn;

  (void)state;
  assert_non_null(callers);
  assert_int_equal(callers->len, 2);
  mdm = recovery_callers_find(callers, 2001);
  vpn = recovery_callers_find(callers, 0);
  assert_string_equal(mdm->name, "mdm");
  assert_string_equal(mdm->signals[0], "device_managed");
  assert_string_equal(mdm->signals[1], "disk_sealed");
  assert_null(mdm->signals[2]);
  assert_string_equal(vpn->name, "vpn");
  assert_null(vpn->signals[0]);
  assert_null(recovery_callers_find(callers, 2002));
  assert_null(recovery_callers_find(callers, (uid_t)-1));
  assert_null(recovery_callers_find(NULL, 2001));
}

static void
what_is_not_meant_so_is_refused(void **state)
{
  /* clang-format off */
  static const struct {
    const char *text, *error;
  } rows[] = {
    { "uid=1\n", "cannot be read" },
    { "[mdm]\n", "either user or uid" },
    { "[mdm]\nuid=1\nuser=root\n", "either user or uid" },
    { "[mdm]\nuid=root\n", "no number of a user" },
    { "[mdm]\nuid=-1\n", "no number of a user" },
    { "[mdm]\nuid=4294967295\n", "no number of a user" },
    { "[mdm]\nuid=1\nsignal=a\n", "nothing else" },
    { "[MDM]\nuid=1\n", "lower-case" },
    { "[m d]\nuid=1\n", "lower-case" },
    { "[record]\nuid=1\n", "the station's own" },
    { "[mdm]\nuid=1\nsignals=a;;\n", "without an id" },
    { "[mdm]\nuid=1\n[vpn]\nuid=1\n", "another caller already" },
    { "[mdm]\nuid=1\n[mdm]\nuid=2\n", "twice" },
  };
  /* clang-format on */

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) callers = read_text(rows[i].text, &error);

    if (callers != NULL || strstr(error->message, rows[i].error) == NULL)
      fail_msg("\"%s\": %s", rows[i].text,
               error != NULL ? error->message : "taken");
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_caller_has_a_name_a_user_and_signals),
      cmocka_unit_test(what_is_not_meant_so_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
