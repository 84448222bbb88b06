#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""verify_py_test.py - verify.py against bundles of forge_bundle.py: good ones
are accepted; each forged one breaks one rule, fits everywhere else, and is
refused with words that name the place."""
import base64
import datetime
import functools
import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

import forge_bundle
from forge_bundle import Forge, Maker, Token, line, sha

HERE = os.path.dirname(os.path.abspath(__file__))
if os.access("/dev/shm", os.W_OK | os.X_OK):
    tempfile.tempdir = "/dev/shm"  # many small files: memory, not disk
VERIFY = os.path.join(HERE, "..", "..", "recovery", "audit", "verify.py")
spec = importlib.util.spec_from_file_location("verify", VERIFY)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)


# ------------------------------------------------- ways to break one rule

def at(stage, change, when=lambda thing: True, nth=None):
    """A tweak: at the nth thing of a stage for which `when` holds (or at all
    of them), `change(thing)` or `change(thing, forge)`."""
    seen = [0]

    def tweak(this, forge, thing):
        if this != stage or not when(thing):
            return None
        seen[0] += 1
        if nth is not None and seen[0] != nth + 1:
            return None
        return change(thing, forge) if change.__code__.co_argcount == 2 else change(thing)
    return tweak


def nothing(stage, forge, thing):
    return None


def both(*tweaks):
    def tweak(stage, forge, thing):
        answer = None
        for one in tweaks:
            answer = one(stage, forge, thing) or answer
        return answer
    return tweak


def act(name):
    return lambda thing: thing.get("act") == name


def statement(name, nth=0, **fields):
    return at("statement", lambda one: one.update(fields) or [one.pop(key) for key in fields if fields[key] is None]
              and None, act(name), nth)


def entry(name, nth=0, **fields):
    return at("entry", lambda one: one.update(fields) or [one.pop(key) for key in fields if fields[key] is None]
              and None, act(name), nth)


def whole(name, nth=0, **fields):
    """The same change in the statement and its entry."""
    return both(statement(name, nth, **fields), entry(name, nth, **fields))


def drop(name, nth=0):
    return at("entry", lambda one: "drop", act(name), nth)


def signing(name, nth=0, **fields):
    return at("signing", lambda one: one.update(fields), lambda one: one["fields"]["act"] == name, nth)


def files(change):
    return at("files", change)


def bundle(change):
    return at("bundle", change)


def role(person, *roles):
    """Gives a person other roles in the first roster."""
    def change(roster):
        for row in roster["keys"]:
            if row["person"] == person:
                row["roles"] = sorted(roles)
    return at("roster", change)


def row(person, **fields):
    def change(roster):
        for one in roster["keys"]:
            if one["person"] == person:
                one.update(fields)
    return at("roster", change)


def slot_by(person, nth=1):
    """Another person signs the nth approval."""
    return both(statement("case.approve", nth, actor=person), entry("case.approve", nth, actor=person))


def of_token(person, **fields):
    return at("registration", lambda one, forge: one.update(fields) if one["token"] is forge.tokens.get(person)
              else None)


def of_maker(**fields):
    """All keys are of a maker whose certificates are made otherwise."""
    other = Maker(**fields)

    def change(one, forge):
        one["maker"] = forge.maker = other
    return at("registration", change)


def client_data(change):
    def tweak(one):
        one["cdj"] = change(one["cdj"])
        one["cdh"] = hashlib.sha256(one["cdj"]).digest()
    return at("registration", tweak, lambda one: one["cdj"])


def machine(name, **fields):
    def change(roster):
        for one in roster["machines"]:
            if one["id"] == name:
                one.update(fields)
    return at("roster", change)


def same_statement(one, forge):
    """The second key import names the statement of the first."""
    forge.entry("key.import", **{name: one[name] for name in ("actor", "stmt", "asrt", "object")})
    one["seq"] += 1


def of_new_key(**fields):
    return at("registration", lambda one: one.update(fields), lambda one: one["rp_id"] == forge_bundle.RP_ID)


def later(name, nth=0, **span):
    """Time passes before a statement is made."""
    def change(one, forge):
        forge.later(**span)
        one.update(iat=forge.time(), exp=forge.time(forge.now + datetime.timedelta(minutes=15)))
    return at("statement", change, act(name), nth)


def too_soon(one, forge):
    forge.later(hours=-3)
    one["t"] = forge.time()


def rewrite(path, change):
    def tweak(some):
        for name in some:
            if re.fullmatch(path, name):
                some[name] = change(some[name])
                return
        raise AssertionError(path)
    return files(tweak)


def without(path, count=99):
    """Removes files before the manifest is made."""
    def change(some):
        for name in [name for name in some if re.fullmatch(path, name)][:count]:
            del some[name]
    return files(change)


def renumber(bodies):
    """What a thief of the station's key does with rows he moved."""
    for seq, body in enumerate(bodies):
        fields = json.loads(body)
        fields["seq"] = seq
        bodies[seq] = line(fields)


def swap(one, other):
    def change(bodies):
        bodies[one], bodies[other] = bodies[other], bodies[one]
        renumber(bodies)
    return at("bodies", change)


def cut(start, end=None):
    def change(bodies):
        del bodies[start:end]
        renumber(bodies)
    return at("bodies", change)


def edit(number, **fields):
    def change(bodies):
        bodies[number] = line(json.loads(bodies[number]) | fields)
    return at("bodies", change)


def same_machine(thing, forge):
    thing["machine_key"] = forge.machines["st-07"]


def subject_is(sub):
    def tweak(stage, forge, thing):
        if stage in ("statement", "entry") and thing.get("sub") == "s-user":
            thing["sub"] = sub
    return tweak


def wrong_test(one, forge):
    one["private"] = forge.tokens["p-lea"].private


def never(name):
    """An act that does not happen, nor its statements."""
    def change(one, forge):
        forge.statements.pop(one.get("stmt"), None)
        return "drop"
    return at("entry", change, lambda one: one["act"] in (name, name + ".proposed"))


def before(name, new, **fields):
    """Another entry before the first one of that name."""
    done = []

    def change(one, forge):
        if not done:
            done.append(new)
            own = {key: value for key, value in one.items() if key not in (
                "v", "log", "seq", "t", "mono", "id", "act", "out", "policy", "build")}
            if new == "log.close":
                own = {"size": len(forge.leaves), "root": forge.root()}
            forge.entry(new, **own | {key: value(forge) if callable(value) else value for key, value in fields.items()})
            one["seq"] += 1
    return at("entry", change, act(name))


def an_hour_early(one, forge):
    forge.now -= datetime.timedelta(hours=2)
    one["t"] = forge.time()


def base_effect(one):
    return one["act"] == "change.effect" and one["object"] == sha(forge_bundle.base_text())


def other_version(version):
    """All statements under the second policy and later say this version."""
    def change(one, forge):
        if forge.policy_version > 1:
            one["policy_version"] = version
    return at("statement", change)


def same_policy(stage, forge, thing):
    """The third policy is the first again."""
    if stage in ("statement", "entry") and forge.policy_version == 2 and thing["act"] in (
            "policy.load", "policy.load.proposed", "change.effect") and "object" in thing:
        thing["object"] = sha(forge_bundle.policy_text(1))


def no_first_effect(stage, forge, thing):
    """The first of two changes of the policy takes effect after the second was
    signed: neither was shown beside the other."""
    if stage == "entry" and thing["act"] == "change.effect" and thing["object"] == sha(
            forge_bundle.policy_text(2, 60)) and not hasattr(forge, "policy_of_before"):
        forge.put_off = dict(thing)
        forge.policy_of_before = forge.policy
        return "drop"
    if stage in ("statement", "entry") and forge.policy_version == 2 and hasattr(forge, "put_off"):
        thing["policy"] = forge.policy_of_before
        if stage == "statement":
            thing["policy_version"] = 1
        elif thing["act"] == "change.effect":
            off = forge.put_off
            del forge.put_off
            forge.entry("change.effect", object=off["object"], target=off["target"], policy=forge.policy_of_before)
            thing["policy"] = off["object"]
            thing["seq"] += 1
    return None


def promotes(person):
    """The first change of the roster gives a signer of it another role."""
    def change(roster):
        for one in roster["keys"]:
            if one["person"] == person:
                one["roles"] = ["auditor", "security"]
    return at("roster", change, nth=1)


def vetoed(stage, forge, thing):
    """What was vetoed takes effect all the same, a day later."""
    if stage == "entry" and thing["act"] == "policy.load.proposed":
        forge.later(hours=25)
        forge.entry("change.effect", object=forge.veto["object"], target=forge.veto["target"])
        thing["seq"] += 1
    if stage == "entry" and thing["act"] == "change.veto":
        forge.veto = thing


def doubled(some):
    for name in list(some):
        if "other-team.json" in name:
            copy = re.sub(r".*/other-team", "data/statements/" + sha(some[re.sub(r"json.*", "json", name)]), name)
            some[copy] = some[name]


def not_enrolled(stage, forge, thing):
    """The key of p-nils never signs roster.enrol."""
    if stage == "entry" and thing["act"] == "roster.enrol" and thing["actor"] == "p-nils":
        del forge.statements[thing["stmt"]]
        return "drop"
    return None


def reuse_nonce():
    seen = {}

    def tweak(stage, forge, thing):
        if stage == "statement" and thing["act"] == "case.submit":
            seen["nonce"] = thing["nonce"]
        if stage == "statement" and thing["act"] == "case.approve":
            thing["nonce"] = seen["nonce"]
    return tweak


def plan_after_an_hour(one, forge):
    forge.later(minutes=61)
    one.update(t=forge.time(), until=forge.time(forge.now + datetime.timedelta(minutes=10)))


def same_nonce():
    """The second of two plans has the nonce of the first."""
    seen = []

    def change(one):
        seen.append(one["nonce"])
        one["nonce"] = seen[0]
    return at("entry", change, act("key.plan"))


def used_again(stage, forge, thing):
    """The second allow rests on what the first has used."""
    if stage == "entry" and thing["act"] == "decision.approved":
        thing["approvals"] = forge.used = getattr(forge, "used", None) or thing["approvals"]


def used_by_weaker(stage, forge, thing):
    if stage == "entry" and thing["act"] == "decision.approved" and not hasattr(forge, "used"):
        forge.used = thing["approvals"]
    if stage == "entry" and thing["act"] == "decision.weaker" and "approvals" in thing:
        thing["approvals"] = forge.used


def after_its_end(one, forge):
    forge.later(minutes=61)
    one.update(t=forge.time())


def of_one_person(one, forge):
    """A second approval by the first person, in the other one's place."""
    tweak, forge.tweak = forge.tweak, lambda stage, forge, thing: None
    again = forge.consent("p-lea", "helpdesk-lead")
    forge.tweak = tweak
    one["seq"] += 1
    one.update(t=forge.time(), approvals=[one["approvals"][0], again])


def other_blob(change):
    """The second metadata BLOB with other bytes, under its new digest."""
    def tweak(one, forge):
        data = forge.files.pop("data/metadata/%s.jwt" % one["blob"])
        one["blob"] = forge.store("metadata", change(data), "jwt")
    return at("trust", tweak, nth=2)


def no_vendor(one, forge):
    forge.files.pop("data/metadata/%s.json" % one.pop("vendor", None), None)


STOOD_BADLY = "is of a model that stood badly in the metadata"


def reports(*more):
    """What the metadata say of the model that they have, besides."""
    return at("reports", lambda some: some.extend(more))


def trust_list(nth=None, **fields):
    return at("trust", lambda one: one.update(fields) or [one.pop(key) for key in fields if fields[key] is None] and None,
              nth=nth)


def judgement(**fields):
    return at("judgement", lambda one: one.update(fields), nth=0)


def exception(nth=0, **fields):
    return at("exception", lambda one: one.update(fields), nth=nth)


def exception_times(begin=0, end=60 * 86400):
    """The first exception begins and ends so many seconds from now."""
    def change(one, forge):
        now = forge.now.replace(microsecond=0)
        one.update({name: forge.time(now + datetime.timedelta(seconds=some))
                    for name, some in (("from", begin), ("until", end))})
    return at("exception", change, nth=0)


