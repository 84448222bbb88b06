# SPDX-License-Identifier: Apache-2.0
"""The printed decision tables, row by row: each cell of each starter policy is
decided by the loops of naive.py, for every set of populations that a person can
have and one key of every kind, fresh and old, approved and not, with every
signal good and each of them not; and is what the row says. What has no row is
denied. The policy itself is read by another reader of YAML."""
import collections
import functools
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

import naive

ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
TABLES = [*((path, "2026-12-01") for path in sorted((ROOT / "docs/policies").glob("*.yaml"))),
          (ROOT / "tests/data/policy-example.yaml", "2026-11-14"), (ROOT / "tests/data/policy-example.yaml", "2026-11-15")]
naive.seconds = functools.lru_cache(None)(naive.seconds)  # each date is read but once
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class Loader(yaml.SafeLoader):
    """Dates stay texts, as they are in JSON."""


Loader.yaml_implicit_resolvers = {first: [row for row in rows if row[0] != "tag:yaml.org,2002:timestamp"]
                                  for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()}


# ---- what a row says ----

Says = collections.namedtuple("Says", "classes closed age approvals slots lists")


def read_needs(parts):
    age, approvals, slots, lists = None, 0, set(), set()
    for part in parts:
        if part == "-":
            continue
        if match := re.fullmatch(r"at most (\d+) (second|minute|hour|day)s? old", part):
            age = int(match[1]) * UNITS[match[2]]
        elif match := re.fullmatch(r"(\d+) approvals?", part):
            approvals = int(match[1])
        elif part.startswith("by "):
            slots.add(part[3:])
        elif part.startswith("model on "):
            lists.add(part[len("model on "):])
        else:
            raise AssertionError(part)
    return age, approvals, slots, lists


def read_classes(text, policy):
    """(classes, closed)"""
    if text == "nothing" or text.startswith("nothing ("):
        return set(), text != "nothing"
    classes = set(text.split(", "))
    assert classes <= {one["id"] for one in policy["classes"]}, text
    return classes, False


def read_row(row, policy):
    """What it says while all is good, and while each of its signals is not."""
    says = {None: Says(*read_classes(row["accepted"], policy), *read_needs(row["needs"].split("; ")))}
    groups = []
    for part in [] if row["unless_good"] == "-" else row["unless_good"].split("; "):
        match = re.match(r"([\w.-]+): ", part)
        if match:
            groups.append((match[1], [part[match.end():]]))
        else:
            groups[-1][1].append(part)
    for signal, (first, *more) in groups:
        words = first.split(", ")
        need = [word for word in words if re.match(r"at most \d|\d+ approval|model on ", word)]
        classes, closed = read_classes(", ".join(word for word in words if word not in need), policy)
        says[signal] = Says(classes, closed, *(read_needs(need + more) if need else says[None][2:]))
    return says


def find_row(rows, people):
    """The row that says the most of them; rows of which none says more are of one mind."""
    mine = [(who, row) for who, row in rows if who <= people]
    most = [row for who, row in mine if not any(who < other for other, _ in mine)]
    assert len({json.dumps({**row, "who": "", "app": ""}) for row in most}) <= 1, (people, most)
    return most[0] if most else None


# ---- who asks, with what ----

def persons(policy):
    """One person for each set of populations that there can be."""
    clauses = []
    for population in policy.get("populations", []):
        rule = population["rule"]
        clauses += [("group", group) for group in rule.get("groups", [])]
        clauses += [(name, value) for name, values in rule.get("attributes", {}).items() for value in naive.as_list(values)]
    clauses = list(dict.fromkeys(clauses))
    found = {}
    for size in range(len(clauses) + 1):
        for facts in itertools.combinations(clauses, size):
            attributes = {name: [] for name, _ in clauses if name != "group"}
            for name, value in facts:
                if name != "group":
                    attributes[name].append(value)
            person = {"id": "p", "groups": [value for name, value in facts if name == "group"], "attributes": attributes}
            found.setdefault(frozenset(naive.populations_of(policy, person)), person)
    return found


def keys(policy, now):
    """One authenticator for each class and lists that there can be."""
    found = {}
    methods = {one["match"].get("method", "webauthn") for one in policy["classes"]}
    models = [{}] + [{"aaguid": entry["aaguid"], "fw": entry.get("min_fw", "1.0")}
                     for each in policy.get("aaguid_lists", []) for entry in each["entries"]]
    for method, flags, model, cert in itertools.product(sorted(methods), itertools.product((False, True), repeat=4), models, [None, *naive.CERTS]):
        facts = {"method": method, **dict(zip(("uv", "be", "bs", "attested"), flags)), **model, "mds_status": [], "transports": ["usb"]}
        if cert:
            facts["cert"] = cert
        kind = naive.class_of(policy, facts, now)
        if kind:
            lists = frozenset(each["id"] for each in policy.get("aaguid_lists", []) if naive.is_on_list(policy, each["id"], facts, now))
            found.setdefault((kind["id"], lists), facts)
    return found


def signals(policy, bad, time):
    told = {"signals": {}, "record": {"key_state": "active", "recovered_at": None}}
    for signal in policy.get("signals", []):
        if signal["source"] != "record":
            good = signal["good"]
            value = good.get("min", good.get("max")) if isinstance(good, dict) else good
            if signal["id"] != bad:
                told["signals"][signal["id"]] = {"value": value, "at": time, "source": signal["source"]}
        elif signal["id"] == bad:
            told["record"] = {"key_state": "lost", "recovered_at": None} if bad == "key_active" else \
                {"key_state": "active", "recovered_at": time, "recovered_tier": "standard"}
    return told


