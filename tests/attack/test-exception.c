/* SPDX-License-Identifier: Apache-2.0 */
/* test-exception.c - exceptions: who may grant them, what they may waive, and
 * what is told and kept of them. */
#include "tests/attack/exception.h"
#include "tests/testing.h"

#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/exception.h"
#include "recovery/format/viewer.h"
#include "recovery/model-private.h"
#include "recovery/trial.h"

/* ---- granting ---- */

static void
what_no_exception_may_be_is_refused_by_name(void **state)
{
  const struct {
    const char *rule;
    AttackExceptionWanted wanted;
  } rows[] = {
#define WITH(...) .wanted = {__VA_ARGS__}
#define REST .owner = "p-lead", .review_every_d = 14
      {"exception-waives", WITH("E1", "R9", NULL, "wiki", REST, .until_s = 1)},
      {"exception-waives",
       WITH("E1", "R1 P1", NULL, "wiki", REST, .until_s = 1)},
      {"exception-scope", WITH("E1", "R1", NULL, "mail", REST, .until_s = 1)},
      {"exception-scope", WITH("E1", "R1", "nobody", NULL, REST, .until_s = 1)},
      {"exception-id", WITH("R2", "R1", NULL, "wiki", REST, .until_s = 1)},
      {"exception-id", WITH("P1", "R1", NULL, "wiki", REST, .until_s = 1)},
      {"exception-dates", WITH("E1", "R1", NULL, "wiki", REST, .until_s = -9)},
      {"exception-dates",
       WITH("E1", "R1", NULL, "wiki", REST, .from_s = 9, .until_s = 9)},
      {"exception-dates", WITH("E1", "R1", NULL, "wiki", REST,
                               .from_s = -DAY_S - 9, .until_s = DAY_S)},
      {"exception-dates",
       WITH("E1", "R1", NULL, "wiki", REST, .from_s = 90 * DAY_S + 1,
            .until_s = 91 * DAY_S)},
      {"exception-life",
       WITH("E1", "R1", NULL, "wiki", REST, .until_s = 90 * DAY_S + 1)},
      {"exception-review-days", WITH("E1", "R1", NULL, "wiki", "p-lead",
                                     .until_s = DAY_S, .review_every_d = 31)},
      {"exception-owner-unknown", WITH("E1", "R1", NULL, "wiki", "p-nobody",
                                       .until_s = DAY_S, .review_every_d = 1)},
      {"exception-owner", WITH("E1", "R1", NULL, "wiki", "p-so-one",
                               .until_s = DAY_S, .review_every_d = 1)},
#undef WITH
#undef REST
  };
  AttackWorld *world = attack_world_exception_world();

  (void)state;
  for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
    AttackExceptionWanted wanted = rows[i].wanted;
    g_autofree char *text = NULL;

    if (wanted.until_s == 1) /* no matter when */
      wanted.until_s = DAY_S;
    text = attack_world_exception_line(world, wanted);
    attack_world_expect(
        attack_world_exception_sign(world, "p-so-one", false, text),
        rows[i].rule);
  }
  assert_int_equal(world->station->model->proposed->len, 0);
  attack_world_expect(attack_world_change(world, "exception.grant", "p-so-one",
                                          false, "exception", "{}"),
                      "error");
  attack_world_expect(attack_world_change(world, "exception.grant", "p-so-one",
                                          false, "other", "x"),
                      "error");
  attack_world_free(world);
}

/* The edges that are still good: 90 days, 30 days, a beginning a day ago. */
static void
what_just_fits_is_granted(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");

  (void)state;
  wanted.from_s = -DAY_S + 60;
  wanted.until_s = wanted.from_s + 90 * DAY_S;
  wanted.review_every_d = 30;
  g_free(attack_world_exception_grant(world, wanted));
  assert_live(world, "E1");
  attack_world_free(world);
}

static void
two_people_grant_one_of_them_elsewhere(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *text =
      attack_world_exception_line(world, attack_world_exception_usual("E1"));
  g_autofree char *request = NULL;
  g_autoptr(FidotoolJson) wanted = fidotool_json_new_object();

  (void)state;
  fidotool_json_set_text(wanted, "act", "exception.grant");
  fidotool_json_set_text(wanted, "actor", "p-agent");
  fidotool_json_set_text(wanted, "exception", text);
  request = fidotool_json_write(wanted, NULL);
  attack_world_expect(attack_world_propose(world, "%s", request), "role");
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, text));
  assert_live(world, "");
  assert_state(world, "E1", "waiting");
  attack_world_expect(
      attack_world_exception_sign(world, "p-so-one", true, text), "two-people");
  attack_world_expect(
      attack_world_exception_sign(world, "p-so-two", false, text),
      "change-off-kiosk");
  attack_world_restart(world, NULL); /* the first signature is in the record */
  attack_world_ok(attack_world_exception_sign(world, "p-so-two", true, text));
  assert_live(world, "E1");
  attack_world_restart(world, NULL);
  assert_live(world, "E1");
  attack_world_expect(
      attack_world_exception_sign(world, "p-so-two", true, text),
      "exception-id");
  attack_world_free(world);
}

