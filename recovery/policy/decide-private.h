/* SPDX-License-Identifier: Apache-2.0 */
/* decide-private.h - a document made ready for decisions, and what one is
 * worked out in. For the files decide*.c. */
#pragma once

#include "recovery/policy/decide.h"
#include "recovery/policy/names.h"

#define RECOVERY_DECIDE_ANY UINT32_MAX

/* What a rule selects by; a journey, app or transaction of a request is one
 * number, and plain access is the number after the last transaction. */
enum {
  RECOVERY_DECIDE_JOURNEY,
  RECOVERY_DECIDE_APP,
  RECOVERY_DECIDE_TRANSACTION,
  RECOVERY_DECIDE_POPULATION,
  RECOVERY_DECIDE_DIMENSIONS,
};

typedef enum {
  RECOVERY_DECIDE_RULE_PERMIT,
  RECOVERY_DECIDE_RULE_FALLBACK,
  RECOVERY_DECIDE_RULE_REQUIRE,
  RECOVERY_DECIDE_RULE_FORBID,
  RECOVERY_DECIDE_RULE_EXCEPTION,
  RECOVERY_DECIDE_N_RULES,
} RecoveryDecideKind;

/* count 1: the number itself; more: as many in the pool, sorted, from `first`;
 * 0: any. */
typedef struct {
  uint32_t count, first;
} RecoveryDecideSelect;

/* One rule, in as few cache lines as there can be. */
typedef struct {
  RecoveryDecideSelect by[RECOVERY_DECIDE_DIMENSIONS];
  const char *id;
  uint32_t kind;
  uint32_t index;  /* in its section */
  uint32_t order;  /* of its id among those of all rules */
  uint32_t signal; /* NONE: applies whatever the signals say */
  const RecoveryDocumentRefs *accept; /* of permits and fallbacks */
  uint32_t rank;                      /* 0: any class */
  uint32_t list;                      /* NONE: any model */
  uint32_t approvals;
  uint32_t slots;    /* how many */
  int64_t max_age_s; /* -1: any */
} RecoveryDecideRule;

typedef struct {
  uint64_t hash; /* 0: free */
  uint32_t first, count;
} RecoveryDecideCell;

/* A class as it is matched. */
typedef struct {
  const char *method;
  RecoveryDocumentWant uv, be, bs, attested;
  RecoveryDocumentCert min_cert;
  uint32_t list;
  bool asks_status;
  uint32_t status_not, transports;
  int64_t rank;
  bool restricted;
} RecoveryDecideClass;

/* An entry of an AAGUID list; sorted by list and AAGUID. */
typedef struct {
  uint32_t list;
  const char *aaguid, *min_fw;
  int64_t until_s;
} RecoveryDecideEntry;

/* Populations with the same group, or the same first attribute. */
typedef struct {
  uint32_t population, next;
  bool asks_more; /* than this group, or this value */
} RecoveryDecideMember;

/* Spaces of names after the sections. */
enum {
  RECOVERY_DECIDE_GROUPS = RECOVERY_DOCUMENT_N_SECTIONS,
  RECOVERY_DECIDE_ATTRIBUTES,
  RECOVERY_DECIDE_VALUES, /* and one for each attribute after it */
};

struct RecoveryDecide {
  const RecoveryDocument *document;
  RecoveryNames names;
  RecoveryDecideRule *rules;
  uint32_t n_rules;
  uint32_t first_of[RECOVERY_DECIDE_N_RULES]; /* number of its first rule */
  GArray *pool;                               /* uint32_t */
  RecoveryDecideCell *cells;
  uint32_t cell_mask;
  uint32_t *cell_rules;
  uint32_t patterns; /* one bit for each set of "any" that a cell has */
  RecoveryDecideClass *classes;
  uint32_t *by_rank; /* classes that may be somebody's, strongest first */
  uint32_t n_by_rank;
  uint32_t *by_id;       /* classes, sorted */
  GArray *entries;       /* RecoveryDecideEntry */
  GArray *members;       /* RecoveryDecideMember */
  GPtrArray *attributes; /* names that a population asks for */
  bool asks_groups;
  GArray *record_signals; /* uint32_t */
};

