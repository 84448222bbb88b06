#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The kiosk's process is somebody else's: it shows Sam's case and works on
Eve's, where the new key is the intruder's own. It is on recoveryd's socket with
the kiosk's user, it has staff's keys in its port and their PINs and touches,
and has them sign whatever it likes. No key is issued: the other approval is
made on another machine, over words that are checked there.

The programs are the real ones; the intruder speaks to recoveryd by hand."""
import base64
import copy
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "integration"))

import desk  # noqa: E402
import station_line  # noqa: E402
import whole_case  # noqa: E402

ALL = []
PASSPORT = "case evidence --type passport --method chip --result ok --issuer NL"
LICENCE = "case evidence --type driving-licence --method visual --result ok --issuer NL"


def test(function):
    ALL.append(function)
    return function


class Kiosk:
    """The intruder in the kiosk's place."""

    def __init__(self, place):
        self.place = place
        self.rogue = os.path.join(place.top, "rogue")  # a machine of its own making
        place.run("machine", "init", "--machine", self.rogue, "--id", "desk-cleo")  # under a name that is enrolled
        self.line = station_line.Line(os.path.join(place.station, "socket"))
        self.keys = {}  # person -> credential of their key, as the station knows it

    def learn(self, person, role):
        """Whose key is whose: known as soon as they signed in once."""
        for row in self.line.query("signers")["signers"]:
            if role in row["roles"] and row["cred"] not in self.keys.values():
                self.keys[person] = row["cred"]
                return
        raise AssertionError(person)

    def write(self, name, value):
        path = os.path.join(self.place.top, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)
        return path

    def have_signed(self, proposal, machine=False):
        """The person whose key it names looks at Sam's page, enters the PIN and
        touches. What is signed is what the intruder says."""
        path = self.write("whatever.json", proposal)
        signed = self.place.act("sign", path, "--machine", self.rogue)
        if not machine:
            signed.pop("machine_sig")  # as a kiosk hands it in
        return signed

    def become(self, person, role):
        """One more touch, at "sign in": the role lives on this connection."""
        done = self.line.submit(**self.have_signed(self.line.propose("role.activate", role=role, reason="kiosk", cred=self.keys[person])))
        assert "done" in done, done

    def approval(self, person, slot, case, contact="seen"):
        answer = self.line.propose("case.approve", case=case, slot=slot, contact=contact, cred=self.keys[person])
        assert "statement" in answer, answer
        return answer


def refused(answer, *rules):
    got = [row["rule"] for row in answer.get("refused", [])]
    assert got and all(rule in rules for rule in got), f"{answer}: not refused by {rules}"
    assert answer["refused"][0]["text"] and "done" not in answer
    return got


def prepared(place, person, key, *lines):
    """A case with its evidence and its key, waiting for approvals."""
    opened = place.session("ada", "agent", f'case open --person "{person}"')
    case = opened[-1]["case"]
    place.session("ada", "agent", f"case proof {case} --branch c --ial 2", PASSPORT, LICENCE, "case submit",
                  f"case make --key {place.selector(key)}", *lines)
    return case


class Scene:
    """Two cases, an intruder, and Cleo at her own machine."""

    def __init__(self, place):
        self.place = place
        self.sam = prepared(place, "Sam Fox", "sam-new")
        self.eve = prepared(place, "Eve Fox", "mallory")  # the key in the port was another
        self.kiosk = Kiosk(place)
        for person, role in (("ada", "agent"), ("ben", "helpdesk-lead"), ("cleo", "other-team")):
            self.kiosk.learn(person, role)

    def no_key_issued(self):
        state = self.place.state(self.eve)
        assert state == "awaiting_approval", state
        shown = self.place.act("case", "show", self.eve, "--as", "ada")
        assert shown["state"] == state

    def cleo_signs_elsewhere(self, proposal, expect=0):
        """Her own copy of fidotool, her own machine's key, no station near."""
        path = self.kiosk.write("to-cleo.json", proposal)
        return self.place.act("sign", path, "--machine", self.place.machine, expect=expect)

    def words(self, proposal):
        """What fidotool shows of it on her machine."""
        path = self.kiosk.write("to-cleo.json", proposal)
        with desk.pin_file() as pins:
            done = subprocess.run([os.environ["FIDOTOOL"], "sign", path, "--machine", self.place.machine, *self.place.YES,
                                   f"--pin-fd={pins.fileno()}"], env=self.place.env, capture_output=True, text=True, timeout=120,
                                  check=True, pass_fds=[pins.fileno()])
        return done.stderr


