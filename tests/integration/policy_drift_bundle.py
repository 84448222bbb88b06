#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What policy drift and policy drift keys found goes into a bundle as the
exporter's word: signed with the rest, without anybody's name, and looked after
by both verifiers."""
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import desk
import policy_drift_keys


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
    listed = policy_drift_keys.write_list(place, rows)
    place.act("policy", "drift", "keys", listed, "--as", "una", "--role", "auditor", "--report", paths[1], expect=21)
    texts = [pathlib.Path(path).read_text(encoding="utf-8") for path in paths]
    for text in texts:
        assert not [word for word in ("alice", "bertha", "sam", "eve", *(row[1] for row in rows)) if word in text], text
    one, other = map(json.loads, texts)
    assert one["of"] == "policy" and one["exports"][0]["files"] == [hashlib.sha256(pathlib.Path(config).read_bytes()).hexdigest()], one
    assert {"difference": "unknown-group", "export": "bastion"} in one["differences"] and one["policy"]["sha256"] and one["map"], one
    assert sum(row["n"] for row in one["counts"]) == len(one["differences"]) == len(told["differences"]), one
    assert other["list"] == hashlib.sha256(pathlib.Path(listed).read_bytes()).hexdigest(), other
    assert [set(row) for row in other["differences"]] == [
        {"difference", "cred"}, {"difference", "cred", "sub", "state", "aaguid"}], other
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
    report.write_text(true.replace("unexplained", "still-there"))
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
    known, strange = os.urandom(32), os.urandom(32)
    with desk.Desk() as place:
        place.make_keys()
        place.start()
        place.found()
        place.import_people([("2001", "Sam Fox", [known])])
        a_bundle_takes_reports(place, [("sam", policy_drift_keys.text_of(strange))])
        what_is_no_report_stays_out(place)


if __name__ == "__main__":
    main()
