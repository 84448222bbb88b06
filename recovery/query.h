/* SPDX-License-Identifier: Apache-2.0 */
/* query.h - the queries behind the rows of query.c. Private to query*.c. */
#pragma once

#include "recovery/deed.h"

/*
 * query-status.c: the station itself; numbers, and the roles of the caller's
 * own connection.
 *
 * {"class","practice","initialised","started","size","root","genesis"?,"roles":[..],
 *   "clock":{"doubt":0|1},"disk"?:{"free_mb","low":0|1},
 *   of a founded station: "station","log","rp_id","origin","policy_id",
 *   "policy_version","cases":{"open","waiting"}}
 */
FidotoolJson *recovery_query_status(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);

/* query-case.c: a case that waits for officers for too long has "overdue", and
 * for officers alone one that was flagged has "flagged" and, by itself, its
 * "notes" (flag.h). */
FidotoolJson *recovery_query_case_list(RecoveryTrial *trial,
                                       RecoveryRefusal **ret_refusal,
                                       GError **error);
FidotoolJson *recovery_query_case(RecoveryTrial *trial,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);
/* A receipt: the last entry of the case is in the record, and this record is
 * the one the station signs now. */
FidotoolJson *recovery_query_case_proof(RecoveryTrial *trial,
                                        RecoveryRefusal **ret_refusal,
                                        GError **error);

/* query-people.c */
FidotoolJson *recovery_query_people_find(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal,
                                         GError **error);
FidotoolJson *recovery_query_people_roster(RecoveryTrial *trial,
                                           RecoveryRefusal **ret_refusal,
                                           GError **error);
/* What populations can be told by; recovery/policy/columns.h has the form. */
FidotoolJson *recovery_query_people_columns(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);
/* Changes of roster and policy that wait for their time. */
FidotoolJson *recovery_query_people_changes(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);
/* The keys that may sign now: {"rp_id","signers":[{"cred","key","roles",
 * "reasons"}]}, so that the key which is plugged in can be found among them.
 * reasons: those of the roles that the policy wants a reason for. No name, no
 * person's id, no window. */
FidotoolJson *recovery_query_people_signers(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);

/*
 * query-policy.c: the policies that were in force, {"policies":[...]} as in
 * recovery/policy/history.h; one row of them with its "text", that of "version"
 * or the one in force.
 */
FidotoolJson *recovery_query_policy_list(RecoveryTrial *trial,
                                         RecoveryRefusal **ret_refusal,
                                         GError **error);
FidotoolJson *recovery_query_policy_version(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);

/*
 * query-acts.c: the acts of a case, or without one those that need none (a
 * "sub" beside it: case.open is tried for that person). With "actor" or "cred"
 * for that person alone.
 *
 * {"case"?,"state"?,"acts":[{"act","slot"?,"signed":0|1,"read_s"?,
 *   "takes":[{"name","form","must":0|1,"words"?:[..],"numbers"?:[..]}],
 *   "persons":[{"person","open":0|1,"roles":[..],"role"?,
 *               "rule"?,"text"?,"enough"?}]}]}
 *
 * signed   a statement is signed; else the act is submitted in session
 * takes    members of the request besides act, case, slot and actor
 * read_s   of an approval: seconds that it is to be read before it is signed
 * open     no rule is in the way, a role that is not active yet aside
 * roles    the person's roles that may do it; role: the one to activate first
 * case.made has "open" and the refusal itself, and no persons: the key answers
 */
FidotoolJson *recovery_query_acts(RecoveryTrial *trial,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);

/*
 * query-plan.c: the evidence of a case.
 *
 * {"case","branch"?,"ial"?,
 *   "branches":[{"branch","ials":[..],"enough":[a text for each ial]}],
 *   "types":[..],"methods":[..],"results":[..],
 *   "have":[{"type","method","result","issuer"?}],
 *   "enough":0|1,"text","enough_text"}
 */
FidotoolJson *recovery_query_plan(RecoveryTrial *trial,
                                  RecoveryRefusal **ret_refusal,
                                  GError **error);

/*
 * query-policy.c: the policy in force, and the register of keys.
 *
 * {"policy_id","policy_version","digest","practice":0|1,"policy": the YAML as
 *   it was signed}
 * {"rp_id","keys":[{"cred","sub","state","aaguid"?,"since"}]}
 *
 * cred   SHA-256 of the credential id
 * state  pending, active, ... as in the record; since: in it since
 */
FidotoolJson *recovery_query_policy(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);
FidotoolJson *recovery_query_policy_register(RecoveryTrial *trial,
                                             RecoveryRefusal **ret_refusal,
                                             GError **error);

