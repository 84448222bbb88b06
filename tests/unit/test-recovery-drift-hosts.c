/* SPDX-License-Identifier: Apache-2.0 */
/* test-recovery-drift-hosts.c - what the configuration of a host comes to at
 * one cell: pam.d and sshd_config. */
#include "tests/unit/drift-rows.h"

/* ---- PAM ---- */

static void
a_stack_of_pam_lets_in_with_the_least_that_libpam_takes(void **state)
{
  static const Row rows[] = {
      {"both required", "pam",
       "auth required pam_u2f.so\nauth required pam_unix.so\n", NONE, NONE,
       "file", "pam_u2f,pam_unix", 0},
      {"either sufficient", "pam",
       "auth sufficient pam_u2f.so\nauth sufficient pam_unix.so\n", NONE, NONE,
       "file", "pam_u2f pam_unix", 0},
      {"sufficient before required", "pam",
       "auth sufficient pam_u2f.so\nauth required pam_unix.so\n", NONE, NONE,
       "file", "pam_u2f pam_unix", 0},
      /* A failed "required" before it spoils "sufficient". */
      {"sufficient after required", "pam",
       "auth required pam_u2f.so\nauth sufficient pam_unix.so\n", NONE, NONE,
       "file", "pam_u2f", 0},
      {"optional alone counts", "pam", "auth optional pam_u2f.so\n", NONE, NONE,
       "file", "pam_u2f", 0},
      {"jump over a refusal", "pam",
       "auth [success=1 default=ignore] pam_u2f.so\n"
       "auth requisite pam_deny.so\nauth required pam_permit.so\n",
       NONE, NONE, "file", "pam_u2f", 0},
      {"without registration it is skipped", "pam",
       "auth required pam_u2f.so nouserok\nauth required pam_unix.so\n", NONE,
       NONE, "file", "pam_unix", 0},
      {"everybody", "pam", "auth sufficient pam_permit.so\n", NONE, NONE,
       "file", "(nothing)", 0},
      {"nobody", "pam", "auth required pam_deny.so\n", NONE, NONE, "file",
       "denied", 0},
      {"neutral modules say nothing", "pam",
       "auth required pam_env.so\nauth required pam_faildelay.so\n"
       "auth required pam_unix.so\n",
       NONE, NONE, "file", "pam_unix", 0},
      {"a condition goes both ways", "pam",
       "auth sufficient pam_succeed_if.so user = eve\n"
       "auth required pam_unix.so\n",
       NONE, NONE, "file", "pam_unix (nothing)", 1},
      {"kinds of accounts go both ways, too", "pam",
       "auth sufficient pam_localuser.so\nauth required pam_unix.so\n", NONE,
       NONE, "file", "pam_unix (nothing)", 0},
      {"root is nobody else", "pam",
       "auth sufficient pam_rootok.so\nauth required pam_unix.so\n", NONE, NONE,
       "file", "pam_unix", 0},
      {"root alone", "pam", "auth required pam_rootok.so\n", NONE, NONE, "file",
       "denied", 0},
      {"lines are joined", "pam", "auth required \\\n pam_u2f.so cue\n", NONE,
       NONE, "file", "pam_u2f", 0},
      {"other services", "pam", "auth required pam_u2f.so\n", NONE, NONE,
       "login", "unknown", 0},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- sshd ---- */

static void
the_first_value_of_sshd_counts_and_a_match_comes_before_it(void **state)
{
  static const Row rows[] = {
      {"defaults", "sshd", "Port 22\n", NONE, NONE, "host",
       "publickey(sk) publickey(plain) keyboard-interactive password", 0},
      {"the first value", "sshd",
       "PasswordAuthentication no\nPasswordAuthentication yes\n"
       "KbdInteractiveAuthentication=no\n",
       NONE, NONE, "host", "publickey(sk) publickey(plain)", 0},
      {"keys of FIDO alone", "sshd",
       "AuthenticationMethods publickey\n"
       "PubkeyAcceptedAlgorithms sk-ssh-ed25519@openssh.com\n",
       NONE, NONE, "host", "publickey(sk)", 0},
      {"what is added to a list leaves plain keys", "sshd",
       "AuthenticationMethods publickey\n"
       "PubkeyAcceptedAlgorithms +sk-ssh-ed25519@openssh.com\n",
       NONE, NONE, "host", "publickey(sk) publickey(plain)", 0},
      {"both, or either", "sshd",
       "AuthenticationMethods publickey,password publickey\n"
       "PubkeyAcceptedAlgorithms sk-ssh-ed25519@openssh.com\n",
       NONE, NONE, "host", "publickey(sk),password publickey(sk)", 0},
      {"a Match that holds",
       "sshd",
       "PasswordAuthentication no\nMatch Group admins\n"
       "AuthenticationMethods password\nPasswordAuthentication yes\n",
       NONE,
       {"admins"},
       "host",
       "password",
       0},
      {"a Match of others",
       "sshd",
       "AuthenticationMethods publickey\nMatch Group admins\n"
       "AuthenticationMethods password\n",
       NONE,
       {"staff"},
       "host",
       "publickey(sk) publickey(plain)",
       0},
      {"a Match by address", "sshd",
       "AuthenticationMethods publickey\nMatch Address 192.0.2.1\n"
       "AuthenticationMethods password\n",
       NONE, NONE, "host", "publickey(sk) publickey(plain) + unknown", 1},
      {"a Match with an equals sign",
       "sshd",
       "AuthenticationMethods publickey\nMatch user=bob\n"
       "AuthenticationMethods password\n",
       NONE,
       {"bob"},
       "host",
       "password",
       0},
      {"one with blanks around it",
       "sshd",
       "AuthenticationMethods = publickey\nMatch Group = admins\n"
       "AuthenticationMethods password\n",
       NONE,
       {"admins"},
       "host",
       "password",
       0},
      {"two criteria with equals signs are unknown for those they name",
       "sshd",
       "AuthenticationMethods publickey\n"
       "Match User=bob Address=192.0.2.0/24\nAuthenticationMethods password\n",
       NONE,
       {"bob"},
       "host",
       "publickey(sk) publickey(plain) + unknown",
       1},
      {"and not for others",
       "sshd",
       "AuthenticationMethods publickey\n"
       "Match User=bob Address=192.0.2.0/24\nAuthenticationMethods password\n",
       NONE,
       {"eve"},
       "host",
       "publickey(sk) publickey(plain)",
       1},
      {"a criterion without a value", "sshd",
       "AuthenticationMethods publickey\nMatch invalid-user\n"
       "AuthenticationMethods password\n",
       NONE, NONE, "host", "publickey(sk) publickey(plain) + unknown", 1},
      {"users and groups: in one list",
       "sshd",
       "AllowUsers alice\nAllowGroups admins\nAuthenticationMethods password\n",
       NONE,
       {"admins"},
       "host",
       "password + unknown",
       1},
      {"users and groups: in both",
       "sshd",
       "AllowUsers alice\nAllowGroups admins\nAuthenticationMethods password\n",
       NONE,
       {"admins", "alice"},
       "host",
       "password",
       1},
      {"users and groups: in none",
       "sshd",
       "AllowUsers alice\nAllowGroups admins\nAuthenticationMethods password\n",
       NONE,
       {"staff"},
       "host",
       "denied",
       1},
      {"a pattern among those that are let in",
       "sshd",
       "AllowGroups admins dev*\nAuthenticationMethods password\n",
       NONE,
       {"developers"},
       "host",
       "password",
       1},
      {"what lets somebody in from elsewhere", "sshd",
       "PermitEmptyPasswords yes\nPermitRootLogin yes\n"
       "TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedKeysCommand /bin/keys\n"
       "AuthenticationMethods password\n",
       NONE, NONE, "host", "password", 4},
      {"and what does not", "sshd",
       "permitemptypasswords no\npermitrootlogin without-password\n"
       "trustedusercakeys none\nauthorizedkeyscommand none\n"
       "PermitRootLogin yes\nx11forwarding yes\nauthenticationmethods any\n"
       "pubkeyauthentication no\nkbdinteractiveauthentication no\n",
       NONE, NONE, "host", "password", 0},
      {"a keyword that is not known", "sshd",
       "LetEverybodyIn yes\nAuthenticationMethods password\n", NONE, NONE,
       "host", "password", 1},
      {"a line without a keyword", "sshd",
       "=\n=yes\nAuthenticationMethods password\n", NONE, NONE, "host",
       "password", 2},
      {"those that are not allowed",
       "sshd",
       "AllowGroups admins\n",
       NONE,
       {"staff"},
       "host",
       "denied",
       0},
      {"those that are denied",
       "sshd",
       "DenyUsers eve\nAuthenticationMethods password\n",
       NONE,
       {"eve"},
       "host",
       "denied",
       0},
      {"what is included", "sshd",
       "Include conf.d/*.conf\nAuthenticationMethods password\n", NONE, NONE,
       "host", "password + unknown", 1},
  };

  (void)state;
  check_rows(rows, G_N_ELEMENTS(rows));
}

/* ---- limits ---- */

static void
a_stack_with_too_many_modules_is_listed(void **state)
{
  g_autofree char *text = repeat("", "auth sufficient pam_unix.so\n", 20, "");
  g_autoptr(RecoveryDriftTable) table = read_one("pam", text, NULL);
  const char *const nobody[] = {NULL};
  g_autofree char *cell = NULL;

  (void)state;
  assert_non_null(table);
  cell = write_cell(table, nobody, nobody, "file");
  assert_string_equal(cell, "unknown");
  assert_int_equal(table->unmapped->len, 1);
}

static void
what_is_too_long_is_refused(void **state)
{
  (void)state;
  check_refused("lines", "sshd", repeat("", "Port 22\n", 30000, ""));
  check_refused("a long line", "pam", repeat("auth ", "x", 20000, "\n"));
  check_refused("blocks", "sshd",
                repeat("", "Match Group a\nPubkeyAuthOptions none\n", 300, ""));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_stack_of_pam_lets_in_with_the_least_that_libpam_takes),
      cmocka_unit_test(
          the_first_value_of_sshd_counts_and_a_match_comes_before_it),
      cmocka_unit_test(a_stack_with_too_many_modules_is_listed),
      cmocka_unit_test(what_is_too_long_is_refused),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
