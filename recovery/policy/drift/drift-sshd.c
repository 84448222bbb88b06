/* SPDX-License-Identifier: Apache-2.0 */
/* drift-sshd.c - sshd_config. The first value of a keyword counts; a Match
 * block that holds comes before what is global. The export's name is the app.
 * What a FIDO key is beyond touch and PIN sshd cannot tell: neither its model
 * nor that it stays in one device. */
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-lines.h"
#include "recovery/policy/drift/drift-sshd.h"

#define BLOCKS 256

/* Keywords that decide who gets in. */
typedef enum {
  PUBKEY,
  PASSWORD,
  KEYBOARD,
  GSSAPI,
  HOST_BASED,
  METHODS,
  ALGORITHMS,
  OPTIONS,
  N_KEYWORDS,
} Keyword;

/* clang-format off */
static const struct {
  const char *name;
  Keyword keyword;
  const char *fallback;
} keywords[] = {
  { "PubkeyAuthentication",            PUBKEY,     "yes" },
  { "PasswordAuthentication",          PASSWORD,   "yes" },
  { "KbdInteractiveAuthentication",    KEYBOARD,   "yes" },
  { "ChallengeResponseAuthentication", KEYBOARD,   "yes" },
  { "GSSAPIAuthentication",            GSSAPI,     "no" },
  { "HostbasedAuthentication",         HOST_BASED, "no" },
  { "AuthenticationMethods",           METHODS,    "any" },
  { "PubkeyAcceptedAlgorithms",        ALGORITHMS, "" },
  { "PubkeyAcceptedKeyTypes",          ALGORITHMS, "" },
  { "PubkeyAuthOptions",               OPTIONS,    "none" },
};
/* clang-format on */

/* The global part, or one Match block. */
typedef struct {
  char *line; /* "Match Group admins"; NULL: global */
  char *values[N_KEYWORDS];
  RecoveryDriftSelector who;                    /* borrowed into a rule */
  GPtrArray *allow_users, *allow_groups, *deny; /* names */
  bool patterns;   /* some that are allowed stand in no name */
  GPtrArray *seen; /* other keywords: the first one counts */
  const char *why; /* it cannot be mapped */
} Block;

static void
clear_block(void *data)
{
  Block *block = data;

  g_free(block->line);
  for (size_t i = 0; i < N_KEYWORDS; i++)
    g_free(block->values[i]);
  g_clear_pointer(&block->who.names, g_ptr_array_unref);
  g_clear_pointer(&block->who.except, g_ptr_array_unref);
  g_clear_pointer(&block->allow_users, g_ptr_array_unref);
  g_clear_pointer(&block->allow_groups, g_ptr_array_unref);
  g_clear_pointer(&block->deny, g_ptr_array_unref);
  g_clear_pointer(&block->seen, g_ptr_array_unref);
}

static Block *
new_block(GArray *blocks, const char *line)
{
  Block block = {.line = g_strdup(line)};

  block.who.names = g_ptr_array_new_with_free_func(g_free);
  block.who.except = g_ptr_array_new_with_free_func(g_free);
  block.allow_users = g_ptr_array_new_with_free_func(g_free);
  block.allow_groups = g_ptr_array_new_with_free_func(g_free);
  block.deny = g_ptr_array_new_with_free_func(g_free);
  block.seen = g_ptr_array_new_with_free_func(g_free);
  g_array_append_val(blocks, block);
  return &g_array_index(blocks, Block, blocks->len - 1);
}

/* ---- reading ---- */

/* "admins,!interns": names of people, "!" for those left out. */
static void
read_names(RecoveryDriftReader *reader, Block *block, const char *list)
{
  g_auto(GStrv) names = g_strsplit(list, ",", -1);

  for (size_t i = 0; names[i] != NULL; i++) {
    const bool except = names[i][0] == '!';

    if (strpbrk(names[i], "*?") != NULL && strcmp(names[i], "*") != 0)
      block->why = "its names are patterns";
    else if (strcmp(names[i], "*") == 0)
      block->who.all = true;
    else
      (void)recovery_drift_table_add_name(
          reader->table, except ? block->who.except : block->who.names,
          names[i] + except, &reader->error);
  }
}

