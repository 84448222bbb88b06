#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A hostile recoveryd, at the start, at the sign-in and at a case that waits:
it answers with nonsense, too much, too little, never, or with a lie. The kiosk
shows nothing as done that was not, has nothing signed that was not asked for,
does not crash or stall, and there is always a way on.

test_hostile.py [start | signin | case]; with "quick" before it a part of it."""
import json
import os
import sys
import time

import hostile
import desk
import liar
import whole_case
from hostile import FEW, NONSENSE, REFUSALS, STATUS, answer_to, changed_signal, instead, no_sign_in, some, variants

PASSPORT = "case evidence --type passport --method chip --result ok --issuer NL"
LICENCE = "case evidence --type driving-licence --method visual --result ok --issuer NL"
MUCH, LONG = hostile.MUCH, hostile.LONG


# --- before anybody is there -------------------------------------------------


def no_connection(on, folder, quick):
    """It does not even get as far as a question."""
    path = os.path.join(folder, "lie")
    greetings = {"ends at once": liar.CLOSE, "greets with noise": os.urandom(4096), "refuses": b"REJECTED\r\n" * 50,
                 "greets for ever": b"DATA\r\n" * 20000}
    for name, greeting in {"says nothing": None, **dict(some(greetings, 2 if quick else 4))}.items():
        lies = liar.Liar(path, greeting=greeting)
        on.start_at(path)
        if greeting is None:
            on.at("Welcome")
            on.press("Staff")
            on.at("Staff sign-in")
        on.at("One moment")  # soon, or when it has waited long enough
        no_sign_in(on)
        on.way_on(away=True)
        print(f"  {name}: {on.end(name)} ms")
        lies.close()


def at_the_start(on, folder, quick):
    """Each kind of nonsense for the status, and for whose keys there are."""
    path = os.path.join(folder, "lie")
    say = {"status": STATUS}
    lies = liar.Liar(path, lambda method, request: say.get(request.get("what"), {}))
    on.start_at(path)
    on.see("st-01")
    answers = dict(NONSENSE, **REFUSALS)
    for name, said in some(answers, 8 if quick else 28):
        say["signers"] = said
        on.at("Welcome")
        on.press("Staff")
        on.until(lambda: "sign-in" in on.title() or "One moment" in on.title(), name)
        on.answers()
        no_sign_in(on)
        on.way_on()
    for name, said in some(answers, 4 if quick else 8) + some(variants(STATUS), 4 if quick else 24):
        say["status"] = said
        asked = len(lies.heard)
        lies.drop()  # it is away, and is asked again
        on.until(lambda: len(lies.heard) > asked, f"a question ({name})")
        on.answers()
        no_sign_in(on)
    say["status"] = STATUS
    on.see("st-01")
    longest = on.end("at the start")
    lies.close()
    print(f"  {len(lies.heard)} questions, longest round of the main loop {longest} ms")


# --- between the kiosk and the real one --------------------------------------


class Scene:
    """Two cases that wait for approval, and a liar in front of the station."""

    def __init__(self, on, place):
        self.on, self.place = on, place
        self.cases = {}
        for person, key in (("Sam Fox", "sam-new"), ("Eve Fox", "sam-spare")):
            case = place.session("ada", "agent", f'case open --person "{person}"')[-1]["case"]
            place.session("ada", "agent", f"case proof {case} --branch c --ial 2", PASSPORT, LICENCE, "case submit",
                          *([f"case make --key {place.selector(key)}"] if person == "Sam Fox" else []))
            self.cases[person] = case
        import station_line
        self.line = station_line.Line(os.path.join(place.station, "socket"))  # for what is put in between
        self.between = liar.Between(os.path.join(place.top, "between"), os.path.join(place.station, "socket"))
        for name in place.softkeys:
            on.pull(name)
        self.creds = {row["roles"][0]: row["cred"] for row in self.line.query("signers")["signers"]}
        self.role = self.line.propose("role.activate", role="agent", reason="kiosk", cred=self.creds["agent"])
        assert "done" in self.line.submit(**self.signed(self.role))

    def signed(self, proposal):
        """By ada, in her own good time."""
        path = os.path.join(self.place.top, "own.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(proposal, file)
        self.on.insert("ada")
        signed = self.place.act("sign", path, "--machine", self.place.machine)
        self.on.pull("ada")
        return signed

    def lie(self, change=None, forward=None):
        self.between.change = change
        self.between.forward = forward or (lambda method, request: request)

    def start(self):
        self.on.start_at(self.between.liar.path)
        self.on.see("PRACTICE")

    def sign_in(self, name="ada"):
        on = self.on
        on.insert(name)
        on.press("Staff")
        on.see("Enter the PIN")
        on.type(desk.PIN)
        on.press("Continue")

    def leave(self, name="ada"):
        self.lie()
        self.on.way_on()
        self.on.pull(name)
        self.on.at("Welcome")

    def heard(self):
        return len(self.between.liar.heard)


def a_proposal_that_was_not_asked_for_is_not_signed(scene, quick):
    """At sign-in the kiosk signs as soon as the statement is there. It is
    another one: well formed, all its openings fit."""
    on, line, good = scene.on, scene.line, scene.role
    other = line.propose("role.activate", role="helpdesk-lead", reason="kiosk", cred=scene.creds["helpdesk-lead"])
    opening = line.propose("case.withdraw", case=scene.cases["Eve Fox"], reason="withdrawn", cred=scene.creds["agent"])
    assert "statement" in opening and "statement" in other, (opening, other)
    lies = {
        "another act": opening, "another role": other, "no openings": {k: v for k, v in good.items() if k != "openings"},
        "openings of another": dict(opening, openings=other["openings"]), "a statement cut short": dict(good, statement=good["statement"][:-9]),
        "a statement that is a number": dict(good, statement=7), "another RP ID": dict(good, rp_id="login.example.org"),
        "no signer": dict(good, signers=[]), "a signer of noise": dict(good, signers=[{"cred": "!", "key": MUCH}]),
        "a long opening": dict(good, openings=dict(good["openings"], policy="QUJD" * LONG)), "nothing": {}, **FEW}
    for name, said in some(lies, 4 if quick else 20):
        scene.lie(answer_to("Propose", "role.activate", said))
        before = on.softkey("ada", "dump")
        on.insert("ada")
        on.press("Staff")
        on.until(lambda: on.find("Problem") or any("Problem" in word for word in on.words()), f"a word against it ({name})")
        time.sleep(0.3)
        assert not any("Enter the PIN" in word for word in on.words()), name
        no_sign_in(on)
        after = on.softkey("ada", "dump")
        assert tries(before) == tries(after), f"{name}: {before} {after}"
        scene.leave()
    print("  none of these was signed")


def tries(dump):
    return [word for word in dump.split() if word.startswith(("touches", "tokens"))]


def nobody_is_signed_in_who_is_not(scene, quick):
    """The role's signature is submitted, and what comes back is no yes."""
    on = scene.on
    nobody = {"nothing": {}, "done as a text": {"done": "yes"}, "done as a list": {"done": []}, "half a line": '{"done":{',
              "an error": liar.Error(), "the end": liar.CLOSE, "noise": liar.Raw(os.urandom(200)), **FEW}
    for name, said in some(nobody, 3 if quick else 20):
        scene.lie(forward=instead("Submit", said))
        scene.sign_in()
        on.until(lambda: any("Problem" in word for word in on.words()) or "One moment" in on.title() or "Welcome" in on.title()
                 or "sign-in" not in on.title(), f"a word of it ({name})")
        time.sleep(0.3)
        no_sign_in(on)
        scene.leave()
    # "done", and it is not: the station's own next answer ends it.
    scene.lie(forward=instead("Submit", {"done": {"role": "agent"}}))
    scene.sign_in()
    on.at("Locked")
    scene.leave()
    # No answer at all: whoever stops is at the welcome page at once, and the next one is served.
    scene.lie(forward=instead("Submit", liar.NEVER))
    scene.sign_in()
    on.until(lambda: not any("Enter the PIN" in word for word in on.words()), "the PIN to be taken")
    began = time.monotonic()
    scene.leave()
    took = time.monotonic() - began
    scene.sign_in()
    on.at("Find a person")
    scene.leave()
    print(f"  from an answer that never came back to the welcome page in {took:.1f} s")


