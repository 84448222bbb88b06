#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""policy lint, print and diff through fidotool: the starter policies and their
printed pages, the table of the example, known changes, hostile files."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STARTERS = ROOT / "docs" / "policies"
EXAMPLE = (ROOT / "tests/data/policy-example.yaml").read_text(encoding="utf-8")
DAY = ["--at", "2026-11-14"]
START = ["--at", "2026-12-01"]


def run(*argv, asked=None):
    env = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="")
    return subprocess.run([os.environ["FIDOTOOL"], *map(str, argv)], env=env, capture_output=True, check=False, timeout=60,
                          input=None if asked is None else json.dumps(asked).encode())


def result_of(*argv, asked=None):
    done = run(*argv, "--json", asked=asked)
    return json.loads(done.stdout)["result"], done.returncode


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, data, name="policy.yaml"):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def edit(self, *pairs, name="new.yaml"):
        text = EXAMPLE
        for before, after in pairs:
            self.assertIn(before, text)
            text = text.replace(before, after, 1)
        return self.write(text, name)


class Starters(unittest.TestCase):
    """What newcomers begin with has no error, and its page is the tool's own."""

    # The VPN of the mixed estate is the one thing they are told about.
    WARNINGS = {"mixed-estate": ["L04"], "regulated-bank": [], "small-company": []}

    def test_lint_clean(self):
        self.assertEqual({path.stem for path in STARTERS.glob("*.yaml")}, set(self.WARNINGS))
        for name, expected in self.WARNINGS.items():
            found, code = result_of("policy", "lint", STARTERS / f"{name}.yaml", *START)
            self.assertEqual((code, found["errors"]), (0, 0), found)
            self.assertEqual([row["rule"] for row in found["findings"] if row["checked"]], expected, name)

    def test_what_was_not_looked_at_is_one_line(self):
        """After all else, with the options that would have it looked at; and not again with one of them."""
        starter = STARTERS / "small-company.yaml"
        rest = "L36 (--metadata); L39 (no station knows its targets yet).\n"
        done = run("policy", "lint", starter, *START).stdout.decode()
        self.assertEqual(done, "no errors, no warnings. The policy can be signed.\n"
                         "Not checked: L05, L06, L07, L10 (--roster FILE, or --as PERSON at a station); "
                         "L09, L45 (--as PERSON at a station); L31 (--base FILE); " + rest)
        done = run("policy", "lint", starter, "--base", starter, *START).stdout.decode()
        self.assertNotIn("L31", done)
        self.assertTrue(done.endswith("L09, L45 (--as PERSON at a station); " + rest), done)
        rows = {row["rule"]: row for row in result_of("policy", "lint", starter, *START)[0]["findings"]}
        self.assertEqual((rows["L39"]["checked"], rows["L39"]["level"]), (False, "W"))
        self.assertEqual((rows["L31"]["option"], rows["L31"]["text"][:23]), ("--base FILE", "not checked, needs the "))

    def test_pages_are_printed_by_the_tool(self):
        for name in self.WARNINGS:
            done = run("policy", "print", STARTERS / f"{name}.yaml", *START)
            page = (STARTERS / f"{name}.md").read_bytes()
            self.assertEqual(done.stdout.decode(), page.decode(), f"policy print docs/policies/{name}.yaml --at 2026-12-01")


class Manual(unittest.TestCase):
    def test_every_field_is_in_the_manual(self):
        """docs/policy.md: each section and field of the table that reads policies."""
        table = (ROOT / "recovery/policy/document-table.c").read_text(encoding="utf-8")
        names = set(re.findall(r'^  \{ "([a-z_0-9]+)", +FORM', table, re.M)) - {"value", "schema"}
        page = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
        chapter = page[page.index("## What may stand in it"):page.index("## What lint looks for")]
        self.assertGreater(len(names), 60)
        self.assertEqual(sorted(name for name in names if f"`{name}`" not in chapter and f"{name}:" not in chapter), [])


