/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - fidotool: the table of subcommands and the loop over it. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fidotool/cli/cmd.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/elsewhere.h"
#include "fidotool/cli/metadata-consult.h"
#include "fidotool/cli/metadata-store.h"
#include "fidotool/helper/client.h"

/* Most words a subcommand's name has. */
#define MAX_WORDS 4

/* The program that has all commands. */
#define WHOLE "fidotool-whole"

#define KEY FIDOTOOL_CMD_KEY
#define PIN FIDOTOOL_CMD_PIN
#define STATION FIDOTOOL_CMD_STATION
#define CONFIRM FIDOTOOL_CMD_CONFIRM
/* A key signs, at a station. */
#define GOVERNED (KEY | PIN | STATION)

/* In the order in which help shows them; the longest match runs. */
/* clang-format off */
static const FidotoolCommand commands[] = {
  { "key list", "", "list the keys that are plugged in", KEY, fidotool_cmd_key_list },
  { "key watch", "", "tell which keys come and go", KEY, fidotool_cmd_key_watch },
  { "key info", "", "show what a key says of itself", KEY, fidotool_cmd_key_info },
  { "key select", "", "choose a key by touching it", KEY, fidotool_cmd_key_select },
  { "key wink", "", "have a key blink", KEY, fidotool_cmd_key_wink },
  { "key name set", "NAME", "give a key a name, for --device @NAME", KEY, fidotool_cmd_key_name_set },
  { "key name list", "", "list the names of keys", 0, fidotool_cmd_key_name_list },
  { "key name remove", "NAME", "take a name away from a key", 0, fidotool_cmd_key_name_remove },
  { "key pin status", "", "show the state of a key's PIN", KEY, fidotool_cmd_key_pin_status },
  { "key pin set", "", "set or change the PIN of a key", KEY | PIN, fidotool_cmd_key_pin_set },
  { "key pin change", "", "the same as key pin set", KEY | PIN, fidotool_cmd_key_pin_set },
  { "key pin verify", "", "check the PIN of a key", KEY | PIN, fidotool_cmd_key_pin_verify },
  { "key pin force-change", "", "have a key ask for another PIN", KEY | PIN, fidotool_cmd_key_pin_force_change },
  { "key fingerprint list", "", "list the fingerprints that a key knows", KEY | PIN, fidotool_cmd_key_fingerprint_list },
  { "key fingerprint add", "", "have a key learn a fingerprint", KEY | PIN, fidotool_cmd_key_fingerprint_add },
  { "key fingerprint rename", "WHICH NAME", "give a fingerprint another name", KEY | PIN, fidotool_cmd_key_fingerprint_rename },
  { "key fingerprint delete", "WHICH", "delete one fingerprint", KEY | PIN | CONFIRM, fidotool_cmd_key_fingerprint_delete },
  { "key config show", "", "show the settings of a key", KEY, fidotool_cmd_key_config_show },
  { "key config set always-uv", "on|off", "want PIN or fingerprint always, or not", KEY | PIN, fidotool_cmd_key_config_set_always_uv },
  { "key config set min-pin-length", "N", "set the shortest PIN", KEY | PIN, fidotool_cmd_key_config_set_min_pin_length },
  { "key config set enterprise-attestation", "[on]", "switch enterprise attestation on", KEY | PIN, fidotool_cmd_key_config_set_enterprise },
  { "key credential list", "", "list the passkeys on a key", KEY | PIN, fidotool_cmd_key_credential_list },
  { "key credential show", "ID", "show one passkey", KEY | PIN, fidotool_cmd_key_credential_show },
  { "key credential count", "", "count the passkeys, and the room for more", KEY | PIN, fidotool_cmd_key_credential_count },
  { "key credential rename", "ID", "give a passkey's user another name", KEY | PIN, fidotool_cmd_key_credential_rename },
  { "key credential delete", "ID", "delete one passkey", KEY | PIN | CONFIRM, fidotool_cmd_key_credential_delete },
  { "key blob list", "", "list the large blobs on a key", KEY | PIN, fidotool_cmd_key_blob_list },
  { "key blob get", "ID", "print the large blob of a passkey", KEY | PIN, fidotool_cmd_key_blob_get },
  { "key blob purge", "", "take away large blobs that belong to nobody", KEY | PIN | CONFIRM, fidotool_cmd_key_blob_purge },
  { "key reset", "", "take everything off a key, for good", KEY | PIN | CONFIRM, fidotool_cmd_key_reset },
  { "key plan reset", "", "get a station's leave to reset a key", GOVERNED, fidotool_cmd_key_plan_reset },
  { "key plan delete", "ID", "get a station's leave to delete one passkey", GOVERNED, fidotool_cmd_key_plan_delete },
  { "advisory check", "", "say whether a key has a known fault", KEY, fidotool_cmd_advisory_check },
  { "advisory list", "", "list the faults that are known", 0, fidotool_cmd_advisory_list },
  { "doctor", "", "say why a key is not seen, and what to do", 0, fidotool_cmd_doctor },
  { "enrol", "", "make a credential from WebAuthn options", KEY | PIN, fidotool_cmd_enrol },
  { "assert", "", "make an assertion from WebAuthn options", KEY | PIN, fidotool_cmd_assert },
  { "export ssh", "FILE", "write a credential as a line of authorized_keys", 0, fidotool_cmd_export_ssh },
  { "export pam-u2f", "FILE...", "write credentials as a line of pam_u2f", 0, fidotool_cmd_export_pam_u2f },
  { "export passkey-mapping", "FILE", "write a credential as SSSD maps it", 0, fidotool_cmd_export_passkey },
  { "verify registration", "FILE", "judge a saved registration", 0, fidotool_cmd_verify_registration },
  { "verify assertion", "FILE", "judge a saved assertion", 0, fidotool_cmd_verify_assertion },
  { "verify again", "CASE", "judge again, from a bundle, what a case was judged by", 0, fidotool_cmd_verify_again },
  { "metadata import", "FILE", "take in what makers and FIDO say of models", 0, fidotool_cmd_metadata_import },
  { "metadata fetch", "", "download metadata, and take them in", 0, fidotool_cmd_metadata_fetch },
  { "metadata show", "AAGUID", "show what the metadata say of a model", 0, fidotool_cmd_metadata_show },
  { "metadata find", "QUERY", "find models, or write them as a list for a policy", 0, fidotool_cmd_metadata_find },
  { "metadata status", "", "show which metadata are here", 0, fidotool_cmd_metadata_status },
  { "policy drift import", "FILE...", "take in what another system enforces", 0, fidotool_cmd_policy_drift_import },
  { "policy drift keys", "FILE", "compare another system's credentials with our keys", GOVERNED, fidotool_cmd_policy_drift_keys },
  { "policy drift", "", "compare other systems with the policy", 0, fidotool_cmd_policy_drift },
  { "policy export", "", "write what should be set in another system", 0, fidotool_cmd_policy_export },
  { "station init", "", "found a station: first keys, first roster, record", KEY | PIN | STATION, fidotool_cmd_station_init },
  { "station status", "", "show what a station says of itself", STATION, fidotool_cmd_station_status },
  { "station import", "FILE.csv", "bring in the directory: persons and their keys", GOVERNED, fidotool_cmd_station_import },
  { "trust load", "FILE...", "change what a station judges keys by", GOVERNED, fidotool_cmd_trust_load },
  { "trust show", "", "show what a station judges keys by", GOVERNED, fidotool_cmd_trust_show },
  { "machine init", "", "make this machine's key", STATION, fidotool_cmd_machine_init },
  { "machine show", "", "print this machine's public key", STATION, fidotool_cmd_machine_show },
  { "roster show", "", "show who may sign what", GOVERNED, fidotool_cmd_roster_show },
  { "roster print", "", "print the roster as allowed_signers", GOVERNED, fidotool_cmd_roster_print },
  { "roster enrol", "", "make and prove a key of staff", GOVERNED, fidotool_cmd_roster_enrol },
  { "roster add", "", "give a new key a row on the roster", GOVERNED, fidotool_cmd_roster_add },
  { "roster remove", "", "take a person off the roster", GOVERNED, fidotool_cmd_roster_remove },
  { "roster sign", "", "sign a change as the second officer", GOVERNED, fidotool_cmd_roster_sign },
  { "role activate", "", "activate a role on a connection", GOVERNED, fidotool_cmd_role_activate },
  { "session", "", "activate a role, then read command lines", GOVERNED, fidotool_cmd_session },
  { "case open", "", "open a case: somebody lost a key", GOVERNED, fidotool_cmd_case_open },
  { "case list", "", "list the cases", GOVERNED, fidotool_cmd_case_list },
  { "case show", "CASE", "show a case", GOVERNED, fidotool_cmd_case_show },
  { "case acts", "CASE", "say who may do what next, and why not", GOVERNED, fidotool_cmd_case_acts },
  { "case proof", "CASE", "load what the policy asks of the person", GOVERNED, fidotool_cmd_case_proof },
  { "case evidence", "CASE", "record a piece of evidence", GOVERNED, fidotool_cmd_case_evidence },
  { "case flag", "CASE", "keep a private note for the next step", 0, fidotool_cmd_case_flag },
  { "case submit", "CASE", "freeze a case for approval", GOVERNED, fidotool_cmd_case_submit },
  { "case amend", "CASE", "take a case back to proofing", GOVERNED, fidotool_cmd_case_amend },
  { "case make", "CASE", "have the new key make its credential", GOVERNED, fidotool_cmd_case_make },
  { "case approve", "CASE", "approve a case", GOVERNED, fidotool_cmd_case_approve },
  { "case refuse", "CASE", "refuse a case", GOVERNED, fidotool_cmd_case_refuse },
  { "case check", "CASE", "pass the routine check of a case", GOVERNED, fidotool_cmd_case_check },
  { "case release", "CASE", "issue the approved key", GOVERNED, fidotool_cmd_case_release },
  { "case withdraw", "CASE", "end a case early", GOVERNED, fidotool_cmd_case_withdraw },
  { "case contest", "[CASE]", "stop a case with a code", STATION, fidotool_cmd_case_contest },
  { "case uphold", "CASE", "uphold a contest", GOVERNED, fidotool_cmd_case_uphold },
  { "case reject", "CASE", "reject a contest", GOVERNED, fidotool_cmd_case_reject },
  { "propose", "ACT [KEY=VALUE...]", "ask for a statement to be signed elsewhere", GOVERNED, fidotool_cmd_propose },
  { "sign", "FILE", "check, show and sign a proposal", GOVERNED, fidotool_cmd_sign },
  { "submit", "FILE", "hand in what was signed", STATION, fidotool_cmd_submit },
  { "policy lint", "[FILE]", "say what is wrong with a policy, and what is right", GOVERNED, fidotool_cmd_policy_lint },
  { "policy print", "[FILE]", "print a policy in words, with its decision table", GOVERNED, fidotool_cmd_policy_print },
  { "policy diff", "OLD NEW", "say who can do what with less, and with more", 0, fidotool_cmd_policy_diff },
  { "policy what-if", "DRAFT", "say who would be refused or let in under a draft", GOVERNED, fidotool_cmd_policy_what_if },
  { "policy trial start", "DRAFT", "try a draft beside the policy in force", GOVERNED, fidotool_cmd_policy_trial_start },
  { "policy trial show", "", "show what a draft would decide otherwise", GOVERNED, fidotool_cmd_policy_trial_show },
  { "policy trial end", "", "end the trial of a draft", GOVERNED, fidotool_cmd_policy_trial_end },
  { "policy load", "FILE", "sign a new policy as the first officer", GOVERNED, fidotool_cmd_policy_load },
  { "base load", "FILE", "sign a new base of all policies, with two others", GOVERNED, fidotool_cmd_base_load },
  { "base show", "", "print the base that is in force", GOVERNED, fidotool_cmd_base_show },
  { "policy history", "", "list the policies that were in force", GOVERNED, fidotool_cmd_policy_history },
  { "policy show", "[VERSION]", "print a policy that is or was in force", GOVERNED, fidotool_cmd_policy_show },
  { "policy rollback", "VERSION", "take up an earlier policy again", GOVERNED, fidotool_cmd_policy_rollback },
  { "policy decide", "", "decide over a request by a policy, or ask a station", STATION, fidotool_cmd_policy_decide },
  { "policy explain", "", "say in words what a policy decides, and why", GOVERNED, fidotool_cmd_policy_explain },
  { "policy approvals", "", "list the decisions that wait for an approval", GOVERNED, fidotool_cmd_policy_approvals },
  { "policy approve", "REFERENCE", "approve one decision that a program asks for", GOVERNED, fidotool_cmd_policy_approve },
  { "exception list", "[ID]", "list the exceptions from the policy", GOVERNED, fidotool_cmd_exception_list },
  { "exception request", "", "ask for an exception, as the first of two", GOVERNED, fidotool_cmd_exception_request },
  { "exception approve", "ID", "grant an exception, as the second of two", GOVERNED, fidotool_cmd_exception_approve },
  { "exception review", "ID", "say that an exception is still needed", GOVERNED, fidotool_cmd_exception_review },
  { "exception end", "ID", "end an exception before its time", GOVERNED, fidotool_cmd_exception_end },
  { "report weaker", "", "list the weaker paths that were taken", GOVERNED, fidotool_cmd_report_weaker },
  { "report fallbacks", "", "count who leaned on which fallback, and how often", GOVERNED, fidotool_cmd_report_fallbacks },
  { "report exceptions", "", "count who leaned on which exception, and how often", GOVERNED, fidotool_cmd_report_exceptions },
  { "report approvals", "", "list who approved which decision, and what used it up", GOVERNED, fidotool_cmd_report_approvals },
  { "report overdue", "", "list the cases that wait too long for security officers", GOVERNED, fidotool_cmd_report_overdue },
  { "audit export", "DIR|-", "write the evidence as a bundle", GOVERNED, fidotool_cmd_audit_export },
  { "audit proof", "CASE", "print the receipt of a case", GOVERNED, fidotool_cmd_audit_proof },
  { "audit verify", "BUNDLE", "judge a bundle of evidence", 0, fidotool_cmd_audit_verify },
  { "version", "", "print the version", 0, fidotool_cmd_version },
};
/* clang-format on */

