/* SPDX-License-Identifier: Apache-2.0 */
/* drift-set-lines.c - lines for sshd_config, and for a file of pam.d. */
#include <string.h>

#include "recovery/policy/drift/drift-set-private.h"

#define SK                                                                     \
  "sk-ssh-ed25519@openssh.com,sk-ecdsa-sha2-nistp256@openssh.com,"             \
  "sk-ssh-ed25519-cert-v01@openssh.com,"                                       \
  "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"

/* What neither of them can tell of a key. */
static void
tell_keys(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
          const char *who)
{
  const char *app = setter->request->app;

  if (!want->webauthn)
    return;
  if (!want->synced)
    recovery_drift_set_cannot(
        setter, app, "%s cannot tell whether a key can be synced", who);
  if (want->attested || want->models != NULL)
    recovery_drift_set_cannot(setter, app,
                              "%s checks no attestation and no model: check "
                              "both when a key is registered",
                              who);
  if (want->max_age_s > 0)
    recovery_drift_set_cannot(setter, app,
                              "%s asks at each sign-in, and never again in a "
                              "session",
                              who);
}

static void
tell_journeys(RecoveryDriftSetter *setter)
{
  const uint32_t n =
      recovery_document_count(setter->document, RECOVERY_DOCUMENT_JOURNEYS);
  const uint32_t sign_in = recovery_drift_set_sign_in(setter);

  for (uint32_t i = 0; i < n; i++) {
    const char *id =
        recovery_document_id(setter->document, RECOVERY_DOCUMENT_JOURNEYS, i);
    g_autoptr(GArray) people =
        recovery_drift_set_people(setter, i, setter->app);

    if (i != sign_in && strcmp(id, "recovery") != 0 && people->len > 0)
      recovery_drift_set_cannot(setter, id,
                                "there is one way in: a sign-in; this journey "
                                "is not written");
  }
}

static void
tell_methods(RecoveryDriftSetter *setter, const GPtrArray *methods,
             const char *const *known)
{
  for (guint i = 0; i < methods->len; i++)
    if (!g_strv_contains(known, methods->pdata[i]))
      recovery_drift_set_cannot(setter, setter->request->app,
                                "method \"%s\" is not written",
                                (const char *)methods->pdata[i]);
}

static bool
has_method(const RecoveryDriftWant *want, const char *method)
{
  for (guint i = 0; i < want->methods->len; i++)
    if (strcmp(want->methods->pdata[i], method) == 0)
      return true;
  return false;
}

/* ---- sshd ---- */

static void
add_sshd(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
         const char *indent, GString *out)
{
  static const char *const known[] = {"ssh-key", "password",
                                      "keyboard-interactive", NULL};
  const bool plain = has_method(want, "ssh-key");
  const bool password = has_method(want, "password");
  const bool keyboard = has_method(want, "keyboard-interactive");
  g_autoptr(GString) methods = g_string_new(NULL);

  if (want->webauthn || plain)
    g_string_append(methods, " publickey");
  if (password)
    g_string_append(methods, " password");
  if (keyboard)
    g_string_append(methods, " keyboard-interactive");
  tell_methods(setter, want->methods, known);
  tell_keys(setter, want, "sshd");
  if (methods->len == 0) {
    recovery_drift_set_cannot(setter, setter->request->app,
                              "no method of it is one of sshd's: nobody gets "
                              "in");
    g_string_append_printf(out, "%sPubkeyAuthentication no\n", indent);
  }
  g_string_append_printf(out, "%sPasswordAuthentication %s\n", indent,
                         password ? "yes" : "no");
  g_string_append_printf(out, "%sKbdInteractiveAuthentication %s\n", indent,
                         keyboard ? "yes" : "no");
  if (methods->len > 0)
    g_string_append_printf(out, "%sAuthenticationMethods%s\n", indent,
                           methods->str);
  if (want->webauthn && !plain)
    g_string_append_printf(out, "%sPubkeyAcceptedAlgorithms %s\n", indent, SK);
  if (want->webauthn && want->uv)
    g_string_append_printf(out, "%sPubkeyAuthOptions verify-required\n",
                           indent);
}

/* A name that stands in a list of sshd's. */
static bool
is_plain(const char *name)
{
  return *name != '\0' && strpbrk(name, " \t\r\n,\"#*?!") == NULL;
}

/* Without a name in the map the policy's own id stands in the file: where no
 * group is called so, it keeps everybody out. */
static void
tell_unnamed(RecoveryDriftSetter *setter, const char *id)
{
  g_autofree const char **names =
      recovery_drift_map_names(setter->request->map, setter->request->export,
                               RECOVERY_DRIFT_MAP_POPULATIONS, id);

  if (names == NULL)
    recovery_drift_set_cannot(
        setter, id,
        "the map has no name of it for \"%s\": its id "
        "stands in AllowGroups, and where the host has no "
        "group of that name nobody of it gets in",
        setter->request->export);
}

