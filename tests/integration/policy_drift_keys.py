#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""policy drift keys with the real programs: after a lost key was replaced, what
a relying party lists is held against the station and against its bundle."""
import base64
import csv
import hashlib
import json
import os
import pathlib
import subprocess
import sys

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


def reports(place, rows):
    """Both differences, as the files that an auditor takes along; whose keys and accounts they are about stays out."""
    data = os.path.join(desk.SOURCE, "tests", "data", "drift")
    config, folder = (os.path.join(place.top, name) for name in ("sshd_config", "drift"))
    with open(config, "w", encoding="utf-8") as file:
        file.write("PasswordAuthentication no\nMatch User alice\n    PasswordAuthentication yes\n"
                   "Match User bertha Address 192.0.2.1\n    PasswordAuthentication yes\n")
    place.run("policy", "drift", "import", "--from", "sshd", "--as", "bastion", "--folder", folder, config)
    paths = [os.path.join(place.top, name) for name in ("drift-policy.json", "drift-keys.json")]
    told = place.run("policy", "drift", "--policy", os.path.join(data, "policy.yaml"), "--map", os.path.join(data, "map.json"),
                     "--folder", folder, "--report", paths[0], expect=21)
    assert {"looser", "unknown-group", "unmapped-rule"} <= {row["difference"] for row in told["differences"]}, told
    assert "alice" in json.dumps(told) and "bertha" in json.dumps(told), told
    listed = write_list(place, rows)
    place.act("policy", "drift", "keys", listed, "--as", "una", "--role", "auditor", "--report", paths[1], expect=21)
    texts = [pathlib.Path(path).read_text(encoding="utf-8") for path in paths]
    for text in texts:
        assert not [word for word in ("alice", "bertha", "sam", "eve", *(row[1] for row in rows)) if word in text], text
    one, other = map(json.loads, texts)
    assert one["of"] == "policy" and one["exports"][0]["files"] == [hashlib.sha256(pathlib.Path(config).read_bytes()).hexdigest()], one
    assert {"difference": "unknown-group", "export": "bastion"} in one["differences"] and one["policy"]["sha256"] and one["map"], one
    assert sum(row["n"] for row in one["counts"]) == len(one["differences"]) == len(told["differences"]), one
    assert other["list"] == hashlib.sha256(pathlib.Path(listed).read_bytes()).hexdigest(), other
    row = next(row for row in other["differences"] if row["difference"] == "still-there")
    assert set(row) >= {"cred", "sub", "state"} and "user" not in row and "credential_id" not in row, row
    return paths


def exported(place, name, paths, expect=0):
    words = [word for path in paths for word in ("--report", path)]
    bundle = os.path.join(place.top, name)
    place.act("audit", "export", bundle, "--as", "una", *words, expect=expect)
    return bundle


def verified(place, bundle):
    """By both verifiers: their exit codes."""
    done = subprocess.run([sys.executable, os.path.join(bundle, "data", "verify.py"), bundle, "--trust", place.trust],
                          capture_output=True, check=False)
    words = [os.environ["FIDOTOOL"], "audit", "verify", bundle, "--trust", place.trust]
    return done.returncode, subprocess.run(words, env=place.env, capture_output=True, check=False).returncode


def a_bundle_takes_reports(place, rows):
    paths = reports(place, rows)
    bundle = exported(place, "with-reports", paths)
    folder = pathlib.Path(bundle, "data", "reports")
    assert sorted(path.name for path in folder.iterdir()) == ["drift-keys.json", "drift-policy.json"]
    for path in paths:
        assert json.loads((folder / os.path.basename(path)).read_text()) == json.loads(pathlib.Path(path).read_text())
    assert verified(place, bundle) == (0, 0)
    # They are the exporter's: one that is another, is gone or came later is found, also where the list fits again.
    report, manifest = folder / "drift-keys.json", pathlib.Path(bundle, "manifest-sha256.txt")
    true, listed = report.read_text(), manifest.read_text()
    report.write_text(true.replace("still-there", "unexplained"))
    assert verified(place, bundle) == (1, 19)
    manifest.write_text(listed.replace(hashlib.sha256(true.encode()).hexdigest(),
                                       hashlib.sha256(report.read_bytes()).hexdigest()))
    assert verified(place, bundle) == (1, 19)
    report.write_text(true)
    manifest.write_text(listed)
    assert verified(place, bundle) == (0, 0)
    (folder / "more.json").write_text(true)
    assert verified(place, bundle) == (1, 19)
    (folder / "more.json").unlink()
    report.unlink()
    assert verified(place, bundle) != (0, 0)


def what_is_no_report_stays_out(place):
    good = json.loads(pathlib.Path(place.top, "drift-keys.json").read_text())
    for name, report in (("keys.json", dict(good, schema="keyturn-drift-report/2")), ("Keys.json", good), ("keys.txt", good),
                         ("keys.json", dict(good, differences=[{"difference": "twice", "user": "sam"}])), ("keys.json", []),
                         ("keys.json", dict(good, note="x" * 5000))):
        path = pathlib.Path(place.top, "bad", name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(report))
        exported(place, "none", [str(path)], expect=2)
    path = os.path.join(place.top, "drift-keys.json")
    exported(place, "none", [path, path], expect=2)
    exported(place, "none", [os.path.join(place.top, "nothing.json")], expect=2)
    assert not os.path.exists(os.path.join(place.top, "none"))


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

        a_bundle_takes_reports(place, [*before, *made[:1]])
        what_is_no_report_stays_out(place)

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