/* True when path begins with the group, at the end of a word. */
static bool
is_in_group(const char *path, const char *group)
{
  size_t len = strlen(group);

  return len == 0 ||
         (strncmp(path, group, len) == 0 && (path[len] == ' ' || !path[len]));
}

static void
print_commands(FILE *out, const char *group)
{
  fprintf(out, "Usage:\n  fidotool %s%sCOMMAND [OPTION...]\n\nCommands:\n",
          group, *group ? " " : "");
  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
    g_autofree char *name = NULL;

    if (!is_in_group(commands[i].path, group))
      continue;
    name = g_strdup_printf("%s %s", commands[i].path, commands[i].arguments);
    fprintf(out, "  %-46s %s\n", name, commands[i].summary);
  }
  fprintf(out, "\n\"fidotool COMMAND --help\" shows the options of one "
               "command.\nExample:\n  fidotool key list --json\n");
}

/* Joins the first n words with blanks. */
static char *
join_words(char **words, int n)
{
  GString *text = g_string_new(NULL);

  for (int i = 0; i < n; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? " " : "", words[i]);
  return g_string_free(text, FALSE);
}

/* The subcommand that the most words name; ret_words says how many. */
static const FidotoolCommand *
find_command(int argc, char **argv, int *ret_words)
{
  for (int n = MIN(argc, MAX_WORDS); n > 0; n--) {
    g_autofree char *path = join_words(argv, n);

    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
      if (strcmp(commands[i].path, path) == 0) {
        *ret_words = n;
        return &commands[i];
      }
  }
  return NULL;
}

