/* SPDX-License-Identifier: Apache-2.0 */
/* commands.h - the entry point of every subcommand, one file each. */
#pragma once

#include "fidotool/cli/cmd.h"

int fidotool_cmd_version(FidotoolCmd *cmd, int argc, char **argv);

/* keys */
int fidotool_cmd_advisory_check(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_advisory_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_assert(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_doctor(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_doctor_station(FidotoolCmd *cmd); /* its --station */
int fidotool_cmd_enrol(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_export_pam_u2f(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_export_passkey(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_export_ssh(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_blob_get(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_blob_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_blob_purge(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_config_set_always_uv(FidotoolCmd *cmd, int argc,
                                          char **argv);
int fidotool_cmd_key_config_set_enterprise(FidotoolCmd *cmd, int argc,
                                           char **argv);
int fidotool_cmd_key_config_set_min_pin_length(FidotoolCmd *cmd, int argc,
                                               char **argv);
int fidotool_cmd_key_config_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_credential_count(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_credential_delete(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_credential_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_credential_rename(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_credential_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_fingerprint_add(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_fingerprint_delete(FidotoolCmd *cmd, int argc,
                                        char **argv);
int fidotool_cmd_key_fingerprint_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_fingerprint_rename(FidotoolCmd *cmd, int argc,
                                        char **argv);
int fidotool_cmd_key_info(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_name_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_name_remove(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_name_set(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_force_change(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_set(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_status(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_pin_verify(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_plan_delete(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_plan_reset(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_reset(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_select(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_watch(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_key_wink(FidotoolCmd *cmd, int argc, char **argv);

/* metadata */
int fidotool_cmd_metadata_fetch(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_metadata_find(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_metadata_import(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_metadata_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_metadata_status(FidotoolCmd *cmd, int argc, char **argv);

/* verify */
int fidotool_cmd_verify_assertion(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_verify_again(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_verify_registration(FidotoolCmd *cmd, int argc, char **argv);

/* policy */
int fidotool_cmd_policy_drift(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_drift_keys(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_drift_import(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_export(FidotoolCmd *cmd, int argc, char **argv);

/* stations */
int fidotool_cmd_machine_init(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_machine_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_role_activate(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_add(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_enrol(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_print(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_remove(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_roster_sign(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_session(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_station_import(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_station_init(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_station_status(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_trust_load(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_trust_show(FidotoolCmd *cmd, int argc, char **argv);

/* cases */
int fidotool_cmd_case_acts(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_amend(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_approve(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_check(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_contest(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_evidence(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_flag(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_make(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_open(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_proof(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_refuse(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_reject(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_release(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_submit(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_uphold(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_case_withdraw(FidotoolCmd *cmd, int argc, char **argv);

/* one act in three steps */
int fidotool_cmd_propose(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_sign(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_submit(FidotoolCmd *cmd, int argc, char **argv);

/* policy */
int fidotool_cmd_policy_approvals(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_approve(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_lint(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_print(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_decide(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_diff(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_explain(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_history(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_load(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_base_load(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_base_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_rollback(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_trial_end(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_trial_show(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_trial_start(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_policy_what_if(FidotoolCmd *cmd, int argc, char **argv);

/* exceptions */
int fidotool_cmd_exception_approve(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_exception_end(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_exception_list(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_exception_request(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_exception_review(FidotoolCmd *cmd, int argc, char **argv);

/* report */
int fidotool_cmd_report_exceptions(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_report_fallbacks(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_report_approvals(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_report_overdue(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_report_weaker(FidotoolCmd *cmd, int argc, char **argv);

/* audit */
int fidotool_cmd_audit_export(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_audit_proof(FidotoolCmd *cmd, int argc, char **argv);
int fidotool_cmd_audit_verify(FidotoolCmd *cmd, int argc, char **argv);
