/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-export.c - fidotool export ssh, pam-u2f, passkey-mapping: registrations
 * in, the lines that other programs let people in by out. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/cli/commands.h"
#include "fidotool/export/pam-u2f.h"
#include "fidotool/export/passkey.h"
#include "fidotool/export/ssh.h"
#include "fidotool/judge/saved.h"

#define ABOUT_FILE                                                             \
  "FILE is what `fidotool enrol` wrote, alone or as {\"options\", "            \
  "\"response\"}; \"-\" is\nstandard input. It is read, not judged: "          \
  "`fidotool verify registration` says whether to\ntrust it.\n\n"

static bool
usage(GError **error, const char *what)
{
  g_set_error_literal(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE, what);
  return false;
}

static FidotoolExported *
read_file(const char *path, const char *rp_id, GError **error)
{
  size_t len;
  g_autofree char *text =
      fidotool_cmd_read_file(path, FIDOTOOL_SAVED_MAX, &len, error);
  g_autoptr(FidotoolJson) file =
      text ? fidotool_saved_parse(text, len, error) : NULL;
  FidotoolExported *credential =
      file ? fidotool_exported_read(file, rp_id, error) : NULL;

  if (text != NULL && credential == NULL)
    g_prefix_error(error, "%s: ", path);
  return credential;
}

/* One line to stdout, or the result. */
static int
finish(FidotoolCmd *cmd, char *line, GError *error)
{
  g_autofree char *text = line;
  FidotoolJson *result;

  if (text == NULL)
    return fidotool_cmd_failed(cmd, error);
  if (!cmd->json)
    printf("%s\n", text);
  result = fidotool_json_new_object();
  fidotool_json_set_text(result, "line", text);
  return fidotool_cmd_done(cmd, result, NULL);
}

static bool
is_one_line(const char *text)
{
  for (; *text; text++)
    if ((unsigned char)*text < ' ' || *text == 0x7f)
      return false;
  return true;
}

/* --- ssh -------------------------------------------------------------------
 */

/* A file of that name is never overwritten. */
static bool
write_key_file(const char *path, const char *text, GError **error)
{
  const size_t len = strlen(text);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool ok = fd >= 0 && write(fd, text, len) == (ssize_t)len;
  const int why = errno;

  if (fd >= 0)
    ok = close(fd) == 0 && ok;
  if (!ok) {
    g_set_error(error, FIDOTOOL_ERROR,
                why == EEXIST ? FIDOTOOL_ERROR_USAGE : FIDOTOOL_ERROR_FAILED,
                "%s: %s", path, g_strerror(why));
    if (fd >= 0)
      (void)unlink(path); /* half a file is no key */
  }
  return ok;
}

static char *
export_ssh(const char *path, const char *application, const char *key_file,
           const FidotoolSsh *how, GError **error)
{
  g_autoptr(FidotoolExported) credential = read_file(
      path, application ? application : FIDOTOOL_SSH_APPLICATION, error);
  g_autofree char *line = NULL;
  g_autofree char *file = NULL;

  if (credential == NULL)
    return NULL;
  line = fidotool_ssh_line(credential, how, error);
  if (line == NULL || key_file == NULL)
    return g_steal_pointer(&line);
  file = fidotool_ssh_key_file(credential, how, error);
  return file != NULL && write_key_file(key_file, file, error)
             ? g_steal_pointer(&line)
             : NULL;
}

int
fidotool_cmd_export_ssh(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *application = NULL;
  g_autofree char *comment = NULL;
  g_autofree char *key_file = NULL;
  gboolean verify = FALSE, no_touch = FALSE;
  g_autoptr(GError) error = NULL;
  char *line = NULL;
  const GOptionEntry own[] = {
      {"application", 0, 0, G_OPTION_ARG_STRING, &application,
       "RP ID of the credential (default: ssh:)", "ssh:NAME"},
      {"verify-required", 0, 0, G_OPTION_ARG_NONE, &verify,
       "let in only with PIN or fingerprint", NULL},
      {"no-touch-required", 0, 0, G_OPTION_ARG_NONE, &no_touch,
       "let in without a touch", NULL},
      {"comment", 0, 0, G_OPTION_ARG_STRING, &comment,
       "what stands at the end of the line", "TEXT"},
      {"key-file", 0, 0, G_OPTION_ARG_FILENAME, &key_file,
       "also write the key file that ssh -i takes", "FILE"},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          ABOUT_FILE
          "The line is for authorized_keys. The key file holds no secret: it "
          "tells ssh what to\nask the security key for.\n"
          "Example:\n  fidotool export ssh --verify-required --comment "
          "ada@example.org \\\n    --key-file ~/.ssh/id_ecdsa_sk "
          "registration.json >> authorized_keys",
          &argc, &argv, &error) &&
      (argc == 2 || usage(&error, "give one FILE")) &&
      (comment == NULL || is_one_line(comment) ||
       usage(&error, "--comment holds a control character")))
    line = export_ssh(argv[1], application, key_file,
                      &(FidotoolSsh){.verify_required = verify,
                                     .no_touch_required = no_touch,
                                     .comment = comment},
                      &error);
  return finish(cmd, line, g_steal_pointer(&error));
}

