/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-query.c - text to a query. Strict: each error names the place and
 * what could stand there. */
#include "fidotool/judge/metadata-query.h"

#include <string.h>

#include "fidotool/error.h"
#include "fidotool/judge/metadata-query-private.h"

typedef enum { END, WORD, QUOTED, SIGN } TokenKind;

typedef struct {
  TokenKind kind;
  const char *at;
  size_t len;
  char *text; /* of a word, a quoted text (without quotes) or a sign */
} Token;

typedef struct {
  const char *start;
  const char *p;
  Token token; /* the next one, not yet taken */
  int depth;
  size_t *ret_at;
  GError **error;
} Parser;

static const char *const compares[] = {
    [FIDOTOOL_METADATA_EQUAL] = "=", [FIDOTOOL_METADATA_OTHER] = "!=",
    [FIDOTOOL_METADATA_LESS] = "<",  [FIDOTOOL_METADATA_AT_MOST] = "<=",
    [FIDOTOOL_METADATA_MORE] = ">",  [FIDOTOOL_METADATA_AT_LEAST] = ">=",
};

void
fidotool_metadata_query_free(FidotoolMetadataQuery *query)
{
  if (query == NULL)
    return;
  fidotool_metadata_query_free(query->first);
  fidotool_metadata_query_free(query->second);
  g_free(query->word);
  g_free(query);
}

/* Says what is wrong with the token that is next. */
static void *G_GNUC_PRINTF(2, 3) fail(Parser *parser, const char *format, ...)
{
  va_list arguments;
  g_autofree char *words = NULL;
  size_t at = (size_t)(parser->token.at - parser->start);

  if (parser->error != NULL && *parser->error != NULL)
    return NULL;
  va_start(arguments, format);
  words = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  *parser->ret_at = at;
  if (parser->token.kind == END)
    g_set_error(parser->error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the query ends at %zu: %s", at + 1, words);
  else
    g_set_error(parser->error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "\"%s\" at %zu: %s", parser->token.text, at + 1, words);
  return NULL;
}

static bool
is_word(char c)
{
  return g_ascii_isalnum(c) || (c != '\0' && strchr("-_.:", c) != NULL);
}

/* What stands at p; a quoted text without its end is said so here. */
static bool
read_token(Parser *parser)
{
  Token *token = &parser->token;
  const char *p = parser->p;
  size_t skip = 0;
  bool is_open;

  g_clear_pointer(&token->text, g_free);
  while (*p == ' ' || *p == '\t' || *p == '\n')
    p++;
  *token = (Token){.kind = END, .at = p};
  if (*p == '"') {
    const char *end = strchr(p + 1, '"');

    token->kind = QUOTED;
    token->len = end ? (size_t)(end - p) + 1 : strlen(p);
    skip = 1;
  } else if (is_word(*p)) {
    token->kind = WORD;
    while (is_word(p[token->len]))
      token->len++;
  } else if (*p != '\0') {
    token->kind = SIGN;
    token->len = strchr("<>!", *p) != NULL && p[1] == '='
                     ? 2
                     : (size_t)(g_utf8_next_char(p) - p);
  }
  is_open =
      token->kind == QUOTED && (token->len < 2 || p[token->len - 1] != '"');
  token->text = g_strndup(p + skip, token->len - skip - (is_open ? 0 : skip));
  parser->p = p + token->len;
  if (is_open) {
    fail(parser, "the quote is not closed");
    return false;
  }
  return true;
}

static bool
is_next(const Parser *parser, const char *text)
{
  return (parser->token.kind == WORD || parser->token.kind == SIGN) &&
         g_ascii_strcasecmp(parser->token.text, text) == 0;
}

static bool
take(Parser *parser, const char *text)
{
  return is_next(parser, text) && read_token(parser);
}

/* "a, b or c" */
static char *
join(const char *const *words)
{
  GString *text = g_string_new(NULL);

  for (size_t i = 0; words[i] != NULL; i++)
    g_string_append_printf(text, "%s%s",
                           i == 0                 ? ""
                           : words[i + 1] == NULL ? " or "
                                                  : ", ",
                           words[i]);
  return g_string_free(text, FALSE);
}

static const FidotoolMetadataField *
find_field(const char *name)
{
  const FidotoolMetadataField *field = fidotool_metadata_field_all();

  for (; field->name != NULL; field++)
    if (fidotool_metadata_field_same(field->name, name))
      return field;
  return NULL;
}

static void *
fail_field(Parser *parser)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const FidotoolMetadataField *field = fidotool_metadata_field_all();
  g_autofree char *text = NULL;

  for (; field->name != NULL; field++)
    g_ptr_array_add(names, (void *)field->name);
  g_ptr_array_add(names, NULL);
  text = join((const char *const *)names->pdata);
  return fail(parser, "here stands not, ( or one of: %s", text);
}

