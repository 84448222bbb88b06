#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""policy print says all of a policy: each field that can be written changes the
page, and the document in its JSON is the policy. Texts of it are no Markdown."""

import copy
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
POLICIES = [ROOT / "tests/data/policy-example.yaml", *sorted((ROOT / "docs/policies").glob("*.yaml"))]
DAY = ["--at", "2026-11-14"]


class Policies(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_on(self, *argv):
        return subprocess.run([os.environ["FIDOTOOL"], "policy", *map(str, argv)], env=dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE=""),
                              capture_output=True, text=True, check=False, timeout=60)

    def write(self, document):
        path = self.folder / "policy.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    def print(self, path):
        """The page, and the document; None for what lint refuses."""
        done = self.run_on("print", path, *DAY, "--json")
        if done.returncode == 21:
            return None, None
        self.assertEqual(done.returncode, 0, done.stdout)
        result = json.loads(done.stdout)["result"]
        return result["text"], result["document"]

    def everything(self):
        """A policy in which each field stands at least once."""
        _, policy = self.print(POLICIES[0])
        find = {section: {row.get("id"): row for row in rows} for section, rows in policy.items() if isinstance(rows, list)}
        find["classes"]["otp"]["restricted"] = {
            "alternative": "a key", "notice": "a letter", "risk_assessment": "RA-7", "migration_plan": "till June"}
        find["classes"]["bound-key"]["match"] |= {"bs": False, "attested": False, "transports": ["usb", "nfc"]}
        find["signals"]["device_managed"]["good"] = {"min": 2, "max": 5}
        find["populations"]["contractors"]["rule"]["groups"] = ["externals"]
        find["apps"]["wiki"]["rp_id"] = "wiki.example.org"
        policy["journeys"].append({"id": "add-key", "kind": "enrol", "risk": "high"})
        policy["fallbacks"][0]["transaction"] = "*"
        find["requires"]["R3"] |= {"slots": ["app-owner"], "aaguid_list": "approved-2026", "population": ["staff"], "app": ["payroll"],
                                   "journey": ["step-up"], "unless_good": "device_managed"}
        find["forbids"]["F2"] |= {"population": ["contractors"], "journey": ["admin"], "app": ["payroll"]}
        policy["exceptions"][0] |= {"transaction": ["data-export"], "app": ["payroll"], "journey": ["step-up"]}
        policy["metadata"] = {"max_stale_days": 7}
        policy["recovery"]["standard"] |= {"call_back": True, "present_at_issue": True, "notices": ["mail", "phone"], "wait_h": 8,
                                           "wait_h_security_on_site": 2}
        policy["classes"].append({"id": "named-key", "rank": 90, "match": {"uv": True, "be": False, "attested": True, "min_cert": "L3"}})
        find["permits"]["P5"]["accept"].append("named-key")
        for tier in ("standard", "remote", "privileged"):
            policy["recovery"][tier]["issue"].append("named-key")
        find["roles"]["app-owner"]["activation"]["approvals"] = 1
        return policy


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for i, each in enumerate(value):
            yield from leaves(each, (*path, i))
    else:
        yield path, value


def field_of(path):
    """Without the places in lists; an attribute has a name of its own."""
    field = tuple(part for part in path if isinstance(part, str))
    return (*field[:3], "value") if "attributes" in field else field


SECTIONS = {"population": "populations", "journey": "journeys", "app": "apps", "apps": "apps", "transaction": "transactions",
            "accept": "classes", "issue": "classes", "min_class": "classes", "unless_good": "signals", "conflicts_with": "roles",
            "waives": "requires", "aaguid_list": "aaguid_lists"}
WORDS = {"kind": ["public", "step-up", "enrol", "export"], "risk": ["low", "high"], "max_risk": ["high"], "min_cert": ["L2"],
         "keep": ["9y", "60d-after-close"], "aaguid": ["00000000-0000-4000-8000-000000000009"], "min_fw": ["5.7.1"], "base": ["acme-base/4"],
         "subject": ["7/20d"], "agent": ["7/20d"], "approver": ["7/20d"], "mds_status_not": ["REVOKED"], "transports": ["ble"],
         "grants": ["case.hold_on"], "slots": ["security", "app-owner"]}
# There is but one value that lint takes there; the page of the example is in policy_words.py.
ALONE = {("classes", "use"), ("retention", "class"), ("retention", "purge")}


def others(path, value, policy):
    """What could stand there instead; None: nothing."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, value + 40]
    ids = [row["id"] for row in policy.get(SECTIONS.get(path[-1]), [])] + WORDS.get(path[-1], [])
    if isinstance(value, list):
        return [value[:-1], value[1:], *([*value, each] for each in ids or ["one"]), *([each] for each in ids)]
    if value == "*":
        return [["data-export"]]
    if re.match(r"\d{4}-\d\d-\d\d$", value):
        return [value[:-2] + "09", value[:-2] + "02"]
    return [*ids, value + "x", None]


