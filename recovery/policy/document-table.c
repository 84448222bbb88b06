/* SPDX-License-Identifier: Apache-2.0 */
/* document-table.c - every field there is. What is not a row is refused. */
#include "recovery/policy/document-private.h"

#include <string.h>

#define FORM(form) RECOVERY_DOCUMENT_FORM_##form
#define NUMBER(number) RECOVERY_DOCUMENT_##number
#define MUST true
#define MAY false
/* Where a field is kept. */
#define IN(type, member) .offset = offsetof(RecoveryDocument##type, member)
#define FROM_TO(least, most) .min = (least), .max = (most)
#define OF(name) .section = RECOVERY_DOCUMENT_##name
#define MAPPING(path_is, table)                                                \
  .path = (path_is), .fields = (table), .count = G_N_ELEMENTS(table)

#define YEARS_S (INT64_C(10) * 366 * 86400)
#define HOURS 8760
/* A contest of an issued case comes at most 7 days after it (the record). */
#define CONTEST_H 168
#define HOUR_S 3600

typedef RecoveryDocumentField Field;
typedef RecoveryDocumentMapping Mapping;

#define NO_REF                                                                 \
  {                                                                            \
    .index = RECOVERY_DOCUMENT_NONE                                            \
  }

/* clang-format off */

static const char *const risks[] = { "low", "high", "privileged", NULL };
static const char *const kinds[] = { "sign-in", "admin", "step-up", "recovery", "enrol", NULL };
static const char *const audiences[] = { "enterprise", "public", NULL };
static const char *const purposes[] = { "payment", "admin", "export", "support", NULL };
static const char *const uses[] = { "roster", NULL };
static const char *const certs[] = { "L1", "L1plus", "L2", "L2plus", "L3", "L3plus", NULL };
static const char *const data[] = { "record", "personal", "outbox", NULL };
static const char *const transports[] = { "usb", "nfc", "ble", "internal", "hybrid", "smart-card", NULL };
/* AuthenticatorStatus of the FIDO metadata service, version 3. */
static const char *const statuses[] = {
  "NOT_FIDO_CERTIFIED", "SELF_ASSERTION_SUBMITTED", "FIDO_CERTIFIED",
  "FIDO_CERTIFIED_L1", "FIDO_CERTIFIED_L1plus", "FIDO_CERTIFIED_L2",
  "FIDO_CERTIFIED_L2plus", "FIDO_CERTIFIED_L3", "FIDO_CERTIFIED_L3plus",
  "FIPS140_CERTIFIED_L1", "FIPS140_CERTIFIED_L2", "FIPS140_CERTIFIED_L3",
  "FIPS140_CERTIFIED_L4", "USER_VERIFICATION_BYPASS",
  "ATTESTATION_KEY_COMPROMISE", "USER_KEY_REMOTE_COMPROMISE",
  "USER_KEY_PHYSICAL_COMPROMISE", "UPDATE_AVAILABLE", "RETIRED", "REVOKED",
  NULL,
};

static const Field policy_fields[] = {
  { "id",         FORM(ID),   MUST, IN(Policy, id) },
  { "version",    FORM(INT),  MUST, IN(Policy, version), FROM_TO(1, RECOVERY_DOCUMENT_VERSION_MAX) },
  { "owner",      FORM(TEXT), MUST, IN(Policy, owner) },
  { "valid_from", FORM(TIME), MUST, IN(Policy, valid_from_s) },
  { "review_by",  FORM(TIME), MAY,  IN(Policy, review_by_s) },
  { "base",       FORM(BASE), MAY,  IN(Policy, base) },
};
static const Mapping policy = { MAPPING("policy", policy_fields), .placed = true };

static const Field entry_fields[] = {
  { "aaguid", FORM(AAGUID),   MUST, IN(Entry, aaguid) },
  { "min_fw", FORM(FIRMWARE), MAY,  IN(Entry, min_fw) },
  { "note",   FORM(TEXT),     MAY,  IN(Entry, note) },
  { "until",  FORM(TIME),     MAY,  IN(Entry, until_s) },
};
static const RecoveryDocumentEntry entry_defaults = { .until_s = INT64_MAX };
static const Mapping entry = { MAPPING("aaguid_lists.entries", entry_fields), .placed = true,
                                     .size = sizeof(RecoveryDocumentEntry), .defaults = &entry_defaults };

