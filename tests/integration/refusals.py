#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the station refuses, and by which rule; what goes wrong around it."""
import json
import os
import subprocess
import tempfile

import desk
import reports
import whole_case

ALL = []


def test(function):
    ALL.append(function)
    return function


def submitted(place, key="sam-new"):
    """Sam's case, with a key made, waiting for its approvals."""
    case = place.session("ada", "agent", 'case open --person "Sam Fox"')[-1]["case"]
    place.session("ada", "agent", f"case proof {case} --branch c --ial 2",
                  "case evidence --type passport --method chip --result ok --issuer NL",
                  "case evidence --type driving-licence --method visual --result ok --issuer NL",
                  "case submit", f"case make --key {place.selector(key)}")
    return case


@test
def before_its_state_no_step_is_taken(place):
    case = place.session("ada", "agent", 'case open --person "Eve Fox"')[-1]["case"]
    place.refused("state", "case", "submit", case, "--as", "ada", expect=27)
    place.refused("state", "case", "release", case, "--as", "ria", expect=27)
    place.refused("state", "case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead",
                  "--contact", "seen", expect=27)
    place.refused("case-open-already", "case", "open", "--person", "Eve Fox", "--as", "ada",
                  expect=27)
    place.act("case", "withdraw", case, "--as", "ada")


@test
def who_may_not_does_not(place):
    case = submitted(place)
    place.refused("role", "case", "approve", case, "--as", "ada", "--slot", "helpdesk-lead",
                  "--contact", "seen")
    place.refused("role", "case", "approve", case, "--as", "ben", "--slot", "other-team",
                  "--contact", "seen")
    place.refused("role", "role", "activate", "--as", "ben", "--role", "security")
    place.refused("actor-unknown", "role", "activate", "--as", "mallory", "--role", "agent",
                  expect=17)
    place.refused("case-unknown", "case", "approve", "c-00000000", "--as", "ben", "--slot",
                  "helpdesk-lead", "--contact", "seen", expect=17)
    place.act("case", "refuse", case, "--as", "ben", "--reason", "not-the-person")
    assert place.state(case) == "refused"


@test
def both_approvals_on_the_station_are_one_too_many(place):
    # A key of an earlier case does not come back as the new one.
    case = submitted(place, "sam-spare")
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    place.refused("off-kiosk", "case", "approve", case, "--as", "cleo", "--slot", "other-team",
                  "--contact", "none")
    place.approve_away(case, "cleo", "other-team")
    # The person has a notice, and with it a code.
    code = notice_code(place, case)
    place.run("case", "contest", "--code", code)
    assert place.state(case) == "contested"
    place.act("case", "uphold", case, "--as", "sid")
    place.refused("two-people", "case", "uphold", case, "--as", "sid")


def notice_code(place, case):
    outbox = os.path.join(place.station, "outbox")
    codes = []
    for name in sorted(os.listdir(outbox)):
        with open(os.path.join(outbox, name), encoding="utf-8") as file:
            text = file.read()
        if f"Case: {case}" in text:
            codes.append(text.split("Contest code: ")[1].split()[0])
    return codes[-1]


@test
def a_statement_serves_once_and_unchanged(place):
    proposal = os.path.join(place.top, "p.json")
    signed = os.path.join(place.top, "s.json")
    place.act("propose", "role.activate", "role=agent", "--as", "ada", "--out", proposal)
    place.act("sign", proposal, "--out", signed, "--machine", place.machine)
    with open(signed, encoding="utf-8") as file:
        whole = json.load(file)
    changed = dict(whole, statement=whole["statement"].replace('"agent"', '"agenu"'))
    with open(signed + ".changed", "w", encoding="utf-8") as file:
        json.dump(changed, file)
    done = place.run("submit", signed + ".changed", expect=22)
    assert done["refused"][0]["rule"] == "statement-unknown", done
    place.run("submit", signed)
    done = place.run("submit", signed, expect=22)
    assert done["refused"][0]["rule"] == "statement-replayed", done


@test
def a_proposal_that_was_touched_is_not_signed(place):
    proposal = os.path.join(place.top, "p.json")
    place.act("propose", "role.activate", "role=agent", "--as", "ada", "--out", proposal)
    with open(proposal, encoding="utf-8") as file:
        whole = json.load(file)
    policy = whole["openings"]["policy"]
    whole["openings"]["policy"] = ("A" if policy[0] != "A" else "B") + policy[1:]
    with open(proposal, "w", encoding="utf-8") as file:
        json.dump(whole, file)
    place.act("sign", proposal, "--machine", place.machine, expect=19)