/* The groups of a population, with commas or blanks between. */
static char *
join_groups(RecoveryDriftSetter *setter, uint32_t population,
            const char *between)
{
  const char *id = recovery_document_id(
      setter->document, RECOVERY_DOCUMENT_POPULATIONS, population);
  g_autofree const char **names = recovery_drift_set_names_or_id(
      setter, RECOVERY_DRIFT_MAP_POPULATIONS, id);
  g_autoptr(GString) text = g_string_new(NULL);

  for (size_t i = 0; names[i] != NULL; i++) {
    if (!is_plain(names[i])) {
      recovery_drift_set_cannot(setter, id,
                                "\"%s\" is no name of a group that sshd can "
                                "have in a list",
                                names[i]);
      continue;
    }
    g_string_append_printf(text, "%s%s", text->len > 0 ? between : "",
                           names[i]);
  }
  return g_strdup(text->str);
}

void
recovery_drift_set_sshd(RecoveryDriftSetter *setter)
{
  const uint32_t sign_in = recovery_drift_set_sign_in(setter);
  g_autoptr(GArray) people =
      recovery_drift_set_people(setter, sign_in, setter->app);
  GString *out = g_string_new(NULL);
  GString *allow = g_string_new("AllowGroups");
  GString *blocks = g_string_new(NULL);

  g_string_append_printf(out, "# Policy %s, app %s.\n", setter->title,
                         setter->request->app);
  for (guint i = 0; i < people->len; i++) {
    const uint32_t population = g_array_index(people, uint32_t, i);
    g_autoptr(RecoveryDriftWant) want =
        recovery_drift_set_want(setter, sign_in, population, setter->app);
    g_autofree char *listed = join_groups(setter, population, ",");
    g_autofree char *allowed = join_groups(setter, population, " ");

    tell_unnamed(setter, recovery_document_id(setter->document,
                                              RECOVERY_DOCUMENT_POPULATIONS,
                                              population));
    if (*listed == '\0')
      continue;
    g_string_append_printf(allow, " %s", allowed);
    g_string_append_printf(blocks, "\nMatch Group %s\n", listed);
    add_sshd(setter, want, "    ", blocks);
  }
  if (blocks->len == 0) {
    recovery_drift_set_cannot(setter, setter->request->app,
                              "the policy opens no sign-in here: nobody gets "
                              "in");
    g_string_append(allow, " nobody-gets-in");
  }
  /* Who is in none of the groups is refused before anything is asked. */
  g_string_append_printf(out,
                         "PasswordAuthentication no\n"
                         "KbdInteractiveAuthentication no\n%s\n%s",
                         allow->str, blocks->str);
  tell_journeys(setter);
  g_string_free(allow, TRUE);
  g_string_free(blocks, TRUE);
  setter->setting->text = g_string_free(out, FALSE);
}

/* ---- PAM ---- */

/* One way in is required; of several each is enough. */
static void
add_pam(RecoveryDriftSetter *setter, const RecoveryDriftWant *want,
        GString *out)
{
  static const char *const known[] = {"otp", "password", NULL};
  const bool otp = has_method(want, "otp");
  const bool password = has_method(want, "password");
  const char *control =
      want->webauthn + otp + password > 1 ? "sufficient" : "required  ";

  tell_methods(setter, want->methods, known);
  tell_keys(setter, want, "pam_u2f");
  if (want->webauthn)
    g_string_append_printf(out, "auth  %s  pam_u2f.so cue%s\n", control,
                           want->uv ? " pinverification=1" : "");
  if (otp)
    g_string_append_printf(out, "auth  %s  pam_oath.so\n", control);
  if (password)
    g_string_append_printf(out, "auth  %s  pam_unix.so\n", control);
  if (want->webauthn + otp + password != 1)
    g_string_append(out, "auth  requisite   pam_deny.so\n");
}

void
recovery_drift_set_pam(RecoveryDriftSetter *setter)
{
  const uint32_t sign_in = recovery_drift_set_sign_in(setter);
  g_autoptr(GArray) people =
      recovery_drift_set_people(setter, sign_in, setter->app);
  GString *out = g_string_new(NULL);
  g_autoptr(RecoveryDriftWant) all = NULL;

  for (guint i = 0; i < people->len; i++) {
    RecoveryDriftWant *want = recovery_drift_set_want(
        setter, sign_in, g_array_index(people, uint32_t, i), setter->app);

    if (all == NULL) {
      all = want;
      continue;
    }
    if (!recovery_drift_want_is_same(all, want))
      recovery_drift_set_cannot(setter, setter->request->app,
                                "PAM asks the same of everybody: this is what "
                                "the loosest population needs");
    recovery_drift_want_join(all, want);
    recovery_drift_want_free(want);
  }
  g_string_append_printf(out,
                         "# Policy %s, app %s. In place of the auth lines "
                         "of this service.\n",
                         setter->title, setter->request->app);
  if (all != NULL)
    add_pam(setter, all, out);
  else
    g_string_append(out, "auth  requisite   pam_deny.so\n");
  recovery_drift_set_cannot(setter, setter->request->app,
                            "PAM asks everybody, whatever population they are "
                            "in: who has an account is decided elsewhere");
  tell_journeys(setter);
  setter->setting->text = g_string_free(out, FALSE);
}