static const Field list_fields[] = {
  { "id",      FORM(ID),    MUST, IN(List, id) },
  { "entries", FORM(ITEMS), MUST, IN(List, entries), .mapping = &entry },
};
static const Mapping list = { MAPPING("aaguid_lists", list_fields), .placed = true, .size = sizeof(RecoveryDocumentList) };

static const Field match_fields[] = {
  { "uv",             FORM(TRUTH), MAY, IN(Match, uv) },
  { "be",             FORM(TRUTH), MAY, IN(Match, be) },
  { "bs",             FORM(TRUTH), MAY, IN(Match, bs) },
  { "attested",       FORM(TRUTH), MAY, IN(Match, attested) },
  { "aaguid_list",    FORM(REF),   MAY, IN(Match, aaguid_list), OF(LISTS) },
  { "min_cert",       FORM(WORD),  MAY, IN(Match, min_cert), .words = certs, .min = RECOVERY_DOCUMENT_CERT_L1 },
  { "mds_status_not", FORM(WORD),  MAY, NUMBER(LIST), IN(Match, mds_status_not), .words = statuses },
  { "transports",     FORM(WORD),  MAY, NUMBER(LIST), IN(Match, transports), .words = transports },
  { "method",         FORM(ID),    MAY, IN(Match, method) },
};
static const Mapping match = { MAPPING("classes.match", match_fields), .full = true };

static const Field restricted_fields[] = {
  { "alternative",     FORM(TEXT), MUST, IN(Restricted, alternative), .rule = "L26" },
  { "notice",          FORM(TEXT), MUST, IN(Restricted, notice), .rule = "L26" },
  { "risk_assessment", FORM(TEXT), MUST, IN(Restricted, risk_assessment), .rule = "L26" },
  { "migration_plan",  FORM(TEXT), MUST, IN(Restricted, migration_plan), .rule = "L26" },
};
static const Mapping restricted = { MAPPING("classes.restricted", restricted_fields), .placed = true };

static const Field class_fields[] = {
  { "id",              FORM(ID),   MUST, IN(Class, id) },
  { "rank",            FORM(INT),  MAY,  IN(Class, rank), FROM_TO(1, 999999) },
  { "use",             FORM(WORD), MAY,  IN(Class, use), .words = uses, .min = RECOVERY_DOCUMENT_FOR_ROSTER },
  { "match",           FORM(MAP),  MUST, IN(Class, match), .mapping = &match },
  { "restricted",      FORM(MAP),  MAY,  IN(Class, restricted), .mapping = &restricted },
  { "sync_fabric_ref", FORM(TEXT), MAY,  IN(Class, sync_fabric_ref) },
};
static const RecoveryDocumentClass class_defaults = { .match.aaguid_list = NO_REF };
static const Mapping class_of = { MAPPING("classes", class_fields), .placed = true,
                                        .size = sizeof(RecoveryDocumentClass), .defaults = &class_defaults };

static const Field good_fields[] = {
  { "min", FORM(INT), MAY, IN(Good, min), FROM_TO(-999999999, 999999999) },
  { "max", FORM(INT), MAY, IN(Good, max), FROM_TO(-999999999, 999999999) },
};
static const RecoveryDocumentGood good_defaults = { RECOVERY_DOCUMENT_GOOD_RANGE, 0, NULL, INT64_MIN, INT64_MAX };
static const Mapping good = { MAPPING("signals.good", good_fields), .full = true,
                                    .size = sizeof(RecoveryDocumentGood), .defaults = &good_defaults };

static const Field signal_fields[] = {
  { "id",        FORM(ID),   MUST, IN(Signal, id) },
  { "good",      FORM(GOOD), MUST, IN(Signal, good), .mapping = &good, .rule = "L32" },
  { "source",    FORM(ID),   MUST, IN(Signal, source) },
  { "max_age_s", FORM(INT),  MUST, IN(Signal, max_age_s), FROM_TO(0, YEARS_S), .rule = "L32" },
};
static const Mapping signal_of = { MAPPING("signals", signal_fields), .placed = true, .size = sizeof(RecoveryDocumentSignal) };