def exception_again(one, forge):
    """The same end once more, signed anew, before the one at hand."""
    fields = forge.statement("exception.end", "p-ada", object=one["object"])
    stmt, asrt = forge.sign(fields)
    again = {name: value for name, value in one.items() if name not in ("seq", "t", "id", "mono")}
    one["seq"] += 1
    # appended as it is: the tweak must not see it
    tweak, forge.tweak = forge.tweak, lambda stage, forge, thing: None
    forge.entry(**again | {"stmt": stmt, "asrt": asrt, "actor": "p-ada"})
    forge.tweak = tweak


def unsorted(some):
    """A roster with its rows the other way round, under its own name."""
    name = next(name for name in some if name.startswith("data/roster/"))
    value = json.loads(some.pop(name))
    value["keys"].reverse()
    some["data/roster/%s.json" % sha(line(value))] = line(value)


def extra_key(person, **fields):
    """A second key for a person, in the first roster."""
    def change(roster, forge):
        token = forge.tokens.setdefault(person + "-2", Token(person, forge.application, forge.maker))
        first = next(one for one in roster["keys"] if one["person"] == person)
        roster["keys"].append(first | {"cred": token.cred, "registration": forge.enrolment(person + "-2"),
                                       "key": base64.b64encode(token.ssh_key()).decode()} | fields)
    return at("roster", change, nth=0)


def enrol_also(person):
    """The second key of extra_key() signs for itself."""
    done = []

    def tweak(stage, forge, thing):
        if stage == "entry" and thing["act"] == "station.start" and not done:
            done.append(1)
            fields = forge.statement("roster.enrol", person, object=forge.tokens[person + "-2"].registration)
            stmt, asrt = forge.sign(fields, person + "-2")
            forge.entry("roster.enrol", actor=person, stmt=stmt, asrt=asrt, object=fields["object"])
            thing["seq"] += 1
    return tweak


def contest(**fields):
    """The assertion by which the subject's own key contests."""
    return at("assertion", lambda one: one.update(fields),
              lambda one: one["cdh"] == hashlib.sha256(b"client data of a contest").digest())


def other_act(fields):
    del fields["object"]
    fields.update(act="role.activate", role="auditor")


def ssh_key_of(person, application):
    def change(roster, forge):
        for one in roster["keys"]:
            if one["person"] == person:
                one["key"] = base64.b64encode(forge.tokens[person].ssh_key(application)).decode()
    return at("roster", change)