/* The criteria of a Match line. */
static void
read_match(RecoveryDriftReader *reader, Block *block, char **words)
{
  g_autoptr(GPtrArray) parts = recovery_drift_sshd_keyword_criteria(words);

  if (parts->len == 1 && g_ascii_strcasecmp(parts->pdata[0], "all") == 0) {
    block->who.all = true;
    return;
  }
  if (parts->len == 0 || parts->len % 2 != 0) {
    recovery_drift_reader_fail(reader, "\"%s\" is cut off",
                               recovery_drift_table_short(block->line));
    return;
  }
  for (guint i = 0; i < parts->len; i += 2)
    if (g_ascii_strcasecmp(parts->pdata[i], "User") == 0 ||
        g_ascii_strcasecmp(parts->pdata[i], "Group") == 0)
      read_names(reader, block, parts->pdata[i + 1]);
    else
      block->why = "it depends on more than user and group";
  if (parts->len > 2 && block->why == NULL)
    block->why = "it has more than one criterion";
}

/* Allow... and Deny...: true where it was one of them. */
static bool
read_access(RecoveryDriftReader *reader, Block *block, char **words)
{
  const struct {
    const char *name;
    GPtrArray *names;
  } lists[] = {{"AllowUsers", block->allow_users},
               {"AllowGroups", block->allow_groups},
               {"DenyUsers", block->deny},
               {"DenyGroups", block->deny}};
  size_t list = 0;

  while (list < G_N_ELEMENTS(lists) &&
         g_ascii_strcasecmp(words[0], lists[list].name) != 0)
    list++;
  if (list == G_N_ELEMENTS(lists))
    return false;
  for (size_t i = 1; words[i] != NULL; i++)
    if (block->line != NULL || strpbrk(words[i], "*?!@") != NULL) {
      block->patterns = block->patterns || *lists[list].name == 'A';
      recovery_drift_table_unmapped(reader->table, lists[list].name,
                                    "in a Match block, or with a pattern: whom "
                                    "it keeps out is not known");
    } else {
      (void)recovery_drift_table_add_name(reader->table, lists[list].names,
                                          words[i], &reader->error);
    }
  return true;
}

static bool
has_name(const GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (strcmp(names->pdata[i], name) == 0)
      return true;
  return false;
}

/* One that says which way in there is nothing of: it is listed where it lets
 * somebody in all the same, and where nobody knows it. */
static void
list_keyword(RecoveryDriftReader *reader, Block *block, char **words)
{
  const char *name;
  const char *why = recovery_drift_sshd_keyword_why(
      words[0], words[1] != NULL ? words[1] : "", &name);
  g_autofree char *lower = g_ascii_strdown(name, -1);

  if (has_name(block->seen, lower))
    return;
  if (why != NULL)
    recovery_drift_table_unmapped(
        reader->table, name, "%s%s%s", why, block->line != NULL ? ": in " : "",
        block->line != NULL ? recovery_drift_table_short(block->line) : "");
  (void)recovery_drift_table_add_name(reader->table, block->seen, lower,
                                      &reader->error);
}

static void
read_keyword(RecoveryDriftReader *reader, Block *block, char **words)
{
  bool known = read_access(reader, block, words);

  for (size_t i = 0; !known && i < G_N_ELEMENTS(keywords); i++) {
    known = g_ascii_strcasecmp(words[0], keywords[i].name) == 0;
    if (known && block->values[keywords[i].keyword] == NULL)
      block->values[keywords[i].keyword] = g_strjoinv(" ", words + 1);
  }
  if (!known)
    list_keyword(reader, block, words);
}

/* ---- rules ---- */

static RecoveryDriftRule *
add_rule(RecoveryDriftReader *reader, const char *name)
{
  RecoveryDriftRule *rule =
      recovery_drift_table_add_rule(reader->table->rules, name, &reader->error);

  if (rule == NULL)
    return NULL;
  (void)recovery_drift_table_add_name(reader->table, rule->where.names,
                                      reader->table->name, &reader->error);
  rule->max_age_s = RECOVERY_DRIFT_NO_SESSION;
  return rule;
}

static void
copy_names(GPtrArray *to, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add(to, g_strdup(from->pdata[i]));
}

