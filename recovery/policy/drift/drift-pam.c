/* SPDX-License-Identifier: Apache-2.0 */
/* drift-pam.c - files of pam.d. Each file is a service, and a service is an
 * app; the lines of auth decide. A file that others include is a part and no
 * service of its own. What a FIDO key is beyond PIN and touch pam_u2f cannot
 * tell. */
#include "recovery/policy/drift/drift-pam.h"

#include <stdlib.h>
#include <string.h>

#include "recovery/policy/drift/drift-adapter.h"
#include "recovery/policy/drift/drift-lines.h"

#define DEPTH 8
/* Longest jump that is looked at. */
#define JUMP_MAX 64

/* clang-format off */
static const struct {
  const char *name;
  RecoveryDriftPamKind kind;
  const char *method;
} modules[] = {
  { "pam_u2f",                  RECOVERY_DRIFT_PAM_FACTOR, "webauthn" },
  { "pam_pkcs11",               RECOVERY_DRIFT_PAM_FACTOR, "certificate" },
  { "pam_p11",                  RECOVERY_DRIFT_PAM_FACTOR, "certificate" },
  { "pam_ssh_agent_auth",       RECOVERY_DRIFT_PAM_FACTOR, "ssh-key" },
  { "pam_fprintd",              RECOVERY_DRIFT_PAM_FACTOR, "fingerprint" },
  { "pam_duo",                  RECOVERY_DRIFT_PAM_FACTOR, "push" },
  { "pam_google_authenticator", RECOVERY_DRIFT_PAM_FACTOR, "otp" },
  { "pam_oath",                 RECOVERY_DRIFT_PAM_FACTOR, "otp" },
  { "pam_yubico",               RECOVERY_DRIFT_PAM_FACTOR, "otp" },
  { "pam_unix",                 RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_sss",                  RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_ldap",                 RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_krb5",                 RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_winbind",              RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_radius_auth",          RECOVERY_DRIFT_PAM_FACTOR, "radius" },
  { "pam_systemd_home",         RECOVERY_DRIFT_PAM_FACTOR, "password" },
  { "pam_localuser",            RECOVERY_DRIFT_PAM_CONDITION, NULL },
  { "pam_shells",               RECOVERY_DRIFT_PAM_CONDITION, NULL },
  { "pam_usertype",             RECOVERY_DRIFT_PAM_CONDITION, NULL },
  { "pam_rootok",               RECOVERY_DRIFT_PAM_ROOT, NULL },
  { "pam_permit",               RECOVERY_DRIFT_PAM_PERMITS, NULL },
  { "pam_deny",                 RECOVERY_DRIFT_PAM_DENIES, NULL },
  { "pam_cap",                  RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_ecryptfs",             RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_env",                  RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_faildelay",            RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_faillock",             RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_gnome_keyring",        RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_group",                RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_kwallet",              RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_kwallet5",             RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_mount",                RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_nologin",              RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_securetty",            RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_tally2",               RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
  { "pam_warn",                 RECOVERY_DRIFT_PAM_NEUTRAL, NULL },
};
/* clang-format on */

/* What is being read: one service, with what it includes. */
typedef struct {
  RecoveryDriftReader *reader;
  const RecoveryDriftExport *export;
  const char *service;
  bool incomplete; /* something in it is not in the export */
  bool root;       /* root is let in without a question */
  guint modules;
} Service;

static const RecoveryDriftFile *
find_file(const RecoveryDriftExport *export, const char *name)
{
  for (size_t i = 0; i < export->n_files; i++)
    if (strcmp(export->files[i].name, name) == 0)
      return &export->files[i];
  return NULL;
}

/* ---- controls ---- */

static int
read_action(const char *text)
{
  static const char *const names[] = {"ignore", "bad",  "die",
                                      "ok",     "done", "reset"};
  const int jump = atoi(text);

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], text) == 0)
      return (int)i;
  return jump > 0 && jump <= JUMP_MAX ? RECOVERY_DRIFT_PAM_JUMP + jump
                                      : RECOVERY_DRIFT_PAM_BAD;
}