/* --- pam_u2f ---------------------------------------------------------------
 */

/* pam_u2f passes over more than these without a word. */
#define PAM_U2F_MOST 24

static char *
export_pam_u2f(char **paths, const char *user, const char *rp_id,
               const FidotoolPamU2f *how, GError **error)
{
  g_autoptr(GString) line = g_string_new(user);

  for (; *paths != NULL; paths++) {
    g_autoptr(FidotoolExported) credential = read_file(*paths, rp_id, error);
    g_autofree char *field =
        credential ? fidotool_pam_u2f_field(credential, how, error) : NULL;

    if (field == NULL)
      return NULL;
    g_string_append_printf(line, ":%s", field);
  }
  return g_string_free(g_steal_pointer(&line), FALSE);
}

int
fidotool_cmd_export_pam_u2f(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *user = NULL;
  g_autofree char *rp_id = NULL;
  gboolean verification = FALSE, pin = FALSE;
  g_autoptr(GError) error = NULL;
  char *line = NULL;
  const GOptionEntry own[] = {
      {"user", 0, 0, G_OPTION_ARG_STRING, &user, "whose line it is", "NAME"},
      {"rp-id", 0, 0, G_OPTION_ARG_STRING, &rp_id,
       "the module's appid= (default: what the options in FILE say)", "RP-ID"},
      {"verification", 0, 0, G_OPTION_ARG_NONE, &verification,
       "ask for the key's own user verification", NULL},
      {"pin", 0, 0, G_OPTION_ARG_NONE, &pin, "ask for the PIN", NULL},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          ABOUT_FILE
          "Several FILEs, such as a key and its spare, give one line. Set "
          "origin= and appid= in\nthe PAM file: the module's default dies "
          "with the host's name.\n"
          "Example:\n  fidotool export pam-u2f --user ada --pin key.json "
          "spare.json",
          &argc, &argv, &error) &&
      (argc >= 2 || usage(&error, "give a FILE")) &&
      (argc <= 1 + PAM_U2F_MOST ||
       usage(&error, "pam_u2f reads at most 24 keys of a user")) &&
      ((user != NULL && fidotool_pam_u2f_is_user(user)) ||
       usage(&error, "--user is the name of a user, without space or \":\"")))
    line = export_pam_u2f(argv + 1, user, rp_id,
                          &(FidotoolPamU2f){verification, pin}, &error);
  return finish(cmd, line, g_steal_pointer(&error));
}

/* --- SSSD, FreeIPA ---------------------------------------------------------
 */

int
fidotool_cmd_export_passkey(FidotoolCmd *cmd, int argc, char **argv)
{
  g_autofree char *rp_id = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolExported) credential = NULL;
  char *line = NULL;
  const GOptionEntry own[] = {
      {"rp-id", 0, 0, G_OPTION_ARG_STRING, &rp_id,
       "the domain (default: what the options in FILE say)", "DOMAIN"},
      G_OPTION_ENTRY_NULL};

  if (fidotool_cmd_parse(
          cmd, own,
          ABOUT_FILE
          "The value is for FreeIPA (ipa user-add-passkey USER VALUE) and "
          "for SSSD's LDAP\nattribute \"passkey\". The RP ID is the domain.\n"
          "Example:\n  fidotool export passkey-mapping registration.json",
          &argc, &argv, &error) &&
      (argc == 2 || usage(&error, "give one FILE")))
    credential = read_file(argv[1], rp_id, &error);
  if (credential != NULL)
    line = fidotool_passkey_mapping(credential, &error);
  return finish(cmd, line, g_steal_pointer(&error));
}