/* Attributes have names of their own: a row for the value of each. */
static const Field attribute_fields[] = {
  { "value", FORM(TEXT), MAY, NUMBER(ONE_OR_LIST), IN(Attribute, values) },
};
static const Mapping attribute = { MAPPING("populations.rule.attributes", attribute_fields), .placed = true, .full = true,
                                         .size = sizeof(RecoveryDocumentAttribute) };

static const Field rule_fields[] = {
  { "groups",     FORM(TEXT),  MAY, NUMBER(LIST), IN(Population, groups) },
  { "attributes", FORM(NAMES), MAY, IN(Population, attributes), .mapping = &attribute },
};
static const Mapping rule = { MAPPING("populations.rule", rule_fields), .full = true };

static const Field population_fields[] = {
  { "id",   FORM(ID),   MUST, IN(Population, id) },
  { "kind", FORM(WORD), MUST, IN(Population, kind), .words = audiences },
  { "rule", FORM(MAP),  MUST, .mapping = &rule },
};
static const Mapping population = { MAPPING("populations", population_fields), .placed = true, .size = sizeof(RecoveryDocumentPopulation) };

static const Field journey_fields[] = {
  { "id",   FORM(ID),   MUST, IN(Journey, id) },
  { "kind", FORM(WORD), MUST, IN(Journey, kind), .words = kinds },
  { "risk", FORM(WORD), MUST, IN(Journey, risk), .words = risks, .min = RECOVERY_DOCUMENT_RISK_LOW },
};
static const Mapping journey = { MAPPING("journeys", journey_fields), .placed = true, .size = sizeof(RecoveryDocumentJourney) };

static const Field capability_fields[] = {
  { "webauthn", FORM(TRUTH), MUST, IN(App, webauthn) },
  { "acr",      FORM(TRUTH), MUST, IN(App, acr) },
  { "max_age",  FORM(TRUTH), MUST, IN(App, max_age) },
};
static const Mapping capabilities = { MAPPING("apps.capabilities", capability_fields) };

static const Field app_fields[] = {
  { "id",           FORM(ID),   MUST, IN(App, id) },
  { "idp",          FORM(TEXT), MAY,  IN(App, idp) },
  { "tier",         FORM(TEXT), MAY,  IN(App, tier) },
  { "capabilities", FORM(MAP),  MUST, .mapping = &capabilities },
  { "rp_id",        FORM(TEXT), MAY,  IN(App, rp_id) },
};
static const Mapping app = { MAPPING("apps", app_fields), .placed = true, .size = sizeof(RecoveryDocumentApp) };

static const Field transaction_fields[] = {
  { "id",   FORM(ID),   MUST, IN(Transaction, id) },
  { "kind", FORM(WORD), MUST, IN(Transaction, kind), .words = purposes },
  { "apps", FORM(REF),  MUST, NUMBER(ONE_OR_LIST), IN(Transaction, apps), OF(APPS) },
};
static const Mapping transaction = { MAPPING("transactions", transaction_fields), .placed = true,
                                           .size = sizeof(RecoveryDocumentTransaction) };

/* ---- rules ---- */

#define SCOPE(type)                                                            \
  { "journey",     FORM(REF), MAY, NUMBER(SELECTOR), IN(type, scope.journey), OF(JOURNEYS) }, \
  { "population",  FORM(REF), MAY, NUMBER(SELECTOR), IN(type, scope.population), OF(POPULATIONS) }, \
  { "app",         FORM(REF), MAY, NUMBER(SELECTOR), IN(type, scope.app), OF(APPS) }, \
  { "transaction", FORM(REF), MAY, NUMBER(SELECTOR), IN(type, scope.transaction), OF(TRANSACTIONS) }

static const Field permit_fields[] = {
  { "id",     FORM(ID),  MUST, IN(Permit, id) },
  SCOPE(Permit),
  { "accept", FORM(REF), MUST, NUMBER(LIST), IN(Permit, accept), OF(CLASSES) },
};
static const Mapping permit = { MAPPING("permits", permit_fields), .placed = true, .size = sizeof(RecoveryDocumentPermit) };

