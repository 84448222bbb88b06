#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A base with the real programs: three officers sign it, each is shown it whole;
what the policy in force does not keep is refused, and so is a base in a policy
where none is in force. What happens a day later: tests/attack/test-base.c."""
import os
import pathlib

import desk

STAFF = desk.STAFF + [("sue", "1010", "vault", ["security"])]
PRACTICE = pathlib.Path(desk.SOURCE, "recovery", "service", "practice-policy.yaml").read_text(encoding="utf-8")


def write(place, name, *words):
    text = PRACTICE
    for was, then in words:
        assert text.count(was) == 1, was
        text = text.replace(was, then)
    path = os.path.join(place.top, name)
    pathlib.Path(path).write_text(text, encoding="utf-8")
    return path


def sign(place, officer, *more):
    return place.act("roster", "sign", "--as", officer, *more)


def main():
    with desk.Desk(STAFF) as place:
        place.make_keys()
        place.start()
        named = ("version: 1,", "version: 1, base: floor/1,")
        config = place.config(policy=write(place, "named.yaml", named))
        place.found(config, expect=19)
        text = pathlib.Path(config).read_text(encoding="utf-8")
        pathlib.Path(config).write_text(text.replace("named.yaml", "policy.yaml"), encoding="utf-8")
        write(place, "policy.yaml")
        place.found(config)
        floor = ("{id: keyturn-practice,", "{id: floor,")
        base = write(place, "base.yaml", floor)
        place.act("base", "show", "--as", "sid", expect=17)
        place.refused("base-kept", "base", "load", write(place, "high.yaml", floor, ("wait_h: 0", "wait_h: 1")), "--as", "sid")
        assert "wait_h is 0, and the base asks for at least 1" in place.run(
            "base", "load", os.path.join(place.top, "high.yaml"), "--as", "sid", *place.YES, expect=21)["refused"][0]["text"]
        place.refused("base-named", "policy", "load", write(place, "2.yaml", ("version: 1,", "version: 2, base: floor/1,")), "--as", "sid")
        first = place.act("base", "load", base, "--as", "sid")
        assert first["act"] == "base.load.proposed" and "off_kiosk: 1" in place.said, (first, place.said)
        place.refused("two-people", "roster", "sign", "--as", "sid")
        assert sign(place, "sol")["act"] == "base.load.proposed"
        place.refused("two-people", "roster", "sign", "--as", "sol")
        place.refused("change-off-kiosk", "roster", "sign", "--as", "sue")
        last = sign(place, "sue", "--machine", place.machine)
        assert last["act"] == "base.load" and last["effect"], last
        place.refused("base-waits", "policy", "load", write(place, "3.yaml", ("version: 1,", "version: 3,")), "--as", "sid")
        place.act("base", "show", "--as", "sid", expect=17)
        place.kill()
        place.refused("base-waits", "base", "load", base, "--as", "sid")


if __name__ == "__main__":
    main()
