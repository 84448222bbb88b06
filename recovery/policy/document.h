/* SPDX-License-Identifier: Apache-2.0 */
/* document.h - the whole policy document as plain structs.
 *
 * One array (GArray) a section, its elements in the order of the file, each
 * beginning with the place where it stands. Whatever one object says of another
 * is a reference: the index of that other in its own array, with the place
 * where it was written. A document that was read has no open reference, no id
 * twice and no field of a wrong type; what its objects mean together is lint's
 * (lint.h) and the decision's (decide.h).
 *
 * Texts and lists belong to the document. A field that was left out is NULL, an
 * empty list, RECOVERY_DOCUMENT_NONE, or the value that is said beside it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/json.h"
#include "recovery/policy/problem.h"

/* Limits of a document. */
#define RECOVERY_DOCUMENT_MAX (32 * 1024 * 1024)
#define RECOVERY_DOCUMENT_DEPTH 12
#define RECOVERY_DOCUMENT_VALUES 4000000
#define RECOVERY_DOCUMENT_WIDTH 64 /* names of one mapping */
#define RECOVERY_DOCUMENT_TEXT 1024
/* Versions, and how far a station lets one rise above the last: a number that
 * was used is never used again, so that a leap to the highest would leave none.
 * A day as a number (20261101) fits, and the one after New Year. */
#define RECOVERY_DOCUMENT_VERSION_MAX 999999999
#define RECOVERY_DOCUMENT_VERSION_FIRST 99999999
#define RECOVERY_DOCUMENT_VERSION_STEP 10000

/* What has ids. A slot is there by being named in a role, a tier or a
 * requirement. */
typedef enum {
  RECOVERY_DOCUMENT_LISTS,
  RECOVERY_DOCUMENT_CLASSES,
  RECOVERY_DOCUMENT_SIGNALS,
  RECOVERY_DOCUMENT_POPULATIONS,
  RECOVERY_DOCUMENT_JOURNEYS,
  RECOVERY_DOCUMENT_APPS,
  RECOVERY_DOCUMENT_TRANSACTIONS,
  RECOVERY_DOCUMENT_PERMITS,
  RECOVERY_DOCUMENT_FALLBACKS,
  RECOVERY_DOCUMENT_REQUIRES,
  RECOVERY_DOCUMENT_FORBIDS,
  RECOVERY_DOCUMENT_EXCEPTIONS,
  RECOVERY_DOCUMENT_ROLES,
  RECOVERY_DOCUMENT_SLOTS,
  RECOVERY_DOCUMENT_N_SECTIONS,
} RecoveryDocumentSection;

#define RECOVERY_DOCUMENT_NONE UINT32_MAX

typedef struct {
  uint32_t index; /* RECOVERY_DOCUMENT_NONE: left out */
  RecoveryProblemPlace at;
} RecoveryDocumentRef;

typedef struct {
  const RecoveryDocumentRef *items;
  uint32_t count; /* 0: left out, or "*" */
  bool star;      /* "*" was written */
} RecoveryDocumentRefs;

typedef struct {
  const char *const *items;
  uint32_t count;
} RecoveryDocumentTexts;

typedef enum {
  RECOVERY_DOCUMENT_ANY, /* left out */
  RECOVERY_DOCUMENT_NO,
  RECOVERY_DOCUMENT_YES,
} RecoveryDocumentWant;

/* ---- who, with what, where ---- */

typedef struct {
  RecoveryProblemPlace at;
  const char *id, *owner, *base; /* base "acme-base/3" */
  int64_t version;
  int64_t valid_from_s;
  int64_t review_by_s; /* 0: left out */
} RecoveryDocumentPolicy;

typedef struct {
  RecoveryProblemPlace at;
  const char *aaguid; /* lower-case UUID */
  const char *min_fw; /* "5.7.0" */
  const char *note;
  int64_t until_s; /* INT64_MAX: left out */
} RecoveryDocumentEntry;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  GArray *entries; /* RecoveryDocumentEntry */
} RecoveryDocumentList;

/* In the order of their strength. */
typedef enum {
  RECOVERY_DOCUMENT_CERT_NONE, /* left out */
  RECOVERY_DOCUMENT_CERT_L1,
  RECOVERY_DOCUMENT_CERT_L1PLUS,
  RECOVERY_DOCUMENT_CERT_L2,
  RECOVERY_DOCUMENT_CERT_L2PLUS,
  RECOVERY_DOCUMENT_CERT_L3,
  RECOVERY_DOCUMENT_CERT_L3PLUS,
} RecoveryDocumentCert;

typedef struct {
  RecoveryDocumentWant uv, be, bs, attested;
  RecoveryDocumentRef aaguid_list;
  RecoveryDocumentCert min_cert;
  RecoveryDocumentTexts mds_status_not, transports;
  const char *method; /* NULL: webauthn */
} RecoveryDocumentMatch;

typedef struct {
  RecoveryProblemPlace at; /* line 0: left out */
  const char *alternative, *notice, *risk_assessment, *migration_plan;
} RecoveryDocumentRestricted;