/* No subcommand: help for a group, or one line that says what is wrong. */
static int
answer_without_command(int argc, char **argv)
{
  int words = 0;
  g_autofree char *group = NULL;
  bool known = false;

  while (words < argc && argv[words][0] != '-')
    words++;
  group = join_words(argv, words);
  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
    known = known || is_in_group(commands[i].path, group);
  if (known && words < argc &&
      (strcmp(argv[words], "--help") == 0 || strcmp(argv[words], "-h") == 0)) {
    print_commands(stdout, group);
    return FIDOTOOL_CMD_OK;
  }
  if (words == argc && known && argc > 0)
    fprintf(stderr, "fidotool: \"%s\" needs a command after it\n", group);
  else if (known)
    fprintf(stderr, "fidotool: no command given\n");
  else
    fprintf(stderr, "fidotool: there is no command \"%s\"\n", group);
  fprintf(stderr, "Try: fidotool --help\n");
  return FIDOTOOL_ERROR_USAGE;
}

static int run_line(int argc, char **argv);

static int
run_command(const FidotoolCommand *command, int words, int argc, char **argv)
{
  FidotoolCmd cmd = {.path = command->path,
                     .run_line = run_line,
                     .command = command,
                     .timeout_s = 30,
                     .pin_fd = -1,
                     .cancel_fd = -1,
                     .ctap_code = -1,
                     .retries = -1};
  g_autofree char *name = g_strdup_printf("fidotool %s", command->path);
  g_autofree char **rest = g_new0(char *, (size_t)(argc - words) + 2);
  int r;

  g_set_prgname(name);
  rest[0] = name;
  for (int i = words; i < argc; i++)
    rest[i - words + 1] = argv[i];
  r = command->run(&cmd, argc - words + 1, rest);
  fidotool_cmd_clear(&cmd);
  if (fflush(stdout) != 0 && r == 0) {
    fprintf(stderr, "fidotool: the answer could not be written\n");
    return FIDOTOOL_ERROR_FAILED;
  }
  return r;
}

