#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""policy.py PROGRAM WORK - the processor time of a decision, ours with all that
explains it, against casbin and cedar with the same rules and the same requests,
whose answers are compared first; with 10, 1,000 and 100,000 rules. And what it
takes to read a policy, against libyaml's own events."""
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
PACKAGES = ("package.json", "package-lock.json", "policy.mjs")
CLASSES = ["synced", "bound"]
JOURNEYS = ["sign-in", "admin", "step-up"]
REQUESTS, PAIRS = 400, 5
# Peer, rules, how many times faster we want to be, requests it is asked and for
# how long: with many rules one decision takes it a good part of a second.
PEERS = (("casbin", 10, 5, 400, 300), ("casbin", 1000, 100, 100, 500), ("casbin", 100_000, 5000, 8, 1000),
         ("cedar", 10, None, 400, 300), ("cedar", 1000, None, 100, 500))
HEAD = """schema: keyturn-policy/1
policy: {id: bench, version: 1, owner: bench, valid_from: 2026-01-01, review_by: 2027-01-01}
classes:
  - {id: synced, rank: 40, match: {be: true, uv: true}}
  - {id: bound, rank: 60, match: {be: false, uv: true}}
  - {id: attested, rank: 80, match: {be: false, uv: true, attested: true}}
  - {id: roster, use: roster, match: {be: false, uv: true, attested: true}}
"""
TAIL = """recovery:
  risk_analysis_ref: RA
  routine_check_pct: 0
  standard: {issue: [attested], slots: [helpdesk-lead, other-team], off_kiosk: 1, wait_h: 0, restrict_h: 24, evidence: n21, min_keys: 1}
retention:
  - {class: record, keep: 7y, purge: whole-epoch}
  - {class: personal, keep: 90d-after-close, purge: shred-subject}
"""


class Rules:
    """So many rules, a fifth of them forbids, and requests of which about half
    meet one."""

    def __init__(self, count):
        rand = random.Random(count)
        self.count = count
        self.groups = ["group-%d" % i for i in range(max(2, count // 20))]
        self.apps = ["app-%d" % i for i in range(max(2, count // 20))]
        self.rules = [(self.effect(rand), rand.choice(self.groups), rand.choice(JOURNEYS), rand.choice(self.apps)) for _ in range(count)]
        self.requests = []
        for number in range(REQUESTS):
            _, group, journey, app = rand.choice(self.rules)
            if number % 2:
                app = rand.choice(self.apps)
            self.requests.append((group, journey, app, rand.choice(CLASSES)))
        self.path = WORK / ("policy-%d.yaml" % count)
        self.rules_path, self.requests_path = WORK / ("rules-%d" % count), WORK / ("requests-%d" % count)

    @staticmethod
    def effect(rand):
        return "forbid" if rand.random() < 0.2 else "permit"

    def write(self):
        lines = [HEAD, "populations:\n"]
        lines += ["  - {id: in-%s, kind: enterprise, rule: {groups: [%s]}}\n" % (group, group) for group in self.groups]
        lines.append("apps:\n")
        lines += ["  - {id: %s, capabilities: {webauthn: true, acr: true, max_age: true}}\n" % app for app in self.apps]
        for effect in ("permit", "forbid"):
            lines.append(effect + "s:\n" if any(rule[0] == effect for rule in self.rules) else "")
            for number, rule in enumerate(self.rules):
                if rule[0] == effect:
                    more = "accept: [synced, bound]" if effect == "permit" else "why: bench"
                    lines.append("  - {id: %s%d, journey: %s, population: in-%s, app: %s, %s}\n"
                                 % (effect[0], number, rule[2], rule[1], rule[3], more))
        self.path.write_text("".join(lines) + TAIL)
        self.rules_path.write_text("".join(" ".join(rule) + "\n" for rule in self.rules))
        self.requests_path.write_text("".join(" ".join(request) + "\n" for request in self.requests))


def run(*argv, **more):
    return subprocess.run([str(word) for word in argv], check=True, capture_output=True, text=True, **more).stdout.split()


def ours(rules):
    ready, each, kib, decisions = run(PROGRAM, "ask", rules.path, rules.requests_path, 500)
    return float(ready), float(each), int(kib), decisions


def install():
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    folder = WORK / "npm-policy"
    folder.mkdir(parents=True, exist_ok=True)
    for name in PACKAGES:
        shutil.copy(HERE / "npm-policy" / name, folder)
    if not (folder / "node_modules").is_dir():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, check=False)
        if done.returncode != 0:
            return None
    return folder


def compare(folder, rules, peer, goal, asked, milliseconds):
    ratios = []
    for _ in range(PAIRS if rules.count < 100_000 else 1):
        _, mine, _, decisions = ours(rules)
        _, theirs, their_decisions = run("node", folder / "policy.mjs", peer, rules.rules_path, rules.requests_path, asked, milliseconds)
        if decisions[:asked] != their_decisions:
            sys.exit("%s, %d rules: other decisions" % (peer, rules.count))
        ratios.append(float(theirs) / mine)
    allowed = decisions.count("1")
    print("decision, %d rules: ok=%d bad=%d cpu_ns=%.0f per_s=%.0f peer=%s peer_ns=%.0f ratio=%.1f goal=%s"
          % (rules.count, allowed, REQUESTS - allowed, mine, 1e9 / mine, peer, float(theirs), statistics.median(ratios), goal or "-"),
          flush=True)
    return goal is None or statistics.median(ratios) >= goal


def load(rules):
    ratios, kib = [], 0
    for _ in range(PAIRS):
        bare = float(run(PROGRAM, "yaml", rules.path)[0])
        ready, _, kib, _ = ours(rules)
        ratios.append(ready / bare)
    print("load, %d rules: cpu_s=%.3f peer=libyaml peer_s=%.3f ratio=%.2f goal=2.0 MiB=%d goal=100"
          % (rules.count, ready, bare, statistics.median(ratios), kib // 1024), flush=True)
    return statistics.median(ratios) <= 2.0 and kib <= 100 * 1024


def growth(all_):
    costs = {rules.count: min(ours(rules)[1] for _ in range(PAIRS)) for rules in all_}
    ratio = costs[100_000] / costs[10]
    print("growth: %s ratio=%.1f goal=8, ns at 10 goal=1000, at 100000 goal=2000"
          % (", ".join("%d rules %.0f ns" % pair for pair in costs.items()), ratio), flush=True)
    return ratio <= 8 and costs[10] <= 1000 and costs[100_000] <= 2000


def main():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    WORK.mkdir(parents=True, exist_ok=True)
    all_ = [Rules(count) for count in (10, 1000, 100_000)]
    for rules in all_:
        rules.write()
    good = growth(all_)
    good = load(all_[2]) and good
    folder = install()
    if folder is None:
        print("skipped: casbin, cedar-wasm")
    for peer, count, goal, asked, milliseconds in PEERS if folder else ():
        rules = next(rules for rules in all_ if rules.count == count)
        good = compare(folder, rules, peer, goal, asked, milliseconds) and good
    sys.exit(not good)


main()
