#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""policy drift keys with the real programs: after a lost key was replaced, what
a relying party lists is held against the station and against its bundle."""
import base64
import csv
import hashlib
import os

import desk
import whole_case


def text_of(cred):
    return base64.urlsafe_b64encode(cred).rstrip(b"=").decode()


def write_list(place, rows):
    path = os.path.join(place.top, "credentials.csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("user", "credential_id"), *rows])
    return path


def found(result):
    return sorted((row["difference"], row.get("user", ""), row.get("state", "")) for row in result["differences"])


def compare(place, rows, *more, run=None, expect=0):
    words = ("policy", "drift", "keys", write_list(place, rows), *more)
    return found((run or place.run)(*words, expect=expect))


def made_of(bundle):
    """The ids of the credentials that were made in cases, from their registrations."""
    rp = hashlib.sha256(b"login.example.org").digest()
    folder = os.path.join(bundle, "data", "registrations")
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        if rp in data:  # the keys of staff have another RP ID
            auth = data[data.index(rp):]
            yield auth[55:55 + int.from_bytes(auth[53:55], "big")]


def main():
    lost, other = os.urandom(32), os.urandom(32)
    strange = ("sam", text_of(os.urandom(20)))
    with desk.Desk() as place:
        place.make_keys("sam-new", "sam-spare")
        place.start()
        place.found()
        place.import_people([("2001", "Sam Fox", [lost]), ("2002", "Eve Fox", [other])])
        before = [("sam", text_of(lost)), ("eve", text_of(other))]

        def at_station(rows, expect=0):
            return compare(place, rows, "--as", "una", "--role", "auditor", run=place.act, expect=expect)

        assert at_station(before) == []
        assert at_station([*before, strange], 21) == [("unexplained", "sam", "")]
        assert at_station(before[:1], 21) == [("missing", "", "active")]

        whole_case.run_case(place)
        bundle = whole_case.check_bundle(place)
        made = [("sam", text_of(cred)) for cred in made_of(bundle)]
        assert len(made) == 2, made
        assert at_station([*before[1:], *made]) == []
        assert at_station([*before, *made[:1]], 21) == [("missing", "", "active"), ("still-there", "sam", "revoked")]

        # The bundle has no directory in it: of imported keys it knows those that cases name.
        from_bundle = ("--bundle", bundle, "--trust", place.trust)
        assert compare(place, made, *from_bundle) == []
        assert compare(place, [before[0], *made[1:]], *from_bundle, expect=21) == [
            ("missing", "", "active"), ("still-there", "sam", "revoked")]
        said = place.run("policy", "drift", "keys", write_list(place, [*before[1:], *made]), *from_bundle, expect=21)
        assert found(said) == [("unexplained", "eve", "")] and "imported" in said["note"], said
        words = place.run("policy", "drift", "keys", write_list(place, before), "--bundle", bundle, expect=21, text=True)
        assert "still-there  sam (here " in words and "NOT ANCHORED" in words, words
        table = place.run("policy", "drift", "keys", write_list(place, before), *from_bundle, "--csv", expect=21, text=True)
        rows = list(csv.DictReader(table.splitlines()))
        assert [row["difference"] for row in rows] == ["still-there", "unexplained", "missing", "missing"], table

        # A bundle that was changed is no evidence; a list that is none is refused.
        with open(os.path.join(bundle, "data", "entries.jsonl"), "ab") as file:
            file.write(b"{}\n")
        compare_fails = ("policy", "drift", "keys", write_list(place, made), "--bundle", bundle)
        place.run(*compare_fails, expect=19)
        place.run("policy", "drift", "keys", write_list(place, [("sam", "no id")]), "--bundle", bundle, expect=19)
        place.run("policy", "drift", "keys", write_list(place, made), expect=2)
        place.run("policy", "drift", "keys", expect=2)


if __name__ == "__main__":
    main()