class FirstPolicy(Files):
    def test_each_step_says_what_the_chapter_quotes(self):
        """docs/policy.md: after each block of YAML, what lint says of it."""
        text = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```yaml\n(.*?)```\n\n```text\n(.*?)```", text, re.S)
        self.assertEqual(len(blocks), 4)
        for policy, said in blocks:
            lines = run("policy", "lint", self.write(policy), *START).stdout.decode().splitlines()
            lines = [line for line in lines if not line.startswith("Not checked: ")]
            told = [line for line in lines if re.match("line|error|warning", line)] or lines[-1:]
            self.assertEqual(told, said.splitlines())
        mended = policy.replace("app: money, accept: [passkey]", "app: money, accept: [passkey, key]")
        found, code = result_of("policy", "lint", self.write(mended), *START)
        self.assertEqual((code, found["errors"], found["warnings"]), (0, 0, 0))


class Print(Files):
    # Journey, app, transaction, who: accepted, needs, while not good, weaker.
    TABLE = {
        ("sign-in", "wiki", "-", "staff"):
            ("synced-passkey, bound-key, attested-key", "-", "device_managed: attested-key; key_active: nothing (F1)", "-"),
        ("sign-in", "wiki", "-", "staff and admins"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "-"),
        ("sign-in", "wiki", "-", "staff and contractors"):
            ("synced-passkey, bound-key, attested-key", "-", "key_active: nothing (F1)", "exception E1 waives R4"),
        ("sign-in", "wiki", "-", "staff, admins and contractors"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "exception E1 waives R4"),
        ("sign-in", "payroll", "-", "staff"):
            ("synced-passkey, bound-key, attested-key", "-", "device_managed: attested-key; key_active: nothing (F1)", "-"),
        ("sign-in", "payroll", "-", "staff and admins"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "-"),
        ("sign-in", "legacy-vpn", "-", "staff"):
            ("otp", "-", "key_active: nothing (F1)", "otp by fallback P4"),
        ("admin", "wiki", "-", "admins"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "-"),
        ("admin", "wiki", "-", "admins and contractors"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "exception E1 waives R4"),
        ("admin", "payroll", "-", "admins"):
            ("attested-key", "at most 15 minutes old", "key_active: nothing (F1)", "-"),
        ("step-up", "payroll", "data-export", "staff"):
            ("bound-key, attested-key", "at most 5 minutes old; 1 approval",
             "device_managed: attested-key; key_active: nothing (F1); recovery_settled: nothing (F2)", "-"),
        ("step-up", "payroll", "data-export", "staff and admins"):
            ("attested-key", "at most 5 minutes old; 1 approval", "key_active: nothing (F1); recovery_settled: nothing (F2)", "-"),
    }

    def table(self, path, *more):
        rows = result_of("policy", "print", path, *more)[0]["table"]
        return {(row["journey"], row["app"], row["transaction"], row["who"]):
                (row["accepted"], row["needs"], row["unless_good"], row["weaker"]) for row in rows}

    def test_the_example(self):
        self.assertEqual(self.table(self.edit(), *DAY), self.TABLE)

    def test_what_has_ended_is_not_there(self):
        later = self.table(self.edit(), "--at", "2027-06-30")
        self.assertNotIn(("sign-in", "legacy-vpn", "-", "staff"), later)
        self.assertNotIn(("sign-in", "wiki", "-", "staff and contractors"), later)

    def test_an_exception_waives_while_it_is_reviewed(self):
        """The table, the rules and the decision are of one mind, on each day."""
        asked = {"id": "1", "journey": "sign-in", "app": "wiki", "person": {"id": "7", "groups": ["staff"], "attributes": {"employment": "contract"}},
                 "authenticator": {"method": "webauthn", "uv": True, "be": True, "bs": True, "attested": False},
                 "record": {"key_state": "active", "recovered_at": None}}
        for day, outcome, said in (
                ("2026-10-31", "step-up", "It has not begun."), ("2026-11-01", "allow", ""), ("2026-11-14", "allow", ""),
                ("2026-11-15", "step-up", "It waives nothing without a signed review since 2026-11-15."),
                ("2026-12-01", "step-up", "It has ended.")):
            path = self.edit(("valid_from: 2026-11-01", "valid_from: 2026-01-01"))
            when = dict(asked, time=day + "T00:00:00Z", authenticator=dict(asked["authenticator"], at=day + "T00:00:00Z"))
            decided, _ = result_of("policy", "decide", "--policy", path, asked=when)
            self.assertEqual(decided["outcome"], outcome, (day, decided))
            rows = self.table(path, "--at", day)
            waived = [row for row in rows.values() if "E1" in row[3]]
            self.assertEqual(bool(waived), outcome == "allow", day)
            self.assertEqual(("sign-in", "wiki", "-", "staff and contractors") in rows, outcome == "allow", day)
            line = next(line for line in run("policy", "print", path, "--at", day).stdout.decode().splitlines() if "**E1**" in line)
            self.assertTrue(line.endswith("limited to the wiki." + (" " + said if said else "")), line)

    def test_cells_that_are_alike_are_one_row(self):
        alike = self.table(self.edit(("exceptions:", "#exceptions:"), ("  - {id: E1", "#"), ("     reason", "#"), ("     from", "#")), *DAY)
        self.assertIn(("admin", "wiki, payroll", "-", "admins"), alike)

    def test_people_matter_where_they_are_named(self):
        """Many populations, of which each cell names a few: the other rows are as they were."""
        teams = range(20)
        path = self.edit(
            ("populations:\n", "populations:\n" + "".join(f"  - {{id: team{i}, kind: enterprise, rule: {{groups: [t{i}]}}}}\n" for i in teams)),
            ("apps:\n", "apps:\n" + "".join(f"  - {{id: app{i}, capabilities: {{webauthn: true, acr: true, max_age: true}}}}\n" for i in teams)),
            ("permits:\n", "permits:\n" + "".join(f"  - {{id: T{i}, journey: sign-in, population: team{i}, app: app{i}, accept: [bound-key, attested-key]}}\n"
                                                   for i in teams)))
        expected = {("sign-in", f"app{i}", "-", f"team{i}"): ("bound-key, attested-key", "-", "key_active: nothing (F1)", "-") for i in teams}
        self.assertEqual(self.table(path, *DAY), expected | self.TABLE)

    def test_every_rule_is_said(self):
        page = run("policy", "print", self.edit(), *DAY).stdout.decode()
        for rule in ("P1", "P2", "P3", "P4", "P5", "R1", "R2", "R3", "R4", "F1", "F2", "E1"):
            self.assertIn(f"- **{rule}** ", page)
        self.assertIn("- **otp** (rank 20): otp. Not phishing-resistant.", page)

    def test_an_error_is_no_page(self):
        done = run("policy", "print", self.edit(("rank: 60", "rank: 40")))
        self.assertEqual((done.returncode, done.stdout), (21, b""))
        self.assertIn(b"L02", done.stderr)