static bool
read_compare(Parser *parser, FidotoolMetadataQuery *term)
{
  for (size_t i = 0; i < G_N_ELEMENTS(compares); i++)
    if (parser->token.kind == SIGN &&
        strcmp(parser->token.text, compares[i]) == 0) {
      term->compare = (FidotoolMetadataCompare)i;
      return read_token(parser);
    }
  fail(parser, "after %s stands =, !=, <, <=, > or >=", term->field->name);
  return false;
}

static bool
read_level(Parser *parser, FidotoolMetadataQuery *term)
{
  const char *names[FIDOTOOL_METADATA_N_LEVELS + 1] = {NULL};
  g_autofree char *text = NULL;

  for (int i = 0; i < FIDOTOOL_METADATA_N_LEVELS; i++) {
    names[i] = fidotool_metadata_status_level_name((FidotoolMetadataLevel)i);
    if (is_next(parser, names[i])) {
      term->number = i;
      return read_token(parser);
    }
  }
  text = join(names);
  fail(parser, "a level is one of: %s", text);
  return false;
}

static bool
read_fips_level(Parser *parser, FidotoolMetadataQuery *term)
{
  static const char *const names[] = {"none", "L1", "L2", "L3", "L4"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (is_next(parser, names[i])) {
      term->number = (int64_t)i;
      return read_token(parser);
    }
  fail(parser, "a FIPS level is one of: none, L1, L2, L3 or L4");
  return false;
}

static bool
read_number(Parser *parser, FidotoolMetadataQuery *term)
{
  gint64 value;

  if (parser->token.kind != WORD ||
      !g_ascii_string_to_signed(parser->token.text, 10, 0,
                                FIDOTOOL_JSON_INT_MAX, &value, NULL)) {
    fail(parser, "after %s stands a number", term->field->name);
    return false;
  }
  term->number = value;
  return read_token(parser);
}

static bool
read_status(Parser *parser, FidotoolMetadataQuery *term)
{
  const char *const *names = fidotool_metadata_status_names();
  g_autofree char *text = NULL;

  if (is_next(parser, "any-bad"))
    return read_token(parser);
  for (size_t i = 0; parser->token.kind == WORD && names[i] != NULL; i++)
    if (fidotool_metadata_field_same(names[i], parser->token.text)) {
      term->word = g_strdup(names[i]);
      return read_token(parser);
    }
  text = join(names);
  fail(parser, "a status is any-bad, or one of: %s", text);
  return false;
}

static bool
read_word(Parser *parser, FidotoolMetadataQuery *term)
{
  const char *const *words = term->field->words;
  bool good = parser->token.kind == WORD;
  g_autofree char *text = NULL;

  for (size_t i = 0; good && words != NULL; i++) {
    if (words[i] == NULL)
      good = false;
    else if (fidotool_metadata_field_same(words[i], parser->token.text))
      break;
  }
  if (good) {
    term->word = g_strdup(parser->token.text);
    return read_token(parser);
  }
  text = words ? join(words) : NULL;
  fail(parser, "after %s stands %s%s", term->field->name,
       words ? "one of: " : "a word", words ? text : "");
  return false;
}

static bool
read_text(Parser *parser, FidotoolMetadataQuery *term)
{
  if (parser->token.kind != QUOTED || *parser->token.text == '\0') {
    fail(parser, "after %s stands a part of it, in quotes", term->field->name);
    return false;
  }
  term->word = g_utf8_casefold(parser->token.text, -1);
  return read_token(parser);
}

static bool
read_aaguid(Parser *parser, FidotoolMetadataQuery *term)
{
  if (parser->token.kind != WORD ||
      !fidotool_metadata_entry_read_aaguid(parser->token.text, term->aaguid)) {
    fail(parser, "after aaguid stands a UUID");
    return false;
  }
  return read_token(parser);
}

static bool
read_value(Parser *parser, FidotoolMetadataQuery *term)
{
  switch (term->field->kind) {
  case FIDOTOOL_METADATA_CERTIFIED:
    return read_compare(parser, term) && read_level(parser, term);
  case FIDOTOOL_METADATA_FIPS:
    return read_compare(parser, term) && read_fips_level(parser, term);
  case FIDOTOOL_METADATA_NUMBER:
    return read_compare(parser, term) && read_number(parser, term);
  case FIDOTOOL_METADATA_STATUS:
    return read_status(parser, term);
  case FIDOTOOL_METADATA_WORD:
    return read_word(parser, term);
  case FIDOTOOL_METADATA_TEXT:
    return read_text(parser, term);
  case FIDOTOOL_METADATA_AAGUID:
    return read_aaguid(parser, term);
  case FIDOTOOL_METADATA_FLAG:
    return true;
  }
  return false;
}

static FidotoolMetadataQuery *
new_node(FidotoolMetadataNodeKind kind, FidotoolMetadataQuery *first,
         FidotoolMetadataQuery *second)
{
  FidotoolMetadataQuery *node = g_new0(FidotoolMetadataQuery, 1);

  node->kind = kind;
  node->first = first;
  node->second = second;
  return node;
}

static FidotoolMetadataQuery *
read_term(Parser *parser)
{
  g_autoptr(FidotoolMetadataQuery) term =
      new_node(FIDOTOOL_METADATA_TERM, NULL, NULL);

  term->field =
      parser->token.kind == WORD ? find_field(parser->token.text) : NULL;
  if (term->field == NULL)
    return fail_field(parser);
  if (!read_token(parser) || !read_value(parser, term))
    return NULL;
  return g_steal_pointer(&term);
}

static FidotoolMetadataQuery *read_or(Parser *parser);

static FidotoolMetadataQuery *
read_not(Parser *parser)
{
  g_autoptr(FidotoolMetadataQuery) inner = NULL;

  if (parser->depth == FIDOTOOL_METADATA_QUERY_DEPTH)
    return fail(parser, "the query is nested too deep");
  parser->depth++;
  if (take(parser, "not")) {
    inner = read_not(parser);
    if (inner != NULL)
      inner = new_node(FIDOTOOL_METADATA_NOT, g_steal_pointer(&inner), NULL);
  } else if (take(parser, "(")) {
    inner = read_or(parser);
    if (inner != NULL && !take(parser, ")"))
      return fail(parser, "here stands ), and or or");
  } else {
    inner = read_term(parser);
  }
  parser->depth--;
  return g_steal_pointer(&inner);
}

/* Terms with one word between them, to the left. */
static FidotoolMetadataQuery *
read_chain(Parser *parser, const char *word, FidotoolMetadataNodeKind kind,
           FidotoolMetadataQuery *(*read)(Parser *parser))
{
  g_autoptr(FidotoolMetadataQuery) all = read(parser);

  while (all != NULL && take(parser, word)) {
    FidotoolMetadataQuery *next = read(parser);

    if (next == NULL)
      return NULL;
    all = new_node(kind, g_steal_pointer(&all), next);
  }
  return g_steal_pointer(&all);
}

static FidotoolMetadataQuery *
read_and(Parser *parser)
{
  return read_chain(parser, "and", FIDOTOOL_METADATA_AND, read_not);
}

static FidotoolMetadataQuery *
read_or(Parser *parser)
{
  return read_chain(parser, "or", FIDOTOOL_METADATA_OR, read_and);
}

FidotoolMetadataQuery *
fidotool_metadata_query_parse(const char *text, size_t *ret_at, GError **error)
{
  g_autoptr(FidotoolMetadataQuery) query = NULL;
  g_autoptr(GError) own = NULL;
  Parser parser = {.start = text, .p = text, .ret_at = ret_at, .error = &own};
  bool good;

  *ret_at = 0;
  if (strlen(text) > FIDOTOOL_METADATA_QUERY_MAX ||
      !g_utf8_validate(text, -1, NULL)) {
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
                "the query is longer than %d bytes, or no UTF-8",
                FIDOTOOL_METADATA_QUERY_MAX);
    return NULL;
  }
  query = read_token(&parser) ? read_or(&parser) : NULL;
  if (query != NULL && parser.token.kind != END)
    fail(&parser, "here stands and, or, or the end");
  good = own == NULL;
  g_clear_pointer(&parser.token.text, g_free);
  if (good)
    return g_steal_pointer(&query);
  g_propagate_error(error, g_steal_pointer(&own));
  return NULL;
}
