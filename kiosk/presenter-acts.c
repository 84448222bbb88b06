/* SPDX-License-Identifier: Apache-2.0 */
/* presenter-acts.c - an act that is no row of the table is read and signed
 * like every other. */
#include "kiosk/presenter-acts.h"

#include <string.h>

#include "kiosk/message.h"

/* clang-format off */
static const struct {
  const char *act;
  KioskBegin begin;      /* ACT: nothing special */
  bool others;           /* about somebody else's work: whoever puts a key in */
  bool elsewhere;
  bool back;             /* it leads the case back or to its end: shown last */
  const char *opposite;
} ways[] = {
  { "case.start_proofing", KIOSK_BEGIN_EVIDENCE, false, false, false, NULL },
  { "case.add_evidence",   KIOSK_BEGIN_EVIDENCE, false, false, false, NULL },
  { "case.made",           KIOSK_BEGIN_HANDOVER, false, false, false, NULL },
  { "case.approve",        KIOSK_BEGIN_ACT,      true,  true,  false, "case.refuse" },
  { "case.refuse",         KIOSK_BEGIN_ACT,      true,  false, true,  "case.approve" },
  { "case.check",          KIOSK_BEGIN_ACT,      true,  false, false, "case.refuse" },
  { "case.amend",          KIOSK_BEGIN_ACT,      false, false, true,  NULL },
  { "case.withdraw",       KIOSK_BEGIN_ACT,      false, false, true,  NULL },
  { "case.uphold",         KIOSK_BEGIN_ACT,      true,  false, false, "case.reject" },
  { "case.reject",         KIOSK_BEGIN_ACT,      true,  false, false, "case.uphold" },
};

static const struct {
  const char *act, *name, *words[6];
} suggestions[] = {
  { "case.open", "reason", { "lost", "stolen", "damaged", "pin-locked" } },
  { "case.refuse", "reason", { "not-the-person", "evidence", "no-contact", "other" } },
  { "role.activate", "reason", { "desk", "open-case", "stand-in", "planned" } },
};
/* clang-format on */

const char *
kiosk_presenter_acts_opposite(const char *act)
{
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
    if (g_strcmp0(ways[i].act, act) == 0)
      return ways[i].opposite;
  return NULL;
}

const char *
kiosk_presenter_acts_suggestion(const char *act, const char *name, size_t n)
{
  for (size_t i = 0; i < G_N_ELEMENTS(suggestions); i++)
    if (g_strcmp0(suggestions[i].act, act) == 0 &&
        g_strcmp0(suggestions[i].name, name) == 0)
      return n < G_N_ELEMENTS(suggestions[i].words) ? suggestions[i].words[n]
                                                    : NULL;
  return NULL;
}

static void
free_offer(gpointer data)
{
  KioskOffer *offer = data;

  g_free(offer->act);
  g_free(offer->slot);
  g_ptr_array_unref(offer->who);
  g_free(offer->role);
  g_free(offer->rule);
  g_free(offer->text);
  g_free(offer->enough);
  g_free(offer);
}

static void
take_refusal(KioskOffer *offer, const FidotoolJson *row)
{
  g_free(offer->rule);
  g_free(offer->text);
  g_free(offer->enough);
  offer->rule = g_strdup(fidotool_json_get_text(row, "rule"));
  offer->text = kiosk_message_text(row, "text");
  offer->enough = kiosk_message_text(row, "enough");
}

/* The refusal that is shown is mine, or else the first that is not about the
 * person: that of somebody whose role would do. */