HEX = "00" * 32
MISSING, BAD = 2, 1
# name: (story, tweak, exit code, words that the verdict must have); <act> and
# <act:1> stand for the number of the first and second entry of that act.
ONE, ALL, TRUSTED = "one-case", "everything", "trusted"
REFUSED = {
    # the record, with the station's and the exporter's key stolen
    "rows swapped": (ONE, swap(21, 22), BAD, "entry 2[1-7]: .*(intent|record|outcome)"),
    "rows far apart swapped": (ONE, swap(16, 26), BAD, "entry 16: "),
    "a row dropped": (ONE, cut(23, 24), BAD, "entry 2[3-9]: "),
    "the first rows dropped": (ONE, cut(0, 1), BAD, "entry 0: is not the beginning"),
    "a row edited": (ONE, edit(14, build="0.1.0+" + "cd" * 32), BAD, "entry 15: has a statement about another record"),
    "entry 0 edited": (ONE, edit(0, t="2026-11-15T09:00:03.000Z"), BAD, "entry 0: is not the genesis|entry 1: "),
    "a row twice": (ONE, at("bodies", lambda all_: all_.insert(21, all_[20]) or renumber(all_)), BAD,
                    "entry 21: has an id that was used before"),
    "seq with a gap": (ONE, entry("case.elapsed", seq=99), BAD, "entry <case.elapsed>: has seq 99"),
    "another log": (ONE, entry("case.elapsed", log="example.org/keyturn/st-08/1"), BAD, "entry <case.elapsed>: .*another log"),
    "a time that is none": (ONE, entry("case.elapsed", t="2026-02-30T00:00:00.000Z"), BAD, "entry <case.elapsed>: .*field t"),
    "an act there is not": (ONE, entry("case.elapsed", act="case.elapse"), BAD, "entry <case.elapsed>: is no act"),
    "proposed of an act with one signature": (ONE, entry("case.submit", act="case.submit.proposed"), BAD, "is no act"),
    "an unknown field": (ONE, entry("case.elapsed", extra="x"), BAD, "entry <case.elapsed>: may not have the field extra"),
    "a field missing": (ONE, entry("case.elapsed", sub=None), BAD, "entry <case.elapsed>: has not the field sub"),
    "no reason for weaker": (ONE, entry("case.elapsed", weaker=1), BAD, "entry <case.elapsed>: has not the field why"),
    "a reason for nothing": (ONE, entry("case.elapsed", why="because"), BAD, "entry <case.elapsed>: may not have the field why"),
    "weaker of two": (ONE, entry("case.elapsed", weaker=2, why="x"), BAD, "entry <case.elapsed>: .*field weaker"),
    "a signed act without statement": (ONE, entry("case.submit", stmt=None, asrt=None), BAD, "has not the field"),
    "another policy": (ONE, entry("case.elapsed", policy=HEX), BAD, "entry <case.elapsed>: names another policy"),
    "a checkpoint of another root": (ONE, entry("checkpoint.made", root=HEX), BAD, "names a root"),
    "a cosignature of another root": (ALL, whole("checkpoint.cosign", root=HEX), BAD, "names a root"),
    "a close with another root": (ALL, before("heartbeat", "log.close", size=3, root=HEX), BAD, "names a root"),
    "something after the close": (ALL, before("heartbeat", "log.close"), BAD, "comes after log.close"),
    # signatures
    "UV clear": (ONE, signing("case.approve", flags=1), BAD, "entry <case.approve>: .*user verification"),
    "UP and UV clear": (ONE, signing("case.approve", flags=0), BAD, "entry <case.approve>: .*user verification"),
    "BE set": (ONE, signing("case.approve", flags=0x0D), BAD, "entry <case.approve>: .*flags"),
    "BE and BS set": (ONE, signing("case.approve", flags=0x1D), BAD, "entry <case.approve>: .*flags"),
    "AT set": (ONE, signing("case.approve", flags=0x45), BAD, "entry <case.approve>: .*flags"),
    "ED set": (ONE, signing("case.approve", flags=0x85), BAD, "entry <case.approve>: .*flags"),
    "another act's namespace": (ONE, signing("case.approve", namespace="keyturn-practice-case.refuse@v1"), BAD,
                                "entry <case.approve>: .*namespace"),
    "a real namespace in practice": (ONE, signing("case.approve", namespace="keyturn-case.approve@v1"), BAD,
                                     "entry <case.approve>: .*namespace"),
    "the real application in practice": (ONE, signing("case.approve", application="keyturn:approval"), BAD,
                                         "entry <case.approve>: .*application"),
    "signed bytes with one changed": (ONE, signing("case.approve", message=b"{}"), BAD,
                                      "entry <case.approve>: the signature of p-lea is not good"),
    "a person's other key": (ONE, at("signing", lambda one, forge: one.update(key=forge.tokens["p-otto"]),
                                     lambda one: one["fields"]["act"] == "case.approve", 0), BAD,
                             "entry <case.approve>: .*not p-lea's"),
    "a key of nobody": (ONE, at("signing", lambda one, forge: one.update(
        key=Token("x", forge.application, forge.maker)), lambda one: one["fields"]["act"] == "case.approve", 0), BAD,
        "entry <case.approve>: .*not p-lea's"),
    "a machine of nobody": (ONE, at("signing", lambda one: one.update(
        machine_key=forge_bundle.ed25519.Ed25519PrivateKey.generate()),
        lambda one: one["fields"]["act"] == "case.approve", 0), BAD, "entry <case.approve>: .*machine that is not"),
    "a machine's signature of another namespace": (ONE, signing("case.approve", machine_namespace="file"), BAD,
                                                   "entry <case.approve>: .*namespace"),
    "a statement that expired": (ONE, statement("case.approve", iat="2026-11-15T08:00:00.000Z",
                                                exp="2026-11-15T08:15:00.000Z"), BAD, "entry <case.approve>: .*time"),
    "a statement of the future": (ONE, statement("case.approve", iat="2026-11-16T08:00:00.000Z",
                                                 exp="2026-11-16T08:15:00.000Z"), BAD, "entry <case.approve>: .*time"),
    "a statement valid too long": (ONE, statement("case.approve", exp="2026-11-15T10:00:00.000Z"), BAD,
                                   "data/approvals/.*15 minutes"),
    "a statement of another case": (ONE, statement("case.approve", case="c-0002"), BAD, "entry <case.approve>: .*case differs"),
    "a statement about another subject": (ONE, statement("case.approve", sub="s-else"), BAD, "entry <case.approve>: .*sub differs"),
    "a statement of another station": (ONE, statement("case.approve", station="st-08"), BAD,
                                       "entry <case.approve>: .*another station"),
    "a statement of another genesis": (ONE, statement("case.approve", genesis=HEX), BAD, "entry <case.approve>: .*genesis"),
    "a statement of another log": (ONE, statement("case.approve", log="example.org/keyturn/st-08/1"), BAD,
                                   "entry <case.approve>: .*log differs"),
    "a statement of another policy": (ONE, statement("case.approve", policy=HEX), BAD, "entry <case.approve>: .*policy differs"),
    "a policy of two versions": (ONE, statement("case.approve", policy_version=2), BAD, "entry <case.approve>: .*version"),
    "a statement of another act": (ONE, statement("case.approve", act="case.check", slot=None, contact=None,
                                                  newkey=None, evidence=None, previous=None), BAD, "entry <case.approve>: .*act"),
    "a statement by somebody else": (ONE, statement("case.approve", actor="p-otto"), BAD, "entry <case.approve>: .*actor"),
    "a head that is not the record's": (ONE, statement("case.approve", head_root=HEX), BAD, "entry <case.approve>: .*head"),
    "a head of the future": (ONE, statement("case.approve", head_size=40), BAD, "entry <case.approve>: .*head"),
    "an empty head": (ONE, statement("case.approve", head_size=0, head_root=sha(b"")), BAD, "empty record"),
    "an unknown field in a statement": (ONE, statement("case.approve", extra="x"), BAD, "field extra"),
    "a statement without a field": (ONE, statement("case.approve", contact=None), BAD, "field contact"),
    "a nonce used twice": (ONE, reuse_nonce(), BAD, "entry <case.approve>: the nonce was used before"),
    "other signatures than named": (ONE, entry("case.approve", asrt=[HEX, HEX]), BAD, "entry <case.approve>: .*other signatures"),
    "a key outside its time": (ONE, row("p-lea", valid_before="2026-11-15T09:00:10.000Z"), BAD, "outside its time"),
    "a key outside its time at an approval": (ONE, row("p-lea", valid_before="2026-11-15T09:00:20.000Z"), BAD,
                                              "<case.approve>: is signed with a key of p-lea outside its time"),
    "a machine outside its time": (ONE, machine("ws-1", valid_before="2026-11-15T09:00:20.000Z"), BAD,
                                   "<case.approve>: is signed on machine:ws-1 outside its time"),
    "a statement named twice": (ONE, at("entry", same_statement, act("key.import"), 0), BAD, "names the statement of"),
    "a key never enrolled": (ALL, not_enrolled, BAD, "never enrolled"),
    "a role that may not sign": (ONE, role("p-rita", "agent"), BAD, "entry <case.activate>: .*roles do not permit"),
    # approvals
    "one person twice": (ONE, both(role("p-lea", "helpdesk-lead", "other-team"), slot_by("p-lea")), BAD,
                         "entry <case.approve:1>: .*second approval by one person"),
    "one team": (ONE, row("p-otto", team="desk-leads"), BAD, "entry <case.approve:1>: .*team desk-leads"),
    "the subject approves": (ONE, subject_is("s-lea"), BAD, "entry <case.approve>: is an approval by the subject"),
    "the agent approves": (ONE, both(role("p-ann", "agent", "other-team"), slot_by("p-ann")), BAD,
                           "entry <case.approve:1>: .*p-ann, who opened or proofed"),
    "a slot without the role": (ONE, both(slot_by("p-vera")), BAD, "entry <case.approve:1>: .*roles do not permit"),
    "a slot of another role": (ONE, slot_by("p-lars"), BAD, "entry <case.approve:1>: fills the slot other-team without that role"),
    "a slot that is not the case's": (ONE, both(whole("case.approve", 1, slot="app-owner"),
                                                role("p-otto", "app-owner")), BAD, "entry <case.approve:1>: fills a slot"),
    "a slot twice": (ONE, both(whole("case.approve", 1, slot="helpdesk-lead"), role("p-otto", "helpdesk-lead")), BAD,
                     "entry <case.approve:1>: fills a slot"),
    "one approval": (ONE, both(drop("case.approve", 1), at("files", lambda some: [some.pop(name) for name in list(some)
                                                                                 if "/other-team." in name])), BAD,
                     "entry <case.approve:1>: comes before every slot is filled"),
    "slots of non-approvers": (ONE, entry("case.submit", slots=["agent", "other-team"]), BAD, "entry <case.submit>: names slots"),
    "both on the station": (ONE, at("signing", same_machine, lambda one: one["fields"]["act"] == "case.approve"), BAD,
                            "entry <case.quorum>: is not marked weaker, though all approvals"),
    "no contact at all": (ONE, both(statement("case.approve", 0, contact="none"),
                                    statement("case.approve", 1, contact="none")), BAD, "entry <case.quorum>: .*contact"),
    "another new key": (ONE, statement("case.approve", newkey=HEX), BAD, "entry <case.approve>: approves another key"),
    "the second approves another key": (ONE, statement("case.approve", 1, newkey="next-at-station"), BAD,
                                        "entry <case.approve:1>: approves another key"),
    "previous not exact": (ONE, statement("case.approve", 1, previous=[]), BAD, "entry <case.approve:1>: .*previous"),
    "other evidence": (ONE, statement("case.approve", evidence=HEX), BAD, "entry <case.approve>: .*other evidence"),
    "another case digest": (ONE, statement("case.approve", case_digest=HEX), BAD, "entry <case.approve>: .*another version"),
    "no case digest": (ONE, statement("case.approve", case_digest=None), BAD, "entry <case.approve>: .*another version"),
    "a head before the submit": (ONE, at("statement", lambda one, forge: one.update(head_size=5,
                                                                                    head_root=forge.root(5)),
                                         act("case.approve"), 0), BAD, "entry <case.approve>: .*older than the submit"),
    "another key issued": (ONE, entry("case.activate", cred=HEX), BAD, "entry <case.activate>: issues another key"),
    "another key released": (ONE, statement("case.activate", newkey=HEX), BAD, "entry <case.activate>: releases another key"),
    "an approver releases": (ONE, both(role("p-lea", "helpdesk-lead", "releaser"),
                                       whole("case.activate", actor="p-lea")), BAD, "entry <case.activate>: is released by p-lea"),
    "the verifier releases": (ONE, both(role("p-ann", "agent", "releaser"), whole("case.activate", actor="p-ann")),
                              BAD, "entry <case.activate>: is released by p-ann"),
    "a restricted class not marked at its issue": (ONE, entry("case.made", weaker=1, why="restricted-class"), BAD,
                                                   "entry <case.activate>: is not marked weaker, though the key was made so"),
    "next-at-station not marked": (ALL, at("entry", lambda one: [one.pop(name, None) for name in ("weaker", "why")]
                                           and None, act("case.quorum")), BAD, "not marked weaker, though the key"),
    # the case
    "a step that is not in the table": (ONE, entry("case.elapsed", state="issued"), BAD, "entry <case.elapsed>: there is no way"),
    "a step left out": (ONE, drop("case.elapsed"), BAD, "entry <case.elapsed>: there is no way from waiting to issued"),
    "made after an approval": (ONE, before("case.quorum", "case.made", **{name: HEX for name in (
        "cred", "registration", "assertion")}, nonce="11" * 16, aaguid="00000000-0000-4000-8000-000000000000",
        not_before=None, state="awaiting_approval"), BAD, "entry <case.quorum>: comes after an approval"),
    "a case opened twice": (ALL, whole("case.open", 1, case="c-0001"), BAD, "opens a case again"),
    "about a case never opened": (ONE, entry("key.suspend.intent", case="c-9"), BAD, "<key.suspend.intent>: .*never opened"),
    "a key kept for a case never opened": (ALL, whole("key.reserve", case="c-9"), BAD, "never opened"),
    "what was denied changes the case": (ALL, at("entry", lambda one: one.update(state="completed"),
                                                 lambda one: one["out"] == "denied"), BAD, "not carried out and changes"),
    "a proposal that changes the case": (ALL, entry("case.hold_off.proposed", state="expired"), BAD, "or changes it"),
    "break-glass not marked": (ALL, entry("bg.open", weaker=None, why=None), BAD, "not marked weaker"),
    "break-glass reviewed by its user": (ALL, both(role("p-ada", "break-glass", "security"), at(
        "statement", lambda one: one.update(actor="p-ada"), act("bg.open")), at(
        "entry", lambda one: one.update(actor="p-ada"), act("bg.open"))), BAD, "reviewed by the person who used it"),
    "a contest by telephone": (ALL, entry("case.contest", method="phone"), BAD, "a method that there is not"),
    "a contest by key without the key": (ALL, entry("case.contest", method="key"), BAD, "not the fields of its method"),
    "a contest signed by staff": (ALL, entry("case.contest", method="signed"), BAD, "a method that there is not"),
    "a contest by an unknown key": (ALL, contest(cred_id=b"x"), BAD, "does not know as the subject's"),
    "a contest by another key": (ALL, at("assertion", wrong_test, lambda one: one["cdh"] == hashlib.sha256(
        b"client data of a contest").digest()), BAD, "not signed by the new key"),
    "a contest without UV": (ALL, contest(flags=1), BAD, "user verification"),
    "a privileged case opened by its verifier": (ALL, both(role("p-vera", "agent", "verifier"),
                                                           whole("case.open", 8, actor="p-vera")), BAD,
                                                 "done by the person who opened"),
    "a privileged case submitted by an agent": (ALL, both(role("p-lars", "agent", "helpdesk-lead"),
                                                          whole("case.submit", 6, actor="p-lars")), BAD, "no verifier"),
    "another submit refused": (ALL, whole("case.refuse", target=HEX), BAD, "refuses another submit"),
    "refused for a slot in the routine check": (ALL, whole("case.refuse", 1, slot="security"), BAD, "has a slot in the"),
    "refused without the role": (ALL, whole("case.refuse", actor="p-lea"), BAD, "without the role other-team"),
    "refused by an approver in the routine check": (ALL, whole("case.refuse", 1, actor="p-ada"), BAD, "on the case"),
    "a statement about another op": (ONE, statement("case.approve", op="replace"), BAD, "another subject or op"),
    "a submit without the digest": (ONE, statement("case.submit", case_digest=None), BAD, "without the digest"),
    "an enrolment that the case does not know": (ALL, both(entry("key.enrol.intent", cred=HEX),
                                                           entry("key.enrol.outcome", cred=HEX)), BAD, "did not issue"),
    "bound another key than made": (ALL, entry("case.bound", 1, cred=HEX), BAD, "issues another key"),
    "bound without a registration": (ALL, entry("case.bound", registration=None), BAD, "without its registration"),
    "another subject later": (ONE, entry("case.elapsed", sub="s-else"), BAD, "entry <case.elapsed>: changes the subject"),
    "a case never opened": (ONE, entry("case.elapsed", case="c-9"), BAD, "entry <case.elapsed>: .*never opened"),
    "a wait cut short": (ONE, entry("case.quorum", not_before="2026-12-01T00:00:00.000Z"), BAD,
                         "entry <case.elapsed>: ends the wait"),
    "a key suspended that was not reported": (ONE, entry("case.suspend_keys", cred=HEX), BAD, "entry <case.suspend_keys>: suspends"),
    "a reported key not suspended": (ONE, drop("case.suspend_keys"), BAD, "before all reported keys"),
    "completed with the lost key in force": (ONE, both(drop("key.revoke.intent"), drop("key.revoke.outcome")), BAD,
                                             "lost key was not revoked"),
    "a second code contest that stops": (ALL, at("entry", lambda one: one.update(state="contested"),
                                                 act("case.contest"), 1), BAD, "second contest"),
    "a contest after 7 days": (ALL, at("entry", lambda one: one.update(t="2026-12-15T09:00:00.000Z")
                                       if one["case"] == "c-0004" else None, act("case.contest")), BAD, "7 days"),
    "upheld by two approvers": (ALL, both(statement("case.uphold", 1, actor="p-omar"),
                                          entry("case.uphold", actor="p-omar")), BAD, "wrong roles"),
    "rejected with an approver of the case": (ALL, both(statement("case.reject", 1, actor="p-otto"),
                                                        entry("case.reject", 0, actor="p-otto")), BAD, "wrong roles"),
    "hold lifted by two officers": (ALL, both(statement("case.hold_off", 1, actor="p-bob"),
                                              entry("case.hold_off", 0, actor="p-bob")), BAD, "wrong roles"),
    "checked by somebody on the case": (ALL, both(role("p-lea", "helpdesk-lead", "security"),
                                                  whole("case.check", actor="p-lea")), BAD, "p-lea, who was on"),
    "checked by the subject": (ALL, row("p-bob", sub="s-second"), BAD, "entry <case.check>: is signed by the subject"),
    "released by who checked it": (ALL, both(role("p-bob", "releaser", "security"), whole("case.activate", 1, actor="p-bob")), BAD,
                                   "entry <case.activate:1>: is released by p-bob, who passed"),
    "refused by the subject in the routine check": (ALL, row("p-bob", sub="s-ninth"), BAD, "is signed by the subject"),
    "refused for a slot that is none": (ALL, whole("case.refuse", slot="app-owner"), BAD, "refuses for a slot"),
    "amended another submit": (ALL, entry("case.amend", target=HEX), BAD, "voids another submit"),
    "no role session": (ONE, never("role.activate"), BAD, "p-ann has no active role that permits case.start_proofing"),
    "a role session too old": (ONE, at("entry", lambda one, forge: forge.later(minutes=61), act("case.suspend_keys")),
                               BAD, "no active role"),
    "a role that the person has not": (ONE, whole("role.activate", role="security"), BAD, "activates a role"),
    "a privileged case proofed by its agent": (ONE, at("entry", lambda one: one.update(tier="privileged"),
                                                       lambda one: "tier" in one), BAD, "no active role"),
    # leave to take something off a key
    "a plan without a role session": (ALL, at("entry", plan_after_an_hour, act("key.plan"), 0), BAD, "p-ann has no active role that permits key.plan"),
    "a plan of somebody else": (ALL, entry("key.plan", actor="p-lea"), BAD, "entry [0-9]+: p-lea has no active role"),
    "a plan for something else": (ALL, entry("key.plan", method="key.pin.set"), BAD, "entry [0-9]+: .*something"),
    "a plan for a year": (ALL, entry("key.plan", until="2027-11-15T09:00:00.000Z"), BAD, "entry [0-9]+: .*15 minutes"),
    "a plan that had ended": (ALL, entry("key.plan", until="2026-11-15T09:00:00.000Z"), BAD, "entry [0-9]+: .*15 minutes"),
    "a plan for no key": (ALL, entry("key.plan", target=None), BAD, "entry [0-9]+: has not the field target"),
    "a reset that names a credential": (ALL, entry("key.plan", cred=HEX), BAD, "entry [0-9]+: .*all"),
    "a decision that is not marked weaker": (ALL, entry("decision.weaker", weaker=None, why=None), BAD, "entry [0-9]+: .*not marked so"),
    "a decision weaker for another reason": (ALL, entry("decision.weaker", why="exception"), BAD, "entry [0-9]+: .*another reason"),
    "a decision weaker for no known reason": (ALL, entry("decision.weaker", reasons=["mood"], why="mood"), BAD, "entry [0-9]+: .*reasons"),
    "a denial as a weaker path": (ALL, entry("decision.weaker", result="deny"), BAD, "entry [0-9]+: .*not taken"),
    "a fallback that is not named": (ALL, entry("decision.weaker", fallbacks=[]), BAD, "entry [0-9]+: .*fallbacks"),
    "a fallback that decided nothing": (ALL, entry("decision.weaker", fallbacks=["P9"]), BAD, "entry [0-9]+: .*fallbacks"),
    "a fallback used before it was approved": (ALL, entry("decision.weaker", 1, fallbacks=["R3"]), BAD, "entry [0-9]+: .*fallbacks"),
    "an exception that is not named": (ALL, entry("decision.weaker", 1, exceptions=[]), BAD, "entry [0-9]+: .*exceptions"),
    "an exception that waived nothing": (ALL, entry("decision.weaker", 1, waived=[]), BAD, "entry [0-9]+: .*exceptions"),
    "an exception without its reason": (ALL, entry("decision.weaker", exceptions=["E1"], waived=["R4"]), BAD, "entry [0-9]+: .*exceptions"),
    "a decision by no rule": (ALL, entry("decision.weaker", 1, rules=[]), BAD, "entry [0-9]+: .*no rule"),
    "a decision on what nobody kept": (ALL, entry("decision.weaker", pii=[]), BAD, "entry [0-9]+: .*commit"),
    "a decision for nobody": (ALL, entry("decision.weaker", sub=None), BAD, "entry [0-9]+: has not the field sub"),
    "a decision's rules out of order": (ALL, entry("decision.weaker", rules=["R2", "P4"]), BAD, "entry [0-9]+: .*rules"),
    # approvals of decisions
    "an approval of one's own": (ALL, whole("decision.approve", sub="s-lea"), BAD,
                                 "entry <decision.approve>: approves a decision of p-lea themselves"),
    "an approval as what one is not": (ALL, whole("decision.approve", slot="other-team"), BAD,
                                       "entry <decision.approve>: approves as other-team, which p-lea is not"),
    "an approval as no slot": (ALL, both(role("p-lea", "agent", "helpdesk-lead"), whole("decision.approve", slot="agent")), BAD,
                               "entry <decision.approve>: approves as agent"),
    "an approval by an agent": (ALL, whole("decision.approve", actor="p-ann"), BAD, "entry <decision.approve>: "),
    "an approval for a year": (ALL, whole("decision.approve", until="2027-11-15T09:00:00.000Z"), BAD,
                               "entry <decision.approve>: approves a decision for more than a day"),
    "an approval that was over": (ALL, whole("decision.approve", until="2026-11-15T09:00:00.000Z"), BAD,
                                  "entry <decision.approve>: approves .*time that is over"),
    "an approval of another reference": (ALL, entry("decision.approve", reference=HEX), BAD, "entry <decision.approve>: .*reference"),
    "an approval without a reference": (ALL, whole("decision.approve", reference=None), BAD, "reference"),
    "an allow that nobody approved": (ALL, entry("decision.approved", approvals=[HEX]), BAD,
                                      "entry <decision.approved>: uses an approval that was not given"),
    "an allow by no approval": (ALL, entry("decision.approved", approvals=[]), BAD, "entry [0-9]+: .*approvals"),
    "an approval used twice": (ALL, used_again, BAD, "uses an approval that entry [0-9]+ has used up"),
    "an approval used by a weaker path again": (ALL, used_by_weaker, BAD, "uses an approval that entry [0-9]+ has used up"),
    "an approval after its end": (ALL, at("entry", after_its_end, act("decision.approved"), 0), BAD,
                                  "entry <decision.approved>: uses an approval after its end"),
    "two approvals by one person": (ALL, at("entry", of_one_person, act("decision.approved"), 0), BAD, "uses two approvals by p-lea"),
    "an approval of who is gone": (ALL, at("entry", lambda one, forge: one.update(approvals=[forge.gone]),
                                           act("decision.approved"), 1), BAD,
                                   "uses an approval by p-lars, who is no helpdesk-lead any more"),
    "an approval for another person": (ALL, entry("decision.approved", sub="s-other"), BAD, "for another sub"),
    "an approval for another caller": (ALL, entry("decision.approved", caller="mdm"), BAD, "for another caller"),
    "an approval for another journey": (ALL, entry("decision.approved", journey="sign-in"), BAD, "for another journey"),
    "an approval for another app": (ALL, entry("decision.approved", app="wiki"), BAD, "for another app"),
    "an approval for another transaction": (ALL, entry("decision.approved", transaction=None), BAD, "for another transaction"),
    "an approval for another weaker path": (ALL, entry("decision.weaker", 2, app="wiki"), BAD, "entry [0-9]+: .*for another app"),
    "an approval used and nothing allowed": (ALL, entry("decision.weaker", 2, result="need-approval", fallbacks=[]), BAD,
                                             "entry [0-9]+: uses approvals up and allows nothing"),
    "an approved decision that is weaker": (ALL, entry("decision.approved", weaker=1, why="fallback"), BAD, "which is another act"),
    "an approved decision by no rule": (ALL, entry("decision.approved", rules=[]), BAD, "entry <decision.approved>: names no rule"),
    "an approved decision on what nobody kept": (ALL, entry("decision.approved", pii=[]), BAD, "entry <decision.approved>: .*commit"),
    "an approved decision that was denied": (ALL, entry("decision.approved", result="deny"), BAD, "allows nothing"),
    "a deletion that names none": (ALL, entry("key.plan", 1, cred=None), BAD, "entry [0-9]+: .*naming"),
    "a plan with the nonce of another": (ALL, same_nonce(), BAD, "entry [0-9]+: the nonce was used before"),
    # the new key
    "a new key unattested": (ONE, of_new_key(format="none"), BAD, "entry <case.made>: .*not attested"),
    "a new key self attested": (ONE, of_new_key(format="self"), BAD, "entry <case.made>: .*not attested"),
    "a new key of a look-alike maker": (ONE, of_new_key(maker=Maker()), BAD, "entry <case.made>: .*trusted root"),
    "a new key of another AAGUID": (ONE, of_new_key(aaguid=b"0123456789abcdef"), BAD, "entry <case.made>: .*AAGUID"),
    "a new key without UV": (ONE, of_new_key(flags=0x41), BAD, "entry <case.made>: .*user verification"),
    "a new key of another RP": (ONE, of_new_key(rp_id="evil.example"), BAD, "entry <case.made>: .*RP ID"),
    "a new key for approvals": (ONE, of_new_key(rp_id="keyturn-practice:approval"), BAD, "entry <case.made>: .*RP ID"),
    "a new key made for another challenge": (ONE, entry("case.made", nonce="00" * 16), BAD, "another challenge"),
    "a new key of another origin": (ONE, at("registration", lambda one: one.update(
        cdj=one["cdj"].replace(b"https://keys", b"https://kays"),
        cdh=hashlib.sha256(one["cdj"].replace(b"https://keys", b"https://kays")).digest()),
        lambda one: one["cdj"]), BAD, "entry <case.made>: .*another origin"),
    "client data of another hash": (ONE, of_new_key(cdh=bytes(32)), BAD, "entry <case.made>: .*another hash"),
    "a test by another key": (ONE, at("assertion", wrong_test), BAD, "entry <case.made>: .*not signed by the new key"),
    "a test without UV": (ONE, at("assertion", lambda one: one.update(flags=1)), BAD, "entry <case.made>: .*user verification"),
    "a test with AT": (ONE, at("assertion", lambda one: one.update(flags=0x45)), BAD, "entry <case.made>: .*authenticator data"),
    "a test of another RP": (ONE, at("assertion", lambda one: one.update(rp_id="evil.example")), BAD, "another RP"),
    "a test for another challenge": (ONE, at("assertion", lambda one: one.update(cdh=bytes(32))), BAD,
                                     "entry <case.made>: .*not made for this case"),
    "a test of another credential": (ONE, at("assertion", lambda one: one.update(cred_id=b"x")), BAD, "credential"),
    "another credential than registered": (ONE, entry("case.made", cred=HEX), BAD, "entry <case.made>: names another cred"),
    "a new key of another format": (ONE, of_new_key(format="tpm"), MISSING, "<case.made>: .*use fidotool"),
    "a key for the RP ID of approvals": (ONE, entry("station.init", rp_id="keyturn-practice:approval"), BAD,
                                         "<case.made>: makes a key for the RP ID of approvals"),
    # keys of the roster
    "a roster key of another format": (ONE, of_token("p-lea", format="tpm"), BAD, "entry 4: .*not attested"),
    "extensions that are none": (ONE, of_token("p-lea", flags=0xC5, extra=b"\5"), BAD, "entry 4: .*extensions"),
    "a registration with a field too many": (ONE, of_token("p-lea", outer={"extra": b""}), BAD, "entry 4: .*other fields"),
    "a registration whose hash is no bytes": (ONE, of_token("p-lea", outer={"cdj": "x"}), BAD, "entry 4: .*no bytes"),
    "a registration with a short hash": (ONE, of_token("p-lea", outer={"cdh": b"x"}), BAD, "entry 4: .*no bytes"),
    "a registration without attestation": (ONE, of_token("p-lea", outer={"att": b"\xa0"}), BAD, "entry 4: .*no attest"),
    "authenticator data cut short": (ONE, of_token("p-lea", att={"authData": b"x" * 40}), BAD, "entry 4: .*malformed"),
    "authenticator data without credential": (ONE, of_token("p-lea", flags=0x05), BAD, "entry 4: .*no attested"),
    "certificates that are none": (ONE, of_token("p-lea", statement={"x5c": [1]}), BAD, "entry 4: .*certificates"),
    "a certificate that is none": (ONE, of_token("p-lea", statement={"x5c": [b"\x30\0"]}), BAD, "entry 4: .*certificate"),
    "an attestation by another algorithm": (ONE, of_token("p-lea", statement={"alg": -65535}), BAD, "entry 4: .*algor"),
    "an attestation of two kinds": (ONE, of_token("p-lea", statement={"ecdaaKeyId": b""}), BAD, "entry 4: .*not attested"),
    "an attestation signed by another key": (ONE, of_token("p-lea", statement={"sig": b"\x30\6\2\1\1\2\1\1"}), BAD,
                                             "entry 4: .*not signed by its attestation key"),
    "a certificate for something else": (ONE, of_maker(unit="Web Server"), BAD, "entry 1: .*not for attestation"),
    "a certificate of an authority": (ONE, of_maker(authority=True), BAD, "entry 1: .*of an authority"),
    "a certificate of another AAGUID": (ONE, of_maker(aaguid=b"0123456789abcdef"), BAD, "entry 1: .*another AAGUID"),
    "client data with a member twice": (ONE, client_data(lambda text: text.replace(
        b'{"type"', b'{"type":"webauthn.get","type"')), BAD, "<case.made>: .*member twice"),
    "client data of another type": (ONE, client_data(lambda text: text.replace(b".create", b".get")), BAD,
                                    "<case.made>: .*another type"),
    "client data of a frame in another page": (ONE, client_data(lambda text: text.replace(b"false", b"true")), BAD,
                                               "<case.made>: .*another origin"),
    "client data that is no JSON": (ONE, client_data(lambda text: b"[" * 100000), BAD, "<case.made>: "),
    "a key of another curve": (ONE, of_token("p-lea", cose={-1: 2}), BAD, "entry 4: .*another algorithm"),
    "a key with a short coordinate": (ONE, of_token("p-lea", cose={-2: b"x" * 31}), BAD, "entry 4: .*malformed key"),
    "an Ed25519 key that is short": (ONE, of_token("p-otto", cose={-2: b"x" * 31}), BAD, "entry 5: .*malformed key"),
    "a roster key that was never enrolled, of another RP": (ALL, of_token("p-zoe", rp_id="x"), BAD,
                                                            "data/registrations/.*another RP ID"),
    "a roster key that was never enrolled, without UV": (ALL, of_token("p-zoe", flags=0x41), BAD,
                                                         "data/registrations/.*user verification"),
    "enrolled again": (ONE, before("station.start", "roster.enrol", actor="p-lea", stmt=HEX, asrt=[HEX, HEX],
                                   object=lambda forge: forge.tokens["p-lea"].registration), BAD, "enrols a key again"),
    "enrolled for somebody else": (ALL, both(whole("roster.enrol", 11, actor="p-ann"), at(
        "signing", lambda one, forge: one.update(key=forge.tokens["p-nils"]),
        lambda one: one["fields"]["act"] == "roster.enrol", 11)), BAD, "enrols a key of p-nils for p-ann"),
    "a roster key unattested": (ONE, of_token("p-lea", format="none"), BAD, "entry 4: .*not attested"),
    "a roster key of a look-alike maker": (ONE, of_token("p-lea", maker=Maker()), BAD, "entry 4: .*trusted root"),
    "a roster key of another AAGUID": (ONE, of_token("p-lea", aaguid=b"0123456789abcdef"), BAD, "entry 4: .*AAGUID"),
    "a roster key without UV": (ONE, of_token("p-lea", flags=0x41), BAD, "entry 4: .*user verification"),
    "a roster key that may be copied": (ONE, of_token("p-lea", flags=0x4D), BAD, "entry 4: .*bound to a device"),
    "a roster key of another RP": (ONE, of_token("p-lea", rp_id="keyturn:approval"), BAD, "entry 4: .*RP ID"),
    "a registration of another key": (ONE, of_token("p-lea", private=forge_bundle.ec.generate_private_key(
        forge_bundle.ec.SECP256R1())), BAD, "entry 4: is not signed by the key in its registration"),
    "a registration of another credential": (ONE, of_token("p-lea", cred_id=b"x" * 32), BAD,
                                             "data/registrations/.*another key or credential"),
    "a registration with something left over": (ONE, of_token("p-lea", extra=b"\0"), BAD, "entry 4: .*left over"),
    "a key of the first roster not enrolled": (ONE, both(drop("roster.enrol", 3)), BAD, "entry 1[0-2]: is not the enrol"),
    "enrolled late": (ONE, swap(11, 12), BAD, "entry 11: is not the enrolment"),
    # the roster
    "one key for two people": (ONE, at("roster", lambda some: some["keys"][0].update(
        {name: some["keys"][1][name] for name in ("key", "cred", "registration")})), BAD, "has a key twice"),
    "one employee, two people": (ONE, row("p-otto", employee=sha(b"employee p-lea")), BAD, "employee of"),
    "one subject id, two people": (ONE, row("p-otto", sub="s-lea"), BAD, "subject of"),
    "a window that ends before it begins": (ONE, row("p-otto", valid_after="2029-01-01T00:00:00.000Z"), BAD, "window"),
    "a row with a field too many": (ONE, row("p-otto", extra="x"), BAD, "data/roster/.*field extra"),
    "roles out of order": (ONE, row("p-otto", roles=["other-team", "agent"]), BAD, "data/roster/.*roles"),
    "a real key in practice": (ONE, at("roster", lambda some, forge: some["keys"][5].update(key=base64.b64encode(
        forge.tokens[some["keys"][5]["person"]].ssh_key("keyturn:approval")).decode())), BAD,
        "practice and real are mixed|application"),
    "a station without a second machine": (ONE, at("roster", lambda some: some["machines"].pop()), BAD, "entry 0: "),
    "signed on the station alone": (ONE, at("signing", same_machine,
                                            lambda one: one["fields"]["act"] == "station.init"), BAD,
                                    "entry 0: was signed on the station alone"),
    "one officer": (ONE, at("entry", lambda one: one.update({name: one[name][:1] for name in
                                                             ("actors", "stmt", "asrt")}), act("station.init")), BAD,
                    "entry 0: "),
    "one officer twice": (ONE, both(statement("station.init", 1, actor="p-ada"),
                                    entry("station.init", actors=["p-ada", "p-ada"])), BAD, "entry 0: "),
    "an officer who is none": (ONE, role("p-bob", "agent"), BAD, "entry 0: .*roles do not permit"),
    "station.init with a record before": (ONE, statement("station.init", head_size=1), BAD, "record that is begun"),
    "another roster in the statement": (ONE, statement("station.init", object=HEX), BAD, "entry 0: .*object differs"),
    "station.init whose previous is not exact": (ONE, statement("station.init", 1, previous=[]), BAD, "entry 0: .*previous"),
    "station.init with a signer too many": (ONE, entry("station.init", actors=["p-ada", "p-bob", "p-lea"]), BAD,
                                            "entry 0: has not as many signers"),
    "rows of the roster out of order": (ONE, files(unsorted), BAD, "data/roster/.*out of order"),
    "a record that ends before all are enrolled": (ONE, at("bodies", lambda bodies: bodies.__delitem__(slice(5, None))),
                                                   BAD, "were never enrolled|named by no entry"),
    "station.init again": (ALL, before("heartbeat", "station.init", actors=["a", "b"], stmt=[HEX, HEX], object=HEX,
                                       asrt=[[HEX, HEX]] * 2, station_key="x", rp_id="x", origin="x"), BAD,
                           "station.init is the first entry alone"),
    "one person in two teams": (ONE, extra_key("p-otto", team="elsewhere"), BAD, "two teams"),
    "one person with two subject ids": (ALL, at("roster", lambda some: [one.update(sub="s-x") for one in some["keys"]
                                                                       if one["person"] == "p-otto"] and None, nth=1),
                                        BAD, "another subject id"),
    "a key of a type there is not": (ONE, row("p-otto", key=base64.b64encode(b"\0\0\0\7ssh-rsa").decode()), BAD,
                                     "data/roster/.*another type"),
    "a key of another application": (ONE, ssh_key_of("p-otto", "ssh:"), BAD, "data/roster/.*has a key for ssh:"),
    "a roster of another station": (ALL, at("roster", lambda some: some.update(station="st-08"), nth=1), BAD,
                                    "roster of another station"),
    "a roster that brings another policy": (ALL, at("entry", lambda one: one.update(policy=one["object"]),
                                                    act("change.effect"), 0), BAD, "names another policy"),
    "a base that brings another policy": (ALL, at("entry", lambda one: one.update(policy=one["object"]),
                                                  act("change.effect"), 5), BAD, "names another policy"),
    # a later epoch
    "a later epoch alone": ("later-epoch", nothing, MISSING, "entry 0: the record begins in an earlier"),
    "an epoch after a rollback": ("rollback", nothing, MISSING, "entry 0: the record begins in an ear"),
    "a rollback signed by one person": ("rollback", both(statement("log.open", 1, actor="p-ada"), entry(
        "log.open", actors=["p-ada", "p-ada"])), BAD, "entry 0: "),
    "an epoch that does not follow": ("later-epoch", entry("log.open", prev_origin="example.org/keyturn/st-07/3"), BAD,
                                      "entry 0: does not follow"),
    "an epoch of another genesis": ("later-epoch", entry("log.open", genesis=HEX), BAD, "entry 0: .*genesis"),
    # acts with several signatures
    "one person signs both": (ALL, both(statement("siem.off", 1, actor="p-bob"), entry("siem.off", actor="p-bob")),
                              BAD, "signed twice by one person"),
    "the second alone": (ALL, both(statement("siem.off", 1, previous=[])), BAD, "has 1 signatures of 2"),
    "previous of another act": (ALL, statement("siem.off", 1, previous=[HEX]), BAD, "not waiting for it"),
    "a proposal older than a day": (ALL, later("siem.off", 1, hours=25), BAD, "older than 24 hours"),
    "another object than proposed": (ALL, both(statement("policy.load", 1, object=HEX), entry("policy.load", object=HEX)),
                                     BAD, "differs from what was signed before in the field object"),
    # policies
    "a policy that loosens at once": (ALL, both(*(statement("policy.load", i, looser=1) for i in (0, 1))), BAD,
                                      "puts a policy in force that loosens, less than 24 hours"),
    "a policy that was not compared, at once": (ALL, both(*(statement("policy.load", i, looser=None) for i in (0, 1))), BAD,
                                                "puts a policy in force that loosens, less than 24 hours"),
    "a policy that loosens, an hour before its time": (ALL, at("entry", an_hour_early, act("change.effect"), 3), BAD,
                                                       "puts a policy in force that loosens, less than 24 hours"),
    "two that differ in what becomes looser": (ALL, statement("policy.load", 1, looser=1), BAD,
                                               "differs from what was signed before in the field looser"),
    "a policy without its warnings": (ALL, statement("policy.load", 1, warnings=None), BAD, "warnings"),
    "a policy with a version that does not rise": (ALL, other_version(1), BAD, "version is not higher"),
    "a policy that was in force before": (ALL, same_policy, BAD, "was so before"),
    "a policy weighed against another": (ALL, no_first_effect, BAD, "weighed against another"),
    "a draft tried for a hundred days": (ALL, whole("policy.trial", until="2027-02-24T09:00:00.000Z"), BAD, "more than 90 days"),
    "a draft whose trial was over before": (ALL, whole("policy.trial", until="2026-11-15T09:00:00.000Z"), BAD, "more than 90 days"),
    "a draft that is not there": (ALL, at("files", lambda some: some.pop("data/policy/%s.yaml" % sha(
        forge_bundle.policy_text(9, 90))) and None), MISSING, "data/policy/"),
    "promoting oneself": (ALL, promotes("p-ada"), BAD, "p-ada signs a roster that adds, re-keys or promotes p-ada"),
    "another sink than proposed": (ALL, both(statement("siem.off", 1, sink="siem-2"), entry("siem.off", sink="siem-2")),
                                   BAD, "differs from what was signed before in the field sink"),
    "a roster change on the station alone": (ALL, at("signing", same_machine,
                                                     lambda one: one["fields"]["act"] == "roster.change"), BAD,
                                             "was signed on the station alone"),
    "a loosening in force at once": (ALL, at("entry", too_soon, act("change.effect"), 0),
                                     BAD, "loosens, less than 24 hours"),
    "a change in force twice": (ALL, before("change.effect", "change.effect"), BAD, "done or vetoed"),
    "a vetoed change in force": (ALL, vetoed, BAD, "done or vetoed"),
    "a change of nothing": (ALL, entry("change.effect", target=HEX), BAD, "not signed so"),
    "a change with another object": (ALL, entry("change.effect", 1, object=HEX), BAD, "not signed so"),
    "two signatures where three are": (ALL, both(statement("base.load", 2, previous=[])), BAD, "has 1 signatures of 3"),
    "two officers load a base": (ALL, at("statement", lambda one: one.update(previous=one["previous"][:1]), act("base.load"), 2),
                                 BAD, "has 2 signatures of 3"),
    "one person signs a base twice": (ALL, both(statement("base.load", 2, actor="p-bob"), entry("base.load", actor="p-bob")),
                                      BAD, "signed twice by one person"),
    "a base signed on the station alone": (ALL, at("signing", same_machine, lambda one: one["fields"]["act"] == "base.load"),
                                           BAD, "was signed on the station alone"),
    "a base in force too soon": (ALL, at("entry", an_hour_early, base_effect), BAD, "puts a base in force less than 24 hours"),
    "a policy that says nothing of the base": (ALL, both(*(statement("policy.load", i, base=None) for i in (4, 5))), BAD,
                                               "weighed against another base"),
    "a policy that keeps another base": (ALL, both(*(statement("policy.load", i, base=HEX) for i in (4, 5))), BAD,
                                         "weighed against another base"),
    "a policy that keeps a base where none is": (ALL, both(*(statement("policy.load", i, base=HEX) for i in (0, 1))), BAD,
                                                 "weighed against another base"),
    "work while the clock is behind": (ONE, entry("case.close", t="2026-11-15T08:00:00.000Z"), BAD,
                                       "entry <case.close>: was done while the clock was"),
    # intents
    "an outcome missing": (ONE, drop("notice.send.outcome", 2), BAD, "entry <notice.send.intent:2>: is an intent without an outcome"),
    "an outcome of nothing": (ONE, drop("notice.send.intent", 2), BAD, "entry <notice.send.intent:2>: is an outcome without an intent"),
    "an outcome of another key": (ONE, entry("key.revoke.outcome", cred=HEX), BAD, "an outcome without an intent"),
    # what keys are judged by
    "a list in force too soon": (TRUSTED, at("entry", too_soon, act("change.effect"), 1), BAD,
                                 "puts a list in force that loosens, less than 24 hours"),
    "a list signed on the station alone": (TRUSTED, at("signing", same_machine,
                                                       lambda one: one["fields"]["act"] == "trust.load"), BAD,
                                           "was signed on the station alone"),
    "own anchors at once": (TRUSTED, trust_list(2, vendor=None), BAD, "puts a list in force that loosens"),
    "a revocation list less": (TRUSTED, trust_list(2, crls=[]), BAD, "puts a list in force that loosens"),
    "metadata that go back": (TRUSTED, trust_list(2, blob_no=6), BAD, "older than those before"),
    "other metadata of the same number": (TRUSTED, trust_list(2, blob_no=7), BAD, "older than those before"),
    "metadata of another number than signed": (TRUSTED, trust_list(2, blob_no=9), BAD, "of another number"),
    "metadata of another signer than signed": (TRUSTED, both(trust_list(1, signer="x"), trust_list(2, signer="x")), BAD,
                                               "number or signer|signer"),
    "metadata whose signature is not good": (TRUSTED, other_blob(lambda data: data[:-4] + b"AAAA"), BAD,
                                             "not signed by their signer|files that are not good: metadata/M7"),
    "metadata that are none": (TRUSTED, other_blob(lambda data: b"e30.e30.e30"), BAD, "no metadata|not good: metadata/M"),
    "a list of another version": (TRUSTED, trust_list(0, v=2), BAD, "entry <trust.load.proposed>: "),
    "a list with a field too many": (TRUSTED, trust_list(0, w=1), BAD, "entry <trust.load.proposed>: .*field"),
    "a list that lacks a field": (TRUSTED, trust_list(0, crls=None), BAD, "entry <trust.load.proposed>: "),
    "a list with a digest twice": (TRUSTED, trust_list(0, crls=[HEX, HEX]), BAD, "entry <trust.load.proposed>: .*digests"),
    "a list with half of its metadata": (TRUSTED, trust_list(0, blob=HEX), BAD, "entry <trust.load.proposed>: .*metadata"),
    "roots of nothing": (TRUSTED, trust_list(0, roots=[HEX]), BAD, "entry <trust.load.proposed>: .*metadata"),
    "a key whose maker is not in the list": (TRUSTED, at("trust", no_vendor), BAD, "does not lead to a trusted root"),
    "a model that was revoked": (TRUSTED, reports({"status": "REVOKED", "effectiveDate": "2026-01-01"}), BAD, STOOD_BADLY),
    "a model that always was": (TRUSTED, reports({"status": "REVOKED"}), BAD, STOOD_BADLY),
    "a model revoked since a day that is none": (TRUSTED, reports({"status": "REVOKED", "effectiveDate": "soon"}), BAD, STOOD_BADLY),
    "a maker's key that was lost": (TRUSTED, reports({"status": "ATTESTATION_KEY_COMPROMISE", "effectiveDate": "2026-01-01"}),
                                    BAD, "stood badly|trusted root"),
    "a model without its PIN": (TRUSTED, reports({"status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2026-01-01"}), BAD, STOOD_BADLY),
    "an enrolment that does not say by what": (TRUSTED, at("entry", lambda one: one.pop("judgement") and None,
                                                           lambda one: "judgement" in one, 0), BAD,
                                               "does not say what it was judged by"),
    "a judgement by another list": (TRUSTED, judgement(trust=HEX), BAD, "by another list than the one in force"),
    "a judgement by no list": (TRUSTED, judgement(trust=None), BAD, "by another list than the one in force"),
    "a judgement of another registration": (TRUSTED, judgement(registration=HEX), BAD, "is of another registration"),
    # exceptions
    "an exception of more than 90 days": (ALL, exception_times(0, 90 * 86400 + 1), BAD,
                                          "entry <exception.grant.proposed>: grants more than 90 days"),
    "an exception that ends before it begins": (ALL, exception_times(9, 9), BAD, "ends before it begins"),
    "an exception that is over": (ALL, exception_times(-9, -1), BAD, "grants what is over already"),
    "an exception of what was": (ALL, exception_times(-86400 - 9), BAD, "began before it was signed"),
    "an exception reviewed too seldom": (ALL, exception(review_every_d=31), BAD, "less than every 30 days"),
    "an exception from a permit": (ALL, exception(waives=["P1"]), BAD, "waives P1, which is no requirement"),
    "an exception from nothing known": (ALL, exception(waives=["R1", "R9"]), BAD, "waives R9, which is no requirement"),
    "an exception signed by its owner": (ALL, exception(owner="p-bob"), BAD,
                                         "entry <exception.grant>: is signed by p-bob, who owns"),
    "an exception proposed by its owner": (ALL, exception(owner="s-ada"), BAD,
                                           "entry <exception.grant.proposed>: is signed by p-ada, who owns"),
    "an exception signed by one person": (ALL, whole("exception.grant", 1, actor="p-ada"), BAD, "twice by one person|is not what"),
    "an exception with one signature": (ALL, drop("exception.grant.proposed"), BAD, "names statements before it that are not waiting"),
    "an exception signed on the station alone": (ALL, at("signing", same_machine,
                                                         lambda one: one["fields"]["act"] == "exception.grant"), BAD,
                                                 "was signed on the station alone"),
    "an exception by an agent": (ALL, whole("exception.review", actor="p-ann"), BAD, "entry <exception.review>: "),
    "an id of an exception again": (ALL, exception(1, id="E-1"), BAD, "grants E-1 again"),
    "an exception of another schema": (ALL, exception(schema="keyturn-exception/2"), BAD, "entry <exception.grant.proposed>: "),
    "an exception with a field too many": (ALL, exception(more=1), BAD, "entry <exception.grant.proposed>: "),
    "an exception that waives nothing": (ALL, exception(waives=[]), BAD, "entry <exception.grant.proposed>: "),
    "an exception for nobody": (ALL, exception(population=[]), BAD, "entry <exception.grant.proposed>: "),
    "an exception that waives one twice": (ALL, exception(waives=["R1", "R1"]), BAD, "entry <exception.grant.proposed>: "),
    "an exception without a reason": (ALL, exception(reason=" "), BAD, "entry <exception.grant.proposed>: "),
    "an exception of nobody": (ALL, exception(owner="Ann"), BAD, "entry <exception.grant.proposed>: "),
    "an exception never reviewed": (ALL, exception(review_every_d=-1), BAD, "entry <exception.grant.proposed>: "),
    "an exception in parts of a second": (ALL, exception(until="2026-12-30T00:00:00.001Z"), BAD,
                                          "entry <exception.grant.proposed>: "),
    "a review too late": (ALL, exception(review_every_d=12), BAD, "entry <exception.review>: .*overdue"),
    "a review before it begins": (ALL, exception_times(15 * 86400), BAD, "entry <exception.review>: reviews what has not begun"),
    "a review after its end": (ALL, exception_times(0, 13 * 86400 - 9), BAD, "entry <exception.review>: is about an exception that is over"),
    "a review of what was not granted": (ALL, whole("exception.review", object=HEX), BAD, "that was not granted"),
    "a review by its owner": (ALL, both(exception(owner="p-saul"), whole("exception.review", actor="p-saul")), BAD,
                              "entry <exception.review>: is signed by p-saul, who owns"),
    "an exception ended twice": (ALL, at("entry", lambda one, forge: exception_again(one, forge), act("exception.end")), BAD,
                                 "is about an exception that is over"),
    "an exception whose line is missing": (ALL, files(lambda some: some.pop(next(
        name for name in sorted(some) if name.startswith("data/exceptions/")))), MISSING, "data/exceptions/.*not there"),
    "an exception that nobody named": (ALL, files(lambda some: some.update({"data/exceptions/%s.json" % sha(b"{}"): b"{}"})),
                                       BAD, "data/exceptions/.*is named by no entry"),
    "an exception under another name": (ALL, files(lambda some: some.update({"data/exceptions/%s.json" % HEX: b"{}"})),
                                        BAD, "data/exceptions/.*is not named by its SHA-256"),
    "a judgement from before": (TRUSTED, judgement(at="2026-11-15T09:00:00.000Z"), BAD, "is of another time"),
    "a judgement from after": (TRUSTED, judgement(at="2027-11-15T09:00:00.000Z"), BAD, "is of another time"),
    "a judgement without a result": (TRUSTED, judgement(result=None), BAD, "judgement that .*(lacks a|has not the) field"),
    "a judgement with a field too many": (TRUSTED, judgement(more=1), BAD, "judgement that .*field"),
    "a judgement with a bad digest": (TRUSTED, judgement(entry="x"), BAD, "judgement (that|with) .*(value|digest)"),
    "a judgement missing": (TRUSTED, at("files", lambda some, forge: [some.pop(name) for name in list(some) if name.endswith(
        ".json") and b'"registration"' in some[name] and "/metadata/" in name] and None), BAD,
                             "data/metadata/.*named by no entry"),  # nobody knows what else it named
    "what a key said missing": (TRUSTED, without(r"data/metadata/.*\.cbor"), MISSING, "data/metadata/.*cbor"),
    "metadata missing": (TRUSTED, without(r"data/metadata/.*\.jwt"), MISSING, "data/metadata/.*jwt"),
    "a root of the metadata missing": (TRUSTED, without(r"data/metadata/.*\.der"), MISSING, "data/metadata/.*der"),
    "a revocation list missing": (TRUSTED, without(r"data/metadata/.*\.crl"), MISSING, "data/metadata/.*crl"),
    "everything that keys were judged by missing": (TRUSTED, without(r"data/metadata/.*"), MISSING, "data/metadata/"),
    "metadata nobody names": (TRUSTED, at("files", lambda some, forge: forge.store("metadata", b"x", "crl") and None), BAD,
                              "data/metadata/.*named by no entry"),
    "metadata of another digest": (TRUSTED, rewrite(r"data/metadata/.*\.jwt", lambda data: data + b"\n"), BAD,
                                   "not named by its"),
    # files, with the manifest and export.json made to fit
    "a file too many": (ONE, files(lambda some: some.update({"data/extra.txt": b"x"})), BAD, "data/extra.txt: is no"),
    "a hidden file": (ONE, files(lambda some: some.update({"data/reports/.x": b"x"})), BAD, "data/reports/.x: is no"),
    "a file at the top": (ONE, bundle(lambda some: some.update({"README": b"x"})), BAD, "README: is no"),
    "a witness": (ONE, files(lambda some: some.update({"data/witness/ws-1": b"x"})), BAD, "data/witness/ws-1: is no"),
    "a roster nobody names": (ALL, at("files", lambda some, forge: forge.store("roster", some["data/roster/%s.json" % (
        forge.roster)].replace(b"desk-leads", b"desk-chief"), "json") and None), BAD, "data/roster/"),
    "a policy nobody names": (ONE, at("files", lambda some, forge: forge.store("policy", b"x", "yaml") and None), BAD,
                              "data/policy/.*named by no entry"),
    "a registration nobody names": (ONE, at("files", lambda some, forge: forge.store("registrations", b"x", "cbor")
                                            and None), BAD, "data/registrations/.*named by no entry"),
    "a statement nobody names": (ONE, at("files", lambda some, forge: forge.sign(forge.statement(
        "role.activate", "p-ann", role="agent")) and forge.place_statements(some)), BAD, "named by no entry"),
    "an approval in the wrong place": (ONE, files(lambda some: [some.update({name.replace("other-team", "third"):
        some.pop(name)}) for name in list(some) if "other-team" in name] and None), BAD, "third.json: belongs in"),
    "a statement in two places": (ONE, files(doubled), BAD, "data/statements/.*is in the bundle twice"),
    "a file of another digest": (ONE, rewrite(r"data/policy/.*", lambda data: data + b"#"), BAD, "not named by its"),
    "a checkpoint missing": (ONE, without("data/checkpoint"), BAD, "data/checkpoint: is not there"),
    "no exporter's signature": (ONE, bundle(lambda some: some.pop("export.json.sig")), BAD, "export.json.sig: is not"),
    "an approval missing": (ONE, without(r".*/other-team\.json.*"), MISSING, "entry <case.approve:1>: its statement"),
    "half an approval missing": (ONE, without(r".*/other-team\.json\.sig"), MISSING, "other-team.json.sig: is not"),
    "all statements missing": (ONE, without(r"data/(approvals|statements)/.*"), MISSING, "entry 0: its statement"),
    "a roster missing": (ONE, without(r"data/roster/.*"), MISSING, "data/roster/"),
    "a registration missing": (ONE, without(r"data/registrations/.*", 1), MISSING, "data/registrations/"),
    "a test assertion missing": (ONE, without(r"data/assertions/.*"), MISSING, "data/assertions/"),
    "a policy missing": (ONE, without(r"data/policy/.*"), MISSING, "data/policy/"),
    "a witness missing": (ALL, never("witness.off"), MISSING, "witness ws-1: its head"),
    "other allowed_signers": (ONE, rewrite(r".*allowed_signers", lambda data: data + b"#\n"), BAD, "allowed_signers"),
    "another bagit.txt": (ONE, bundle(lambda some: some.update({"bagit.txt": b"BagIt-Version: 0.97\n"})), BAD, "bagit"),
    "manifest in upper case": (ONE, bundle(lambda some: some.update({
        "manifest-sha256.txt": some["manifest-sha256.txt"].upper()})), BAD, "data/"),
    "manifest with one line too many": (ONE, bundle(lambda some: some.update({
        "manifest-sha256.txt": some["manifest-sha256.txt"] + b"\n"})), BAD, "manifest-sha256.txt"),
    "manifest unsorted": (ONE, bundle(lambda some: some.update({"manifest-sha256.txt": b"".join(
        sorted(some["manifest-sha256.txt"].splitlines(True)))})), BAD, "manifest-sha256.txt"),
    "a file changed": (ONE, bundle(lambda some: some.update({"data/README.txt": b"x"})), BAD, "data/README.txt"),
    "a file and the manifest changed": (ONE, bundle(lambda some: some.update({"data/README.txt": b"x"}) or some.update({
        "manifest-sha256.txt": forge_bundle.manifest(some)})), BAD, "export.json: is signed for another manifest"),
    "armour in longer lines": (ONE, rewrite(r".*/other-team\.json\.sig", lambda data: data.replace(b"\n", b"", 2)),
                               BAD, "other-team.json.sig: "),
    "armour without its last newline": (ONE, rewrite(r".*/other-team\.json\.sig", lambda data: data[:-1]), BAD,
                                        "other-team.json.sig: "),
    "base64 with stray bits": (ONE, rewrite(r".*/other-team\.json\.machine\.sig", lambda data: stray(data)), BAD,
                               "other-team.json.machine.sig: is not canonical base64"),
    "a statement with a newline": (ONE, rewrite(r".*/other-team\.json", lambda data: data + b"\n"), BAD,
                                   "other-team.json: has more after its end"),
    "entries without the last newline": (ONE, rewrite(r".*entries\.jsonl", lambda data: data[:-1]), BAD, "newline"),
    "an empty line": (ONE, rewrite(r".*entries\.jsonl", lambda data: data + b"\n"), BAD, "entry 42: has 0 bytes"),
    "no entries": (ONE, rewrite(r".*entries\.jsonl", lambda data: b""), BAD, "no entry"),
    # checkpoint and export
    "checkpoint of another key": (ONE, at("checkpoint", lambda one: one.update(
        key=forge_bundle.ed25519.Ed25519PrivateKey.generate())), BAD, "data/checkpoint: is not signed by the station"),
    "checkpoint of another size": (ONE, at("checkpoint", lambda one: one.update(size=40)), BAD, "export.json: "),
    "checkpoint of another root": (ONE, at("checkpoint", lambda one: one.update(root=HEX)), BAD, "export.json: "),
    "checkpoint of another origin": (ONE, at("checkpoint", lambda one: one.update(origin="example.org/other/1")), BAD,
                                     "export.json: |data/checkpoint"),
    "checkpoint and export of another size": (ONE, both(at("checkpoint", lambda one: one.update(size=40)),
                                                        at("export", lambda one: one.update(head_size=40))), BAD,
                                              "data/checkpoint: is about another record"),
    "another station key in entry 0": (ONE, entry("station.init", station_key="x"), BAD, "entry 0: "),
    "another station key in the bundle": (ONE, files(lambda some: some.update({"data/station.vkey": Forge().vkey()})),
                                          BAD, "data/station.vkey: is not the key of the trusted"),
    "an exporter who is no auditor": (ONE, at("export", lambda one: one.update(actor="p-ada")), BAD, "export.json: .*role"),
    "exported before the end": (ONE, at("export", lambda one: one.update(iat="2026-11-15T09:00:00.000Z",
                                                                         exp="2026-11-15T09:15:00.000Z")), BAD,
                                "export.json: was signed before"),
    "an export of another act": (ONE, at("export", other_act), BAD, "export.json: is no statement of export.made"),
    "an export without UV": (ONE, signing("export.made", flags=1), BAD, "export.json: .*user verification"),
    "an export signed by nobody": (ONE, signing("export.made", message=b"x"), BAD, "export.json: the signature"),
    "an export of another station": (ONE, at("export", lambda one: one.update(genesis=HEX)), BAD, "export.json: .*gene"),
    "an export of another policy": (ONE, at("export", lambda one: one.update(policy=HEX)), BAD, "export.json: .*policy"),
}


