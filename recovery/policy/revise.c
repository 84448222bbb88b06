/* SPDX-License-Identifier: Apache-2.0 */
/* revise.c - the places of a few values in a document, found by a parser and
 * written over. */
#include "recovery/policy/revise.h"

#include <string.h>
#include <yaml.h>

#include "recovery/error.h"
#include "recovery/policy/document.h"
#include "recovery/policy/print.h"

#define QUARTER_S (INT64_C(90) * 86400)

/* Where a value stands, in characters. */
typedef struct {
  const char *name;
  size_t from, to;
} Place;

typedef struct {
  Place *places;
  size_t count;
  int depth;      /* of mappings and lists */
  bool is_name;   /* the next scalar at depth 1 or 2 of a mapping */
  bool in_policy; /* inside the mapping "policy" of the document */
  char *name;     /* before the value */
  bool list[RECOVERY_DOCUMENT_DEPTH + 2]; /* is this depth a list? */
} Search;

static void
see_scalar(Search *search, const yaml_event_t *event)
{
  if (search->is_name) {
    g_free(search->name);
    search->name = g_strndup((const char *)event->data.scalar.value,
                             event->data.scalar.length);
    search->is_name = false;
    return;
  }
  for (size_t i = 0;
       search->in_policy && search->depth == 2 && i < search->count; i++)
    if (strcmp(search->places[i].name, search->name) == 0) {
      search->places[i].from = event->start_mark.index;
      search->places[i].to = event->end_mark.index;
    }
  search->is_name = !search->list[search->depth];
}

static bool
see(Search *search, const yaml_event_t *event)
{
  bool list = event->type == YAML_SEQUENCE_START_EVENT;

  if (event->type == YAML_SCALAR_EVENT)
    see_scalar(search, event);
  if (event->type == YAML_MAPPING_START_EVENT || list) {
    if (search->depth > RECOVERY_DOCUMENT_DEPTH)
      return false;
    if (search->depth == 1)
      search->in_policy = g_strcmp0(search->name, "policy") == 0;
    search->list[++search->depth] = list;
    search->is_name = !list;
  }
  if (event->type == YAML_MAPPING_END_EVENT ||
      event->type == YAML_SEQUENCE_END_EVENT)
    search->is_name = !search->list[--search->depth];
  return event->type != YAML_STREAM_END_EVENT;
}

static void
find_places(const char *yaml, size_t len, Place *places, size_t count)
{
  Search search = {.places = places, .count = count, .list = {true}};
  yaml_parser_t parser;
  bool more = true;

  if (!yaml_parser_initialize(&parser))
    return;
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&parser, (const unsigned char *)yaml, len);
  while (more) {
    yaml_event_t event;

    if (!yaml_parser_parse(&parser, &event))
      break;
    more = see(&search, &event);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  g_free(search.name);
}

char *
recovery_revise_write(const char *yaml, size_t len, int64_t version,
                      const char *review_by, GError **error)
{
  g_autoptr(RecoveryProblems) problems = recovery_problem_new();
  g_autoptr(RecoveryDocument) document =
      recovery_document_read(yaml, len, problems);
  g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, version);
  g_autofree char *text = g_strndup(yaml, len);
  Place places[] = {{"version", 0, 0}, {"review_by", 0, 0}};
  const char *const values[] = {number, review_by};
  /* From the back, so that what is before it stays where it is. */
  size_t order[] = {0, 1};

  if (document == NULL) {
    g_autofree char *words = recovery_problem_write_errors(problems);

    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "%s", words);
    return NULL;
  }
  find_places(text, len, places, G_N_ELEMENTS(places));
  if (places[0].from < places[1].from) {
    order[0] = 1;
    order[1] = 0;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
    const Place *place = &places[order[i]];
    const char *value = values[order[i]];
    const char *from, *to;
    char *next;

    if (place->to == 0 || value == NULL)
      continue;
    from = g_utf8_offset_to_pointer(text, (glong)place->from);
    to = g_utf8_offset_to_pointer(text, (glong)place->to);
    next = g_strdup_printf("%.*s%s%s", (int)(from - text), text, value, to);
    g_free(text);
    text = next;
  }
  return g_steal_pointer(&text);
}

char *
recovery_revise_review_by(int64_t own_s, int64_t in_force_s, int64_t now_s)
{
  int64_t by_s = own_s;

  if (own_s == 0)
    return NULL;
  if (in_force_s > now_s && (own_s <= now_s || in_force_s < own_s))
    by_s = in_force_s;
  if (by_s <= now_s)
    by_s = (now_s + QUARTER_S) / 86400 * 86400;
  return by_s == own_s ? NULL : recovery_print_time(by_s);
}