static const Field fallback_fields[] = {
  { "id",           FORM(ID),   MUST, IN(Permit, id) },
  SCOPE(Permit),
  { "accept",       FORM(REF),  MUST, NUMBER(LIST), IN(Permit, accept), OF(CLASSES) },
  { "max_risk",     FORM(WORD), MUST, IN(Permit, max_risk), .words = risks, .min = RECOVERY_DOCUMENT_RISK_LOW, .rule = "L30" },
  { "expires",      FORM(TIME), MUST, IN(Permit, expires_s), .rule = "L30" },
  { "uses_per_30d", FORM(INT),  MUST, IN(Permit, uses_per_30d), FROM_TO(1, 999999), .rule = "L30" },
};
static const Mapping fallback = { MAPPING("fallbacks", fallback_fields), .placed = true, .size = sizeof(RecoveryDocumentPermit) };

static const Field require_fields[] = {
  { "id",          FORM(ID),  MUST, IN(Require, id) },
  SCOPE(Require),
  { "unless_good", FORM(REF), MAY,  IN(Require, unless_good), OF(SIGNALS) },
  { "min_class",   FORM(REF), MAY,  IN(Require, min_class), OF(CLASSES) },
  { "max_age_s",   FORM(INT), MAY,  IN(Require, max_age_s), FROM_TO(0, YEARS_S) },
  { "approvals",   FORM(INT), MAY,  IN(Require, approvals), FROM_TO(1, 16) },
  { "slots",       FORM(REF), MAY,  NUMBER(LIST), IN(Require, slots), OF(SLOTS) },
  { "aaguid_list", FORM(REF), MAY,  IN(Require, aaguid_list), OF(LISTS) },
};
static const RecoveryDocumentRequire require_defaults = {
  .unless_good = NO_REF, .min_class = NO_REF, .aaguid_list = NO_REF, .max_age_s = -1,
};
static const Mapping require = { MAPPING("requires", require_fields), .placed = true,
                                       .size = sizeof(RecoveryDocumentRequire), .defaults = &require_defaults };

static const Field forbid_fields[] = {
  { "id",          FORM(ID),   MUST, IN(Forbid, id) },
  SCOPE(Forbid),
  { "unless_good", FORM(REF),  MAY,  IN(Forbid, unless_good), OF(SIGNALS) },
  { "why",         FORM(TEXT), MUST, IN(Forbid, why) },
};
static const RecoveryDocumentForbid forbid_defaults = { .unless_good = NO_REF };
static const Mapping forbid = { MAPPING("forbids", forbid_fields), .placed = true,
                                      .size = sizeof(RecoveryDocumentForbid), .defaults = &forbid_defaults };

static const Field exception_fields[] = {
  { "id",             FORM(ID),   MUST, IN(Exception, id) },
  { "waives",         FORM(REF),  MUST, NUMBER(LIST), IN(Exception, waives), OF(REQUIRES) },
  SCOPE(Exception),
  { "owner",          FORM(ID),   MUST, IN(Exception, owner), .rule = "L28" },
  { "approved_by",    FORM(ID),   MUST, NUMBER(LIST), IN(Exception, approved_by), .rule = "L28" },
  { "reason",         FORM(TEXT), MUST, IN(Exception, reason) },
  { "compensating",   FORM(TEXT), MUST, IN(Exception, compensating) },
  { "from",           FORM(TIME), MUST, IN(Exception, from_s) },
  { "until",          FORM(TIME), MUST, IN(Exception, until_s), .rule = "L28" },
  { "review_every_d", FORM(INT),  MUST, IN(Exception, review_every_d), FROM_TO(1, 3660), .rule = "L28" },
};
static const Mapping exception = { MAPPING("exceptions", exception_fields), .placed = true, .size = sizeof(RecoveryDocumentException) };

/* ---- recovery, roles, retention ---- */

static const Field limit_fields[] = {
  { "subject",  FORM(LIMIT), MAY, IN(Tier, subject) },
  { "agent",    FORM(LIMIT), MAY, IN(Tier, agent) },
  { "approver", FORM(LIMIT), MAY, IN(Tier, approver) },
};
static const Mapping limits = { MAPPING("recovery.limits", limit_fields) };