/* "[success=1 default=ignore", without its end. */
static void
read_actions(const char *text, RecoveryDriftPamModule *module)
{
  g_auto(GStrv) pairs = g_strsplit_set(text + 1, " \t", -1);
  int fallback = RECOVERY_DRIFT_PAM_BAD;
  int success = -1, failure = -1, ignore = -1;

  for (size_t i = 0; pairs[i] != NULL; i++) {
    const char *equals = strchr(pairs[i], '=');
    int action;

    if (equals == NULL)
      continue;
    action = read_action(equals + 1);
    if (g_str_has_prefix(pairs[i], "success="))
      success = action;
    else if (g_str_has_prefix(pairs[i], "auth_err="))
      failure = action;
    else if (g_str_has_prefix(pairs[i], "ignore="))
      ignore = action;
    else if (g_str_has_prefix(pairs[i], "default="))
      fallback = action;
  }
  module->on_success = success >= 0 ? success : fallback;
  module->on_failure = failure >= 0 ? failure : fallback;
  module->on_ignore = ignore >= 0 ? ignore : fallback;
}

static bool
read_control(const char *text, RecoveryDriftPamModule *module)
{
  static const struct {
    const char *name;
    RecoveryDriftPamAction success, failure;
  } controls[] = {
      {"required", RECOVERY_DRIFT_PAM_OK, RECOVERY_DRIFT_PAM_BAD},
      {"requisite", RECOVERY_DRIFT_PAM_OK, RECOVERY_DRIFT_PAM_DIE},
      {"sufficient", RECOVERY_DRIFT_PAM_DONE, RECOVERY_DRIFT_PAM_IGNORE},
      {"optional", RECOVERY_DRIFT_PAM_OK, RECOVERY_DRIFT_PAM_IGNORE},
  };

  if (*text == '[') {
    read_actions(text, module);
    return true;
  }
  module->on_ignore = RECOVERY_DRIFT_PAM_IGNORE;
  for (size_t i = 0; i < G_N_ELEMENTS(controls); i++)
    if (g_ascii_strcasecmp(controls[i].name, text) == 0) {
      module->on_success = (int)controls[i].success;
      module->on_failure = (int)controls[i].failure;
      return true;
    }
  return false;
}

/* ---- modules ---- */

/* "pam_u2f" of "/lib/security/pam_u2f.so". */
static char *
read_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  char *name = g_strdup(slash != NULL ? slash + 1 : path);

  if (g_str_has_suffix(name, ".so"))
    name[strlen(name) - 3] = '\0';
  return name;
}

static void
read_arguments(char **words, RecoveryDriftPamModule *module)
{
  for (; *words != NULL; words++) {
    if (strcmp(*words, "userverification=1") == 0 ||
        strcmp(*words, "pinverification=1") == 0)
      module->uv = true;
    if (strcmp(*words, "nouserok") == 0 || strcmp(*words, "nullok") == 0)
      module->skips = strcmp(module->name, "pam_unix") != 0;
  }
}

/* What a module is. What tells kinds of accounts apart goes either way; so does
 * one that is not known, which is listed. */
static void
fill_module(Service *service, const char *name, RecoveryDriftPamModule *module)
{
  bool known = false;

  module->kind = RECOVERY_DRIFT_PAM_CONDITION;
  for (size_t i = 0; i < G_N_ELEMENTS(modules); i++)
    if (strcmp(modules[i].name, name) == 0) {
      known = true;
      module->kind = modules[i].kind;
      module->name = modules[i].name;
      module->method = modules[i].method;
    }
  service->root = service->root || module->kind == RECOVERY_DRIFT_PAM_ROOT;
  if (!known)
    recovery_drift_table_unmapped(
        service->reader->table, name,
        "in service \"%s\": whether this module says yes is not known; it is "
        "taken both ways",
        service->service);
}

static void read_stack(Service *service, const RecoveryDriftFile *file,
                       GArray *stack, int depth);

/* Another file in this place: as if its lines stood here, or a stack of its
 * own. */
static void
include_file(Service *service, const char *name, bool own, GArray *stack,
             int depth)
{
  const RecoveryDriftFile *file = find_file(service->export, name);
  RecoveryDriftPamModule module = {.kind = RECOVERY_DRIFT_PAM_STACK};

  if (file == NULL) {
    service->incomplete = true;
    recovery_drift_table_unmapped(
        service->reader->table, service->service,
        "it includes \"%s\", which is not among the files",
        recovery_drift_table_short(name));
    return;
  }
  if (!own) {
    read_stack(service, file, stack, depth + 1);
    return;
  }
  module.stack = recovery_drift_pam_stack_new();
  (void)read_control("required", &module);
  g_array_append_val(stack, module);
  read_stack(service, file, module.stack, depth + 1);
}

static bool
is_auth(const char *type)
{
  return g_ascii_strcasecmp(type + (*type == '-'), "auth") == 0;
}