/*
 * query-preflight.c: would a key do? {"case","aaguid","pin":"set"|"not-set"|
 * "unsupported","versions":[..],"options":{..},"algorithms"?:[{"alg"}]} as
 * keyhelper's job info gives them; "aaguid" as in its "device".
 *
 * {"advisory":1,"fits":0|1,"rule","text","enough","class"?}
 */
FidotoolJson *recovery_query_preflight(RecoveryTrial *trial,
                                       RecoveryRefusal **ret_refusal,
                                       GError **error);

/*
 * query-judgement.c: what registrations were judged to be, so that another
 * policy can be tried on them; from entry "from" on, a page at a time.
 *
 * {"judgements":[{"entry","act","case"?,"sub"?,"actor"?,"policy","at",
 *   "registration","result":{..}}],"policies":{digest:text},"next"?}
 *
 * A decision over access (decision.weaker) has "request" in the place of
 * registration and result: all that was decided on. It is a person's, and
 * opened for who may load a policy alone; for anybody else, and once it was
 * erased, its row is {"entry","at","sealed":1}.
 */
FidotoolJson *recovery_query_judgement_list(RecoveryTrial *trial,
                                            RecoveryRefusal **ret_refusal,
                                            GError **error);

/*
 * query-exception.c: every exception that was granted, and those that lack the
 * second signature.
 *
 * {"time","exceptions":[{"id","object","state","waives":[..],"journey"?,
 *   "population"?,"app"?,"transaction"?,"owner","reason","compensating","from",
 *   "until","review_every_d","approved_by":[..],"due"?,"granted"?,
 *   "reviewed"?,"reviewed_by"?,"ended"?,"ended_by"?,"uses"?,"used"?,
 *   "lapses"?,"text"}]}
 *
 * state    "waiting", or a state of recovery/exception.h
 * due      when the next review is due, of one that is not over
 * lapses   of one that waits: when its first signature is no longer good
 * text     what was signed, or is
 */
FidotoolJson *recovery_query_exceptions(RecoveryTrial *trial,
                                        RecoveryRefusal **ret_refusal,
                                        GError **error);
/* Appends those rows to list. */
bool recovery_query_exception_rows(RecoveryTrial *trial, FidotoolJson *list,
                                   GError **error);

/* query-overdue.c: when a case that waits for officers should have been
 * decided, where that is over; else 0. */
int64_t recovery_query_overdue_due(const RecoveryCase *of, int64_t now_ms);
/* Those cases: the rows of the report. */
FidotoolJson *recovery_query_overdue(RecoveryTrial *trial);

/*
 * "approvals": decisions that were asked for and wait for somebody who approves
 * them, and approvals of late; for those who may approve
 * waiting  [{"reference","caller","journey","app","transaction"?,"sub","name"?,
 *            "employee"?,"asked","approvals","slots":[],
 *            "approved":[{"by","slot","until"}]}]: in memory alone
 * given    likewise, with "state" (live, used, expired, idle), "by", "slot",
 *          "at", "until", "used"? and "entry"?; no reference once it is erased
 */
FidotoolJson *recovery_query_approvals(RecoveryTrial *trial,
                                       RecoveryRefusal **ret_refusal,
                                       GError **error);

/*
 * query-report.c: {"of":"weaker"|"fallbacks"|"exceptions"|"approvals"|
 *   "overdue","since"?:a date}.
 *
 * {"since"?,"until","left_out", and one of
 *   "weaker":[{"seq","t","act", and what of the entry says why}],
 *   "fallbacks":[{"id","uses","persons","most_of_one","last"?,"in_force":0|1,
 *                 "uses_per_30d"?,"expires"?}],
 *   "exceptions":[the same but for the last two, and a row of
 *                 query-exception.c],
 *   "approvals":[the entries that give and use approvals of decisions],
 *   "overdue":[{"case","op","sub","state","since","due"}]}
 *
 * uses      since then, as persons, most_of_one and last
 * since     of fallbacks 30 days ago where it is left out, else the beginning;
 *           what is overdue is so now, whenever it began
 * left_out  older rows that are too many for one answer
 */
FidotoolJson *recovery_query_report(RecoveryTrial *trial,
                                    RecoveryRefusal **ret_refusal,
                                    GError **error);

/* Size, root and genesis of the record, as members of an answer. */
void recovery_query_head(const RecoveryStation *station, FidotoolJson *answer);
/* There is no such case. */
RecoveryRefusal *recovery_query_no_case(void);