static void
read_persons(KioskOffer *offer, const FidotoolJson *act, const char *me,
             const FidotoolJson **ret_me)
{
  const FidotoolJson *persons = fidotool_json_get(act, "persons");
  const FidotoolJson *refused = NULL;

  for (size_t i = 0; i < fidotool_json_size(persons); i++) {
    const FidotoolJson *row = fidotool_json_at(persons, i);
    const char *person = fidotool_json_get_text(row, "person");

    if (person == NULL)
      continue;
    if (g_strcmp0(person, me) == 0)
      *ret_me = row;
    if (fidotool_json_get_int(row, "open", 0) == 1)
      g_ptr_array_add(offer->who, g_strdup(person));
    else if (refused == NULL ||
             (fidotool_json_size(fidotool_json_get(refused, "roles")) == 0 &&
              fidotool_json_size(fidotool_json_get(row, "roles")) > 0))
      refused = row;
  }
  if (*ret_me != NULL &&
      fidotool_json_size(fidotool_json_get(*ret_me, "roles")) > 0 &&
      fidotool_json_get_int(*ret_me, "open", 0) == 0)
    refused = *ret_me;
  if (refused != NULL && offer->who->len == 0)
    take_refusal(offer, refused);
}

static void
find_way(KioskOffer *offer, bool is_signed, const FidotoolJson *me)
{
  bool mine = fidotool_json_get_int(me, "open", 0) == 1, others = false;

  offer->begin = is_signed ? KIOSK_BEGIN_ACT : KIOSK_BEGIN_SUBMIT;
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
    if (strcmp(ways[i].act, offer->act) != 0)
      continue;
    if (ways[i].begin != KIOSK_BEGIN_ACT)
      offer->begin = ways[i].begin;
    others = ways[i].others;
    offer->elsewhere = ways[i].elsewhere && offer->who->len > 0;
  }
  offer->own = mine && (!others || offer->who->len == 1);
  /* Without a signature it is done in the role of who is signed in. */
  if (is_signed || offer->begin == KIOSK_BEGIN_HANDOVER)
    return;
  offer->open = mine;
  offer->role = g_strdup(fidotool_json_get_text(me, "role"));
  if (mine && offer->role != NULL)
    offer->begin = KIOSK_BEGIN_ROLE;
}

static KioskOffer *
read_offer(const FidotoolJson *row, const char *act, const char *me)
{
  KioskOffer *offer = g_new0(KioskOffer, 1);
  const FidotoolJson *mine = NULL;

  offer->act = g_strdup(act);
  offer->slot = g_strdup(fidotool_json_get_text(row, "slot"));
  offer->who = g_ptr_array_new_with_free_func(g_free);
  read_persons(offer, row, me, &mine);
  offer->open = offer->who->len > 0;
  find_way(offer, fidotool_json_get_int(row, "signed", 1) != 0, mine);
  /* What no person does is open or not by itself. */
  if (fidotool_json_get(row, "open") != NULL) {
    offer->open = fidotool_json_get_int(row, "open", 0) == 1;
    take_refusal(offer, row);
  }
  return offer;
}

/* From outside a case in the routine check looks like any that waits: that it
 * can be passed is shown to those who may. */
static bool
is_hidden(const KioskOffer *offer, const char *me)
{
  return strcmp(offer->act, "case.check") == 0 &&
         (me == NULL ||
          !g_ptr_array_find_with_equal_func(offer->who, me, g_str_equal, NULL));
}

enum { MINE, OTHERS, BACK, CLOSED, N_RANKS };

static int
rank(const KioskOffer *offer)
{
  if (!offer->open)
    return CLOSED;
  for (size_t i = 0; i < G_N_ELEMENTS(ways); i++)
    if (ways[i].back && strcmp(ways[i].act, offer->act) == 0)
      return BACK;
  return offer->own || offer->begin != KIOSK_BEGIN_ACT ? MINE : OTHERS;
}

GPtrArray *
kiosk_presenter_acts_read(const FidotoolJson *acts, const char *me)
{
  GPtrArray *offers = g_ptr_array_new_with_free_func(free_offer);

  /* In recoveryd's order within each rank. */
  for (int wanted = 0; wanted < N_RANKS; wanted++)
    for (size_t i = 0; i < fidotool_json_size(acts); i++) {
      const FidotoolJson *row = fidotool_json_at(acts, i);
      const char *act = fidotool_json_get_text(row, "act");
      KioskOffer *offer = act == NULL ? NULL : read_offer(row, act, me);

      if (offer != NULL && rank(offer) == wanted && !is_hidden(offer, me))
        g_ptr_array_add(offers, offer);
      else if (offer != NULL)
        free_offer(offer);
    }
  return offers;
}
