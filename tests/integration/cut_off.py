#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""recoveryd killed between any two steps of a case: the case goes on where it was.

Also killed in the middle of them, at seeded moments: what was answered is in
the record, and nothing is half done.
"""
import random
import signal
import threading
import time

import desk
import whole_case


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


def open_case(place, seed):
    """Opens a case while the power goes at some moment; then it is there or not, never half."""
    rand = random.Random(seed)

    def strike():
        time.sleep(rand.uniform(0.05, 0.6))
        place.stop(signal.SIGKILL)

    striker = threading.Thread(target=strike)
    striker.start()
    try:
        place.act("case", "open", "--person", "Eve Fox", "--as", "ada")
        answered = True
    except desk.Failed:
        answered = False
    striker.join()
    place.start()
    cases = [row for row in place.act("case", "list", "--as", "ada")["cases"]
             if row["state"] == "open"]
    assert len(cases) == 1 or (not cases and not answered), (cases, answered)
    for row in cases:
        shown = place.act("case", "show", row["case"], "--as", "ada")
        assert [key["state"] for key in shown["reported"]] == ["suspended"], shown
        place.act("case", "withdraw", row["case"], "--as", "ada")
    return bool(cases)


def in_the_middle(place):
    # The policy allows a person two cases in 30 days: two that stand are enough.
    stood = 0
    for seed in range(12):
        stood += open_case(place, seed)
        if stood == 2:
            break


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        between_steps(place)
        in_the_middle(place)
        whole_case.check_bundle(place)


if __name__ == "__main__":
    main()