/* A proposal lives a day; the second signature then is a first. */
static void
a_proposal_lapses(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *text = NULL;

  (void)state;
  wanted.from_s = DAY_S;
  text = attack_world_exception_line(world, wanted);
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, text));
  attack_world_pass(world, 24 * ATTACK_HOUR_MS + 1000);
  attack_world_ok(attack_world_exception_sign(world, "p-so-two", true, text));
  assert_state(world, "E1", "waiting");
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, text));
  assert_state(world, "E1", "live");
  attack_world_free(world);
}

/* The owner by the other name that they have. */
static void
an_owner_is_also_the_subject(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1");
  g_autofree char *text = NULL;

  (void)state;
  wanted.owner =
      g_hash_table_lookup(world->station->model->subject_of, "p-so-two");
  assert_non_null(wanted.owner);
  text = attack_world_exception_line(world, wanted);
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, text));
  attack_world_expect(
      attack_world_exception_sign(world, "p-so-two", true, text),
      "exception-owner");
  attack_world_free(world);
}

/* Two of one id wait; the first that is granted has it. */
static void
an_id_is_granted_once(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  AttackExceptionWanted wanted = attack_world_exception_usual("E1"),
                        other = attack_world_exception_usual("E1");
  g_autofree char *one = attack_world_exception_line(world, wanted);
  g_autofree char *two = NULL;
  g_autofree char *object = NULL;

  (void)state;
  other.waives = "R2";
  two = attack_world_exception_line(world, other);
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, one));
  attack_world_ok(attack_world_exception_sign(world, "p-so-one", false, two));
  attack_world_ok(attack_world_exception_sign(world, "p-so-two", true, two));
  attack_world_expect(attack_world_exception_sign(world, "p-so-two", true, one),
                      "exception-id");
  object = fidotool_bytes_sha256_hex(two, strlen(two));
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-one", object));
  attack_world_expect(attack_world_exception_sign(world, "p-so-two", true, one),
                      "exception-id");
  attack_world_free(world);
}

/* ---- what is told and kept ---- */

static void
the_list_says_it_all(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));
  g_autofree char *text =
      attack_world_exception_line(world, attack_world_exception_usual("E2"));
  g_autoptr(FidotoolJson) answer = NULL;
  const FidotoolJson *list, *row;
  g_autofree char *kind = NULL;
  g_autoptr(GBytes) body = NULL;
  uint8_t digest[32];

  (void)state;
  attack_world_ok(attack_world_exception_sign(world, "p-so-two", true, text));
  answer = attack_world_query(world, "{\"what\":\"exceptions\"}");
  list = fidotool_json_get(answer, "exceptions");
  assert_int_equal(fidotool_json_size(list), 2);
  row = attack_world_row(list, "id", "E1");
  assert_string_equal(fidotool_json_get_text(row, "state"), "live");
  assert_string_equal(fidotool_json_get_text(row, "object"), object);
  assert_string_equal(fidotool_json_get_text(row, "owner"), "p-lead");
  assert_int_equal(fidotool_json_get_int(row, "uses", -1), 0);
  assert_non_null(fidotool_json_get_text(row, "due"));
  assert_int_equal(fidotool_json_size(fidotool_json_get(row, "approved_by")),
                   2);
  row = attack_world_row(list, "id", "E2");
  assert_string_equal(fidotool_json_get_text(row, "state"), "waiting");
  assert_string_equal(fidotool_json_get_text(row, "text"), text);
  /* The entry has the digest alone; the words are in a file of their own. */
  assert_int_equal(attack_world_entries(world, "laptops"), 0);
  assert_true(fidotool_bytes_unhex(object, digest, 32));
  assert_true(
      recovery_store_object(world->station->store, digest, &body, &kind, NULL));
  assert_string_equal(kind, "policy");
  recovery_session_end_roles(world->session);
  attack_world_expect(attack_world_query(world, "{\"what\":\"exceptions\"}"),
                      "role-not-active");
  attack_world_free(world);
}

static const char *
word_of(const RecoveryView *view, const char *label)
{
  for (unsigned i = 0; i < view->lines->len; i++) {
    const RecoveryViewerLine *line = g_ptr_array_index(view->lines, i);

    if (strcmp(line->label, label) == 0)
      return line->text;
  }
  return "";
}