def open_case(scene, person="Sam Fox"):
    on = scene.on
    on.at("Find a person")
    on.press(scene.cases[person])
    on.at(f"Case {scene.cases[person]}")


def a_case_in_any_form_is_a_page(scene, quick):
    """Each part of each answer about a case, odd; it is read again on "Changed"."""
    on, between = scene.on, scene.between
    case = scene.cases["Sam Fox"]
    scene.sign_in()
    open_case(scene)
    n = 0
    for what in ("case", "acts", "plan"):
        true = scene.line.query(what, case=case)
        for name, said in some(variants(true, depth=4), 10 if quick else 45):
            scene.lie(answer_to("Query", what, said))
            asked = scene.heard()
            between.liar.shout(changed_signal(1000 + n))
            on.until(lambda: scene.heard() >= asked + 3, f"the case to be read again ({what}: {name})")
            n += 1
            if n % 5 == 0:
                on.answers()
                assert scene.place.state(case) == "awaiting_approval"
    scene.lie()
    between.liar.shout(changed_signal(5000))
    on.at(f"Case {case}")
    # A thousand times "Changed" is one time.
    scene.lie()
    asked = scene.heard()
    between.liar.shout(b"".join(changed_signal(7000 + i) for i in range(1000)))
    time.sleep(1)
    assert scene.heard() - asked < 40, scene.heard() - asked
    on.at(f"Case {case}")
    for name, said in NONSENSE.items():
        scene.lie(answer_to("Query", "case", said))
        between.liar.shout(changed_signal(6000))
        time.sleep(0.3)
        on.answers()
    # Some of it is no D-Bus: a connection that ends, and with it the role.
    on.until(lambda: on.title().startswith((f"Case {case}", "Locked")), "the case, or the lock")
    scene.leave()
    print(f"  {n} odd cases")


PARTS = {"start": [no_connection, at_the_start],
         "signin": [a_proposal_that_was_not_asked_for_is_not_signed, nobody_is_signed_in_who_is_not],
         "case": [a_case_in_any_form_is_a_page]}


def timed(function, *arguments):
    print(function.__name__, flush=True)
    began = time.monotonic()
    function(*arguments)
    print(f"  {time.monotonic() - began:.0f} s", flush=True)


def at_a_station(on, place, functions, quick):
    for name in place.softkeys:
        on.insert(name)
    scene = Scene(on, place)
    for function in functions:
        scene.start()
        timed(function, scene, quick)
        print(f"  longest round of the main loop {on.end(function.__name__)} ms", flush=True)


def main():
    words = sys.argv[1:]
    quick = "quick" in words
    with desk.Desk() as place:
        whole_case.prepare(place)
        with hostile.Hostile(place, program=os.environ["WATCHED"]) as on:
            for name in place.softkeys:
                on.pull(name)
            for part, functions in PARTS.items():
                if part not in words:
                    continue
                if part == "start":
                    for function in functions:
                        timed(function, on, place.top, quick)
                else:
                    at_a_station(on, place, functions, quick)


if __name__ == "__main__":
    main()
