/* SPDX-License-Identifier: Apache-2.0 */
/* control.c - the control channel: one line in, one line out. */
#include "tests/softkey/control.h"

#include <string.h>

#define MAX_NUMBER 1000000000

/* Runs a verb; words is what follows it. Returns NULL when it makes no
 * sense. */
typedef char *Verb(SoftkeyServer *server, char **words, size_t n_words);

static char *
ok(void)
{
  return g_strdup("ok");
}

/* Decimal, or hexadecimal with 0x. */
static bool
read_number(const char *word, int64_t *ret_number)
{
  char *end;
  int64_t number;

  if (!g_ascii_isdigit(word[0]))
    return false;
  number = g_ascii_strtoll(word, &end, 0);
  if (*end != '\0' || number > MAX_NUMBER)
    return false;
  *ret_number = number;
  return true;
}

static char *
set_touch(SoftkeyServer *server, char **words, size_t n_words)
{
  SoftkeyTouch *touch = softkey_core_touch(softkey_server_core(server));
  int64_t ms;

  if (n_words == 1 && g_str_equal(words[0], "now"))
    touch->is_now = true;
  else if (n_words == 1 && g_str_equal(words[0], "never"))
    touch->mode = SOFTKEY_TOUCH_NEVER;
  else if (n_words == 1 && g_str_equal(words[0], "decline"))
    touch->mode = SOFTKEY_TOUCH_DECLINE;
  else if (n_words == 2 && g_str_equal(words[0], "after") &&
           read_number(words[1], &ms)) {
    touch->mode = SOFTKEY_TOUCH_AFTER;
    touch->after_ms = ms;
  } else {
    return NULL;
  }
  softkey_ctaphid_tick(softkey_server_ctaphid(server));
  return ok();
}

/* The next sample of a finger; several in turn wait for their turn. */
static char *
add_finger(SoftkeyServer *server, char **words, size_t n_words)
{
  static const char *const kinds[] = {
      [SOFTKEY_FINGER_GOOD] = "good",
      [SOFTKEY_FINGER_BAD] = "bad",
      [SOFTKEY_FINGER_LOW_QUALITY] = "low-quality",
  };

  for (size_t i = 0; n_words == 1 && i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(words[0], kinds[i])) {
      softkey_core_finger(softkey_server_core(server), (SoftkeyFinger)i);
      return ok();
    }
  return NULL;
}

static char *
power_cycle(SoftkeyServer *server, char **words, size_t n_words)
{
  (void)words;
  if (n_words != 0)
    return NULL;
  softkey_server_power_cycle(server);
  return ok();
}

static char *
unplug(SoftkeyServer *server, char **words, size_t n_words)
{
  int64_t n;

  if (n_words == 0) {
    softkey_server_unplug(server);
    return ok();
  }
  if (n_words != 2 || !g_str_equal(words[0], "at") ||
      !read_number(words[1], &n) || n < 1)
    return NULL;
  softkey_server_unplug_at(server, (unsigned)n);
  return ok();
}

static char *
plug(SoftkeyServer *server, char **words, size_t n_words)
{
  g_autoptr(GError) error = NULL;

  (void)words;
  if (n_words != 0)
    return NULL;
  if (!softkey_server_plug(server, &error))
    return g_strdup_printf("error %s", error->message);
  return ok();
}

/* number, and the argument or else fallback (negative: there must be one) */
static char *
add_order(SoftkeyServer *server, SoftkeyInjectKind kind, char **words,
          size_t n_words, int64_t fallback)
{
  SoftkeyInject *inject = softkey_core_inject(softkey_server_core(server));
  int64_t number, argument = fallback;

  if (n_words < 1 || n_words > 2 || !read_number(words[0], &number) ||
      number < 1)
    return NULL;
  if (n_words == 2 && !read_number(words[1], &argument))
    return NULL;
  if (argument < 0 || argument > SOFTKEY_CTAPHID_MAX_MESSAGE ||
      (kind == SOFTKEY_INJECT_FAIL && (argument < 1 || argument > 0xff)))
    return NULL;
  softkey_inject_add(inject, kind, (unsigned)number, (unsigned)argument);
  return ok();
}

static char *
fail(SoftkeyServer *server, char **words, size_t n_words)
{
  return add_order(server, SOFTKEY_INJECT_FAIL, words, n_words, -1);
}

static char *
corrupt(SoftkeyServer *server, char **words, size_t n_words)
{
  return add_order(server, SOFTKEY_INJECT_CORRUPT, words, n_words, -1);
}

static char *
truncate_reply(SoftkeyServer *server, char **words, size_t n_words)
{
  return add_order(server, SOFTKEY_INJECT_TRUNCATE, words, n_words, 1);
}

static char *
append_reply(SoftkeyServer *server, char **words, size_t n_words)
{
  return add_order(server, SOFTKEY_INJECT_APPEND, words, n_words, 1);
}

static char *
delay(SoftkeyServer *server, char **words, size_t n_words)
{
  int64_t ms;

  if (n_words != 1 || !read_number(words[0], &ms))
    return NULL;
  softkey_core_inject(softkey_server_core(server))->delay_ms = ms;
  return ok();
}

static char *
stall(SoftkeyServer *server, char **words, size_t n_words)
{
  (void)words;
  if (n_words != 0)
    return NULL;
  softkey_core_inject(softkey_server_core(server))->stall = true;
  return ok();
}