def stray(data):
    """Sets a bit that base64 padding does not use, where there is one."""
    lines = data.split(b"\n")
    body = b"".join(lines[1:-2])
    if body.endswith(b"="):
        alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        at_ = len(body.rstrip(b"=")) - 1
        body = body[:at_] + bytes([alphabet[alphabet.index(body[at_]) ^ 1]]) + body[at_ + 1:]
    rows = [body[start:start + 70] for start in range(0, len(body), 70)]
    return b"\n".join(lines[:1] + rows + lines[-2:])


def judged(forge, fast=True, trust=None, anchors=()):
    made, own = forge.build()
    code, report, practice, log = verify.judge(made, [], own if trust is None else trust, anchors, fast)
    return code, verify.verdict(code, report, practice, log, own if trust is None else trust)


class Good(unittest.TestCase):
    def test_each_story_is_accepted(self):
        for story in (ONE, ALL, TRUSTED):
            for practice in (True, False):
                with self.subTest(story=story, practice=practice):
                    code, lines = judged(Forge(story=story, practice=practice), fast=False)
                    self.assertEqual(code, 0, lines)
                    self.assertTrue(lines[0].startswith("PRACTICE GOOD" if practice else "GOOD"), lines)

    def test_what_is_weaker_is_accepted_when_marked(self):
        tweak = both(at("signing", same_machine, lambda one: one["fields"]["act"] == "case.approve"),
                     entry("case.quorum", weaker=1, why="one-station"))
        self.assertEqual(judged(Forge(tweak))[0], 0)

    def test_what_is_bad_later_or_of_others_is_not_bad(self):
        for one in ({"status": "REVOKED", "effectiveDate": "2027-01-01"},
                    {"status": "REVOKED", "effectiveDate": "2026-01-01", "sunsetDate": "2026-02-01"},
                    {"status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2023-01-01"},
                    {"status": "SOMETHING_NEW"}, {"status": "UPDATE_AVAILABLE", "effectiveDate": "2026-01-01"}):
            with self.subTest(one=one):
                self.assertEqual(judged(Forge(reports(one), story=TRUSTED))[0], 0)

    def test_a_restricted_class_is_accepted_when_marked(self):
        marked = {"weaker": 1, "why": "restricted-class"}
        tweak = both(entry("case.made", **marked), entry("case.activate", **marked))
        self.assertEqual(judged(Forge(tweak))[0], 0)

    def test_another_signature_under_the_checkpoint_is_ignored(self):
        tweak = rewrite("data/checkpoint", lambda data: data + "\u2014 witness AAAA\n".encode())
        self.assertEqual(judged(Forge(tweak))[0], 0)

    def test_a_sign_counter_that_goes_back_is_a_remark(self):
        forge = Forge(at("signing", lambda one: setattr(one["key"], "counter", 0),
                         lambda one: one["fields"]["act"] == "case.approve"))
        code, lines = judged(forge)
        self.assertEqual(code, 0, lines)
        self.assertTrue(any("sign counter" in one for one in lines))

    def test_a_registration_may_have_extensions(self):
        self.assertEqual(judged(Forge(of_token("p-lea", flags=0xC5,
                                               extra=forge_bundle.cbor({"credProtect": 2}))))[0], 0)

    def test_a_person_may_have_two_keys(self):
        tweak = both(extra_key("p-otto"), enrol_also("p-otto"))
        code, lines = judged(Forge(tweak))
        self.assertEqual(code, 0, lines)

    def test_client_data_may_be_left_out(self):
        self.assertEqual(judged(Forge(of_new_key(cdj=None)))[0], 0)

    def test_what_was_denied_changes_nothing(self):
        def change(one, forge):
            if "denied" not in forge.__dict__:
                forge.denied = True
                forge.entry("case.approve", out="denied", why="same-team", case="c-0001", actor="p-otto", slot="x")
                one["seq"] += 1
        self.assertEqual(judged(Forge(at("entry", change, act("case.elapsed"))))[0], 0)