# --- what the intruder can have ----------------------------------------------


@test
def the_lead_signs_for_a_case_that_was_not_shown(scene):
    """This much it gets: one slot of Eve's case, signed on the kiosk."""
    kiosk = scene.kiosk
    kiosk.become("ben", "helpdesk-lead")
    done = kiosk.line.submit(**kiosk.have_signed(kiosk.approval("ben", "helpdesk-lead", scene.eve)))
    assert "done" in done, done
    scene.no_key_issued()


# --- and what it cannot ------------------------------------------------------


@test
def a_second_approval_on_the_kiosk_is_one_too_many(scene):
    kiosk = scene.kiosk
    kiosk.become("cleo", "other-team")
    scene.on_kiosk = kiosk.have_signed(kiosk.approval("cleo", "other-team", scene.eve, "none"))
    refused(kiosk.line.submit(**scene.on_kiosk), "off-kiosk")
    scene.no_key_issued()


@test
def a_machine_that_is_not_on_the_roster_signs_in_vain(scene):
    kiosk = scene.kiosk
    signed = kiosk.have_signed(kiosk.approval("cleo", "other-team", scene.eve, "none"), machine=True)
    refused(kiosk.line.submit(**signed), "machine")
    # Nor does it get onto the roster from here.
    for person in ("ben", "cleo"):
        answer = kiosk.line.propose("roster.machine", cred=kiosk.keys[person], object=base64.b64encode(b"x").decode())
        assert "refused" in answer, answer
    scene.no_key_issued()


@test
def the_true_approver_has_the_true_words_or_none(scene):
    """What reaches Cleo went through the kiosk. She signs what she reads."""
    kiosk = scene.kiosk
    scene.true = kiosk.approval("cleo", "other-team", scene.sam, "called_back")
    false = kiosk.approval("cleo", "other-team", scene.eve, "called_back")
    assert "Sam Fox" in scene.words(scene.true) and "Eve Fox" not in scene.words(scene.true)
    assert "Eve Fox" in scene.words(false) and "Sam Fox" not in scene.words(false)
    # Eve's statement in Sam's words, whole or in parts.
    tried = 0
    for name, opening in scene.true["openings"].items():
        if false["openings"].get(name) == opening:
            continue
        mixed = copy.deepcopy(false)
        mixed["openings"][name] = opening
        scene.cleo_signs_elsewhere(mixed, expect=19)
        tried += 1
    assert tried > 1, scene.true["openings"].keys()
    scene.cleo_signs_elsewhere(dict(false, openings=scene.true["openings"]), expect=19)
    scene.cleo_signs_elsewhere(dict(scene.true, statement=false["statement"]), expect=19)
    # With something missing, too much, or another spelling of the statement.
    for name in false["openings"]:
        less = copy.deepcopy(false)
        del less["openings"][name]
        scene.cleo_signs_elsewhere(less, expect=19)
    scene.cleo_signs_elsewhere(dict(false, openings=dict(false["openings"], more="eA==")), expect=19)
    scene.cleo_signs_elsewhere(dict(false, statement=false["statement"].replace("Eve", "Sam").replace('","', '", "')), expect=19)
    print(f"  {tried} openings tried one by one")