class Diff(Files):
    # What is edited, which way, and what is said of it.
    CHANGES = [
        ([("R4, app: [wiki, payroll]", "R4, app: wiki")], "looser",
         "- staff, with synced-passkey: sign-in at payroll, while device_managed is not known to be good. Now passes; before does not pass."),
        ([("{id: F1, unless_good: key_active, why", "{id: F1, journey: admin, unless_good: key_active, why")], "looser",
         "- staff, with otp: sign-in at legacy-vpn, while key_active is not known to be good. Now passes, by a fallback; before does not pass."),
        ([("max_age_s: 300, approvals: 1", "max_age_s: 900, approvals: 1")], "looser",
         "- staff, with bound-key: step-up at payroll for data-export. Now passes, when at most 15 minutes old, with 1 approval; before passes, "
         "when at most 5 minutes old, with 1 approval."),
        ([("max_age_s: 300, approvals: 1", "max_age_s: 300")], "looser",
         "- staff, with attested-key: step-up at payroll for data-export. Now passes, when at most 5 minutes old; before passes, "
         "when at most 5 minutes old, with 1 approval."),
        ([("max_age_s: 300, approvals: 1", "max_age_s: 300, slots: [app-owner]")], "stricter",
         "- staff, with attested-key: step-up at payroll for data-export. Now passes, when at most 5 minutes old, with 1 approval, as app-owner; "
         "before passes, when at most 5 minutes old, with 1 approval."),
        ([("domain-admins, iam-admins", "domain-admins, iam-admins, cloud-admins")], "both",
         "- admins (by the new rule alone), with attested-key: admin at wiki; admin at payroll. Now passes, when at most 15 minutes old; "
         "before does not pass."),
        ([("accept: [synced-passkey, bound-key, attested-key]", "accept: [bound-key, attested-key]")], "stricter",
         "- staff, with synced-passkey: sign-in at wiki; sign-in at payroll. Now does not pass; before passes."),
        ([("wait_h: 72,", "wait_h: 48,")], "point", "- recovery.privileged: wait_h is 48, was 72."),
        ([("off_kiosk: 1", "off_kiosk: 0")], "point", "- recovery.standard: off_kiosk is 0, was 1."),
        ([("slots: [helpdesk-lead, app-owner, security]", "slots: [helpdesk-lead, app-owner]")], "point",
         "- recovery.privileged: security was taken out of slots."),
        ([("subject: 2/30d", "subject: 4/30d")], "point", "- recovery.standard: another limit for each subject."),
        ([("source: mdm,    max_age_s: 86400", "source: mdm, max_age_s: 172800")], "point", "- signal device_managed: max_age_s is 172800, was 86400."),
        ([("uses_per_30d: 60", "uses_per_30d: 600")], "point", "- fallback P4: uses_per_30d is 600, was 60."),
        ([("until: 2026-12-01, review", "until: 2027-01-01, review")], "point", "- exception E1: until is 2027-01-01, was 2026-12-01."),
        ([("activation: {max_min: 60}}", "activation: {max_min: 30}}")], "point", "- role agent: max_min is 30, was 60."),
        ([("case.submit, case.amend, case.withdraw]", "case.submit, case.amend]")], "point", "- role agent: may no longer case.withdraw."),
        ([("retention:\n", "metadata: {max_stale_days: 7}\nretention:\n")], "point", "- metadata: max_stale_days was added."),
        ([("keep: 7y", "keep: 9y")], "point", "- retention of record: is 9y, was 7y."),
    ]

    def test_known_changes(self):
        old = self.edit(name="old.yaml")
        for edits, way, line in self.CHANGES:
            new = self.edit(*edits)
            words = run("policy", "diff", old, new, *DAY).stdout.decode()
            self.assertIn(line, words.splitlines(), words)
            there, code = result_of("policy", "diff", old, new, *DAY)
            back, _ = result_of("policy", "diff", new, old, *DAY)
            cells = there["cells"]
            self.assertEqual(code, 0)
            self.assertEqual(cells["looser"] > 0, way in ("looser", "both"), edits)
            self.assertEqual(cells["stricter"] > 0, way in ("stricter", "both"), edits)
            # The way back is the same cells the other way round.
            self.assertEqual([cells[name] for name in ("total", "looser", "stricter", "both", "same")],
                             [back["cells"][name] for name in ("total", "stricter", "looser", "both", "same")], edits)

    def grow(self, teams, apps, *pairs, name):
        """The example of a larger house: teams, and apps that some of them use."""
        names = [f"app{i}" for i in range(apps)]
        return self.edit(
            ("populations:\n", "populations:\n" + "".join(f"  - {{id: team{i}, kind: enterprise, rule: {{groups: [t{i}]}}}}\n" for i in range(teams))),
            ("apps:\n", "apps:\n" + "".join(f"  - {{id: {app}, capabilities: {{webauthn: true, acr: true, max_age: true}}}}\n" for app in names)),
            ("permits:\n", "permits:\n" + "".join(f"  - {{id: T{i}, journey: sign-in, population: [staff, team{i % teams}, team{(i + 1) % teams}], "
                                                   f"app: {app}, accept: [bound-key, attested-key]}}\n" for i, app in enumerate(names))),
            ("requires:\n", "requires:\n  - {id: T, population: [" + ", ".join(f"team{i}" for i in range(teams)) + "], "
             "app: [" + ", ".join(names) + "], max_age_s: 600}\n"),
            *pairs, name=name)

    def test_a_larger_house_is_compared(self):
        for teams, apps in ((8, 30), (20, 200)):
            old = self.grow(teams, apps, name="old.yaml")
            begun = time.monotonic()
            found, code = result_of("policy", "diff", old, self.grow(teams, apps, ("max_age_s: 600", "max_age_s: 1200"), name="new.yaml"), *DAY)
            self.assertEqual((code, found["whole"], found["cells"]["stricter"], found["points"]), (0, True, 0, []))
            self.assertLess(time.monotonic() - begun, 30)
            row = next(row for row in found["changes"] if "sign-in at app0" in row["where"])
            self.assertEqual((row["way"], row["with"], row["before"], row["after"]),
                             ("looser", "bound-key", "passes, when at most 10 minutes old", "passes, when at most 20 minutes old"))
            self.assertIn("(team0 or team1)", row["who"])
            back, _ = result_of("policy", "diff", self.folder / "new.yaml", old, *DAY)
            self.assertEqual([found["cells"][way] for way in ("total", "looser", "same")], [back["cells"][way] for way in ("total", "stricter", "same")])
            same, _ = result_of("policy", "diff", old, old, *DAY)
            self.assertEqual((same["changes"], same["loosens"]), ([], False))

    def test_writing_alone_changes_nothing(self):
        lines = EXAMPLE.splitlines()
        # Rules in another order, other names of rules and an unused class of people.
        requires = [i for i, line in enumerate(lines) if line.startswith("  - {id: R")]
        lines[requires[0]], lines[requires[3]] = lines[requires[3]], lines[requires[0]]
        text = "\n".join(lines).replace("id: P1,", "id: PX,").replace("populations:", "populations:\n  - {id: nobody, kind: enterprise, rule: {groups: [n]}}")
        found, _ = result_of("policy", "diff", self.edit(name="old.yaml"), self.write(text), *DAY)
        self.assertEqual((found["changes"], found["points"], found["loosens"]), ([], [], False))
        self.assertEqual(found["cells"]["same"], found["cells"]["total"])

    def test_a_new_app_is_all_new(self):
        new = self.edit(("apps:\n", "apps:\n  - {id: files, capabilities: {webauthn: true, acr: true, max_age: true}}\n"),
                        ("app: [wiki, payroll], accept: [synced", "app: [wiki, payroll, files], accept: [synced"))
        words = run("policy", "diff", self.edit(name="old.yaml"), new, *DAY).stdout.decode()
        self.assertIn("- staff, with synced-passkey: sign-in at files. Now passes; before does not pass.", words)
        self.assertNotIn("sign-in at wiki", words)

    def test_an_error_is_not_compared(self):
        done = run("policy", "diff", self.edit(name="old.yaml"), self.edit(("rank: 60", "rank: 40")))
        self.assertEqual((done.returncode, done.stdout), (21, b""))
        self.assertEqual(run("policy", "diff", self.edit()).returncode, 2)


