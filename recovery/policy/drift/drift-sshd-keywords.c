/* SPDX-License-Identifier: Apache-2.0 */
/* drift-sshd-keywords.c - keywords that let somebody in by what stands outside
 * of sshd_config, and those that change nothing of who gets in. */
#include "recovery/policy/drift/drift-sshd.h"

#include <string.h>

/* off: the value that changes nothing; on: the only one that does. */
/* clang-format off */
static const struct {
  const char *name, *off, *on, *why;
} listed[] = {
  { "PermitEmptyPasswords", NULL, "yes",
    "an account without a password lets anybody in" },
  { "PermitRootLogin", NULL, "yes",
    "root gets in as everybody does, by password, too" },
  { "TrustedUserCAKeys", "none", NULL,
    "who has a certificate of one of these authorities gets in; whom they "
    "signed is not in the export" },
  { "AuthorizedKeysCommand", "none", NULL,
    "a program says whose keys get in" },
  { "AuthorizedPrincipalsCommand", "none", NULL,
    "a program says whose certificates get in" },
};
/* clang-format on */

static const char *const harmless[] = {
    "AcceptEnv",
    "AddressFamily",
    "AllowAgentForwarding",
    "AllowStreamLocalForwarding",
    "AllowTcpForwarding",
    "AuthorizedKeysCommandUser",
    "AuthorizedKeysFile",
    "AuthorizedPrincipalsCommandUser",
    "AuthorizedPrincipalsFile",
    "Banner",
    "CASignatureAlgorithms",
    "ChannelTimeout",
    "ChrootDirectory",
    "Ciphers",
    "ClientAliveCountMax",
    "ClientAliveInterval",
    "Compression",
    "DebianBanner",
    "DisableForwarding",
    "ExposeAuthInfo",
    "FingerprintHash",
    "ForceCommand",
    "GatewayPorts",
    "GSSAPICleanupCredentials",
    "GSSAPIDelegateCredentials",
    "GSSAPIEnablek5users",
    "GSSAPIKexAlgorithms",
    "GSSAPIKeyExchange",
    "GSSAPIStoreCredentialsOnRekey",
    "GSSAPIStrictAcceptorCheck",
    "HostbasedAcceptedAlgorithms",
    "HostbasedAcceptedKeyTypes",
    "HostbasedUsesNameFromPacketOnly",
    "HostCertificate",
    "HostKey",
    "HostKeyAgent",
    "HostKeyAlgorithms",
    "IgnoreRhosts",
    "IgnoreUserKnownHosts",
    "IPQoS",
    "KerberosAuthentication",
    "KerberosGetAFSToken",
    "KerberosOrLocalPasswd",
    "KerberosTicketCleanup",
    "KerberosUniqueCCache",
    "KerberosUseKuserok",
    "KexAlgorithms",
    "ListenAddress",
    "LoginGraceTime",
    "LogLevel",
    "LogVerbose",
    "MACs",
    "MaxAuthTries",
    "MaxSessions",
    "MaxStartups",
    "ModuliFile",
    "PermitListen",
    "PermitOpen",
    "PermitTTY",
    "PermitTunnel",
    "PermitUserEnvironment",
    "PermitUserRC",
    "PerSourceMaxStartups",
    "PerSourceNetBlockSize",
    "PerSourcePenalties",
    "PerSourcePenaltyExemptList",
    "PidFile",
    "Port",
    "PrintLastLog",
    "PrintMotd",
    "Protocol",
    "RDomain",
    "RefuseConnection",
    "RekeyLimit",
    "RequiredRSASize",
    "RevokedKeys",
    "RSAMinSize",
    "SecurityKeyProvider",
    "SetEnv",
    "ShowPatchLevel",
    "SshdAuthPath",
    "SshdSessionPath",
    "StreamLocalBindMask",
    "StreamLocalBindUnlink",
    "StrictModes",
    "Subsystem",
    "SyslogFacility",
    "TCPKeepAlive",
    "UnusedConnectionTimeout",
    "UseDNS",
    "UsePAM",
    "UsePrivilegeSeparation",
    "VersionAddendum",
    "X11DisplayOffset",
    "X11Forwarding",
    "X11MaxDisplays",
    "X11UseLocalhost",
    "XAuthLocation",
};

static bool
is(const char *a, const char *b)
{
  return b != NULL && g_ascii_strcasecmp(a, b) == 0;
}

const char *
recovery_drift_sshd_keyword_why(const char *keyword, const char *value,
                                const char **ret_name)
{
  *ret_name = keyword;
  for (size_t i = 0; i < G_N_ELEMENTS(listed); i++) {
    if (!is(keyword, listed[i].name))
      continue;
    *ret_name = listed[i].name;
    if (is(value, listed[i].off) ||
        (listed[i].on != NULL && !is(value, listed[i].on)))
      return NULL;
    return listed[i].why;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++)
    if (is(keyword, harmless[i]))
      return NULL;
  return "this keyword is not known";
}

GPtrArray *
recovery_drift_sshd_keyword_criteria(char **words)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);

  for (size_t i = 1; words[i] != NULL; i++) {
    const bool attribute = parts->len % 2 == 0;
    const char *word = words[i];
    const char *equals = strchr(word, '=');

    if (attribute && equals != NULL && equals > word) {
      g_ptr_array_add(parts, g_strndup(word, (gsize)(equals - word)));
      word = equals + 1;
    } else if (!attribute && *word == '=') {
      word++;
    } else if (attribute && g_ascii_strcasecmp(word, "invalid-user") == 0) {
      g_ptr_array_add(parts, g_strdup(word)); /* it has no value */
    }
    if (*word != '\0')
      g_ptr_array_add(parts, g_strdup(word));
  }
  return parts;
}
