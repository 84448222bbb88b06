#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A whole case before a recoveryd that lies once or more at each step: "done"
of what was not done, a statement about something else, nonsense, nothing at
all. No step is shown as done that the record does not have, no key signs or
makes what was not asked for, and the case goes on from there. In the end it
has the same acts as the same case done by fidotool, and no more."""
import os
import time

import hostile
import liar
import person
from hostile import FEW, answer_to, changed_signal, instead, some, variants

DONE = {"done": {}}
LOCKED = "Locked. Nothing is lost."
NONSENSE = {"nothing": {}, "half a line": '{"done":{', "a list": [], **FEW}


class Case(person.Person):
    def __init__(self, on, between):
        super().__init__(on)
        self.between = between
        self.others = None  # somebody else's case

    def lie(self, change=None, forward=None):
        self.between.change = change
        self.between.forward = forward or (lambda method, request: request)

    def heard(self, what):
        """How often this was asked for."""
        return sum(what in (request.get("act"), request.get("what")) for _, request in self.between.liar.heard)

    def recorded(self, act):
        return sum(row.get("case") != self.others for row in person.recorded(self.on.place, act))

    def problem(self):
        self.on.until(lambda: any("Problem" in word for word in self.on.words()), "a word of it")

    def work_of(self, key):
        """What a key was asked for: touches and PINs."""
        return [word for word in self.on.softkey(key, "dump").split() if word.startswith(("touches=", "tokens="))]


def says_done(act, fields):
    """A submission that is not passed on."""
    def forward(method, request):
        statement = request.get("statement", "")
        mine = method == "Submit" and (request.get("act") == act or f'"{act}"' in statement)
        return liar.Instead({"done": fields}) if mine else request
    return forward


# --- staff -----------------------------------------------------------------------


def found(me):
    """The person is looked for: rows that make no sense are no person."""
    person.lost_key(me)
    person.sign_in(me, "ada")
    me.at("Find a person or a case")
    person.find(me, "Sam Fox", "Sam")
    true = me.between.said["persons"]
    me.press("Back")
    for name, said in [*NONSENSE.items(), *some(variants(true, depth=4), 12)]:
        me.lie(answer_to("Query", "persons", said))
        asked = me.heard("persons")
        me.enter("Sam")
        me.press("Find")
        me.on.until(lambda: me.heard("persons") > asked, f"the question ({name})")
        me.at("Find a person or a case")
        me.on.answers()
        for _ in range(3):
            me.on.key("BackSpace")
    me.lie()
    me.enter("Sam")
    me.press("Find")
    me.push("Sam Fox")
    me.at("Sam Fox")


def opened(me):
    me.press("Lost")
    me.press("Yesterday")
    for said in (me.between.said["role.activate"], {}, {"statement": "{}", "openings": {}}, *FEW.values()):
        me.lie(answer_to("Propose", "case.open", said))
        work = me.work_of("ada")
        me.on.until(lambda: me.on.find("Continue") or me.on.find("Try again"), "a way on")
        me.press("Try again" if me.on.find("Try again") else "Continue")
        me.problem()
        me.on.until(lambda: me.on.find("Try again"), "another try")
        assert me.work_of("ada") == work
    me.lie()
    me.press("Try again")
    me.see("Read what you sign. The words are made from the statement itself.")
    # Signed, and not handed on: the record knows of no such case.
    for fields in ({"case": "c-00000000"}, {}, {"case": me.others}):
        me.lie(forward=says_done("case.open", fields))
        me.sign()
        me.at(LOCKED)
        assert not me.recorded("case.open")
        assert not any("c-" in word for word in me.on.words()), me.on.words()
        me.lie()
        me.press("Sign in")
        me.pin()
        person.find(me, "Sam Fox", "Sam")
        me.press("Lost")
        me.press("Yesterday")
        me.press("Continue")
    me.sign()
    me.at("Case %s")
    assert me.recorded("case.open") == 1


def proved(me):
    me.press("Begin to check who it is")
    me.at("Evidence")
    me.lie(forward=says_done("case.start_proofing", {}))
    me.push("Identity checked again, level 2")
    me.on.until(lambda: me.heard("case.start_proofing") == 1, "the submission")
    time.sleep(0.5)
    me.see_not("In the record")
    me.lie()
    me.push("Identity checked again, level 2")
    me.see("In the record")
    for n in (1, 2):
        me.press("Passport")
        me.press("Chip read")
        me.press("In order")
        if n == 1:
            me.lie(forward=says_done("case.add_evidence", {}))
        me.press("Record")
        if n == 1:
            me.see("The record does not have this step. Try again.")
            me.see("Nothing yet.")
            assert not me.recorded("case.add_evidence")
            me.lie()
    me.see("The evidence meets the plan")
    assert me.recorded("case.add_evidence") == 1


def submitted(me):
    me.press("Submit")
    me.at("Submit the case for approval")
    me.lie(forward=says_done("case.submit", {}))
    me.sign()
    me.at("Case %s")
    me.see("Checking who it is")
    assert not me.recorded("case.submit")
    me.lie()
    me.press("Submit for approval")
    me.at("Submit the case for approval")
    me.sign()
    me.at("Case %s")
    me.see("Waiting for approval")


# --- the user --------------------------------------------------------------------


def checked(me):
    person.hand_over(me, "ada")
    me.at("Is this you?")
    me.press("Yes, that is me")
    me.at("Insert your new key")
    for name, said in [*NONSENSE.items(), ("fits, but to itself", {"fits": "yes"}), ("does not fit", {"fits": 0, "rule": hostile.EVIL})]:
        me.lie(answer_to("Query", "preflight", said))
        asked = me.heard("preflight")
        me.insert("sam-new")
        me.on.until(lambda: me.heard("preflight") > asked, f"the question ({name})")
        time.sleep(0.3)
        me.on.see_not("This key fits.")
        me.pull("sam-new")
    me.lie(forward=instead("Query", liar.NEVER))
    me.insert("sam-new")
    me.see("Insert")
    me.pull("sam-new")
    me.at("One moment")  # patience has an end
    me.lie()
    me.at(LOCKED)
    back_in(me)
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")


def back_in(me):
    me.press("Sign in")
    person.sign_in(me, "ada")
    me.at("Case %s")


def offers(true):
    """Options of recoveryd's for the new key, none of which may be taken up."""
    def but(**more):
        return dict(true, options=dict(true.get("options", {}), **more))

    return {"for approvals": but(rp_id="keyturn-practice:approval"), "for a station's approvals": but(rp_id="keyturn:approval"),
            "no algorithm": but(algs=[]), "nobody": but(user={}), "algorithms without end": but(algs=[-7] * 1500), "no test": dict(true, test=None)}