class Hostile(Files):
    def check(self, data):
        path = self.write(data)
        begun = time.monotonic()
        done = run("policy", "lint", path)
        self.assertEqual(done.returncode, 21, data[:80])
        self.assertIn(b"error L01", done.stdout)
        self.assertEqual(run("policy", "print", path).returncode, 21)
        self.assertEqual(run("policy", "diff", path, self.edit()).returncode, 21)
        self.assertLess(time.monotonic() - begun, 30)

    def test_no_document(self):
        self.check(b"")
        self.check(b"\0")
        self.check(b"\xff\xfe\x00")
        self.check(b"schema: keyturn-policy/1\npolicy: \xc3\x28\n")
        self.check(b"[" * 100000)
        self.check(b"a: &a [x]\nb: *a\n")
        self.check(EXAMPLE.encode()[:2000])
        self.check(b"- {}\n" * 200000)

    def test_texts_stay_in_their_line(self):
        forged = self.edit(("why: key is not active", 'why: "x\\n## Forged"'))
        self.assertEqual(run("policy", "print", forged, *DAY).returncode, 21)
        path = self.edit(("why: key is not active", 'why: "x | y \u202e z"'))
        done = run("policy", "print", path, *DAY)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b": x \\| y ", done.stdout)
        self.assertNotIn("\u202e", done.stdout.decode())

    def people(self, count):
        return "populations:\n" + "".join(f"  - {{id: g{i}, kind: enterprise, rule: {{groups: [g{i}]}}}}\n" for i in range(count))

    def test_many_people_are_not_waited_for(self):
        path = self.edit(("populations:\n", self.people(3000)))
        begun = time.monotonic()
        self.assertEqual(run("policy", "lint", path, *DAY).returncode, 0)
        self.assertIn(b"too large for a table", run("policy", "print", path, *DAY).stdout)
        done = run("policy", "diff", path, self.edit(name="old.yaml"))
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, b"The two policies mean the same."))
        self.assertLess(time.monotonic() - begun, 30)

    def test_too_much_is_said_and_the_rest_compared(self):
        """Twenty rules of one cell, each for others and about something else."""
        rules = "requires:\n" + "".join(f"  - {{id: X{i}, population: g{i}, app: wiki, max_age_s: {i + 60}}}\n" for i in range(20))
        old = self.edit(("populations:\n", self.people(20)), ("requires:\n", rules), name="old.yaml")
        new = self.edit(("populations:\n", self.people(20)), ("requires:\n", rules.replace("max_age_s: 79", "max_age_s: 99")),
                        ("uses_per_30d: 60", "uses_per_30d: 600"))
        begun = time.monotonic()
        done = run("policy", "diff", old, new, *DAY)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"too many cells", done.stderr)
        self.assertIn(b"- fallback P4: uses_per_30d is 600, was 60.", done.stdout)
        self.assertNotIn(b"mean the same", done.stdout)
        found, _ = result_of("policy", "diff", old, new, *DAY)
        self.assertEqual((found["whole"], found["loosens"], found["changes"]), (False, True, []))
        self.assertNotIn("cells", found)
        self.assertLess(time.monotonic() - begun, 30)

    def test_what_is_no_file_or_time(self):
        self.assertEqual(run("policy", "lint", self.folder / "none.yaml").returncode, 2)
        self.assertEqual(run("policy", "lint", self.edit(), "--at", "soon").returncode, 2)
        self.assertEqual(run("policy", "lint", self.edit(), "--base", self.folder / "none.yaml").returncode, 2)
        self.assertEqual(run("policy", "print").returncode, 2)


class Lint(Files):
    def test_findings_have_their_place(self):
        found, code = result_of("policy", "lint", self.edit(("rank: 60", "rank: 40")), *DAY)
        row = next(row for row in found["findings"] if row["level"] == "E")
        self.assertEqual((code, row["rule"], row["line"], row["column"], row["checked"]), (21, "L02", 13, 5, True))
        words = run("policy", "lint", self.edit(("rank: 60", "rank: 40")), *DAY).stdout.decode()
        self.assertIn("line 13, column 5: error L02: rank 40 is there twice.", words)

    def test_the_base_is_kept(self):
        low = self.edit(("restrict_h: 24", "restrict_h: 12"))
        self.assertEqual(run("policy", "lint", low, *DAY).returncode, 0)
        found, code = result_of("policy", "lint", low, "--base", self.edit(name="base.yaml"), *DAY)
        self.assertEqual((code, [row["rule"] for row in found["findings"] if row["level"] == "E"]), (21, ["L31"]))


if __name__ == "__main__":
    unittest.main()
