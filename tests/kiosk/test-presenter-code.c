/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and codes as people type them, and what is none. */
#include "tests/testing.h"

#include <glib.h>

#include "kiosk/presenter-code.h"

typedef struct {
  const char *typed;
  const char *is; /* NULL: it is none */
} Row;

static void
check(char *(*read)(const char *), const Row *rows, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    g_autofree char *is = read(rows[i].typed);

    if (g_strcmp0(is, rows[i].is) != 0)
      fail_msg("\"%s\" is %s, not %s", rows[i].typed, is == NULL ? "none" : is,
               rows[i].is == NULL ? "none" : rows[i].is);
  }
}

static void
a_case_number_is_known_however_it_is_typed(void **state)
{
  static const Row rows[] = {
      {"c-1a2b3c4d", "c-1a2b3c4d"},
      {"1a2b3c4d", "c-1a2b3c4d"},
      {"C-1A2B3C4D", "c-1a2b3c4d"},
      {" c 1a2b 3c4d ", "c-1a2b3c4d"},
      {"c1a2b3c4d", "c-1a2b3c4d"},
      {"c-c1234567", "c-c1234567"},
      {"c1234567", "c-c1234567"},
      {"cccccccc", "c-cccccccc"},
      {"ccccccccc", "c-cccccccc"},
      {"", NULL},
      {NULL, NULL},
      {"c-", NULL},
      {"1a2b3c4", NULL},
      {"1a2b3c4d5e", NULL},
      {"d1a2b3c4d", NULL},
      {"1a2b3c4g", NULL},
      {"c-1a2b3c4\xc3\xa4", NULL},
      {"c-1a2b3c4d\n", NULL},
      {"../../etc", NULL},
  };

  (void)state;
  check(kiosk_presenter_code_case, rows, G_N_ELEMENTS(rows));
}

static void
a_contest_code_is_32_characters(void **state)
{
  static const Row rows[] = {
      {"0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"},
      {"0123 4567 89AB CDEF 0123 4567 89AB CDEF",
       "0123456789abcdef0123456789abcdef"},
      {"0123-4567-89ab-cdef-0123-4567-89ab-cdef",
       "0123456789abcdef0123456789abcdef"},
      {"0123456789abcdef0123456789abcde", NULL},
      {"0123456789abcdef0123456789abcdef0", NULL},
      {"0123456789abcdef0123456789abcdeg", NULL},
      {"", NULL},
      {NULL, NULL},
  };

  (void)state;
  check(kiosk_presenter_code_contest, rows, G_N_ELEMENTS(rows));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_case_number_is_known_however_it_is_typed),
      cmocka_unit_test(a_contest_code_is_32_characters),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
