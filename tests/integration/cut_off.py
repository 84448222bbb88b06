#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each program killed, by kill -9: the case goes on where it was.

recoveryd between any two steps of a case (tests/attack/test-cut.c kills it in
the middle of them); fidotool and keyhelper before their writes in each act that
a key takes part in; the judge worker while it waits for work.
"""
import os
import signal
import sys

import desk
import whole_case

EVIDENCE = ("--type", "passport", "--method", "chip", "--result", "ok", "--issuer", "NL")


def size(place):
    return place.run("station", "status")["size"]


def between_steps(place):
    sizes = []

    def cut():
        before = size(place)
        place.kill()
        after = size(place)
        assert after >= before, (before, after)
        sizes.append(after)

    whole_case.run_case(place, between=cut)
    assert sizes == sorted(sizes) and len(sizes) >= 10, sizes


# --- fidotool and keyhelper ---------------------------------------------------


def see(place, case):
    """What tells done from not done: state, keys made, slots filled."""
    shown = place.act("case", "show", case, "--as", "ada")
    return (shown["state"], len(shown["made"]), sum("person" in slot for slot in shown["slots"]),
            [key["state"] for key in shown["reported"]])


def kill_in(place, program, see_now, words, stride):
    """Runs the act until it is through, the program killed a little later each
    time. How often it was."""
    cut = desk.Cut(place.top, program)
    before, n = see_now(), 1
    while True:
        cut.left = n
        try:
            place.act(*words, cut=cut)
            answered = True
        except desk.Failed as failure:
            # Who is not killed says what went wrong and ends by itself.
            assert program == "fidotool" or "exit -" not in str(failure), failure
            answered = False
        killed, cut.left = cut.left == 0, 0
        now = see_now()
        if not killed:
            assert answered and now != before, (words, now)
        if answered or now != before:
            return n // stride
        n += stride


def one_case(place, program, stride):
    """Every act of a case that a key takes part in."""
    def cases():
        return [row["case"] for row in place.act("case", "list", "--as", "ada")["cases"]]

    kills = {"open": kill_in(place, program, cases, ("case", "open", "--person", "Eve Fox", "--as", "ada"), stride)}
    case = cases()[-1]
    place.act("case", "proof", case, "--branch", "c", "--ial", "1", "--as", "ada")
    place.act("case", "evidence", case, *EVIDENCE, "--as", "ada")
    for name, words in (
            ("submit", ("case", "submit", case, "--as", "ada")),
            ("make", ("case", "make", case, "--as", "ada", "--key", place.selector(f"eve-{program}"))),
            ("approve", ("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")),
            ("withdraw", ("case", "withdraw", case, "--as", "ada"))):
        kills[name] = kill_in(place, program, lambda: see(place, case), words, stride)
    print(program, kills)
    assert all(number >= 2 for number in kills.values()), kills


# --- the judge worker ------------------------------------------------------------


def worker_of(place):
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                text = file.read()
        except OSError:
            continue
        if "(keyturn-judge)" in text and int(text.rsplit(")", 1)[1].split()[1]) == place.recoveryd.pid:
            return int(name)
    return None


def worker(place):
    case = place.session("ada", "agent", 'case open --person "Pat Bee"')[-1]["case"]
    place.session("ada", "agent", f"case proof {case} --branch c --ial 1",
                  "case evidence --type passport --method chip --result ok --issuer NL", "case submit",
                  f"case make --key {place.selector('sam-new')}")
    assert worker_of(place), "there is no worker"
    os.kill(worker_of(place), signal.SIGKILL)
    place.act("case", "make", case, "--spare", "--as", "ada", "--key", place.selector("sam-spare"))
    assert see(place, case)[1] == 2


def main():
    with desk.Desk() as place:
        whole_case.prepare(place, [("2003", "Pat Bee", [os.urandom(32)])])
        worker(place)
        for program, stride in (("fidotool", 1), ("keyhelper", 3)):
            place.add_key(f"eve-{program}")
            place.set_pin(f"eve-{program}")
            one_case(place, program, stride)
        whole_case.check_bundle(place)
    with desk.Desk() as place:
        whole_case.prepare(place)
        between_steps(place)
        whole_case.check_bundle(place)


if __name__ == "__main__":
    sys.exit(main())