uint64_t recovery_decide_hash(const uint32_t by[RECOVERY_DECIDE_DIMENSIONS]);
const RecoveryDecideCell *
recovery_decide_find_cell(const RecoveryDecide *decide, uint64_t hash);
void recovery_decide_compile_classes(RecoveryDecide *decide);
void recovery_decide_compile_rules(RecoveryDecide *decide);

/* ---- one decision ---- */

/* The lists of ids of a decision. */
enum {
  RECOVERY_DECIDE_IDS_DECIDED,
  RECOVERY_DECIDE_IDS_WAIVED,
  RECOVERY_DECIDE_IDS_WAIVERS,
  RECOVERY_DECIDE_IDS_ACCEPTED,
  RECOVERY_DECIDE_IDS_WHY,
  RECOVERY_DECIDE_IDS_CLASSES,
  RECOVERY_DECIDE_IDS_LISTS,
  RECOVERY_DECIDE_IDS_SLOTS,
  RECOVERY_DECIDE_IDS_SIGNALS,
  RECOVERY_DECIDE_N_IDS,
};

/* What was seen in this decision: by its number, the decision's own. */
typedef struct {
  uint32_t *at;
  uint32_t count;
} RecoveryDecideSeen;

struct RecoveryDecideWorker {
  const RecoveryDecide *decide;
  const RecoveryRequest *request;
  uint32_t serial;
  RecoveryDecideSeen rules, applied, populations_in, classes, signals, slots,
      lists;
  GArray *populations;                   /* uint32_t: the person's */
  GArray *hits[RECOVERY_DECIDE_N_RULES]; /* uint32_t: rules */
  GArray *shown;                         /* uint32_t: rules to be told */
  GPtrArray
      *ids[RECOVERY_DECIDE_N_IDS]; /* texts of the decision, one each list */
  uint32_t journey, app, transaction;
  uint32_t class_of;
  int64_t rank, age_s; /* age -1: not known */
  uint32_t persons;    /* that approved, other than the subject */
  RecoveryDecision decision;
  char error[256];
};

static inline bool
recovery_decide_is_seen(const RecoveryDecideWorker *worker,
                        const RecoveryDecideSeen *seen, uint32_t i)
{
  return seen->at[i] == worker->serial;
}

/* True the first time. */
static inline bool
recovery_decide_see(const RecoveryDecideWorker *worker,
                    const RecoveryDecideSeen *seen, uint32_t i)
{
  if (seen->at[i] == worker->serial)
    return false;
  seen->at[i] = worker->serial;
  return true;
}

void recovery_decide_begin(RecoveryDecideWorker *worker);
/* Works out who asks and with what; false: an error, and it is told. */
bool recovery_decide_resolve(RecoveryDecideWorker *worker);
G_GNUC_PRINTF(2, 3)
bool recovery_decide_fail(RecoveryDecideWorker *worker, const char *format,
                          ...);
/* Finds the rules that match and are there, into `hits`. */
void recovery_decide_match(RecoveryDecideWorker *worker);
/* When the next review of an exception is due: from then on it is not there. */
int64_t recovery_decide_due(const RecoveryDecideWorker *worker,
                            const RecoveryDocumentException *exception);
/* Where a signal is good for this decision. */
bool recovery_decide_is_good(const RecoveryDecideWorker *worker,
                             uint32_t signal);
/* What a requirement asks for and is not there. */
bool recovery_decide_is_short(const RecoveryDecideWorker *worker,
                              const RecoveryDecideRule *rule);
bool recovery_decide_lacks_approval(const RecoveryDecideWorker *worker,
                                    const RecoveryDecideRule *rule);
/* The ids of rules, sorted. */
RecoveryDecideIds recovery_decide_tell(RecoveryDecideWorker *worker, int list,
                                       GArray *rules);
/* Fills in what would be enough. accepted: a permit accepts the class. */
void recovery_decide_find_enough(RecoveryDecideWorker *worker, bool accepted);