/* Is the command in the other program, or does it want what that has? What the
 * metadata say of a model is told with what a key says of itself. */
static bool
is_elsewhere(const FidotoolCommand *command)
{
  g_autofree char *folder = NULL;

  if (!command->run)
    return true;
  if (command->run != fidotool_cmd_key_info || fidotool_metadata_consult_model)
    return false;
  folder = fidotool_metadata_store_default();
  return g_file_test(folder, G_FILE_TEST_EXISTS);
}

/* In the place of this program; comes back only where that cannot be. */
static int
run_elsewhere(int argc, char **argv)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *path = fidotool_client_find_program(WHOLE);
  g_autofree char **line = g_new0(char *, (size_t)argc + 2);

  line[0] = (char *)"fidotool";
  for (int i = 0; i < argc; i++)
    line[i + 1] = argv[i];
  if (path && g_strcmp0(path, self) != 0)
    (void)execv(path, line);
  fprintf(stderr,
          "fidotool: this command is in " WHOLE ", which cannot be started\n");
  return FIDOTOOL_ERROR_FAILED;
}

/* Also as the option that it reads like: fidotool verify --again CASE. */
static void
respell(int argc, char **argv)
{
  if (argc > 1 && strcmp(argv[0], "verify") == 0 &&
      strcmp(argv[1], "--again") == 0)
    argv[1] += 2;
}

static int
run_line(int argc, char **argv)
{
  int words = 0;
  const FidotoolCommand *command;
  int r;

  respell(argc, argv);
  command = find_command(argc, argv, &words);

  if (!command)
    return answer_without_command(argc, argv);
  r = is_elsewhere(command) ? FIDOTOOL_CMD_ELSEWHERE
                            : run_command(command, words, argc, argv);
  return r == FIDOTOOL_CMD_ELSEWHERE ? run_elsewhere(argc, argv) : r;
}

int
main(int argc, char **argv)
{

  /* First, and with nothing loaded: scripts ask for it often. */
  if (argc == 2 && strcmp(argv[1], "--version") == 0)
    return printf("fidotool %s\n", KEYTURN_VERSION) < 0 ? 1 : 0;
  /* An unknown locale is the C locale. Of the other categories, each of which
   * is some files to open, nothing here makes use. */
  (void)setlocale(LC_CTYPE, "");
  (void)setlocale(LC_MESSAGES, "");
  return run_line(argc - 1, argv + 1);
}