typedef enum {
  RECOVERY_DOCUMENT_FOR_ALL,
  RECOVERY_DOCUMENT_FOR_ROSTER, /* use: roster; the keys of staff alone */
} RecoveryDocumentUse;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  int64_t rank; /* 0: left out, as the class of the roster has it */
  RecoveryDocumentUse use;
  RecoveryDocumentMatch match;
  RecoveryDocumentRestricted restricted;
  const char *sync_fabric_ref;
} RecoveryDocumentClass;

typedef enum {
  RECOVERY_DOCUMENT_GOOD_TRUTH, /* is `number` (0 or 1) */
  RECOVERY_DOCUMENT_GOOD_NUMBER,
  RECOVERY_DOCUMENT_GOOD_TEXT,
  RECOVERY_DOCUMENT_GOOD_RANGE, /* from min to max */
} RecoveryDocumentGoodKind;

typedef struct {
  RecoveryDocumentGoodKind kind;
  int64_t number;
  const char *text;
  int64_t min, max; /* INT64_MIN, INT64_MAX: left out */
} RecoveryDocumentGood;

typedef struct {
  RecoveryProblemPlace at;
  const char *id, *source; /* source "record": recoveryd itself */
  RecoveryDocumentGood good;
  int64_t max_age_s;
} RecoveryDocumentSignal;

typedef struct {
  RecoveryProblemPlace at;
  const char *name;
  RecoveryDocumentTexts values; /* any of */
} RecoveryDocumentAttribute;

typedef enum {
  RECOVERY_DOCUMENT_ENTERPRISE,
  RECOVERY_DOCUMENT_PUBLIC,
} RecoveryDocumentAudience;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentAudience kind;
  RecoveryDocumentTexts groups; /* any of */
  GArray *attributes;           /* RecoveryDocumentAttribute; every one */
} RecoveryDocumentPopulation;

typedef enum {
  RECOVERY_DOCUMENT_RISK_NONE, /* left out */
  RECOVERY_DOCUMENT_RISK_LOW,
  RECOVERY_DOCUMENT_RISK_HIGH,
  RECOVERY_DOCUMENT_RISK_PRIVILEGED,
} RecoveryDocumentRisk;

typedef enum {
  RECOVERY_DOCUMENT_KIND_SIGN_IN,
  RECOVERY_DOCUMENT_KIND_ADMIN,
  RECOVERY_DOCUMENT_KIND_STEP_UP,
  RECOVERY_DOCUMENT_KIND_RECOVERY,
  RECOVERY_DOCUMENT_KIND_ENROL,
} RecoveryDocumentKind;

/* The four that are built in are always there; line 0: not in the file. */
typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentKind kind;
  RecoveryDocumentRisk risk;
} RecoveryDocumentJourney;

typedef struct {
  RecoveryProblemPlace at;
  const char *id, *idp, *tier, *rp_id;
  RecoveryDocumentWant webauthn, acr, max_age; /* never ANY */
} RecoveryDocumentApp;

typedef enum {
  RECOVERY_DOCUMENT_PAYMENT,
  RECOVERY_DOCUMENT_ADMIN,
  RECOVERY_DOCUMENT_EXPORT,
  RECOVERY_DOCUMENT_SUPPORT,
} RecoveryDocumentPurpose;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentPurpose kind;
  RecoveryDocumentRefs apps;
} RecoveryDocumentTransaction;

/* ---- rules ---- */

/* Where a rule applies; each list "any of". In a permit or a fallback a
 * transaction that was left out means plain access alone. */
typedef struct {
  RecoveryDocumentRefs journey, population, app, transaction;
} RecoveryDocumentScope;

/* Permits; fallbacks have the last three, too. */
typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentScope scope;
  RecoveryDocumentRefs accept;
  RecoveryDocumentRisk max_risk;
  int64_t expires_s, uses_per_30d;
} RecoveryDocumentPermit;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentScope scope;
  RecoveryDocumentRef unless_good; /* of signals */
  RecoveryDocumentRef min_class;
  RecoveryDocumentRef aaguid_list;
  RecoveryDocumentRefs slots;
  int64_t max_age_s; /* -1: left out */
  int64_t approvals; /* 0: left out */
} RecoveryDocumentRequire;

typedef struct {
  RecoveryProblemPlace at;
  const char *id, *why;
  RecoveryDocumentScope scope;
  RecoveryDocumentRef unless_good;
} RecoveryDocumentForbid;

typedef struct {
  RecoveryProblemPlace at;
  const char *id, *owner, *reason, *compensating;
  RecoveryDocumentRefs waives; /* of requires */
  RecoveryDocumentScope scope;
  RecoveryDocumentTexts approved_by;
  int64_t from_s, until_s, review_every_d;
} RecoveryDocumentException;

/* ---- recovery, roles, retention ---- */

typedef struct {
  int64_t count, span_s; /* count 0: no limit */
} RecoveryDocumentLimit;

