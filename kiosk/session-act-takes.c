/* SPDX-License-Identifier: Apache-2.0 */
/* session-act-takes.c - what an act takes, and what the person filled in. */
#include "kiosk/session-private.h"

#include "kiosk/words.h"

/* A word that must be there and has no other beside it is no question. */
static bool
answer_itself(KioskSession *self, const FidotoolJson *one, const char *name)
{
  const FidotoolJson *words = fidotool_json_get(one, "words");
  const char *only = fidotool_json_text(fidotool_json_at(words, 0));

  if (fidotool_json_get_int(one, "must", 0) != 1 ||
      fidotool_json_size(words) != 1 || only == NULL)
    return false;
  fidotool_json_set_text(self->act.request, name, only);
  return true;
}

static bool
asks_something(const FidotoolJson *takes)
{
  for (size_t i = 0; i < fidotool_json_size(takes); i++)
    if (fidotool_json_get_int(fidotool_json_at(takes, i), "must", 0) == 1)
      return true;
  return false;
}

/* What the row of acts says that the act takes, less what is there. What may
 * be left out is no reason to stop and ask. */
void
kiosk_session_act_find_takes(KioskSession *self)
{
  const FidotoolJson *row =
      kiosk_session_find_act(self, kiosk_session_act_name(self),
                             fidotool_json_get_text(self->act.request, "slot"));
  const FidotoolJson *all = fidotool_json_get(row, "takes");

  fidotool_json_free(self->act.takes);
  self->act.takes = fidotool_json_new_array();
  for (size_t i = 0; i < fidotool_json_size(all); i++) {
    const FidotoolJson *one = fidotool_json_at(all, i);
    const char *name = fidotool_json_get_text(one, "name");

    if (name != NULL && fidotool_json_get(self->act.request, name) == NULL &&
        !answer_itself(self, one, name))
      fidotool_json_append(self->act.takes, fidotool_json_copy(one));
  }
  if (!asks_something(self->act.takes)) {
    fidotool_json_free(self->act.takes);
    self->act.takes = fidotool_json_new_array();
  }
}

const FidotoolJson *
kiosk_session_act_takes(KioskSession *self)
{
  return self->act.stage == KIOSK_STAGE_INPUT &&
                 fidotool_json_size(self->act.takes) > 0
             ? self->act.takes
             : NULL;
}

static const char *
form_of(KioskSession *self, const char *name)
{
  for (size_t i = 0; i < fidotool_json_size(self->act.takes); i++) {
    const FidotoolJson *one = fidotool_json_at(self->act.takes, i);

    if (g_strcmp0(fidotool_json_get_text(one, "name"), name) == 0)
      return fidotool_json_get_text(one, "form");
  }
  return NULL;
}

static FidotoolJson *
read_list(const char *text)
{
  FidotoolJson *list = fidotool_json_new_array();
  g_auto(GStrv) parts = g_strsplit_set(text, " ,", -1);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      fidotool_json_append_text(list, *part);
  return list;
}

void
kiosk_session_act_set(KioskSession *self, const char *name, const char *text)
{
  const char *form = form_of(self, name);

  if (self->act.request == NULL)
    return;
  if (text == NULL || *text == '\0')
    fidotool_json_remove(self->act.request, name);
  else if (g_strcmp0(form, "number") == 0)
    fidotool_json_set_int(self->act.request, name,
                          g_ascii_strtoll(text, NULL, 10));
  else if (g_strcmp0(form, "list") == 0)
    fidotool_json_set(self->act.request, name, read_list(text));
  else
    fidotool_json_set_text(self->act.request, name, text);
}

bool
kiosk_session_act_ready(KioskSession *self)
{
  for (size_t i = 0; i < fidotool_json_size(self->act.takes); i++) {
    const FidotoolJson *one = fidotool_json_at(self->act.takes, i);
    const char *name = fidotool_json_get_text(one, "name");

    if (fidotool_json_get_int(one, "must", 0) == 1 &&
        fidotool_json_get(self->act.request, name) == NULL) {
      g_autofree char *what = kiosk_words_name("takes", name);

      kiosk_session_report(self, "act.missing", what);
      return false;
    }
  }
  kiosk_session_act_go_on(self);
  return true;
}
