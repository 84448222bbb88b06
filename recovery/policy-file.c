/* SPDX-License-Identifier: Apache-2.0 */
/* policy-file.c - libyaml's events into a tree, refusing whatever could be read
 * in two ways. What the names mean is policy-read.c's. */
#include "recovery/policy-file.h"

#include <string.h>
#include <yaml.h>

#include "recovery/error.h"
#include "recovery/format/jcs.h"

typedef RecoveryPolicyFileNode Node;

typedef struct {
  yaml_parser_t yaml;
  GPtrArray *open; /* the mappings and lists around the next event */
  Node *root;      /* owned */
  char *name;      /* key read, value awaited */
  size_t count;
  bool ended; /* the document is over */
} Reader;

static bool
set_invalid(GError **error, int line, const char *what)
{
  g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_INVALID, "line %d: %s",
              line, what);
  return false;
}

void
recovery_policy_file_free(Node *node)
{
  if (node == NULL)
    return;
  g_clear_pointer(&node->nodes, g_ptr_array_unref);
  g_free(node->name);
  g_free(node->text);
  g_free(node);
}

const Node *
recovery_policy_file_get(const Node *map, const char *name)
{
  if (map == NULL || map->kind != RECOVERY_POLICY_FILE_MAP)
    return NULL;
  for (guint i = 0; i < map->nodes->len; i++) {
    const Node *node = g_ptr_array_index(map->nodes, i);

    if (strcmp(node->name, name) == 0)
      return node;
  }
  return NULL;
}

static Node *
parent_of_next(const Reader *reader)
{
  return reader->open->len > 0
             ? g_ptr_array_index(reader->open, reader->open->len - 1)
             : NULL;
}

/* Hangs a new node where the next value belongs. */
static Node *
add_node(Reader *reader, RecoveryPolicyFileKind kind, int line, GError **error)
{
  Node *parent = parent_of_next(reader);
  Node *node;

  if (++reader->count > RECOVERY_POLICY_FILE_NODES) {
    set_invalid(error, line, "too many values");
    return NULL;
  }
  if (parent != NULL && parent->kind == RECOVERY_POLICY_FILE_MAP &&
      reader->name == NULL) {
    set_invalid(error, line, "a name is a plain word");
    return NULL;
  }
  node = g_new0(Node, 1);
  node->kind = kind;
  node->line = line;
  node->name = g_steal_pointer(&reader->name);
  if (kind != RECOVERY_POLICY_FILE_SCALAR)
    node->nodes = g_ptr_array_new_with_free_func(
        (GDestroyNotify)recovery_policy_file_free);
  if (parent != NULL)
    g_ptr_array_add(parent->nodes, node);
  else
    reader->root = node;
  return node;
}

static bool
open_node(Reader *reader, RecoveryPolicyFileKind kind, int line, GError **error)
{
  Node *node;

  if (reader->open->len >= RECOVERY_POLICY_FILE_DEPTH)
    return set_invalid(error, line, "nested too deeply");
  node = add_node(reader, kind, line, error);
  if (node == NULL)
    return false;
  g_ptr_array_add(reader->open, node);
  return true;
}

static bool
take_name(Reader *reader, const char *text, int line, GError **error)
{
  g_autofree char *what = NULL;

  if (parent_of_next(reader)->nodes->len >= RECOVERY_POLICY_FILE_WIDTH)
    return set_invalid(error, line, "too many names");
  if (recovery_policy_file_get(parent_of_next(reader), text) != NULL) {
    what = g_strdup_printf("duplicate name: %s", text);
    return set_invalid(error, line, what);
  }
  reader->name = g_strdup(text);
  return true;
}

static bool
take_scalar(Reader *reader, const yaml_event_t *event, int line, GError **error)
{
  const Node *parent = parent_of_next(reader);
  const char *text = (const char *)event->data.scalar.value;
  Node *node;

  if (event->data.scalar.anchor != NULL)
    return set_invalid(error, line, "anchors are not allowed");
  if (event->data.scalar.tag != NULL)
    return set_invalid(error, line, "tags are not allowed");
  if (event->data.scalar.length != strlen(text) ||
      event->data.scalar.length > RECOVERY_POLICY_FILE_TEXT ||
      !recovery_jcs_is_text(text))
    return set_invalid(error, line, "a text is one line of at most 1024 bytes");
  if (parent != NULL && parent->kind == RECOVERY_POLICY_FILE_MAP &&
      reader->name == NULL)
    return take_name(reader, text, line, error);
  node = add_node(reader, RECOVERY_POLICY_FILE_SCALAR, line, error);
  if (node == NULL)
    return false;
  node->text = g_strdup(text);
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  return true;
}

