/* SPDX-License-Identifier: Apache-2.0 */
/* case-rows.c */
#include "kiosk/case-rows.h"

#include <glib/gi18n.h>

#include "kiosk/key-name.h"
#include "kiosk/rows.h"
#include "kiosk/when.h"
#include "kiosk/words.h"

static void
add_word(KioskColumns *pairs, const char *label, const char *kind,
         const char *word)
{
  g_autofree char *text = word == NULL ? NULL : kiosk_words_name(kind, word);

  kiosk_rows_pair(pairs, label, text, NULL);
}

static void
add_moment(KioskColumns *pairs, const char *label, const char *moment)
{
  g_autofree char *text = moment == NULL ? NULL : kiosk_when_text(moment);

  kiosk_rows_pair(pairs, label, text, NULL);
}

static void
add_person(KioskColumns *pairs, const FidotoolJson *of)
{
  const FidotoolJson *person = fidotool_json_get(of, "person");
  const char *name = fidotool_json_get_text(person, "name");
  const char *employee = fidotool_json_get_text(person, "employee");
  g_autofree char *text =
      name == NULL ? g_strdup(fidotool_json_get_text(of, "sub"))
      : employee == NULL
          ? g_strdup(name)
          : g_strdup_printf(_("%s, employee %s"), name, employee);

  kiosk_rows_pair(pairs, _("Person"), text, NULL);
}

/* "ben, signed on st-01: I have seen this person" */
static void
add_slot(KioskColumns *pairs, const FidotoolJson *row)
{
  const char *slot = fidotool_json_get_text(row, "slot");
  const char *person = fidotool_json_get_text(row, "person");
  const char *machine = fidotool_json_get_text(row, "machine");
  const char *contact = fidotool_json_get_text(row, "contact");
  g_autofree char *name = kiosk_words_name("slot", slot == NULL ? "" : slot);
  /* TRANSLATORS: %s: who fills a slot of the approval */
  g_autofree char *label = g_strdup_printf(_("Approval: %s"), name);
  g_autofree char *contact_name =
      contact == NULL ? NULL : kiosk_words_name("contact", contact);
  g_autofree char *text =
      person == NULL
          ? g_strdup(_("Not given yet"))
          /* TRANSLATORS: person; the machine the approval was signed on; what
           * the person says of their contact with the user */
          : g_strdup_printf(_("%s, signed on %s. %s."), person,
                            machine == NULL ? "" : machine,
                            contact_name == NULL ? "" : contact_name);

  kiosk_rows_pair(pairs, label, text, NULL);
}

void
kiosk_case_rows_head(GtkBox *box, const FidotoolJson *of)
{
  const FidotoolJson *slots = fidotool_json_get(of, "slots");
  const char *moment = fidotool_json_get_text(of, "not_before");
  KioskColumns *pairs;

  kiosk_rows_clear(box);
  pairs = kiosk_rows_pairs(box);
  add_person(pairs, of);
  kiosk_rows_pair(pairs, _("Short code"),
                  fidotool_json_get_text(of, "short_code"), "short-code");
  if (kiosk_when_is_ahead(moment, g_get_real_time() / G_USEC_PER_SEC))
    add_moment(pairs, _("Waiting period until"), moment);
  for (size_t i = 0; i < fidotool_json_size(slots); i++)
    add_slot(pairs, fidotool_json_at(slots, i));
}

static void
add_keys(KioskColumns *pairs, const FidotoolJson *of)
{
  const FidotoolJson *keys = fidotool_json_get(of, "reported");

  for (size_t i = 0; i < fidotool_json_size(keys); i++) {
    const FidotoolJson *key = fidotool_json_at(keys, i);
    const char *word = fidotool_json_get_text(key, "state");
    g_autofree char *name =
        kiosk_rows_short_hash(fidotool_json_get_text(key, "cred"));
    g_autofree char *state = kiosk_words_name("key", word == NULL ? "" : word);
    g_autofree char *text = g_strdup_printf("%s: %s", name, state);

    kiosk_rows_pair(pairs, _("Reported key"), text, NULL);
  }
}

static void
add_made(KioskColumns *pairs, const FidotoolJson *of)
{
  const FidotoolJson *made = fidotool_json_get(of, "made");

  for (size_t i = 0; i < fidotool_json_size(made); i++) {
    const FidotoolJson *key = fidotool_json_at(made, i);
    g_autofree char *model =
        kiosk_key_model(fidotool_json_get_text(key, "aaguid"));
    g_autofree char *name =
        kiosk_rows_short_hash(fidotool_json_get_text(key, "cred"));
    g_autofree char *text =
        /* TRANSLATORS: the key's number, and the number of its model */
        g_strdup_printf(_("%s. Model %s"), name, model);

    kiosk_rows_pair(pairs, i == 0 ? _("New key") : _("Spare key"), text, NULL);
  }
}

static void
add_evidence(KioskColumns *pairs, const FidotoolJson *of)
{
  int n = (int)fidotool_json_get_int(of, "evidence", 0);
  const char *branch = fidotool_json_get_text(of, "branch");
  g_autofree char *pieces =
      g_strdup_printf(ngettext("%d piece", "%d pieces", (unsigned long)n), n);
  g_autofree char *name =
      branch == NULL ? NULL : kiosk_words_name("branch", branch);
  g_autofree char *plan =
      branch == NULL
          ? NULL
          : g_strdup_printf(_("%s, level %d"), name,
                            (int)fidotool_json_get_int(of, "ial", 0));

  kiosk_rows_pair(pairs, _("How the person is checked"), plan, NULL);
  kiosk_rows_pair(pairs, _("Evidence"), pieces, NULL);
  if (fidotool_json_get_int(of, "weaker", 0) == 1)
    kiosk_rows_pair(pairs, _("Path"), _("Weaker than usual"), NULL);
}

void
kiosk_case_rows_more(GtkBox *box, const FidotoolJson *of)
{
  KioskColumns *pairs = kiosk_rows_pairs(box);

  add_word(pairs, _("Reason"), "reason", fidotool_json_get_text(of, "reason"));
  add_moment(pairs, _("Lost since"), fidotool_json_get_text(of, "lost_at"));
  kiosk_rows_pair(pairs, _("Opened by"), fidotool_json_get_text(of, "agent"),
                  NULL);
  add_moment(pairs, _("Opened"), fidotool_json_get_text(of, "opened"));
  add_keys(pairs, of);
  add_evidence(pairs, of);
  add_made(pairs, of);
  kiosk_rows_pair(pairs, _("Tier"), fidotool_json_get_text(of, "tier"), NULL);
}