static void
read_line(Service *service, char **words, guint number, GArray *stack,
          int depth)
{
  const guint n = g_strv_length(words);
  RecoveryDriftPamModule module = {0};
  g_autofree char *name = NULL;

  if (strcmp(words[0], "@include") == 0 && n == 2) {
    include_file(service, words[1], false, stack, depth);
    return;
  }
  if (!is_auth(words[0]))
    return;
  if (n < 3) {
    recovery_drift_reader_fail(service->reader, "line %u is cut off", number);
    return;
  }
  if (strcmp(words[1], "include") == 0 || strcmp(words[1], "substack") == 0) {
    include_file(service, words[2], words[1][0] == 's', stack, depth);
    return;
  }
  if (!read_control(words[1], &module)) {
    recovery_drift_reader_fail(service->reader, "line %u: \"%s\" is no control",
                               number, recovery_drift_table_short(words[1]));
    return;
  }
  name = read_name(words[2]);
  fill_module(service, name, &module);
  if (module.kind == RECOVERY_DRIFT_PAM_FACTOR)
    read_arguments(words + 3, &module);
  g_array_append_val(stack, module);
}

static void
read_stack(Service *service, const RecoveryDriftFile *file, GArray *stack,
           int depth)
{
  RecoveryDriftReader *reader = service->reader;
  const char *at = file->text;
  guint number = 0;
  char **words;

  if (depth > DEPTH) {
    recovery_drift_reader_fail(reader, "files include one another too deep, or "
                                       "in a circle");
    return;
  }
  reader->file = file->name;
  while ((words = recovery_drift_lines_next(reader, &at, file->text + file->len,
                                            &number, true)) != NULL) {
    if (++service->modules > RECOVERY_DRIFT_LINES_MAX)
      recovery_drift_reader_fail(reader, "too many lines");
    else
      read_line(service, words, number, stack, depth);
    g_strfreev(words);
    if (reader->error != NULL)
      return;
  }
}

/* ---- services ---- */

/* Files that are there to be included. */
static bool
is_part(const RecoveryDriftFile *file)
{
  static const char *const names[] = {
      "system-auth",        "password-auth",      "fingerprint-auth",
      "smartcard-auth",     "postlogin",          "system-login",
      "system-local-login", "system-remote-login"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strcmp(names[i], file->name) == 0)
      return true;
  return g_str_has_prefix(file->name, "common-");
}

static void
read_service(RecoveryDriftReader *reader, const RecoveryDriftExport *export,
             const RecoveryDriftFile *file)
{
  Service service = {.reader = reader, .export = export, .service = file->name};
  g_autoptr(GArray) stack = recovery_drift_pam_stack_new();
  g_autoptr(GPtrArray) offers = NULL;
  RecoveryDriftRule *rule;

  read_stack(&service, file, stack, 0);
  if (reader->error != NULL || (stack->len == 0 && !service.incomplete))
    return;
  g_hash_table_replace(reader->table->apps, g_strdup(file->name),
                       g_strdup(file->name));
  if (service.root)
    recovery_drift_table_note(reader->table,
                              "service \"%s\" may let root in without a "
                              "question; what is shown is for everybody else",
                              file->name);
  offers = service.incomplete ? NULL : recovery_drift_pam_stack_ways(stack);
  if (offers == NULL && !service.incomplete)
    recovery_drift_table_unmapped(reader->table, file->name,
                                  "its stack has too many modules");
  rule = recovery_drift_table_add_rule(reader->table->rules, file->name,
                                       &reader->error);
  if (rule == NULL)
    return;
  rule->who.all = true;
  rule->unknown = offers == NULL;
  rule->max_age_s = RECOVERY_DRIFT_NO_SESSION;
  rule->deny = offers != NULL && offers->len == 0;
  (void)recovery_drift_table_add_name(reader->table, rule->where.names,
                                      file->name, &reader->error);
  for (guint i = 0; offers != NULL && i < offers->len; i++)
    g_ptr_array_add(rule->accept,
                    recovery_drift_table_offer_copy(offers->pdata[i]));
}

void
recovery_drift_pam_read(RecoveryDriftReader *reader,
                        const RecoveryDriftExport *export)
{
  reader->table->combine = RECOVERY_DRIFT_FIRST;
  reader->table->otherwise = RECOVERY_DRIFT_SILENT;
  for (size_t i = 0; i < export->n_files && reader->error == NULL; i++)
    if (!is_part(&export->files[i]))
      read_service(reader, export, &export->files[i]);
  if (reader->error == NULL && g_hash_table_size(reader->table->apps) == 0)
    recovery_drift_reader_fail(reader, "there is no line of auth in it");
}