static const Field tier_fields[] = {
  { "issue",      FORM(REF),   MUST, NUMBER(LIST), IN(Tier, issue), OF(CLASSES) },
  { "slots",      FORM(REF),   MUST, NUMBER(LIST), IN(Tier, slots), OF(SLOTS) },
  { "off_kiosk",  FORM(INT),   MUST, IN(Tier, off_kiosk), FROM_TO(0, 16) },
  { "wait_h",     FORM(INT),   MUST, IN(Tier, wait_h), FROM_TO(0, HOURS) },
  { "restrict_h", FORM(INT),   MUST, IN(Tier, restrict_h), FROM_TO(0, HOURS) },
  { "contest_h",  FORM(INT),   MAY,  IN(Tier, contest_h), FROM_TO(0, CONTEST_H) },
  { "read_s",     FORM(INT),   MAY,  IN(Tier, read_s), FROM_TO(0, HOUR_S) },
  { "wait_h_security_on_site", FORM(INT), MAY, IN(Tier, wait_h_security_on_site), FROM_TO(0, HOURS) },
  { "evidence",   FORM(ID),    MUST, IN(Tier, evidence) },
  /* A case makes two credentials at most. */
  { "min_keys",   FORM(INT),   MUST, IN(Tier, min_keys), FROM_TO(1, 2) },
  { "call_back",  FORM(TRUTH), MAY,  IN(Tier, call_back) },
  { "present_at_issue", FORM(TRUTH), MAY, IN(Tier, present_at_issue) },
  { "notices",    FORM(ID),    MAY,  NUMBER(LIST), IN(Tier, notices) },
  { "limits",     FORM(MAP),   MAY,  .mapping = &limits },
};
static const RecoveryDocumentTier tier_defaults = {
  .contest_h = CONTEST_H, .read_s = 60, .wait_h_security_on_site = -1,
};
#define TIER(path) { MAPPING(path, tier_fields), .placed = true, .size = sizeof(RecoveryDocumentTier), .defaults = &tier_defaults }
static const Mapping standard = TIER("recovery.standard");
static const Mapping remote = TIER("recovery.remote");
static const Mapping privileged = TIER("recovery.privileged");

static const Field recovery_fields[] = {
  { "risk_analysis_ref", FORM(TEXT), MUST, IN(Recovery, risk_analysis_ref), .rule = "L11" },
  { "routine_check_pct", FORM(INT),  MUST, IN(Recovery, routine_check_pct), FROM_TO(0, 100) },
  { "standard",          FORM(MAP),  MUST, IN(Recovery, standard), .mapping = &standard },
  { "remote",            FORM(MAP),  MAY,  IN(Recovery, remote), .mapping = &remote },
  { "privileged",        FORM(MAP),  MAY,  IN(Recovery, privileged), .mapping = &privileged },
};
static const Mapping recovery = { MAPPING("recovery", recovery_fields), .placed = true };

static const Field activation_fields[] = {
  { "max_min",   FORM(INT),   MUST, IN(Role, max_min), FROM_TO(1, 1440) },
  { "reason",    FORM(TRUTH), MAY,  IN(Role, reason) },
  { "approvals", FORM(INT),   MAY,  IN(Role, approvals), FROM_TO(0, 16) },
};
static const Mapping activation = { MAPPING("roles.activation", activation_fields) };

static const Field role_fields[] = {
  { "id",             FORM(ID),  MUST, IN(Role, id) },
  { "grants",         FORM(ID),  MAY,  NUMBER(LIST), IN(Role, grants) },
  { "activation",     FORM(MAP), MAY,  .mapping = &activation },
  { "conflicts_with", FORM(REF), MAY,  NUMBER(LIST), IN(Role, conflicts_with), OF(ROLES) },
};
static const Mapping role = { MAPPING("roles", role_fields), .placed = true, .size = sizeof(RecoveryDocumentRole) };

static const Field retention_fields[] = {
  { "class", FORM(WORD), MUST, IN(Retention, class_of), .words = data },
  { "keep",  FORM(TEXT), MUST, IN(Retention, keep), .rule = "L27" },
  { "purge", FORM(TEXT), MUST, IN(Retention, purge), .rule = "L27" },
};
static const Mapping retention = { MAPPING("retention", retention_fields), .placed = true, .size = sizeof(RecoveryDocumentRetention) };

