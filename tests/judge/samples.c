/* SPDX-License-Identifier: Apache-2.0 */
/* samples.c - prints requests to the judge, one line of JSON each: a name, the
 * request, and the statement's and the trust's result that it must get. For
 * tests that compare judges. */
#include <stdio.h>

#include "make-assertion.h"

static const struct {
  const char *name;
  const char *statement, *trust;
  MakeRegistration spec;
} registrations[] = {
    {"chain", "valid", "anchored", {0}},
    {"chain-intermediate",
     "valid",
     "anchored",
     {.chain = MAKE_CHAIN_INTERMEDIATE}},
    {"chain-eddsa", "valid", "anchored", {.alg = -8}},
    {"self", "valid", "self", {.style = MAKE_SELF}},
    {"none", "valid", "none", {.style = MAKE_NONE}},
    {"wrong-signature", "invalid", "anchored", {.sig = MAKE_SIG_OTHER_DATA}},
    {"wrong-rp", "invalid", "anchored", {.rp_id = "example.net"}},
    {"no-touch", "invalid", "anchored", {.flags_clear = 0x01}},
    {"other-model",
     "invalid",
     "anchored",
     {.leaf = {.model = MAKE_MODEL_OTHER}}},
    {"no-constraints",
     "invalid",
     "anchored",
     {.leaf = {.constraints = MAKE_CONSTRAINTS_ABSENT}}},
    {"expired", "valid", "untrusted", {.leaf = {.not_after = MAKE_AT - 1}}},
    {"other-root", "valid", "untrusted", {.chain = MAKE_CHAIN_OTHER_ROOT}},
    {"expired-own-ca",
     "invalid",
     "untrusted",
     {.chain = MAKE_CHAIN_SELF_SIGNED,
      .leaf = {.constraints = MAKE_CONSTRAINTS_CA,
               .model = MAKE_MODEL_OTHER,
               .not_after = MAKE_AT - MAKE_DAY}}},
    {"device-bound",
     "valid",
     "anchored",
     {.flags_set = 0x08, .options = "{\"device_bound\":1}"}},
    {"malformed-key", "malformed-cose-key", "not-checked", {.key = "a0"}},
};

static const struct {
  const char *name;
  const char *statement;
  MakeAssertion spec;
} assertions[] = {
    {"assertion", "valid", {0}},
    {"assertion-eddsa", "valid", {.alg = -8}},
    {"assertion-rsa", "valid", {.alg = -257}},
    /* which the worker has not touched before its walls */
    {"assertion-p384", "valid", {.alg = -35}},
    {"assertion-p521", "valid", {.alg = -36}},
    {"assertion-ed448", "valid", {.alg = -53}},
    {"assertion-wrong-signature", "invalid", {.sig = MAKE_SIG_OTHER_DATA}},
    {"assertion-wrong-rp", "invalid", {.rp_id = "example.net"}},
    {"assertion-no-touch", "invalid", {.flags_clear = 0x01}},
    {"assertion-copy", "valid", {.count = 7}},
};

static void
print_sample(const char *name, const char *statement, const char *trust,
             FidotoolJson *request)
{
  g_autoptr(FidotoolJson) line = fidotool_json_new_object();
  g_autofree char *text = NULL;

  fidotool_json_set_text(line, "name", name);
  fidotool_json_set_text(line, "statement", statement);
  fidotool_json_set_text(line, "trust", trust);
  fidotool_json_set(line, "request", request);
  text = fidotool_json_write(line, NULL);
  printf("%s\n", text);
}

int
main(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(registrations); i++)
    print_sample(registrations[i].name, registrations[i].statement,
                 registrations[i].trust,
                 make_registration(&registrations[i].spec, NULL));
  for (size_t i = 0; i < G_N_ELEMENTS(assertions); i++)
    print_sample(assertions[i].name, assertions[i].statement, "not-checked",
                 make_assertion(&assertions[i].spec));
  return 0;
}