static char *
move_clock(SoftkeyServer *server, char **words, size_t n_words)
{
  int64_t ms;

  if (n_words != 1 || !read_number(words[0], &ms))
    return NULL;
  softkey_env_advance(softkey_core_env(softkey_server_core(server)), ms);
  softkey_ctaphid_tick(softkey_server_ctaphid(server));
  return ok();
}

static char *
dump(SoftkeyServer *server, char **words, size_t n_words)
{
  const SoftkeyCounters *counters =
      softkey_core_counters(softkey_server_core(server));
  SoftkeyCtaphid *hid = softkey_server_ctaphid(server);
  SoftkeyNfcVpcd *vpcd = softkey_server_vpcd(server);
  GString *line = g_string_new("ok");

  (void)words;
  if (n_words != 0) {
    g_string_free(line, TRUE);
    return NULL;
  }
  g_string_append_printf(
      line,
      " touches=%u pin_tries=%u tokens=%u winks=%u channels=%u waiting=%d "
      "plugged=%d",
      counters->touches, counters->pin_tries, counters->tokens,
      softkey_ctaphid_winks(hid), softkey_ctaphid_channels(hid),
      softkey_ctaphid_is_waiting(hid), softkey_server_is_plugged(server));
  if (vpcd != NULL)
    g_string_append_printf(
        line, " apdus=%u faults=%u powers=%u", softkey_nfc_vpcd_apdus(vpcd),
        softkey_nfc_applet_faults(softkey_nfc_vpcd_applet(vpcd)),
        softkey_nfc_applet_powers(softkey_nfc_vpcd_applet(vpcd)));
  for (unsigned i = 0; i < G_N_ELEMENTS(counters->commands); i++)
    if (counters->commands[i] > 0)
      g_string_append_printf(line, " command_%02x=%u", i,
                             counters->commands[i]);
  for (unsigned i = 0; i < G_N_ELEMENTS(counters->u2f); i++)
    if (counters->u2f[i] > 0)
      g_string_append_printf(line, " u2f_%02x=%u", i, counters->u2f[i]);
  return g_string_free(line, FALSE);
}

/* Habits of the card, by name; what is not a number is a word. */
static bool
set_habit(SoftkeyNfcHabits *habits, const char *name, const char *value)
{
  bool on = g_str_equal(value, "on");
  bool is_switch = on || g_str_equal(value, "off");
  int64_t number;

  if (g_str_equal(name, "keepalives") && read_number(value, &number)) {
    habits->keepalives = (unsigned)number;
    return true;
  }
  if (g_str_equal(name, "select"))
    return softkey_nfc_habits_parse_select(value, &habits->select);
  if (g_str_equal(name, "extended") && is_switch)
    habits->extended = on;
  else if (g_str_equal(name, "status-in-word") && is_switch)
    habits->status_in_word = on;
  else if (g_str_equal(name, "touched") && is_switch)
    habits->touched = on;
  else
    return false;
  return true;
}

static char *
nfc(SoftkeyServer *server, char **words, size_t n_words)
{
  SoftkeyNfcVpcd *vpcd = softkey_server_vpcd(server);

  if (vpcd == NULL)
    return g_strdup("error it lies on no reader");
  if (n_words != 2 ||
      !set_habit(softkey_nfc_applet_habits(softkey_nfc_vpcd_applet(vpcd)),
                 words[0], words[1]))
    return NULL;
  return ok();
}

static char *
quit(SoftkeyServer *server, char **words, size_t n_words)
{
  (void)words;
  if (n_words != 0)
    return NULL;
  softkey_server_quit(server);
  return ok();
}

/* What is wrong with the attestations from now on. */
static char *
set_attestation(SoftkeyServer *server, char **words, size_t n_words)
{
  SoftkeyFault fault;

  if (n_words != 1 || !softkey_bad_attestation_parse(words[0], &fault))
    return NULL;
  softkey_core_set_fault(softkey_server_core(server), fault);
  return ok();
}

/* A clone that fell behind, or a key that was put back: the signature counter
 * goes back, and on from there. */
static char *
set_back(SoftkeyServer *server, char **words, size_t n_words)
{
  int64_t n = 1;

  if (n_words > 1 || (n_words == 1 && (!read_number(words[0], &n) || n < 1)))
    return NULL;
  return softkey_core_set_back(softkey_server_core(server), (uint32_t)n)
             ? ok()
             : g_strdup("error it has not counted so far");
}

/* clang-format off */
static const struct {
  const char *word;
  Verb *run;
} verbs[] = {
  { "touch", set_touch },
  { "finger", add_finger },
  { "power-cycle", power_cycle },
  { "unplug", unplug },
  { "plug", plug },
  { "fail", fail },
  { "corrupt", corrupt },
  { "truncate", truncate_reply },
  { "append", append_reply },
  { "delay", delay },
  { "stall", stall },
  { "clock", move_clock },
  { "attestation", set_attestation },
  { "set-back", set_back },
  { "nfc", nfc },
  { "dump", dump },
  { "quit", quit },
};
/* clang-format on */

char *
softkey_control_run(SoftkeyServer *server, const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, " ", -1);
  size_t n_words = g_strv_length(words);

  for (size_t i = 0; n_words > 0 && i < G_N_ELEMENTS(verbs); i++) {
    char *answer;

    if (!g_str_equal(verbs[i].word, words[0]))
      continue;
    answer = verbs[i].run(server, words + 1, n_words - 1);
    return answer != NULL
               ? answer
               : g_strdup_printf("error not understood: %s", verbs[i].word);
  }
  return g_strdup("error no such command");
}