static const Field metadata_fields[] = {
  { "max_stale_days", FORM(INT), MUST, IN(Metadata, max_stale_days), FROM_TO(0, 366) },
};
static const Mapping metadata = { MAPPING("metadata", metadata_fields), .placed = true, .full = true };

/* ---- the document ---- */

#define SECTION(in, of) .offset = offsetof(RecoveryDocument, sections[RECOVERY_DOCUMENT_##in]), .mapping = &(of), OF(in)

static const Field sections[] = {
  { "schema",       FORM(SCHEMA), MUST, NUMBER(ONE), .offset = 0 },
  { "policy",       FORM(MAP),    MUST, .offset = offsetof(RecoveryDocument, policy), .mapping = &policy },
  { "aaguid_lists", FORM(ITEMS),  MAY,  SECTION(LISTS, list) },
  { "classes",      FORM(ITEMS),  MUST, SECTION(CLASSES, class_of) },
  { "signals",      FORM(ITEMS),  MAY,  SECTION(SIGNALS, signal_of) },
  { "populations",  FORM(ITEMS),  MAY,  SECTION(POPULATIONS, population) },
  { "journeys",     FORM(ITEMS),  MAY,  SECTION(JOURNEYS, journey) },
  { "apps",         FORM(ITEMS),  MAY,  SECTION(APPS, app) },
  { "transactions", FORM(ITEMS),  MAY,  SECTION(TRANSACTIONS, transaction) },
  { "permits",      FORM(ITEMS),  MUST, SECTION(PERMITS, permit) },
  { "fallbacks",    FORM(ITEMS),  MAY,  SECTION(FALLBACKS, fallback) },
  { "requires",     FORM(ITEMS),  MAY,  SECTION(REQUIRES, require) },
  { "forbids",      FORM(ITEMS),  MAY,  SECTION(FORBIDS, forbid) },
  { "exceptions",   FORM(ITEMS),  MAY,  SECTION(EXCEPTIONS, exception) },
  { "metadata",     FORM(MAP),    MAY,  .offset = offsetof(RecoveryDocument, metadata), .mapping = &metadata },
  { "recovery",     FORM(MAP),    MUST, .offset = offsetof(RecoveryDocument, recovery), .mapping = &recovery },
  { "roles",        FORM(ITEMS),  MAY,  SECTION(ROLES, role) },
  { "retention",    FORM(ITEMS),  MUST, .offset = offsetof(RecoveryDocument, retention), .mapping = &retention, .rule = "L27" },
};
const RecoveryDocumentMapping recovery_document_table = { MAPPING("", sections) };

/* clang-format on */

/* ---- words as numbers ---- */

static int
find_word(const char *const *words, const char *word)
{
  for (int i = 0; words[i] != NULL; i++)
    if (strcmp(words[i], word) == 0)
      return i;
  return -1;
}

uint32_t
recovery_document_status(const char *word)
{
  int i = find_word(statuses, word);

  return i < 0 ? 0 : UINT32_C(1) << i;
}

uint32_t
recovery_document_transport(const char *word)
{
  int i = find_word(transports, word);

  return i < 0 ? 0 : UINT32_C(1) << i;
}

RecoveryDocumentCert
recovery_document_cert(const char *word)
{
  /* Not found is -1, and L1 comes right after NONE. */
  return (RecoveryDocumentCert)(find_word(certs, word) +
                                (int)RECOVERY_DOCUMENT_CERT_L1);
}

static const char *
word_at(const char *const *words, size_t i)
{
  for (size_t j = 0; j < i; j++)
    if (words[j] == NULL)
      return NULL;
  return words[i];
}

const char *
recovery_document_status_word(unsigned bit)
{
  return word_at(statuses, bit);
}

const char *
recovery_document_transport_word(unsigned bit)
{
  return word_at(transports, bit);
}

const char *
recovery_document_cert_word(RecoveryDocumentCert cert)
{
  return cert == RECOVERY_DOCUMENT_CERT_NONE
             ? NULL
             : word_at(certs, (size_t)(cert - RECOVERY_DOCUMENT_CERT_L1));
}