typedef struct {
  RecoveryProblemPlace at;    /* line 0: the tier is not there */
  RecoveryDocumentRefs issue; /* of classes */
  RecoveryDocumentRefs slots;
  int64_t off_kiosk, wait_h, restrict_h, min_keys;
  int64_t contest_h;               /* 168 where left out */
  int64_t read_s;                  /* 60 where left out */
  int64_t wait_h_security_on_site; /* -1: left out */
  const char *evidence;
  RecoveryDocumentWant call_back, present_at_issue;
  RecoveryDocumentTexts notices;
  RecoveryDocumentLimit subject, agent, approver;
} RecoveryDocumentTier;

typedef struct {
  RecoveryProblemPlace at;
  const char *risk_analysis_ref;
  int64_t routine_check_pct;
  RecoveryDocumentTier standard, remote, privileged;
} RecoveryDocumentRecovery;

typedef struct {
  RecoveryProblemPlace at;
  const char *id;
  RecoveryDocumentTexts grants; /* acts */
  int64_t max_min;              /* 0: left out */
  RecoveryDocumentWant reason;
  int64_t approvals;
  RecoveryDocumentRefs conflicts_with; /* of roles */
} RecoveryDocumentRole;

/* line 0 in at: named by others alone. */
typedef struct {
  RecoveryProblemPlace at;
  const char *id;
} RecoveryDocumentSlot;

typedef enum {
  RECOVERY_DOCUMENT_RECORD,
  RECOVERY_DOCUMENT_PERSONAL,
  RECOVERY_DOCUMENT_OUTBOX,
} RecoveryDocumentData;

typedef struct {
  RecoveryProblemPlace at;
  RecoveryDocumentData class_of;
  const char *keep, *purge; /* as written */
} RecoveryDocumentRetention;

/* How old what is known of models may be. */
typedef struct {
  RecoveryProblemPlace at; /* line 0: left out; overdue is a warning then */
  int64_t max_stale_days;
} RecoveryDocumentMetadata;

typedef struct RecoveryDocumentArena RecoveryDocumentArena;

typedef struct {
  RecoveryDocumentPolicy policy;
  /* One array a section, by RecoveryDocumentSection: RecoveryDocumentList,
   * ...Class, ...Signal, ...Population, ...Journey, ...App, ...Transaction,
   * ...Permit (permits and fallbacks), ...Require, ...Forbid, ...Exception,
   * ...Role, ...Slot. */
  GArray *sections[RECOVERY_DOCUMENT_N_SECTIONS];
  RecoveryDocumentMetadata metadata;
  RecoveryDocumentRecovery recovery;
  GArray *retention; /* RecoveryDocumentRetention */
  RecoveryDocumentArena *arena;
} RecoveryDocument;

/*
 * Reads a document of the schema keyturn-policy/1.
 *
 * problems  what is wrong is added to it: where, what was expected, and the
 *           nearest valid word
 * returns   the document, freed with recovery_document_free(); NULL where
 *           anything was wrong
 */
RecoveryDocument *recovery_document_read(const char *yaml, size_t len,
                                         RecoveryProblems *problems);
void recovery_document_free(RecoveryDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryDocument, recovery_document_free)

/* The document as its file would say it in JSON, with what is there without
 * being written: it reads back as the same. */
FidotoolJson *recovery_document_write(const RecoveryDocument *document);

/* How many a section has; the id of one of them. */
uint32_t recovery_document_count(const RecoveryDocument *document,
                                 RecoveryDocumentSection section);
const char *recovery_document_id(const RecoveryDocument *document,
                                 RecoveryDocumentSection section,
                                 uint32_t index);
/* The index of an id, or RECOVERY_DOCUMENT_NONE; looks through them all. */
uint32_t recovery_document_find(const RecoveryDocument *document,
                                RecoveryDocumentSection section,
                                const char *id);
/* One of a section: RECOVERY_DOCUMENT_AT(document, CLASSES, Class, 3). */
#define RECOVERY_DOCUMENT_AT(document, section, type, i)                       \
  (&g_array_index((document)->sections[RECOVERY_DOCUMENT_##section],           \
                  RecoveryDocument##type, i))
/* "classes": how the section is called in the file. */
const char *recovery_document_name(RecoveryDocumentSection section);

/* A status of the FIDO metadata service, or a transport, as one bit of a set; 0
 * for a word that is none. */
uint32_t recovery_document_status(const char *word);
uint32_t recovery_document_transport(const char *word);
/* The words of them by their bits, NULL after the last; of a level of
 * certification. */
const char *recovery_document_status_word(unsigned bit);
const char *recovery_document_transport_word(unsigned bit);
const char *recovery_document_cert_word(RecoveryDocumentCert cert);
/* "L1plus"; CERT_NONE for a word that is none. */
RecoveryDocumentCert recovery_document_cert(const char *word);
/* The forms that requests share: an id, a time (a date, or a time in whole
 * seconds), a firmware version, an AAGUID. */
bool recovery_document_is_id(const char *text);
bool recovery_document_read_time(const char *text, int64_t *ret_s);
bool recovery_document_is_firmware(const char *text);
bool recovery_document_is_aaguid(const char *text);
