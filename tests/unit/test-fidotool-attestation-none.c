/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-attestation-none.c - N1, and what none is worth. */
#include "judge-rows.h"

/* clang-format off */
static const JudgeRow rows[] = {
  { "none is valid, and nobody vouches", { .style = MAKE_NONE, .chain = MAKE_CHAIN_NO_ANCHORS }, NULL, NULL, "none" },
  BAD("none/N1", "a statement that is not empty", .style = MAKE_NONE, .statement = MAKE_STATEMENT_NOT_EMPTY),
  BAD("none/N1", "a statement that is an array", .style = MAKE_NONE, .statement = MAKE_STATEMENT_ARRAY),
  { "enterprise attestation asked for and none given", { .style = MAKE_NONE, .options = "{\"attestation\":\"enterprise\"}" },
    "registration/R21", "valid", "none" },
};
/* clang-format on */

int
main(void)
{
  return judge_rows_run(rows, G_N_ELEMENTS(rows), NULL, 0);
}