@test
def her_signature_serves_for_nothing_else(scene):
    """Cleo has signed Sam's case on her machine; the kiosk carries it in."""
    kiosk = scene.kiosk
    scene.signed = scene.cleo_signs_elsewhere(scene.true)
    assert set(scene.signed) >= {"sig", "statement", "machine_sig"}
    eve = kiosk.approval("cleo", "other-team", scene.eve, "called_back")
    mixtures = {
        "her signature under Eve's statement": (dict(scene.signed, statement=eve["statement"]), ("signature",)),
        "her machine's under what the kiosk had her sign": (dict(scene.on_kiosk, machine_sig=scene.signed["machine_sig"]), ("machine",)),
        "that with her signature too": (dict(scene.on_kiosk, machine_sig=scene.signed["machine_sig"], sig=scene.signed["sig"]),
                                        ("signature",)),
        "her words with the case's number changed": (
            dict(scene.signed, statement=scene.signed["statement"].replace(scene.sam, scene.eve)), ("statement-unknown", "signature")),
        "her words with nothing but the person changed": (
            dict(scene.signed, statement=scene.signed["statement"].replace('"cleo"', '"ben"')), ("statement-unknown", "signature")),
        "what the kiosk had her sign, once more": (scene.on_kiosk, ("off-kiosk", "statement-replayed")),
    }
    for what, (request, rules) in mixtures.items():
        print(f"  {what}: {', '.join(refused(kiosk.line.submit(**request), *rules))}")
        scene.no_key_issued()


@test
def without_the_machine_it_is_one_more_signature_of_the_kiosk(scene):
    """Ben has signed Sam's case at the kiosk as well; Cleo's comes stripped."""
    kiosk = scene.kiosk
    done = kiosk.line.submit(**kiosk.have_signed(kiosk.approval("ben", "helpdesk-lead", scene.sam)))
    assert "done" in done, done
    stripped = {name: value for name, value in scene.signed.items() if name != "machine_sig"}
    refused(kiosk.line.submit(**stripped), "off-kiosk")
    assert scene.place.state(scene.sam) == "awaiting_approval"


@test
def the_key_cannot_be_exchanged_after_it_was_approved(scene):
    kiosk = scene.kiosk
    kiosk.become("ada", "agent")
    answer = kiosk.line.propose("case.made", case=scene.sam)
    refused(answer, "made-after-approval", "made-already")
    # Nor is one registered that came from somewhere else.
    answer = kiosk.line.submit(act="case.made", case=scene.sam, made=[])
    refused(answer, "made-after-approval", "made-already")


@test
def nobody_signs_twice_or_out_of_turn(scene):
    kiosk = scene.kiosk
    for person, slot in (("ben", "other-team"), ("ada", "other-team"), ("ben", "helpdesk-lead"), ("ada", "helpdesk-lead")):
        answer = kiosk.line.propose("case.approve", case=scene.eve, slot=slot, contact="seen", cred=kiosk.keys[person])
        print(f"  {person} as {slot}: {', '.join(refused(answer, 'role', 'one-person', 'slot-filled', 'own-work', 'slot'))}")
    refused(kiosk.line.propose("case.activate", case=scene.eve, cred=kiosk.keys["ben"]), "state", "role")
    scene.no_key_issued()


@test
def the_true_case_goes_its_way(scene):
    """Whoever carries it: Sam's case, as Cleo read it. Eve's has no key."""
    place, kiosk = scene.place, scene.kiosk
    # Since she signed, Ben has approved: she reads what there is now.
    refused(kiosk.line.submit(**scene.signed), "changed")
    signed = scene.cleo_signs_elsewhere(kiosk.approval("cleo", "other-team", scene.sam, "called_back"))
    done = kiosk.line.submit(**signed)
    assert "done" in done and done["done"]["case"] == scene.sam, done
    refused(kiosk.line.submit(**signed), "statement-replayed")
    place.wait_for(scene.sam, "ready")
    place.act("case", "release", scene.sam, "--as", "ria")
    place.wait_for(scene.sam, "completed")
    scene.no_key_issued()
    shown = place.act("case", "show", scene.eve, "--as", "ada")
    assert "issued" not in json.dumps(shown), shown
    # The record has it all, and its verifier nothing against it.
    kiosk.line.close()
    whole_case.check_bundle(place)


def main():
    with desk.Desk() as place:
        place.make_keys("sam-new", "mallory")
        place.start()
        place.found()
        place.import_people([("2001", "Sam Fox", [os.urandom(32)]), ("2002", "Eve Fox", [os.urandom(32)])])
        scene = Scene(place)
        for function in ALL:
            print(function.__name__, flush=True)
            function(scene)


if __name__ == "__main__":
    main()
