/* SPDX-License-Identifier: Apache-2.0 */
/* The kiosk's own settings: a typing error is seen, and named. */
#include "tests/testing.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "kiosk/config.h"

static KioskConfig *
read_text(const char *text, GError **error)
{
  g_autofree char *path = NULL;
  KioskConfig *config;
  int fd = g_file_open_tmp("keyturn-config-XXXXXX", &path, NULL);

  assert_true(fd >= 0);
  (void)close(fd);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  config = kiosk_config_read(path, error);
  if (config == NULL)
    assert_non_null(strstr((*error)->message, path)); /* which file it is */
  (void)g_unlink(path);
  return config;
}

static void
without_a_file_there_are_defaults(void **state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(KioskConfig) config = kiosk_config_read(NULL, &error);

  (void)state;
  assert_non_null(config);
  assert_null(config->station);
  assert_null(config->language);
  assert_null(config->exchange);
  assert_int_equal(config->idle_s, 60);
  assert_int_equal(config->warn_s, 20);
  assert_int_equal(config->dpi, 0);
  assert_int_equal(config->distance_mm, 500);
  assert_false(config->windowed);
}

static void
every_key_is_read(void **state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(KioskConfig) config =
      read_text("# a comment\n"
                "[kiosk]\n"
                "station=/run/keyturn/recoveryd\n"
                "language=de\n"
                "phone=+49 30 1234\n"
                "exchange=/media/exchange\n"
                "receipts=/var/lib/keyturn-kiosk\nscheme=dark\n"
                "scheme=dark\n"
                "idle_s=600\nwarn_s=10\ndpi=113\ndistance_mm=400\n",
                &error);

  (void)state;
  assert_non_null(config);
  assert_string_equal(config->station, "/run/keyturn/recoveryd");
  assert_string_equal(config->language, "de");
  assert_string_equal(config->phone, "+49 30 1234");
  assert_string_equal(config->exchange, "/media/exchange");
  assert_string_equal(config->receipts, "/var/lib/keyturn-kiosk");
  assert_string_equal(config->scheme, "dark");
  assert_string_equal(config->scheme, "dark");
  assert_int_equal(config->idle_s, 600);
  assert_int_equal(config->warn_s, 10);
  assert_int_equal(config->dpi, 113);
  assert_int_equal(config->distance_mm, 400);
}

static void
an_empty_text_is_none(void **state)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(KioskConfig) config =
      read_text("[kiosk]\nexchange=\nphone =  \n", &error);

  (void)state;
  assert_non_null(config);
  assert_null(config->exchange);
  assert_null(config->phone);
}

static void
what_is_wrong_is_named(void **state)
{
  static const struct {
    const char *text, *says[2];
  } rows[] = {
      /* clang-format off */
      { "[kiosk]\nidle=60\n",              { "idle", "idle_s" } },
      { "[kiosk]\nIdle_s=60\n",            { "Idle_s", NULL } },
      { "[kiosk]\nidle_s=9\n",             { "idle_s", "between 10 and 600" } },
      { "[kiosk]\nidle_s=601\n",           { "idle_s", "between 10 and 600" } },
      { "[kiosk]\nwarn_s=121\n",           { "warn_s", "between 10 and 120" } },
      { "[kiosk]\nwarn_s=-1\n",            { "warn_s", "between 10 and 120" } },
      { "[kiosk]\ndpi=601\n",              { "dpi", "between 0 and 600" } },
      { "[kiosk]\ndistance_mm=199\n",      { "distance_mm", "between 200 and 2000" } },
      { "[kiosk]\ndistance_mm=0\n",        { "distance_mm", NULL } },
      { "[kiosk]\nidle_s=sixty\n",         { "idle_s", "sixty" } },
      { "[kiosk]\nidle_s=60.5\n",          { "idle_s", "60.5" } },
      { "[kiosk]\nidle_s=\n",              { "idle_s", NULL } },
      { "[kiosk]\nidle_s=9999999999999\n", { "idle_s", "9999999999999" } },
      { "[kiosk]\nscheme=blue\n",          { "scheme", "blue" } },
      { "[kiosk]\nwindowed=true\n",        { "windowed", NULL } },
      { "[kiosk]\nphone=\\q\n",            { "phone", NULL } },
      { "[Kiosk]\nidle_s=60\n",            { "Kiosk", "[kiosk]" } },
      { "[kiosk]\nidle_s=60\n[other]\n",   { "other", NULL } },
      { "idle_s=60\n",                     { "group", NULL } },
      { "[kiosk]\nidle_s\n",               { "idle_s", NULL } },
      { "[kiosk]\nphone=\xff\xfe\n",       { "phone", NULL } },
      { "[kiosk]\nscheme=blue\n",         { "scheme", "blue" } },
      /* clang-format on */
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(KioskConfig) config = read_text(rows[i].text, &error);

    if (config != NULL)
      fail_msg("taken: %s", rows[i].text);
    assert_true(g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE));
    for (int k = 0; k < 2 && rows[i].says[k] != NULL; k++)
      if (strstr(error->message, rows[i].says[k]) == NULL)
        fail_msg("\"%s\" does not name %s", error->message, rows[i].says[k]);
  }
}

static void
a_file_that_is_not_there_is_named(void **state)
{
  g_autoptr(GError) error = NULL;

  (void)state;
  assert_null(kiosk_config_read("no-such-file", &error));
  assert_true(g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE));
  assert_non_null(strstr(error->message, "no-such-file"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_file_there_are_defaults),
      cmocka_unit_test(every_key_is_read),
      cmocka_unit_test(an_empty_text_is_none),
      cmocka_unit_test(what_is_wrong_is_named),
      cmocka_unit_test(a_file_that_is_not_there_is_named),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