class Cell:
    """The questions of one cell, as one kind of person asks them."""

    def __init__(self, policy, day, place, person):
        self.policy, self.time = policy, day + "T00:00:00Z"
        self.now = naive.seconds(self.time)
        self.asked = {"id": "1", "time": self.time, "person": person, "uses": {one["id"]: 0 for one in policy.get("fallbacks", [])},
                      **{name: value for name, value in zip(("journey", "app", "transaction"), place) if value}}
        self.count = 0
        self.waived = set()  # by which exception, in whatever state

    def ask(self, facts, bad, age=0, slots=(), approvals=0):
        self.count += 1
        people = [{"by": f"a{i}"} for i in range(max(approvals, len(slots)))]
        for one, slot in zip(people, sorted(slots)):
            one["slot"] = slot
        authenticator = dict(facts) if age is None else dict(facts, at=naive.utc(self.now - age))
        return naive.decide(self.policy, {**self.asked, **signals(self.policy, bad, self.time), "authenticator": authenticator, "approvals": people})

    def check(self, says, weaker, kind, lists, facts, bad):
        """With all that the row asks for it passes, with less of anything it does not."""
        passes = kind in says.classes and says.lists <= lists
        if passes:
            answer = self.ask(facts, bad, says.age, says.slots, says.approvals)
        else:  # however fresh, and whoever approves
            answer = self.ask(facts, bad, 0, naive.known_slots(self.policy), 16)
        what = (self.asked, kind, lists, bad, says, answer)
        assert answer["reason"] != "error" or not naive.by_id(self.policy, "apps", self.asked["app"])["capabilities"]["webauthn"], what
        assert (answer["outcome"] == "allow") == passes, what
        assert not says.closed or answer["reason"] in ("forbid", "error"), what
        if not passes:
            return
        if says.age is not None:
            assert self.ask(facts, bad, says.age + 1, says.slots, says.approvals)["outcome"] == "step-up", what
        for slot in says.slots:
            assert self.ask(facts, bad, says.age, says.slots - {slot}, says.approvals)["outcome"] == "need-approval", what
        if says.approvals:
            less = self.ask(facts, bad, says.age, sorted(says.slots)[1:], says.approvals - 1)
            assert less["outcome"] == "need-approval", what
        said = {"restricted-class": f"{kind} is restricted" in weaker, "fallback": re.search(rf"(^|; )([^;]*, )?{kind}(, [^;]*)? by fallback ", weaker)}
        self.waived |= {f"exception {exception} waives {rule}" for rule in answer["waived"] for exception in answer.get("waived_by", [])
                        if rule in naive.by_id(self.policy, "exceptions", exception)["waives"]}
        if bad is None:
            assert {reason for reason, is_said in said.items() if is_said} == set(answer["weaker_reasons"]) - {"exception"}, (weaker, *what)

    def check_exceptions(self, weaker):
        """What a row says of them holds while some signal is good or not."""
        assert {part for part in weaker.split("; ") if part.startswith("exception ")} == self.waived, (self.asked, weaker, self.waived)


# ---- all cells ----

def places(policy):
    kinds = {"sign-in": "sign-in", "admin": "admin", "step-up": "step-up", **{one["id"]: one["kind"] for one in policy.get("journeys", [])}}
    for journey, kind in kinds.items():
        if kind == "recovery":
            continue
        for app in policy["apps"]:
            yield journey, app["id"], None
            for transaction in policy.get("transactions", []):
                if app["id"] in naive.as_list(transaction["apps"]):
                    yield journey, app["id"], transaction["id"]


def read_table(path, day):
    done = subprocess.run([os.environ["FIDOTOOL"], "policy", "print", path, "--at", day, "--json"], capture_output=True, text=True, check=True)
    rows = collections.defaultdict(list)
    for row in json.loads(done.stdout)["result"]["table"]:
        who = frozenset() if row["who"] == "anybody" else frozenset(re.split(", | and ", row["who"]))
        for app in row["app"].split(", "):
            rows[row["journey"], app, None if row["transaction"] == "-" else row["transaction"]].append((who, row))
    return rows


def check_table(path, day):
    policy = yaml.load(path.read_text(encoding="utf-8"), Loader)
    rows, used, seen = read_table(path, day), set(), collections.Counter()
    states = [None, *(signal["id"] for signal in policy.get("signals", []))]
    all_keys, people = keys(policy, naive.seconds(day)), persons(policy)
    assert {kind for kind, _ in all_keys} == {one["id"] for one in policy["classes"] if one.get("use") != "roster"}, all_keys
    for place in places(policy):
        for populations, person in people.items():
            cell = Cell(policy, day, place, person)
            row = find_row(rows.get(place, []), populations)
            says = read_row(row, policy) if row else {None: Says(set(), False, None, 0, set(), set())}
            used.add(row and (place, row["who"]))
            for bad, ((kind, lists), facts) in itertools.product(states if row else states[:1], all_keys.items()):
                cell.check(says.get(bad, says[None]), row["weaker"] if row else "", kind, lists, facts, bad)
            cell.check_exceptions(row["weaker"] if row else "")
            seen["decisions"] += cell.count
            seen["cells"] += 1
            seen["cells with a row"] += row is not None
    there = {(place, row["who"]) for place, each in rows.items() for _, row in each}
    assert there == used - {None}, there ^ used  # no row is for nobody
    print(path.name, day, f"{len(there)} rows,", dict(seen), flush=True)
    assert len(there) >= 5 and seen["cells with a row"] < seen["cells"], path


def main():
    for path, day in TABLES:
        check_table(path, day)


if __name__ == "__main__":
    sys.exit(main())