class Anchored(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bundle, cls.own = Forge().build()
        cls.other_bundle, cls.other = Forge().build()

    def judge(self, trust, anchors=(), bundle=None):
        code, report, practice, log = verify.judge(bundle or self.bundle, [], trust, anchors)
        return code, verify.verdict(code, report, practice, log, trust)[0]

    def test_no_trust_folder(self):
        code, head = self.judge({})
        self.assertEqual(code, 2)
        self.assertIn("consistent, not anchored", head)

    def test_each_part_of_it_is_needed(self):
        for name in verify.TRUST:
            with self.subTest(name=name):
                code, head = self.judge({key: data for key, data in self.own.items() if key != name})
                self.assertEqual(code, 2)
                self.assertIn("consistent, not anchored", head)

    def test_a_part_that_cannot_be_read_anchors_nothing(self):
        for name in verify.TRUST:
            for rubbish in (b"\xff\x00nonsense", b"nonsense\n", self.own[name][:-2], self.own[name] + b"x\n",
                            self.own[name].replace(b"station.init", b"case.approve")):
                if rubbish == self.own[name] or (name == "roots.pem" and b"BEGIN" in rubbish):
                    continue
                with self.subTest(name=name, rubbish=rubbish[:20]):
                    code, head = self.judge(self.own | {name: rubbish})
                    self.assertEqual(code, 2, head)

    def test_each_part_of_another_station_is_noticed(self):
        words = {"station.vkey": "data/station.vkey", "genesis": "entry 0", "officers.allowed_signers": "entry 0",
                 "roots.pem": "entry 1: .*trusted root"}
        for name in verify.TRUST:
            with self.subTest(name=name):
                code, head = self.judge(self.own | {name: self.other[name]})
                self.assertEqual(code, 1)
                self.assertRegex(head, words[name])

    def test_a_bundle_forged_whole_under_new_keys(self):
        code, head = self.judge(self.own, bundle=self.other_bundle)
        self.assertEqual(code, 1, head)

    def test_forged_whole_with_the_stations_key_stolen(self):
        forge, thief = Forge(), Forge()
        _, trust = forge.build()
        thief.station_key, thief.maker = forge.station_key, forge.maker
        made, _ = thief.build()
        code, head = self.judge(trust, bundle=made)
        self.assertEqual(code, 1)
        self.assertRegex(head, "entry 0: is not the genesis")

    def test_a_real_trust_folder_and_a_practice_bundle(self):
        _, real = Forge(practice=False).build()
        self.assertEqual(self.judge(self.own | {"officers.allowed_signers": real["officers.allowed_signers"]})[0], 1)

    def test_expected_anchors(self):
        leaves = [hashlib.sha256(b"\0" + body).digest() for body in self.bundle["data/entries.jsonl"].splitlines()]
        forge = Forge()
        forge.leaves = leaves
        for size in (0, 1, 2, 3, 7, 8, 31, 41, 42):
            self.assertEqual(self.judge(self.own, [(size, forge.root(size))])[0], 0)
            code, head = self.judge(self.own, [(size, HEX)])
            self.assertEqual(code, 1)
            self.assertIn("anchor %d:" % size, head)
        code, head = self.judge(self.own, [(43, HEX)])
        self.assertEqual(code, 2)
        self.assertIn("beyond the end", head)

    def test_the_tail_after_the_last_statement_rests_on_anchors(self):
        forge = Forge(cut(40))
        made, trust = forge.build()
        self.assertEqual(self.judge(trust, bundle=made)[0], 0)
        self.assertEqual(self.judge(trust, [(42, HEX)], made)[0], 2)


class Refused(unittest.TestCase):
    """One test for each row of the table above."""


@functools.cache
def acts_of(story):
    forge = Forge(story=story)
    forge.build()
    return [json.loads(body)["act"] for body in forge.bodies]


def number_of(story, match):
    places = [index for index, one in enumerate(acts_of(story)) if one == match[1]]
    return str(places[int(match[2] or 0)])


def add_case(name, story, tweak, code, words):
    def test(self):
        found, lines = judged(Forge(tweak, story=story))
        self.assertEqual(found, code, lines)
        self.assertRegex(lines[0], re.sub("<([a-z._]+):?([0-9]*)>", functools.partial(number_of, story),
                                                words))
    setattr(Refused, "test_" + re.sub("[^a-z0-9]+", "_", name.lower()), test)


for name_, row_ in REFUSED.items():
    add_case(name_, *row_)


class Formats(unittest.TestCase):
    def test_vectors_of_the_tree(self):
        log = verify.Log(verify.Report(), {}, verify.Trust({}), {})
        for body in (b'{"v":1}', b'{"v":2}', b'{"v":3}'):
            log.append(body)
        self.assertEqual(log.root_at(1), "0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab25ad9deb5a3cb32")
        self.assertEqual(log.root_at(2), "2774b2b9a86296b7fec2694a3a790b34e30699472031a9125477b0fd36da14fc")
        self.assertEqual(log.root_at(3), "71991f52439f9511f9cddf1c2635b3bab64301e934f69a46da18c9d3fd2d8866")

    def test_frontier_agrees_with_the_recursive_tree(self):
        log, forge = verify.Log(verify.Report(), {}, verify.Trust({}), {}), Forge()
        for number in range(130):
            body = b"%d" % number
            log.append(body)
            forge.leaves.append(hashlib.sha256(b"\0" + body).digest())
            self.assertEqual(log.root_at(number + 1), forge.root())

    def test_vector_of_a_statement(self):
        text = (b'{"act":"case.approve","actor":"p-7f3a","case":"c-0192","case_digest":"ffb304816a1090313e833215c08dae3'
                b'd209cfad1ffd1f674f0909a2ae99e1394","contact":"seen","evidence":"ee8250fb76e094b34b471f13a73dbbe51d1ae'
                b'142e9df59d7c0d31ec20f0a0a8e","exp":"2026-11-15T10:15:00.000Z","genesis":"afbf9d0f3560b0fd7795e81c42a0'
                b'a79ee6b6fc67e064f77826aee642cad28d91","head_root":"0fe7f04cd9688fb996eea9ae1248cbe83b4d04805413f35ab2'
                b'5ad9deb5a3cb32","head_size":1,"iat":"2026-11-15T10:00:00.000Z","log":"example.org/keyturn/st-07/1","n'
                b'ewkey":"e265b6f564601a1fe8dc42785cd18a868bd8013eb5899560e79248767a683e6b","nonce":"000102030405060708'
                b'090a0b0c0d0e0f","op":"recover","policy":"823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fd'
                b'a812","policy_id":"acme-keys","policy_version":7,"previous":[],"slot":"helpdesk-lead","station":"st-0'
                b'7","sub":"s-51d2","v":1}')
        self.assertEqual(len(text), 832)
        self.assertEqual(sha(text), "59b6584e0fc33522119ab574e66e624144fb4dcee88613f54d712f134da774cf")
        self.assertEqual(verify.read_statement(text)["slot"], "helpdesk-lead")
        cdh = hashlib.sha256(forge_bundle.tosign("keyturn-case.approve@v1", text)).hexdigest()
        self.assertEqual(cdh, "1c99fa731cad199973493b0d77ea9c77fb15b4bffabda2c3c89011e0c2949066")

    def test_lines_that_are_read(self):
        for text in (b"{}", b'{"a":0}', b'{"a":9007199254740991,"b":[1,"x",{"c":[]}]}', '{"a":"\u00e9\\"\\\\"}'.encode()):
            self.assertEqual(line(verify.read_line(text)), text)

    def test_lines_that_are_refused(self):
        for text in (b"", b"{", b"[]", b"1", b'{"a":1}\n', b' {"a":1}', b'{"a": 1}', b'{"a":1,}', b'{"a":01}', b'{"a":-0}',
                     b'{"a":-1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":9007199254740992}', b'{"a":true}', b'{"a":null}',
                     b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"A":1}', b'{"":1}', b'{"a1":1}', b'{"a":"\\n"}',
                     b'{"a":"\\u0041"}', b'{"a":"\\/"}', b'{"a":"\x7f"}', b'{"a":"\x1f"}', b'{"a":"\xff"}',
                     b'{"a":"\xc0\x80"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"x}', b"\xef\xbb\xbf{}", b'{"a":NaN}',
                     b'{"a":1}{}', b"{'a':1}", b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"a":"' + b"x" * 65536
                     + b'"}', b'{"a":1111111111111111111111}', b'{"\\u0061":1}', b'{"a"\t:1}'):
            with self.subTest(text=text[:40]), self.assertRaises(ValueError):
                verify.read_line(text)

    def test_cbor_that_is_refused(self):
        good = forge_bundle.cbor({"a": 1, "bb": b"x"})
        self.assertEqual(verify.read_cbor(good), ({"a": 1, "bb": b"x"}, len(good)))
        for text in ("", "a2616101616101", "a2626262016161 02", "1800", "190000", "1a00000000", "1b0000000000000000",
                     "9f00ff", "5f4100ff", "bf616100ff", "c000", "f6", "f7", "f90000", "fa00000000", "5a7fffffff00",
                     "9a7fffffff", "ba7fffffff", "61ff", "a1", "a101", "1c", "1f", "81" * 50 + "00"):
            with self.subTest(text=text), self.assertRaises(ValueError):
                verify.read_cbor(bytes.fromhex(text))

    def test_times(self):
        self.assertEqual(verify.milliseconds("1970-01-01T00:00:01.001Z"), 1001)
        self.assertIsNotNone(verify.milliseconds("2028-02-29T23:59:59.999Z"))
        for text in ("2027-02-29T00:00:00.000Z", "2027-01-01T24:00:00.000Z", "2027-01-01T00:00:60.000Z",
                     "2027-01-01T00:00:00Z", "2027-01-01 00:00:00.000Z", "1969-12-31T23:59:59.999Z",
                     "2027-13-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z\n", "\u0662027-01-01T00:00:00.000Z"):
            self.assertIsNone(verify.milliseconds(text), text)


