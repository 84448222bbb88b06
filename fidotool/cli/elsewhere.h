/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elsewhere.h - for main.c alone: the commands that are not in the program
 * which people start. There they are NULL in the table, and fidotool-whole,
 * which has all of them, is started in its place. A command belongs here when
 * its file stands with fidotool_sources in meson.build.
 */
#pragma once

/* This one is no command, and key info is in both: see main.c. */
#pragma weak fidotool_metadata_consult_model

#pragma weak fidotool_cmd_advisory_check
#pragma weak fidotool_cmd_advisory_list
#pragma weak fidotool_cmd_exception_approve
#pragma weak fidotool_cmd_exception_end
#pragma weak fidotool_cmd_exception_list
#pragma weak fidotool_cmd_exception_request
#pragma weak fidotool_cmd_exception_review
#pragma weak fidotool_cmd_export_pam_u2f
#pragma weak fidotool_cmd_export_passkey
#pragma weak fidotool_cmd_export_ssh
#pragma weak fidotool_cmd_key_plan_delete
#pragma weak fidotool_cmd_key_plan_reset
#pragma weak fidotool_cmd_metadata_fetch
#pragma weak fidotool_cmd_metadata_find
#pragma weak fidotool_cmd_metadata_import
#pragma weak fidotool_cmd_metadata_show
#pragma weak fidotool_cmd_metadata_status
#pragma weak fidotool_cmd_policy_drift
#pragma weak fidotool_cmd_policy_drift_import
#pragma weak fidotool_cmd_policy_drift_keys
#pragma weak fidotool_cmd_policy_export
#pragma weak fidotool_cmd_verify_again
#pragma weak fidotool_cmd_machine_init
#pragma weak fidotool_cmd_machine_show
#pragma weak fidotool_cmd_role_activate
#pragma weak fidotool_cmd_roster_add
#pragma weak fidotool_cmd_roster_enrol
#pragma weak fidotool_cmd_roster_print
#pragma weak fidotool_cmd_roster_remove
#pragma weak fidotool_cmd_roster_show
#pragma weak fidotool_cmd_roster_sign
#pragma weak fidotool_cmd_session
#pragma weak fidotool_cmd_station_import
#pragma weak fidotool_cmd_station_init
#pragma weak fidotool_cmd_station_status
#pragma weak fidotool_cmd_trust_load
#pragma weak fidotool_cmd_trust_show
#pragma weak fidotool_cmd_case_acts
#pragma weak fidotool_cmd_case_amend
#pragma weak fidotool_cmd_case_approve
#pragma weak fidotool_cmd_case_check
#pragma weak fidotool_cmd_case_contest
#pragma weak fidotool_cmd_case_evidence
#pragma weak fidotool_cmd_case_flag
#pragma weak fidotool_cmd_case_list
#pragma weak fidotool_cmd_case_make
#pragma weak fidotool_cmd_case_open
#pragma weak fidotool_cmd_case_proof
#pragma weak fidotool_cmd_case_refuse
#pragma weak fidotool_cmd_case_reject
#pragma weak fidotool_cmd_case_release
#pragma weak fidotool_cmd_case_show
#pragma weak fidotool_cmd_case_submit
#pragma weak fidotool_cmd_case_uphold
#pragma weak fidotool_cmd_case_withdraw
#pragma weak fidotool_cmd_propose
#pragma weak fidotool_cmd_sign
#pragma weak fidotool_cmd_submit
#pragma weak fidotool_cmd_policy_approvals
#pragma weak fidotool_cmd_policy_approve
#pragma weak fidotool_cmd_policy_decide
#pragma weak fidotool_cmd_report_exceptions
#pragma weak fidotool_cmd_report_fallbacks
#pragma weak fidotool_cmd_report_approvals
#pragma weak fidotool_cmd_report_overdue
#pragma weak fidotool_cmd_report_weaker
#pragma weak fidotool_cmd_policy_diff
#pragma weak fidotool_cmd_policy_explain
#pragma weak fidotool_cmd_policy_history
#pragma weak fidotool_cmd_policy_lint
#pragma weak fidotool_cmd_policy_load
#pragma weak fidotool_cmd_base_load
#pragma weak fidotool_cmd_base_show
#pragma weak fidotool_cmd_policy_print
#pragma weak fidotool_cmd_policy_rollback
#pragma weak fidotool_cmd_policy_show
#pragma weak fidotool_cmd_policy_trial_end
#pragma weak fidotool_cmd_policy_trial_show
#pragma weak fidotool_cmd_policy_trial_start
#pragma weak fidotool_cmd_policy_what_if
#pragma weak fidotool_cmd_audit_export
#pragma weak fidotool_cmd_audit_proof
#pragma weak fidotool_cmd_audit_verify
