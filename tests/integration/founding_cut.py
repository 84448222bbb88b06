#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`fidotool station init` killed at its steps: run again, it ends the founding,
and the folder for the auditor is whole, unless it is of another station."""
import os

import desk
import whole_case

# As few as there may be: each slot of the policy has its person.
STAFF = [("ada", "1001", "desk", ["agent", "helpdesk-lead"]), ("una", "1007", "audit", ["auditor", "other-team"])] + [
    row for row in desk.STAFF if row[0] in ("sid", "sol")]
FILES = ("station.vkey", "genesis", "officers.allowed_signers", "roots.pem")


def try_to_found(place, config, n):
    """Killed before the n-th write; how many were left, and what was there."""
    cut = desk.Cut(place.top, "fidotool")
    cut.left = n
    try:
        place.found(config, cut=cut)
        killed = False
    except desk.Failed as failure:
        assert "exit -9" in str(failure), failure
        killed = True
    assert killed == (cut.left == 0), (killed, cut.left)
    status = place.run("station", "status")
    there = sorted(os.listdir(place.trust)) if os.path.isdir(place.trust) else []
    return cut.left, (status["initialised"], status["started"], [name for name in there if name in FILES])


def read_trust(place):
    found = {}
    for name in FILES:
        with open(os.path.join(place.trust, name), encoding="utf-8") as file:
            found[name] = file.read()
    return found


def found_at(n):
    with desk.Desk(STAFF) as place:
        place.make_keys()
        place.start()
        config = place.config()
        left, seen = try_to_found(place, config, n)
        if left == 0:
            status = place.found(config)
            assert status["started"] == 1, status
        trust = read_trust(place)
        assert trust["genesis"].strip() == place.run("station", "status")["genesis"]
        place.act("station", "init", "--config", config, "--trust", place.trust, "--machine",
                  place.machine, expect=27)
        assert read_trust(place) == trust
        whole_case.check_bundle(place)
        return left, seen


def a_folder_is_written_again_until_the_first_case():
    with desk.Desk(STAFF) as place:
        place.make_keys()
        place.start()
        config = place.config()
        place.found(config)
        trust = read_trust(place)
        os.unlink(os.path.join(place.trust, "genesis"))
        place.found(config)
        assert read_trust(place) == trust
        # Nothing that is there is changed, whose ever it is.
        os.unlink(os.path.join(place.trust, "station.vkey"))
        with open(os.path.join(place.trust, "roots.pem"), "a", encoding="utf-8") as file:
            file.write("more\n")
        place.act("station", "init", "--config", config, "--trust", place.trust, expect=2)
        assert not os.path.exists(os.path.join(place.trust, "station.vkey"))
        # The first case is the end of it.
        place.import_people([("2001", "Sam Fox", [os.urandom(32)])])
        place.act("case", "open", "--person", "Sam Fox", "--as", "ada")
        place.act("station", "init", "--config", config, "--trust", place.trust + "-new", expect=27)
        assert not os.path.exists(place.trust + "-new") or not os.listdir(place.trust + "-new")


def main():
    whole, _ = found_at(100000)
    writes = 100000 - whole
    seen = []
    for n in range(1, writes, max(1, writes // 14)):
        left, state = found_at(n)
        assert left == 0
        seen.append(state)
    print(writes, "writes;", seen)
    # Before entry 0, after it, and with some keys proved.
    assert (0, 0, []) in seen and any(state[0] == 1 and state[1] == 0 for state in seen), seen
    a_folder_is_written_again_until_the_first_case()


if __name__ == "__main__":
    main()
