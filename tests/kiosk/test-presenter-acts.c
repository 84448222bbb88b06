/* SPDX-License-Identifier: Apache-2.0 */
/* What staff may press follows from what recoveryd says, and from nothing
 * else. */
#include "tests/testing.h"

#include <glib.h>
#include <string.h>

#include "kiosk/presenter-acts.h"

static GPtrArray *
read_acts(const char *acts, const char *me)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) json =
      fidotool_json_parse(acts, strlen(acts), &error);

  assert_null(error);
  return kiosk_presenter_acts_read(json, me);
}

#define OPEN(person) "{\"person\":\"" person "\",\"open\":1,\"roles\":[\"r\"]}"
#define SHUT(person, roles, rule)                                              \
  "{\"person\":\"" person "\",\"open\":0,\"roles\":[" roles                    \
  "],\"rule\":\"" rule "\",\"text\":\"t\",\"enough\":\"e\"}"
#define ACT(name, is_signed, persons)                                          \
  "{\"act\":\"" name "\",\"signed\":" is_signed ",\"persons\":[" persons "]}"

/* An act that nobody knew when this was written is read and signed. */
static void
an_unknown_act_needs_no_row(void **state)
{
  g_autoptr(GPtrArray) offers =
      read_acts("[" ACT("case.frobnicate", "1", OPEN("ada")) "]", "ada");
  const KioskOffer *offer = offers->pdata[0];

  (void)state;
  assert_int_equal(offers->len, 1);
  assert_true(offer->open && offer->own && !offer->elsewhere);
  assert_int_equal(offer->begin, KIOSK_BEGIN_ACT);
}

static void
an_act_is_whose_it_is_open_to(void **state)
{
  static const struct {
    const char *act, *is_signed, *persons;
    bool open, own;
    KioskBegin begin;
  } rows[] = {
      {"case.withdraw", "1", OPEN("ada"), true, true, KIOSK_BEGIN_ACT},
      {"case.withdraw", "1", OPEN("ben"), true, false, KIOSK_BEGIN_ACT},
      {"case.withdraw", "1", OPEN("ada") "," OPEN("ben"), true, true,
       KIOSK_BEGIN_ACT},
      /* Others decide about it: whoever puts a key in. */
      {"case.approve", "1", OPEN("ada") "," OPEN("ben"), true, false,
       KIOSK_BEGIN_ACT},
      {"case.approve", "1", OPEN("ada"), true, true, KIOSK_BEGIN_ACT},
      {"case.check", "1", OPEN("ada") "," OPEN("sol"), true, false,
       KIOSK_BEGIN_ACT},
      {"case.check", "1", OPEN("ada"), true, true, KIOSK_BEGIN_ACT},
      {"case.approve", "1", SHUT("ada", "", "role"), false, false,
       KIOSK_BEGIN_ACT},
      /* Without a signature it is done by who is signed in, or not here. */
      {"case.amend", "0", OPEN("ada"), true, false, KIOSK_BEGIN_SUBMIT},
      {"case.amend", "0", OPEN("ben"), false, false, KIOSK_BEGIN_SUBMIT},
      {"case.add_evidence", "0", OPEN("ada"), true, true, KIOSK_BEGIN_EVIDENCE},
  };

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text =
        g_strdup_printf("[{\"act\":\"%s\",\"signed\":%s,\"persons\":[%s]}]",
                        rows[i].act, rows[i].is_signed, rows[i].persons);
    g_autoptr(GPtrArray) offers = read_acts(text, "ada");
    const KioskOffer *offer = offers->pdata[0];

    if (offer->open != rows[i].open || offer->begin != rows[i].begin ||
        (offer->begin == KIOSK_BEGIN_ACT && offer->own != rows[i].own))
      fail_msg("%s", text);
  }
}

static void
a_role_is_taken_first(void **state)
{
  g_autoptr(GPtrArray) offers = read_acts(
      "[{\"act\":\"case.amend\",\"signed\":0,\"persons\":[{\"person\":"
      "\"ada\",\"open\":1,\"roles\":[\"agent\"],\"role\":\"agent\"}]}]",
      "ada");
  const KioskOffer *offer = offers->pdata[0];

  (void)state;
  assert_int_equal(offer->begin, KIOSK_BEGIN_ROLE);
  assert_string_equal(offer->role, "agent");
}

