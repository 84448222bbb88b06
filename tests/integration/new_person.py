#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A new person gets a key that signs, after the founding, with the real
programs: made and proved at the desk, two officers sign, a day goes by. Taking
somebody off the roster is immediate. Both verifiers accept what comes of it."""
import json
import os

import desk
import whole_case


def row_of(place, person):
    """The person's rows on the roster in force."""
    line = place.act("roster", "show", "--as", "ada")["roster"]
    return [part for part in line.split('{"cred"') if f'"person":"{person}"' in part]


def newcomer(place):
    place.add_key("nia")
    place.set_pin("nia")
    key = place.selector("nia")
    # Nobody makes themselves a key without an officer at the desk.
    place.act("roster", "enrol", "--as", "nia", "--key", key, expect=2)
    place.refused("role", "roster", "enrol", "--as", "nia", "--key", key, "--officer", "ada")
    place.act("roster", "enrol", "--as", "nia", "--key", key, "--officer", "sid")
    place.refused("actor-unknown", "roster", "enrol", "--as", "nia", expect=17)
    # A row by two officers, one of them elsewhere; not by the person, not twice by one.
    place.act("roster", "add", "--person", "nia", "--as", "sid", expect=2)
    added = ("roster", "add", "--person", "nia", "--employee", "1009", "--team", "field", "--roles", "other-team, agent")
    place.refused("role", *added, "--as", "ben")
    place.act(*added, "--as", "sid")
    place.refused("two-people", "roster", "sign", "--as", "sid", "--machine", place.machine)
    place.refused("change-off-kiosk", "roster", "sign", "--as", "sol")
    signed = place.act("roster", "sign", "--as", "sol", "--machine", place.machine)
    assert signed["act"] == "roster.change" and signed["effect"], signed
    place.act("roster", "sign", "--as", "sol", "--machine", place.machine, expect=2)
    # It waits; until then the key opens nothing.
    assert row_of(place, "nia") == []
    place.refused("actor-unknown", "role", "activate", "--as", "nia", "--role", "agent", expect=17)


def leaver(place):
    # Nobody else fills the slot: somebody has to come first.
    place.refused("L06", "roster", "remove", "--person", "ben", "--as", "sid")
    assert len(row_of(place, "ria")) == 1
    place.act("roster", "remove", "--person", "nobody", "--as", "sid", expect=2)
    place.act("roster", "remove", "--person", "ria", "--as", "sid")
    place.act("roster", "sign", "--as", "sol", "--machine", place.machine)
    assert row_of(place, "ria") == []
    place.refused("actor-unknown", "role", "activate", "--as", "ria", "--role", "releaser", expect=17)


def said_of_themselves(bundle):
    """What each key of staff said of itself is in the bundle, named by what it was judged by."""
    metadata = os.path.join(bundle, "data", "metadata")
    with open(os.path.join(bundle, "data", "entries.jsonl"), encoding="utf-8") as file:
        enrolled = [entry for entry in map(json.loads, file) if entry["act"] == "roster.enrol"]
    assert len(enrolled) == len(desk.STAFF) + 1, enrolled
    for entry in enrolled:
        with open(os.path.join(metadata, entry["judgement"] + ".json"), encoding="utf-8") as file:
            digest = json.load(file)["getinfo"]
        with open(os.path.join(metadata, digest + ".cbor"), "rb") as file:
            said = file.read()
        assert said[0] >> 5 == 5 and b"FIDO_2_1" in said, said


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        newcomer(place)
        place.kill()
        leaver(place)
        shown = place.act("roster", "show", "--as", "ada")
        assert [one["person"] for one in shown["newcomers"]] == ["nia"], shown["newcomers"]
        bundle = whole_case.check_bundle(place)
        registrations = os.listdir(os.path.join(bundle, "data", "registrations"))
        assert len(registrations) == len(desk.STAFF) + 1, registrations
        said_of_themselves(bundle)


if __name__ == "__main__":
    main()