def made(me):
    me.on.softkey("sam-new", "touch never")
    me.press("Confirm and register key")
    me.at("Touch 1 of 2")
    me.press("Back")
    again(me)
    for name, said in NONSENSE.items():
        work = me.work_of("sam-new")
        me.lie(answer_to("Propose", "case.made", said))
        me.press("Confirm and register key") if me.on.find("Confirm and register key") else me.press("Try again")
        me.problem()
        me.on.until(lambda: me.on.find("Try again"), f"another try ({name})")
        me.on.see_not("makes no sense. Use another key")
        assert me.work_of("sam-new")[0] == work[0], name
    for name in offers({}):
        work = me.work_of("sam-new")
        me.lie(answer_to("Propose", "case.made", lambda request, answer, name=name: offers(answer)[name]))
        me.press("Try again")
        me.problem()
        me.on.until(lambda: me.on.find("Try again"), f"another try ({name})")
        assert me.work_of("sam-new")[0] == work[0], f"{name} was made"
        me.see("Your key is not the reason.")
    me.lie(forward=says_done("case.made", {}))
    me.press("Try again")
    for i in (1, 2):
        me.at(f"Touch {i} of 2")
        me.on.softkey("sam-new", "touch now")
    me.see("The record does not have this step. Try again.")
    assert not me.recorded("case.made")
    me.lie()
    me.press("Try again")
    me.pin(person.NEW_PIN)  # it was taken, and forgotten
    person.touch_twice(me, "sam-new")
    assert me.recorded("case.made") == 1


def again(me):
    me.see("This key fits.")
    me.press("Continue")
    me.at("Enter the PIN of your new key")
    me.digits(person.NEW_PIN)
    me.press("Continue")
    me.at("Check before your key is registered")


# --- approver and releaser -------------------------------------------------------


def to_decision(me):
    me.press("I approve this case")
    answer(me)


def answer(me):
    me.press("I have seen this person")
    me.press("Continue")