static void
check_words(AttackWorld *world, const char *act, const char *member,
            const char *value, const char *title)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) proposal = NULL;
  g_autoptr(RecoveryView) view = NULL;
  g_autofree char *text = NULL;

  fidotool_json_set_text(request, "act", act);
  fidotool_json_set_text(request, "actor", "p-so-one");
  fidotool_json_set_text(request, member, value);
  text = fidotool_json_write(request, NULL);
  attack_world_activate(world, "p-so-one", "security");
  proposal = attack_world_propose(world, "%s", text);
  view = recovery_viewer_read(proposal, NULL);
  assert_non_null(view);
  assert_string_equal(view->title, title);
  assert_string_equal(word_of(view, "Requirements waived"), "R1");
  assert_string_equal(word_of(view, "At the app"), "wiki");
  assert_string_equal(word_of(view, "For the people"), "any");
  assert_string_equal(word_of(view, "Owner"), "p-lead");
  assert_string_equal(word_of(view, "Reviewed"), "every 14 days");
  assert_int_equal(strlen(word_of(view, "Ends")), 24);
}

/* Whoever signs sees what is waived, for whom and until when; also who reviews
 * it or ends it. */
static void
signers_see_what_is_waived(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *object =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));
  g_autofree char *text =
      attack_world_exception_line(world, attack_world_exception_usual("E2"));

  (void)state;
  check_words(world, "exception.grant", "exception", text,
              "Grant an exception");
  check_words(world, "exception.review", "object", object,
              "Review an exception");
  check_words(world, "exception.end", "object", object, "End an exception");
  attack_world_free(world);
}

/* Entries that say what they rest on are counted, after a restart too. */
static void
uses_are_counted(void **state)
{
  static const char text[] = "{\"exceptions\":[\"E1\",\"E9\",\"E1\",7],\"t\":"
                             "\"2026-12-01T00:00:00.000Z\"}";
  AttackWorld *world = attack_world_exception_world();
  RecoveryModel *model = world->station->model;
  g_autoptr(FidotoolJson) entry = fidotool_json_parse(text, strlen(text), NULL);

  (void)state;
  g_free(
      attack_world_exception_grant(world, attack_world_exception_usual("E1")));
  recovery_model_count_exceptions(model, entry);
  assert_int_equal(recovery_model_exception(model, "E1")->uses, 2);
  assert_true(recovery_model_exception(model, "E1")->used_ms > 0);
  attack_world_free(world);
}

static GPtrArray *
export_bundle(AttackWorld *world)
{
  g_autoptr(FidotoolJson) made = NULL;
  g_autofree char *request = NULL;

  attack_world_activate(world, "p-audit", "auditor");
  made = attack_world_act(world, "p-audit", true,
                          "{\"act\":\"export.made\",\"actor\":\"p-audit\"}");
  request = g_strdup_printf(
      "{\"statement\":\"%s\"}",
      fidotool_json_get_text(fidotool_json_get(made, "done"), "statement"));
  return recovery_station_export(world->station, world->session, request, NULL);
}

/* The auditor has the lines, and both verifiers find it all in order. */
static void
a_bundle_carries_them(void **state)
{
  AttackWorld *world = attack_world_exception_world();
  g_autofree char *one =
      attack_world_exception_grant(world, attack_world_exception_usual("E1"));
  g_autofree char *two =
      attack_world_exception_grant(world, attack_world_exception_usual("E2"));
  g_autofree char *text =
      attack_world_exception_line(world, attack_world_exception_usual("E3"));
  g_autoptr(GPtrArray) files = NULL;
  g_autofree char *said = NULL;
  unsigned found = 0;

  (void)state;
  attack_world_ok(
      attack_world_exception_sign(world, "p-so-one", false, text)); /* waits */
  attack_world_pass(world, 10 * DAY_MS);
  attack_world_ok(attack_world_exception_one_signs(world, "exception.review",
                                                   "p-so-two", one));
  attack_world_ok(attack_world_exception_one_signs(world, "exception.end",
                                                   "p-so-one", two));
  attack_world_pass(world, 31 * DAY_MS); /* overdue and over */
  files = export_bundle(world);
  assert_non_null(files);
  for (unsigned i = 0; i < files->len; i++)
    if (g_str_has_prefix(((RecoveryTarFile *)g_ptr_array_index(files, i))->path,
                         "data/exceptions/"))
      found++;
  assert_int_equal(found, 3);
  if (attack_world_verify(world, files, true, &said) != 0)
    fail_msg("a verifier refuses: %s", said);
  attack_world_free(world);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_no_exception_may_be_is_refused_by_name),
      cmocka_unit_test(what_just_fits_is_granted),
      cmocka_unit_test(two_people_grant_one_of_them_elsewhere),
      cmocka_unit_test(a_proposal_lapses),
      cmocka_unit_test(an_owner_is_also_the_subject),
      cmocka_unit_test(an_id_is_granted_once),
      cmocka_unit_test(the_list_says_it_all),
      cmocka_unit_test(signers_see_what_is_waived),
      cmocka_unit_test(uses_are_counted),
      cmocka_unit_test(a_bundle_carries_them),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
