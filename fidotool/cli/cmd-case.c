/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case.c - the verbs of a case that are one act each: a row and a line. */
#include "fidotool/cli/commands.h"
#include "fidotool/cli/verb.h"

#define TEXT FIDOTOOL_VERB_TEXT
#define WORD FIDOTOOL_VERB_WORD
#define INT FIDOTOOL_VERB_INT

static const FidotoolVerb proof = {
    .act = "case.start_proofing",
    .role = "agent",
    .options = {{"branch", "branch", TEXT, true,
                 "how the person is proved: two codes (a), a code and another "
                 "key (b), proofing again (c)",
                 "a|b|c"},
                {"ial", "ial", INT, true, "identity assurance level", "1|2"}},
    .description =
        "Loads what the policy asks for before the case can be submitted.\n"
        "Example:\n  fidotool case proof c-4f1e22aa --branch c --ial 2",
};

static const FidotoolVerb evidence = {
    .act = "case.add_evidence",
    .role = "agent",
    .options = {{"type", "type", TEXT, true, "what was shown", "TYPE"},
                {"method", "method", TEXT, true, "how it was checked",
                 "METHOD"},
                {"result", "result", TEXT, true, "what came of it",
                 "ok|failed"},
                {"issuer", "issuer", TEXT, false, "who issued it", "TEXT"},
                {"number-end", "number_end", TEXT, false,
                 "the last characters of its number; never the whole", "TEXT"}},
    .description = "Records one piece of evidence; its details stay sealed in "
                   "the station.\n"
                   "Example:\n  fidotool case evidence c-4f1e22aa --type "
                   "passport --method chip --result ok --issuer NL",
};

static const FidotoolVerb submit = {
    .act = "case.submit",
    .role = "agent",
    .description =
        "Freezes the case for the approvers. The short code is the same on "
        "every screen.\nExample:\n  fidotool case submit c-4f1e22aa",
};

static const FidotoolVerb amend = {
    .act = "case.amend",
    .role = "agent",
    .description = "Takes a submitted case back to proofing: approvals are "
                   "void, a key already made\nis dropped.\n"
                   "Example:\n  fidotool case amend c-4f1e22aa",
};

static const FidotoolVerb approve = {
    .act = "case.approve",
    .options = {{"slot", "slot", TEXT, true, "the slot this approval fills",
                 "SLOT"},
                {"contact", "contact", WORD, true,
                 "your own contact with the person", "seen|called-back|none"}},
    .description =
        "Shows the frozen case and signs it with your key. --yes is no "
        "approval: it is asked for\nat the terminal. In practice a script may "
        "do without, with --yes and --non-interactive.\n"
        "Example:\n  fidotool case approve c-4f1e22aa --as ben --slot "
        "helpdesk-lead --contact seen",
};

static const FidotoolVerb refuse = {
    .act = "case.refuse",
    .options =
        {{"reason", "reason", TEXT, true, "a word that says why", "WORD"},
         {"slot", "slot", TEXT, false,
          "the slot it is refused for; the one you fill where none is named",
          "SLOT"}},
    .description = "Refuses the case; it ends there.\n"
                   "Example:\n  fidotool case refuse c-4f1e22aa --as ben "
                   "--reason not-the-person",
};

static const FidotoolVerb check = {
    .act = "case.check",
    .description =
        "Passes a case that was sent to the routine check: as a security "
        "officer who had no hand\nin it. fidotool case refuse ends it "
        "instead.\n"
        "Example:\n  fidotool case check c-4f1e22aa --as sol",
};

static const FidotoolVerb release = {
    .act = "case.activate",
    .role = "releaser",
    .description = "Makes the approved key the person's own and revokes the "
                   "lost one.\n"
                   "Example:\n  fidotool case release c-4f1e22aa --as ria",
};

static const FidotoolVerb withdraw = {
    .act = "case.withdraw",
    .role = "agent",
    .by_code = true,
    .description =
        "Ends a case before anything is issued: by an agent, or by the person "
        "with a code from a notice.\n"
        "Example:\n  fidotool case withdraw c-4f1e22aa --code 0123...",
};

static const FidotoolVerb uphold = {
    .act = "case.uphold",
    .description = "Says that a contest was right: what was issued is revoked. "
                   "Two people sign,\na security officer and an approver who "
                   "had no hand in the case.\n"
                   "Example:\n  fidotool case uphold c-4f1e22aa --as sol",
};

static const FidotoolVerb reject = {
    .act = "case.reject",
    .description = "Says that a contest was wrong: the case goes on. Two "
                   "people sign, as for uphold.\n"
                   "Example:\n  fidotool case reject c-4f1e22aa --as sol",
};

int
fidotool_cmd_case_proof(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &proof);
}

int
fidotool_cmd_case_evidence(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &evidence);
}

int
fidotool_cmd_case_submit(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &submit);
}

int
fidotool_cmd_case_amend(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &amend);
}

int
fidotool_cmd_case_approve(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &approve);
}

int
fidotool_cmd_case_refuse(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &refuse);
}

int
fidotool_cmd_case_check(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &check);
}

int
fidotool_cmd_case_release(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &release);
}

int
fidotool_cmd_case_withdraw(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &withdraw);
}

int
fidotool_cmd_case_uphold(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &uphold);
}

int
fidotool_cmd_case_reject(FidotoolCmd *cmd, int argc, char **argv)
{
  return fidotool_verb_run(cmd, argc, argv, &reject);
}