@test
def an_approval_needs_more_than_yes(place):
    """Without a terminal --yes alone is no approval."""
    done = subprocess.run(
        [os.environ["FIDOTOOL"], "case", "approve", "c-1", "--as", "ben", "--slot", "x",
         "--contact", "seen"], env=place.env, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, start_new_session=True, timeout=60, check=False)
    assert done.returncode != 0 and reports.check(done.stderr)


@test
def a_second_recoveryd_is_refused(place):
    done = subprocess.run([os.environ["RECOVERYD"], "--practice", place.station],
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "another recoveryd" in done.stderr, done
    assert place.run("station", "status")["initialised"] == 1


@test
def practice_settings_are_refused_elsewhere(place):
    done = subprocess.run([os.environ["RECOVERYD"], "--data", place.station, "--socket",
                           os.path.join(place.top, "s")], env=place.env,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and reports.check(done.stderr), done
    env = {name: value for name, value in place.env.items() if name != "KEYTURN_KEYS"}
    place.stop()
    done = subprocess.run([os.environ["RECOVERYD"], "--data", place.station, "--socket",
                           os.path.join(place.top, "s")], env=env,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1 and "practice" in done.stderr, done
    place.start()


@test
def a_station_that_is_not_there_is_unreachable(place):
    place.run("station", "status", "--station", os.path.join(place.top, "nowhere"), expect=26)


@test
def without_a_live_one_a_private_recoveryd_is_started_and_ends(place):
    place.stop()
    assert place.run("station", "status")["initialised"] == 1
    assert not os.path.exists(os.path.join(place.station, "socket"))
    place.start()


@test
def a_worker_that_misbehaves_costs_an_error_and_nothing_else(place):
    case = place.session("ada", "agent", 'case open --person "Pat Bee"')[-1]["case"]
    place.session("ada", "agent", f"case proof {case} --branch c --ial 2",
                  "case evidence --type passport --method chip --result ok --issuer NL",
                  "case evidence --type driving-licence --method visual --result ok --issuer NL",
                  "case submit")
    with tempfile.TemporaryDirectory() as folder:
        for how in ("exit", "crash", "garbage", "huge", "list", "half"):
            worker = os.path.join(folder, "worker-" + how)
            with open(os.environ["BAD_WORKER"], "rb") as source, open(worker, "wb") as copy:
                copy.write(source.read())
            os.chmod(worker, 0o700)
            place.stop()
            place.start("--judge", worker)
            place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"),
                      expect=1)
            assert place.state(case) == "awaiting_approval"
        place.stop()
    place.start()
    place.act("case", "make", case, "--as", "ada", "--key", place.selector("sam-new"))
    place.act("case", "amend", case, "--as", "ada")
    assert place.state(case) == "proofing"


@test
def who_makes_the_judge_hang_needs_their_key_again(place):
    """Everybody waits meanwhile, so it is not done twice with one touch."""
    case = [row["case"] for row in place.act("case", "list", "--as", "ada")["cases"]
            if row["state"] == "proofing"][-1]
    place.act("case", "submit", case, "--as", "ada")
    place.add_key("pat-new")
    place.set_pin("pat-new")
    with tempfile.TemporaryDirectory() as folder:
        worker = os.path.join(folder, "worker-hang")
        with open(os.environ["BAD_WORKER"], "rb") as source, open(worker, "wb") as copy:
            copy.write(source.read())
        os.chmod(worker, 0o700)
        place.stop()
        place.start("--judge", worker)
        answers = place.session("ada", "agent", f"case show {case}", f"case make {case} --key {place.selector('pat-new')}",
                                f"case show {case}", stop=False, expect=22)
        assert answers[0]["state"] == "awaiting_approval" and answers[1] is None, answers
        assert answers[2]["refused"][0]["rule"] == "role-not-active", answers
        assert place.state(case) == "awaiting_approval"
        place.stop()
    place.start()


def main():
    with desk.Desk() as place:
        whole_case.prepare(place, [("2003", "Pat Bee", [os.urandom(32)])])
        for function in ALL:
            print(function.__name__, flush=True)
            function(place)
        whole_case.check_bundle(place)


if __name__ == "__main__":
    main()