class Hostile(unittest.TestCase):
    """Rubbish in any file, manifest and export.json made to fit: a verdict,
    never a crash."""

    def test_rubbish_in_each_kind_of_file(self):
        made, trust = Forge().build()
        plain = {path: data for path, data in made.items() if path.startswith("data/")}
        kinds = {re.sub(r"[0-9a-f]{64}", "X", path): path for path in plain}
        for kind, path in sorted(kinds.items()):
            data = plain[path]
            for index, rubbish in enumerate((b"", b"\0" * 100, b"{" * 3000, b"\xa3" * 60, data[:-1], data[:len(data) // 2],
                                             data + data, data[::-1], b"\xff" + data[1:], b'{"act":[]}', b'{"v":1}\n',
                                             b"\x30\x84\xff\xff\xff\xff", b"-----BEGIN SSH SIGNATURE-----\n\n")):
                with self.subTest(kind=kind, index=index):
                    target = path
                    if "X" in kind and "statements" not in kind:  # keep the file named by its digest
                        target = re.sub(r"[0-9a-f]{64}", sha(rubbish), path)
                    forge = Forge()
                    some = {name: one for name, one in plain.items() if name != path} | {target: rubbish}
                    bundle_ = self.reseal(some, made)
                    code, report, practice, log = verify.judge(bundle_, [], trust)
                    free = kind in ("data/README.txt", "data/verify.py") or "/reports/" in kind
                    self.assertEqual(code != 0, True, kind) if not free else None
                    self.assertTrue(verify.verdict(code, report, practice, log, trust))
                    del forge

    @staticmethod
    def reseal(some, made):
        """A manifest that fits; export.json is told to name it (its signature
        is then wrong, but that is found last)."""
        some["bagit.txt"] = made["bagit.txt"]
        some["manifest-sha256.txt"] = forge_bundle.manifest(some)
        fields = json.loads(made["export.json"]) | {"object": sha(some["manifest-sha256.txt"])}
        some["export.json"] = line(fields)
        for name in ("export.json.sig", "export.json.machine.sig"):
            some[name] = made[name]
        return some

    def test_rubbish_in_entries(self):
        """Each field of each entry replaced by values of other kinds."""
        made, trust = Forge().build()
        bodies = made["data/entries.jsonl"].splitlines()
        values = ["", "x" * 300, 0, 2**53 - 1, [], ["x"], {}, {"a": 1}, HEX, "\u2028"]
        number = 0
        for index, body in enumerate(bodies):
            fields = json.loads(body)
            for name in fields:
                changed = line(fields | {name: values[number % len(values)]})
                number += 1
                if changed == body:
                    continue
                some = dict(made)
                some["data/entries.jsonl"] = b"".join(one + b"\n" for one in bodies[:index] + [changed]
                                                      + bodies[index + 1:])
                some = self.reseal({key: data for key, data in some.items() if key.startswith("data/")}, made)
                code, *_ = verify.judge(some, [], trust, fast=True)
                self.assertEqual(code, 1, (index, name))


class OnDisk(unittest.TestCase):
    """The program itself, on files."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = self.temporary.name
        made, trust = Forge().build()
        forge_bundle.write(os.path.join(self.folder, "bundle"), made)
        forge_bundle.write(os.path.join(self.folder, "trust"), trust)

    def tearDown(self):
        self.temporary.cleanup()

    def run_it(self, *arguments, program=VERIFY):
        done = subprocess.run([sys.executable, program, *arguments], capture_output=True, text=True, check=False,
                              cwd=self.folder)
        self.assertNotIn("Traceback", done.stderr)
        return done.returncode, done.stdout

    def test_good(self):
        code, text = self.run_it("bundle", "--trust", "trust")
        self.assertEqual(code, 0, text)
        self.assertTrue(text.startswith("PRACTICE GOOD: 42 entries"))

    def test_the_copy_in_the_bundle_does_the_same(self):
        code, _ = self.run_it("bundle", "--trust", "trust", program=os.path.join(self.folder, "bundle/data/verify.py"))
        self.assertEqual(code, 0)

    def test_json(self):
        code, text = self.run_it("bundle", "--trust", "trust", "--json")
        self.assertEqual((code, json.loads(text)["code"]), (0, 0))

    def test_no_trust_and_an_empty_one(self):
        os.mkdir(os.path.join(self.folder, "empty"))
        for arguments in (("bundle",), ("bundle", "--trust", "empty")):
            code, text = self.run_it(*arguments)
            self.assertEqual(code, 2)
            self.assertIn("consistent, not anchored", text.splitlines()[0])

    def test_usage(self):
        for arguments in ((), ("nowhere",), ("bundle", "--trust", "nowhere"), ("bundle", "--anchor", "x"),
                          ("bundle", "--unknown"), ("bundle", "--anchor", "1:" + "A" * 64)):
            self.assertEqual(self.run_it(*arguments)[0], 3, arguments)

    def test_anchor(self):
        code, text = self.run_it("bundle", "--trust", "trust", "--anchor", "3:" + HEX)
        self.assertEqual(code, 1)
        self.assertIn("anchor 3:", text)

    def test_links_folders_and_special_files(self):
        inside = os.path.join(self.folder, "bundle/data/reports")
        for make, word in ((lambda path: os.symlink("/etc/passwd", path), "neither a file"),
                           (lambda path: os.symlink(inside, path), "neither a file"),
                           (os.mkfifo, "neither a file"), (os.mkdir, "empty folder")):
            path = os.path.join(inside, "x")
            make(path)
            code, text = self.run_it("bundle", "--trust", "trust")
            self.assertEqual(code, 1)
            self.assertIn("data/reports/x", text.splitlines()[0])
            self.assertIn(word, text.splitlines()[0])
            os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)

    def test_names_that_would_trick_a_terminal(self):
        with open(os.path.join(self.folder, b"bundle/data/\x1b[31m\xff".decode("utf-8", "surrogateescape")), "w") as file:
            file.write("x")
        code, text = self.run_it("bundle", "--trust", "trust")
        self.assertEqual(code, 1)
        self.assertNotIn("\x1b", text)

    def test_no_tools(self):
        done = subprocess.run([sys.executable, VERIFY, "bundle", "--trust", "trust"], capture_output=True, text=True,
                              check=False, cwd=self.folder, env={"PATH": "/nowhere"})
        self.assertEqual(done.returncode, 3, done.stdout)

    def test_the_commands_of_the_readme(self):
        with open(os.path.join(self.folder, "bundle/data/README.txt"), encoding="ascii") as file:
            text = file.read().partition("WHAT LIES WHERE")[0]
        blocks = re.findall(r"(?:^    .*\n)+", text, re.M)
        script = "".join(block for block in blocks if "/path/to/" not in block and "SIZE:ROOT" not in block)
        done = subprocess.run(["sh", "-e", "-c", script], capture_output=True, text=True, check=False,
                              cwd=os.path.join(self.folder, "bundle"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count("Good \"keyturn-practice-case.approve@v1\""), 2)
        self.assertIn("all files are as listed\n1\nGood", done.stdout)
        self.assertIn("the record begins as that of the trusted station", done.stdout)
        self.assertIn("PRACTICE GOOD", done.stdout)
        self.assertNotIn("NOT GOOD", done.stdout)


if __name__ == "__main__":
    unittest.main()