def approved(me):
    """Ben's approval, of this case and no other."""
    to_decision(me)
    lies = {"of another case": lambda request, answer: dict(answer, statement=answer["statement"].replace(request["case"], me.others)),
            "without openings": lambda request, answer: dict(answer, openings={}), "nothing": {}, **FEW}
    for name, said in lies.items():
        me.lie(answer_to("Propose", "case.approve", said))
        work = me.work_of("ben")
        if me.on.find("Try again"):
            me.press("Try again")
            answer(me)
        if "plugged=0" in me.on.softkey("ben", "dump"):
            me.insert("ben")
        me.problem()
        me.on.until(lambda: me.on.find("Try again"), f"another try ({name})")
        assert me.work_of("ben") == work
    me.lie(forward=says_done("case.approve", {}))
    me.press("Try again")
    answer(me)
    decide(me)
    me.at(LOCKED)
    assert not me.recorded("case.approve")
    me.lie()
    me.pull("ben")
    to_decision(me)
    me.insert("ben")
    decide(me)
    me.at(LOCKED)
    me.pull("ben")
    person.wait_until_recorded(me.on.place, "case.approve")


def decide(me):
    me.see("Short code: compare it on both screens")
    me.press("To the decision")
    me.push("Approve: sign")
    me.pin()


def carried(me):
    back_in(me)
    me.push("Approve on another machine")
    me.push("cleo")
    for name, said in NONSENSE.items():
        me.lie(answer_to("Propose", "case.approve", said))
        if me.on.find("Try again"):
            me.press("Try again")
        me.press("I have called this person back")
        me.press("Continue")
        me.problem()
        me.on.until(lambda: me.on.find("Try again"), f"another try ({name})")
        me.on.see_not("Write file")
    me.lie()
    me.press("Back")
    me.at("Case %s")
    person.approve_elsewhere(me, "cleo")
    assert me.recorded("case.approve") == 2


def released(me):
    person.wait_until_recorded(me.on.place, "case.elapsed")
    me.see("Ready to be released")
    me.press("Release the new key")
    me.see("Insert the key of the person who signs.")
    me.insert("ria")
    me.sign()
    me.at("Issue the new key")
    me.lie(forward=says_done("case.activate", {}))
    me.sign()
    me.at("Case %s")
    me.see("Ready to be released")
    assert not me.recorded("case.activate")
    me.lie()
    me.press("Release the new key")
    me.at("Issue the new key")
    me.sign()
    me.at("Receipt")


def received(me):
    case = me.on.until(lambda: next((word for word in me.on.words() if word.startswith("c-")), None), "the reference")
    true = me.between.said["proof"]
    for name, said in [*NONSENSE.items(), *some(variants(true, depth=3), 10)]:
        me.press("Back")
        me.at("Case %s")
        me.lie(answer_to("Query", "proof", said))
        asked = me.heard("proof")
        me.press("Receipt")
        me.on.until(lambda: me.heard("proof") > asked, f"the question ({name})")
        me.on.answers()
    me.lie()
    me.press("Back")
    me.press("Receipt")
    me.see(case)
    me.between.liar.shout(changed_signal(2 ** 31))
    me.press("Finish")
    me.at("Welcome")
    for name in ("ada", "ria"):
        me.pull(name)


STEPS = (found, opened, proved, submitted, checked, made, approved, carried, released, received)


# --- the record ------------------------------------------------------------------


def acts_of(bundle, case):
    rows = [tuple(entry.get(name) for name in ("act", "actor", "slot", "state", "reason")) for entry in person.entries(bundle)
            if entry.get("case") == case]
    return sorted(rows, key=str)  # the station sends its own when it likes


def at_the_window():
    with person.station() as place:
        person.screen.softkey(place, "ada", "plug")
        others = place.session("ada", "agent", 'case open --person "Eve Fox"')[-1]["case"]
        person.screen.softkey(place, "ada", "unplug")
        between = liar.Between(os.path.join(place.top, "between"), os.path.join(place.station, "socket"))
        with hostile.Hostile(place, program=os.environ["WATCHED"]) as on:
            on.start_at(between.liar.path, "--exchange", place.exchange)
            me = Case(on, between)
            me.others = others
            for step in STEPS:
                began = time.monotonic()
                print(step.__name__, flush=True)
                step(me)
                print(f"  {time.monotonic() - began:.0f} s", flush=True)
            print(f"longest round of the main loop {on.end('the case')} ms", flush=True)
        case = person.recorded(place, "case.activate")[0]["case"]
        return acts_of(person.bundle_of(place), case)


def by_command():
    with person.station(inserted=True) as place:
        person.by_command(place)
        case = person.recorded(place, "case.open")[0]["case"]
        return acts_of(person.bundle_of(place), case)


def main():
    ours, other = at_the_window(), by_command()
    assert ours == other, f"at the window {ours}, by fidotool {other}"


if __name__ == "__main__":
    main()