/* The desk sees no difference between one wait and another. */
static void
a_routine_check_is_shown_to_its_officers(void **state)
{
  static const char text[] =
      "[" ACT("case.check", "1", OPEN("sid") "," SHUT("ada", "", "role")) "]";
  g_autoptr(GPtrArray) desk = read_acts(text, "ada");
  g_autoptr(GPtrArray) nobody = read_acts(text, NULL);
  g_autoptr(GPtrArray) officer = read_acts(text, "sid");

  (void)state;
  assert_int_equal(desk->len, 0);
  assert_int_equal(nobody->len, 0);
  assert_int_equal(officer->len, 1);
}

/* The key answers for itself: the row says whether it is open. */
static void
a_new_key_is_open_by_itself(void **state)
{
  g_autoptr(GPtrArray) offers = read_acts(
      "[{\"act\":\"case.made\",\"signed\":0,\"persons\":[],\"open\":1},"
      "{\"act\":\"case.made\",\"signed\":0,\"persons\":[],\"open\":0,"
      "\"rule\":\"state\",\"text\":\"t\",\"enough\":\"e\"}]",
      "ada");
  const KioskOffer *first = offers->pdata[0], *second = offers->pdata[1];

  (void)state;
  assert_true(first->open);
  assert_int_equal(first->begin, KIOSK_BEGIN_HANDOVER);
  assert_false(second->open);
  assert_string_equal(second->rule, "state");
}

/* Of several refusals the one of somebody whose role would do. */
static void
the_refusal_says_what_stands_in_the_way(void **state)
{
  g_autoptr(GPtrArray) offers =
      read_acts("[" ACT("case.withdraw", "1",
                        SHUT("una", "", "role") "," SHUT("ada", "\"agent\"",
                                                         "state")) "]",
                "zoe");
  const KioskOffer *offer = offers->pdata[0];

  (void)state;
  assert_false(offer->open);
  assert_string_equal(offer->rule, "state");
}

static void
what_leads_on_comes_first(void **state)
{
  static const char *const wanted[] = {"case.submit", "case.approve",
                                       "case.withdraw", "case.activate"};
  g_autoptr(GPtrArray) offers = read_acts(
      "[" ACT("case.activate", "1", SHUT("ria", "\"r\"", "state")) "," ACT(
          "case.withdraw", "1",
          OPEN("ada")) "," ACT("case.approve", "1",
                               OPEN("ben")) "," ACT("case.submit", "1",
                                                    OPEN("ada")) "]",
      "ada");

  (void)state;
  assert_int_equal(offers->len, G_N_ELEMENTS(wanted));
  for (guint i = 0; i < offers->len; i++)
    assert_string_equal(((KioskOffer *)offers->pdata[i])->act, wanted[i]);
}

/* Rows that make no sense offer nothing. */
static void
nonsense_offers_nothing(void **state)
{
  static const char *const texts[] = {
      "[]",
      "{}",
      "null",
      "[null,1,\"x\",{}]",
      "[{\"act\":7}]",
      "[{\"act\":\"case.approve\",\"persons\":[null,{},{\"person\":1}]}]"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GPtrArray) offers = read_acts(texts[i], "ada");

    for (guint k = 0; k < offers->len; k++)
      assert_false(((KioskOffer *)offers->pdata[k])->open);
  }
}

static void
opposites_are_mutual(void **state)
{
  static const char *const acts[] = {"case.approve", "case.refuse",
                                     "case.uphold", "case.reject"};

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(acts); i++)
    assert_string_equal(
        kiosk_presenter_acts_opposite(kiosk_presenter_acts_opposite(acts[i])),
        acts[i]);
  /* Who may pass a routine check may refuse the case instead. */
  assert_string_equal(kiosk_presenter_acts_opposite("case.check"),
                      "case.refuse");
  assert_null(kiosk_presenter_acts_opposite("case.withdraw"));
  assert_null(kiosk_presenter_acts_suggestion("case.open", "sub", 0));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_unknown_act_needs_no_row),
      cmocka_unit_test(an_act_is_whose_it_is_open_to),
      cmocka_unit_test(a_role_is_taken_first),
      cmocka_unit_test(a_routine_check_is_shown_to_its_officers),
      cmocka_unit_test(a_new_key_is_open_by_itself),
      cmocka_unit_test(the_refusal_says_what_stands_in_the_way),
      cmocka_unit_test(what_leads_on_comes_first),
      cmocka_unit_test(nonsense_offers_nothing),
      cmocka_unit_test(opposites_are_mutual),
  };

  return cmocka_run_group_tests_name("presenter-acts", tests, NULL, NULL);
}
