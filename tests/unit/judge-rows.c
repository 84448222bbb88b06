/* SPDX-License-Identifier: Apache-2.0 */
/* judge-rows.c - runs a table of registrations. */
#include "judge-rows.h"

#include <string.h>

static void
judges(void **state)
{
  const JudgeRow *row = *state;
  g_autoptr(FidotoolJson) request = make_registration(&row->spec, NULL);
  const char *statement = row->statement;

  if (statement == NULL)
    statement = row->failed == NULL ? "valid" : "invalid";
  assert_true(make_registration_judges(request, statement, row->trust,
                                       row->failed ? row->failed : ""));
}

int
judge_rows_run(const JudgeRow *rows, size_t count,
               const struct CMUnitTest *more, size_t more_count)
{
  g_autofree struct CMUnitTest *tests =
      g_new0(struct CMUnitTest, count + more_count);

  for (size_t i = 0; i < count; i++)
    tests[i] = (struct CMUnitTest){rows[i].name, judges, NULL, NULL,
                                   (void *)(uintptr_t)&rows[i]};
  if (more_count > 0)
    memcpy(tests + count, more, more_count * sizeof(*more));
  return _cmocka_run_group_tests("registrations", tests, count + more_count,
                                 NULL, NULL);
}