static bool
start_document(Reader *reader, const yaml_event_t *event, int line,
               GError **error)
{
  if (reader->ended)
    return set_invalid(error, line, "a second document");
  if (event->data.document_start.version_directive != NULL ||
      event->data.document_start.tag_directives.start !=
          event->data.document_start.tag_directives.end)
    return set_invalid(error, line, "directives are not allowed");
  return true;
}

static bool
check_bare(const yaml_char_t *anchor, const yaml_char_t *tag, int line,
           GError **error)
{
  if (anchor != NULL)
    return set_invalid(error, line, "anchors are not allowed");
  return tag == NULL || set_invalid(error, line, "tags are not allowed");
}

static bool
take_event(Reader *reader, const yaml_event_t *event, GError **error)
{
  int line = (int)event->start_mark.line + 1;

  switch (event->type) {
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_STREAM_END_EVENT:
    return true;
  case YAML_DOCUMENT_START_EVENT:
    return start_document(reader, event, line, error);
  case YAML_DOCUMENT_END_EVENT:
    reader->ended = true;
    return true;
  case YAML_ALIAS_EVENT:
    return set_invalid(error, line, "aliases are not allowed");
  case YAML_SCALAR_EVENT:
    return take_scalar(reader, event, line, error);
  case YAML_SEQUENCE_START_EVENT:
    return check_bare(event->data.sequence_start.anchor,
                      event->data.sequence_start.tag, line, error) &&
           open_node(reader, RECOVERY_POLICY_FILE_LIST, line, error);
  case YAML_MAPPING_START_EVENT:
    return check_bare(event->data.mapping_start.anchor,
                      event->data.mapping_start.tag, line, error) &&
           open_node(reader, RECOVERY_POLICY_FILE_MAP, line, error);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    g_ptr_array_set_size(reader->open, (gint)reader->open->len - 1);
    return true;
  }
  return set_invalid(error, line, "not understood");
}

static bool
read_events(Reader *reader, GError **error)
{
  bool ok = true, end = false;

  while (ok && !end) {
    yaml_event_t event;

    if (yaml_parser_parse(&reader->yaml, &event) != 1)
      return set_invalid(error, (int)reader->yaml.problem_mark.line + 1,
                         reader->yaml.problem != NULL ? reader->yaml.problem
                                                      : "not YAML");
    end = event.type == YAML_STREAM_END_EVENT;
    ok = take_event(reader, &event, error);
    yaml_event_delete(&event);
  }
  return ok;
}

Node *
recovery_policy_file_read(const char *yaml, size_t len, GError **error)
{
  g_autoptr(GPtrArray) open = g_ptr_array_new();
  Reader reader = {.open = open};
  g_autoptr(RecoveryPolicyFileNode) root = NULL;
  bool ok;

  if (len > RECOVERY_POLICY_FILE_MAX) {
    set_invalid(error, 1, "a policy has at most 1 MiB");
    return NULL;
  }
  if (!g_utf8_validate_len(yaml, len, NULL)) {
    set_invalid(error, 1, "not UTF-8");
    return NULL;
  }
  if (yaml_parser_initialize(&reader.yaml) != 1) {
    g_set_error(error, RECOVERY_ERROR, RECOVERY_ERROR_FAILED, "no memory");
    return NULL;
  }
  yaml_parser_set_encoding(&reader.yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&reader.yaml, (const unsigned char *)yaml, len);
  ok = read_events(&reader, error);
  yaml_parser_delete(&reader.yaml);
  g_free(reader.name);
  root = reader.root;
  if (ok && (root == NULL || root->kind != RECOVERY_POLICY_FILE_MAP))
    ok = set_invalid(error, 1, "a policy is a mapping");
  return ok ? g_steal_pointer(&root) : NULL;
}