def put(policy, path, value):
    policy = copy.deepcopy(policy)
    at = policy
    for part in path[:-1]:
        at = at[part]
    if value is None:
        del at[path[-1]]
    elif path[-1] == "id":  # as it is called wherever it is named
        policy = json.loads(json.dumps(policy).replace(json.dumps(at["id"]), json.dumps(value)))
    else:
        at[path[-1]] = value
    return policy


class Everything(Policies):
    def test_each_field_is_on_the_page(self):
        policy = self.everything()
        page, again = self.print(self.write(policy))
        self.assertEqual(again["recovery"], policy["recovery"])
        fields = {field_of(path) for path, _ in leaves(again)} - {("schema",)}
        table = (ROOT / "recovery/policy/document-table.c").read_text(encoding="utf-8")
        names = set(re.findall(r'^  \{ "([a-z_0-9]+)", +FORM\((?!MAP|ITEMS|NAMES|SCHEMA)', table, re.M))
        self.assertEqual({field[-1] for field in fields}, names)
        seen = set()
        for path, value in leaves(again):
            field = field_of(path)
            if field in seen or field in ALONE or field not in fields:
                continue
            for other in others(path, value, again):
                if other == value:
                    continue
                changed, _ = self.print(self.write(put(again, path, other)))
                if changed is None:
                    continue
                self.assertFalse(changed == page, (path, value, other))
                seen.add(field)
                break
        self.assertEqual(fields - seen, ALONE)

    def test_the_document_is_the_policy(self):
        for path in POLICIES:
            page, document = self.print(path)
            copied = self.write(document)
            self.assertEqual(self.print(copied), (page, document), path)
            done = self.run_on("diff", path, copied, *DAY, "--json")
            result = json.loads(done.stdout)["result"]
            self.assertEqual((result["changes"], result["points"]), ([], []), path)


class Markdown(Policies):
    # A text of the file, and how it stands on the page.
    TEXTS = [
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("![x](http://example.org/a.png)", r"\!\[x\](http\://example.org/a.png)"),
        ("[sign here](javascript:f)", r"\[sign here\](javascript:f)"),
        ("see www.example.org", r"see www\.example.org"),
        ("a | b", r"a \| b"),
        ("**bold** and _thin_, not snake_case", r"\*\*bold\*\* and \_thin\_, not snake_case"),
        ("`code` ~~gone~~ $x$", r"\`code\` \~\~gone\~\~ \$x\$"),
        ("&lt; and \\\\<b>", r"\&lt; and \\\\\<b\>"),
        ("ask @all about #7", r"ask \@all about \#7"),
        ("plain: words, 1/2; (so) - it's \"fine\"", "plain: words, 1/2; (so) - it's \"fine\""),
    ]

    def test_a_text_is_shown_as_it_was_written(self):
        policy = self.everything()
        for text, shown in self.TEXTS:
            for path, before, after in (
                    (("policy", "owner"), "Owner: ", ". Valid from"), (("forbids", 0, "why"), "known to be good: ", ".\n"),
                    (("exceptions", 0, "reason"), "Reason: ", ". Instead: "), (("apps", 0, "idp"), "signed in to by ", ", tier low"),
                    (("aaguid_lists", 0, "entries", 0, "note"), "0001, ", ", firmware"),
                    (("populations", 2, "rule", "groups"), "in group ", ", and employment"),
                    (("recovery", "risk_analysis_ref"), "Risk analysis: ", ". 5 %")):
                value = [text] if path[-1] == "groups" else text
                page, document = self.print(self.write(put(policy, path, value)))
                self.assertIn(before + shown + after, page, (path, text))
                at = document
                for part in path:
                    at = at[part]
                self.assertEqual(at, value)


if __name__ == "__main__":
    unittest.main()