/* A rule in the place of what is not understood. */
static void
add_unknown(RecoveryDriftReader *reader, const char *name,
            const GPtrArray *people, const GPtrArray *except)
{
  RecoveryDriftRule *rule = add_rule(reader, name);

  if (rule == NULL)
    return;
  rule->unknown = rule->maybe = true;
  rule->who.all = people == NULL || people->len == 0;
  if (people != NULL)
    copy_names(rule->who.names, people);
  if (except != NULL)
    copy_names(rule->who.except, except);
}

/* ---- blocks ---- */

/* Without empty ones; at least one of a text that is not empty. */
static char **
split_words(const char *text)
{
  GStrvBuilder *builder = g_strv_builder_new();
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  char **list;

  for (size_t i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' || words[1] == NULL)
      g_strv_builder_add(builder, words[i]);
  list = g_strv_builder_end(builder);
  g_strv_builder_unref(builder);
  return list;
}

/* "Key=value", "Key = value" and "Key value" are the same; a line that begins
 * with "=" has no key, and stays as it is. */
static void
part_keyword(char ***words)
{
  char *equals = strchr((*words)[0], '=');
  g_autofree char *joined = NULL;

  if (equals == NULL && (*words)[1] != NULL)
    equals = (*words)[1][0] == '=' ? (*words)[1] : NULL;
  if (equals == NULL || equals == (*words)[0])
    return;
  *equals = ' ';
  joined = g_strstrip(g_strjoinv(" ", *words));
  g_strfreev(*words);
  *words = split_words(joined);
}

static void
read_blocks(RecoveryDriftReader *reader, const RecoveryDriftFile *file,
            GArray *blocks)
{
  const char *at = file->text;
  Block *block = new_block(blocks, NULL);
  guint number = 0;
  char **words;

  while ((words = recovery_drift_lines_next(reader, &at, file->text + file->len,
                                            &number, false)) != NULL) {
    g_autofree char *line = g_strjoinv(" ", words);

    part_keyword(&words);
    if (g_ascii_strcasecmp(words[0], "Match") == 0) {
      if (blocks->len > BLOCKS)
        recovery_drift_reader_fail(reader, "more than %d Match blocks", BLOCKS);
      else
        read_match(reader, block = new_block(blocks, line), words);
    } else if (g_ascii_strcasecmp(words[0], "Include") == 0) {
      recovery_drift_table_unmapped(reader->table, line,
                                    "what it includes is not in the export");
      add_unknown(reader, line, NULL, NULL);
    } else {
      read_keyword(reader, block, words);
    }
    g_strfreev(words);
  }
}

/* ---- what a block comes to ---- */

static const char *
value_of(const Block *block, const Block *global, Keyword keyword)
{
  if (block->values[keyword] != NULL)
    return block->values[keyword];
  if (global->values[keyword] != NULL)
    return global->values[keyword];
  for (size_t i = 0; i < G_N_ELEMENTS(keywords); i++)
    if (keywords[i].keyword == keyword)
      return keywords[i].fallback;
  return "";
}

static bool
is_fido(const char *algorithm)
{
  return g_str_has_prefix(algorithm, "sk-") ||
         g_str_has_prefix(algorithm, "webauthn-sk-");
}

/* Which keys a list of algorithms lets in. What changes the built-in list (+,
 * -,
 * ^) leaves plain keys in it, unless it takes all of them out, which nobody can
 * tell without that list. */
static void
read_algorithms(const char *list, bool *ret_fido, bool *ret_plain)
{
  g_auto(GStrv) names = g_strsplit_set(list, ", ", -1);

  *ret_fido = *ret_plain = *list == '\0' || strchr("+-^", *list) != NULL;
  for (size_t i = 0; !*ret_fido && names[i] != NULL; i++)
    *ret_fido = is_fido(names[i]) || strpbrk(names[i], "*?") != NULL;
  for (size_t i = 0; !*ret_plain && names[i] != NULL; i++)
    *ret_plain = *names[i] != '\0' && !is_fido(names[i]);
}

static bool
is_on(const Block *block, const Block *global, Keyword keyword)
{
  const char *value = value_of(block, global, keyword);

  return g_ascii_strcasecmp(value, "no") != 0;
}

static void
add_offer(GPtrArray *accept, const char *name, const char *method,
          RecoveryDriftFact uv)
{
  RecoveryDriftOffer *offer = recovery_drift_table_offer_new(name, method);

  offer->uv = uv;
  g_ptr_array_add(accept, offer);
}

/* One list of AuthenticationMethods: "publickey,password". The strongest of it
 * says what it is. */
static void
add_chain(const Block *block, const Block *global, const char *chain,
          GPtrArray *accept)
{
  static const struct {
    const char *name, *method;
    Keyword keyword;
  } others[] = {{"hostbased", "host", HOST_BASED},
                {"gssapi-with-mic", "kerberos", GSSAPI},
                {"keyboard-interactive", "keyboard-interactive", KEYBOARD},
                {"password", "password", PASSWORD}};
  const char *options = value_of(block, global, OPTIONS);
  const RecoveryDriftFact uv = strstr(options, "verify-required") != NULL
                                   ? RECOVERY_DRIFT_YES
                                   : RECOVERY_DRIFT_ANY;

  if (strstr(chain, "publickey") != NULL) {
    const char *rest = chain + strlen("publickey");
    bool fido, plain;

    read_algorithms(value_of(block, global, ALGORITHMS), &fido, &plain);
    if (!g_str_has_prefix(chain, "publickey"))
      rest = "";
    if (fido && is_on(block, global, PUBKEY)) {
      g_autofree char *name = g_strconcat("publickey(sk)", rest, NULL);

      add_offer(accept, name, "webauthn", uv);
    }
    if (plain && is_on(block, global, PUBKEY)) {
      g_autofree char *name = g_strconcat("publickey(plain)", rest, NULL);

      add_offer(accept, name, "ssh-key", RECOVERY_DRIFT_ANY);
    }
    return;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
    if (strstr(chain, others[i].name) != NULL) {
      if (is_on(block, global, others[i].keyword))
        add_offer(accept, chain, others[i].method, RECOVERY_DRIFT_ANY);
      return;
    }
  add_offer(accept, chain, chain, RECOVERY_DRIFT_ANY);
}

static void
fill_accept(const Block *block, const Block *global, GPtrArray *accept)
{
  static const char *const every[] = {"publickey", "hostbased",
                                      "gssapi-with-mic", "keyboard-interactive",
                                      "password"};
  const char *methods = value_of(block, global, METHODS);
  g_auto(GStrv) chains = g_strsplit_set(methods, " \t", -1);

  if (g_ascii_strcasecmp(methods, "any") == 0) {
    for (size_t i = 0; i < G_N_ELEMENTS(every); i++)
      add_chain(block, global, every[i], accept);
    return;
  }
  for (size_t i = 0; chains[i] != NULL; i++)
    if (*chains[i])
      add_chain(block, global, chains[i], accept);
}

/* Keywords of a later block hold, too, where both match. */
static void
tell_overlap(RecoveryDriftReader *reader, const GArray *blocks, guint i)
{
  const Block *block = &g_array_index(blocks, Block, i);

  for (guint k = i + 1; k < blocks->len; k++) {
    const Block *later = &g_array_index(blocks, Block, k);

    for (size_t n = 0; later->why == NULL && n < N_KEYWORDS; n++)
      if (block->values[n] == NULL && later->values[n] != NULL) {
        recovery_drift_table_unmapped(reader->table, later->line,
                                      "for who is in \"%s\" as well, both hold "
                                      "together; only the first is shown",
                                      block->line);
        break;
      }
  }
}

/* Is there a list of those that are let in, and is it whole? */
static bool
has_list(const Block *global)
{
  return global->allow_users->len + global->allow_groups->len > 0 &&
         !global->patterns;
}

static void
add_block(RecoveryDriftReader *reader, const Block *block, const Block *global)
{
  RecoveryDriftRule *rule =
      add_rule(reader, block->line != NULL ? block->line : "(global)");

  if (rule == NULL)
    return;
  copy_names(rule->who.names, block->who.names);
  copy_names(rule->who.except, block->who.except);
  rule->who.all = block->who.all;
  if (block->line == NULL) {
    copy_names(rule->who.names, block->allow_users);
    copy_names(rule->who.names, block->allow_groups);
    rule->who.all = !has_list(block);
  }
  fill_accept(block, global, rule->accept);
}

/* Who is kept out: those that Deny... names, before all else, or those that
 * Allow... does not, after all else. */
static void
add_denial(RecoveryDriftReader *reader, const char *name,
           const GPtrArray *names)
{
  RecoveryDriftRule *rule = add_rule(reader, name);

  if (rule == NULL)
    return;
  rule->deny = true;
  rule->who.all = names == NULL;
  if (names != NULL)
    copy_names(rule->who.names, names);
}

/* Who is in AllowUsers has to be in AllowGroups, too, where there are both; and
 * who of one list is in the other nobody can tell here. */
static void
add_both(RecoveryDriftReader *reader, const Block *global)
{
  static const char name[] = "AllowUsers and AllowGroups";

  if (global->allow_users->len == 0 || global->allow_groups->len == 0)
    return;
  recovery_drift_table_unmapped(reader->table, name,
                                "both have to name somebody: who of one list "
                                "is in the other is not in the export");
  add_unknown(reader, name, global->allow_users, global->allow_groups);
  add_unknown(reader, name, global->allow_groups, global->allow_users);
}

/* A Match block that cannot be mapped. */
static void
add_strange(RecoveryDriftReader *reader, const Block *block)
{
  const bool people = !block->who.all && block->who.names->len > 0 &&
                      block->who.except->len == 0 &&
                      strstr(block->why, "patterns") == NULL;

  recovery_drift_table_unmapped(reader->table, block->line, "%s", block->why);
  add_unknown(reader, block->line, people ? block->who.names : NULL,
              block->who.except);
}

/* A block for somebody whom Allow... does not name. */
static void
tell_unlisted(RecoveryDriftReader *reader, const Block *block,
              const Block *global)
{
  bool unlisted = block->who.all;

  for (guint i = 0; i < block->who.names->len; i++)
    unlisted = unlisted ||
               !(has_name(global->allow_users, block->who.names->pdata[i]) ||
                 has_name(global->allow_groups, block->who.names->pdata[i]));
  if (unlisted && has_list(global))
    recovery_drift_table_unmapped(reader->table, block->line,
                                  "AllowUsers or AllowGroups may keep them "
                                  "out; they are shown as let in");
}

static bool
says_anything(const Block *block)
{
  for (size_t i = 0; i < N_KEYWORDS; i++)
    if (block->values[i] != NULL)
      return true;
  return false;
}

void
recovery_drift_sshd_read(RecoveryDriftReader *reader,
                         const RecoveryDriftExport *export)
{
  g_autoptr(GArray) blocks = g_array_new(FALSE, TRUE, sizeof(Block));
  const Block *global;

  g_array_set_clear_func(blocks, clear_block);
  reader->table->combine = RECOVERY_DRIFT_FIRST;
  reader->table->otherwise = RECOVERY_DRIFT_SILENT;
  if (export->n_files != 1) {
    recovery_drift_reader_fail(reader, "one sshd_config was expected");
    return;
  }
  read_blocks(reader, &export->files[0], blocks);
  g_hash_table_replace(reader->table->apps, g_strdup(export->name),
                       g_strdup(export->name));
  global = &g_array_index(blocks, Block, 0);
  if (global->deny->len > 0)
    add_denial(reader, "(denied)", global->deny);
  add_both(reader, global);
  /* What these set holds as well for who is in a block above, that sets other
   * keywords. */
  for (guint i = 1; i < blocks->len && reader->error == NULL; i++) {
    const Block *block = &g_array_index(blocks, Block, i);

    if (says_anything(block) && block->why != NULL)
      add_strange(reader, block);
  }
  for (guint i = 1; i < blocks->len && reader->error == NULL; i++) {
    const Block *block = &g_array_index(blocks, Block, i);

    if (!says_anything(block) || block->why != NULL)
      continue;
    tell_overlap(reader, blocks, i);
    tell_unlisted(reader, block, global);
    add_block(reader, block, global);
  }
  add_block(reader, global, global);
  if (has_list(global))
    add_denial(reader, "(not allowed)", NULL);
}
