#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A hostile recoveryd. It answers with nonsense, too much, too little, never,
or with a lie, at the start and at each step of a case. The kiosk shows no step
as done that was not, has nothing signed that was not asked for, does not crash
or stall, and there is always a way on.

The kiosk is the watched one: its main loop is never held up."""
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screen  # noqa: E402  (finds the modules below)
import desk  # noqa: E402
import liar  # noqa: E402
import under_display  # noqa: E402
import whole_case  # noqa: E402

STALL_MS = 500  # what the longest lie may cost; far more than the kiosk takes for the truth
LONG = 100_000
EVIL = "\u202e\u2066\u0000\u0007\r\n\t\x1b[2J<b>&amp;%s%n\u0301" .replace("\u0000", "")
MUCH = ("A\u0301\u202eZ " * (LONG // 4))
PASSPORT = "case evidence --type passport --method chip --result ok --issuer NL"
LICENCE = "case evidence --type driving-licence --method visual --result ok --issuer NL"

STATUS = {"practice": 1, "initialised": 1, "started": 1, "station": "st-01", "rp_id": "login.example.org", "roles": [], "size": 10,
          "cases": {"open": 0, "waiting": 0}, "clock": {"doubt": 0}, "disk": {"free_mb": 9000, "low": 0}}


class Hostile(screen.Screen):
    """The kiosk at whatever socket; its key in the port is always ada's."""

    def start_at(self, path):
        env = dict(self.display.env, KEYTURN_KEYS=self.place.keys, G_DEBUG="fatal-criticals")
        self.log = tempfile.TemporaryFile("w+")
        settings = pathlib.Path(self.place.top, "kiosk.conf")
        settings.write_text("[kiosk]\nidle_s=600\n")  # nobody is at this one for long
        self.kiosk = subprocess.Popen([self.program, "--station", path, "--windowed", "--config", settings], env=env, stderr=self.log,
                                      preexec_fn=under_display.die_with_parent)
        self.until(lambda: self.window() is not None, "the window")

    def start(self):
        pass  # each test starts its own

    def end(self, what):
        """It still runs, ends when it is told to, and never stood still."""
        assert self.kiosk.poll() is None, f"{what}: the kiosk ended with {self.kiosk.returncode}\n{self.said()}"
        code = self.stop()
        said = self.said()
        assert code == 0, f"{what}: ended with {code}\n{said}"
        longest = int(re.search(r"longest (\d+) ms", said)[1])
        # The first frame aside. On a busy machine a round takes longer than it works.
        for took, at, worked in re.findall(r"stall (\d+) ms at ([\d.]+) s, (\d+)", said):
            assert float(at) < 1.0 or int(worked) < STALL_MS and int(took) < 1000, f"{what}: the window stood still\n{said}"
        assert "CRITICAL" not in said, said
        return longest

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def answers(self, limit=15.0):
        """The window's main loop: it is asked, and answers soon."""
        began = time.monotonic()
        title = self.title()
        took = time.monotonic() - began
        assert took < limit, f"{took:.1f} s for the title of the page"
        return title

    def way_on(self, away=False):
        """Back to the welcome page by what is there for it; away: or the page
        says that the station is away, and asks again by itself."""
        def arrived():
            title = self.answers()
            if "Welcome" in title or away and "One moment" in title:
                return True
            if self.find("Yes, stop", self.BUTTONS):
                self.press("Yes, stop")
            elif self.find("Stop and clear", self.BUTTONS):
                self.press("Stop and clear")
            return False
        self.until(arrived, "a way on")


def no_sign_in(on):
    for word in on.words():
        assert "Signed in" not in word and "Find a person" not in word, word


# --- what is wrong in any answer ---------------------------------------------

NONSENSE = {
    "nothing": "", "no JSON": "}{", "half": '{"practice":1,', "not UTF-8": b"\xff\xfe\x80".decode("utf-8", "surrogateescape"),
    "a list": [], "a number": 7, "null": None, "a text": '"yes"', "deep": "[" * 5000 + "]" * 5000, "two values": "{} {}",
    "twice the same member": '{"a":1,"a":2}', "an empty object": {}, "another D-Bus type": liar.Typed("u", struct.pack("<I", 7)),
    "no D-Bus body": liar.Typed("", b""), "a D-Bus list": liar.Typed("as", struct.pack("<I", 0)),
    "an error": liar.Error(), "an error of nobody's": liar.Error("com.example.Odd", MUCH), "an error in evil words": liar.Error(words=EVIL),
    "wide": json.dumps({"list": list(range(60000))}), "huge": json.dumps({"station": "x" * 20_000_000}),
}
REFUSALS = {
    "refused by nobody": {"refused": []}, "refused, an object": {"refused": {}}, "refused, a text": {"refused": "no"},
    "refused without words": {"refused": [{}]}, "refused with numbers": {"refused": [{"rule": 1, "text": 2, "enough": 3}]},
    "refused by null": {"refused": [None]}, "refused with a rule alone": {"refused": [{"rule": "because"}]},
    "refused at length": {"refused": [{"rule": MUCH, "text": MUCH, "enough": MUCH}]},
    "refused in evil words": {"refused": [{"rule": EVIL, "text": EVIL, "enough": EVIL}]},
    "refused and done": {"refused": [{"rule": "r", "text": "t", "enough": "e"}], "done": {"case": "c-00000000"}},
}
FEW = {name: REFUSALS[name] for name in ("refused by nobody", "refused without words", "refused at length", "refused in evil words")}
ODD = {"null": None, "a number": 7, "below zero": -1, "huge": 9007199254740991, "true": True, "a list": [1, "x", None],
       "an object": {"a": {"b": 1}}, "empty": "", "evil": EVIL, "long": MUCH, "many": ["x" * 20] * 3000}


def variants(answer, depth=2):
    """Copies with one member at a time gone, or odd; and one too many."""
    def walk(value, path):
        if isinstance(value, dict):
            members = list(value)
        elif isinstance(value, list):
            members = list(range(min(len(value), 2)))
        else:
            return
        for name in members:
            yield [*path, name]
            if len(path) + 1 < depth:
                yield from walk(value[name], [*path, name])

    def copy_with(path, change):
        copy = json.loads(json.dumps(answer))
        place = copy
        for name in path[:-1]:
            place = place[name]
        change(place, path[-1])
        return copy

    kinds = list(ODD.items())
    for n, path in enumerate(walk(answer, [])):
        where = ".".join(map(str, path))
        yield f"{where} gone", copy_with(path, lambda place, name: place.pop(name))
        # Each place with some of the kinds, all kinds somewhere.
        for kind, value in (kinds[n % len(kinds)], kinds[(n + 4) % len(kinds)], kinds[(n + 8) % len(kinds)]):
            yield f"{where} is {kind}", copy_with(path, lambda place, name, value=value: place.__setitem__(name, value))
    yield "one too many", dict(answer, surplus=EVIL)


def some(pairs, most=45):
    """Spread over all of them, the first and the last among these."""
    pairs = list(pairs)
    step = max(1, -(-len(pairs) // most))
    return pairs[::step] + pairs[-1:]


def changed_signal(size):
    """What recoveryd says when the record has grown."""
    fields = [(1, "o", liar.text("/org/keyturn/Recovery1")), (2, "s", liar.text("org.keyturn.Recovery1")), (3, "s", liar.text("Changed")),
              (8, "g", b"\1t\0")]
    return liar.message(4, size, fields, struct.pack("<Q", size))


# --- before anybody is there -------------------------------------------------


def no_connection(on, folder):
    """It does not even get as far as a question."""
    path = os.path.join(folder, "lie")
    for name, greeting in {"says nothing": None, "ends at once": liar.CLOSE, "greets with noise": os.urandom(4096),
                           "refuses": b"REJECTED\r\n" * 50, "greets for ever": b"DATA\r\n" * 20000}.items():
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


def at_the_start(on, folder):
    """Each kind of nonsense for the status, and for whose keys there are."""
    path = os.path.join(folder, "lie")
    say = {"status": STATUS}
    lies = liar.Liar(path, lambda method, request: say.get(request.get("what"), {}))
    on.start_at(path)
    on.see("st-01")
    answers = dict(NONSENSE, **REFUSALS)
    for name, said in answers.items():
        say["signers"] = said
        on.at("Welcome")
        on.press("Staff")
        on.until(lambda: "sign-in" in on.title() or "One moment" in on.title(), name)
        on.answers()
        no_sign_in(on)
        on.way_on()
    for name, said in {**dict(list(answers.items())[::4]), **dict(some(variants(STATUS), 25))}.items():
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


def instead(method, said):
    """Not even passed on: nothing was done."""
    return lambda asked, request: liar.Instead(said) if asked == method else request


def answer_to(method, act_or_query, said):
    """Only this one is a lie."""
    def change(asked, request, answer):
        mine = asked == method and act_or_query in (request.get("act"), request.get("what"), "*")
        return (said(request, answer) if callable(said) else said) if mine else answer
    return change


def a_proposal_that_was_not_asked_for_is_not_signed(scene):
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
    for name, said in lies.items():
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
    print(f"  {len(lies)} proposals, none signed")


def tries(dump):
    return [word for word in dump.split() if word.startswith(("touches", "tokens"))]


def nobody_is_signed_in_who_is_not(scene):
    """The role's signature is submitted, and what comes back is no yes."""
    on = scene.on
    nobody = {"nothing": {}, "done as a text": {"done": "yes"}, "done as a list": {"done": []}, "half a line": '{"done":{',
              "an error": liar.Error(), "the end": liar.CLOSE, "noise": liar.Raw(os.urandom(200)), **FEW}
    for name, said in nobody.items():
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
    print(f"  {len(nobody) + 2} answers to the signature; from one that never came back to the welcome page in {took:.1f} s")


def open_case(scene, person="Sam Fox"):
    on = scene.on
    on.at("Find a person")
    on.press(scene.cases[person])
    on.at(f"Case {scene.cases[person]}")


def a_case_in_any_form_is_a_page(scene):
    """Each part of each answer about a case, odd; it is read again on "Changed"."""
    on, between = scene.on, scene.between
    case = scene.cases["Sam Fox"]
    scene.sign_in()
    open_case(scene)
    n = 0
    for what in ("case", "acts", "plan"):
        true = scene.line.query(what, case=case)
        for name, said in some(variants(true, depth=4)):
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


def words_for_another_case_are_not_signed(scene):
    """Ben approves Sam's case; what comes is Eve's, or does not fit."""
    on = scene.on


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        with Hostile(place, program=os.environ["WATCHED"]) as on:
            names = sys.argv[1:] or ["start", "between"]
            for name in list(place.softkeys):
                on.pull(name)
            if "start" in names:
                for function in (no_connection, at_the_start):
                    print(function.__name__, flush=True)
                    function(on, place.top)
            if "between" not in names:
                return
            for name in list(place.softkeys):
                on.insert(name)
            scene = Scene(on, place)
            tests = [a_proposal_that_was_not_asked_for_is_not_signed, nobody_is_signed_in_who_is_not, a_case_in_any_form_is_a_page]
            for function in [t for t in tests if len(names) == 1 or t.__name__ in names or "start" in names]:
                print(function.__name__, flush=True)
                began = time.monotonic()
                scene.start()
                function(scene)
                print(f"  {time.monotonic() - began:.0f} s, longest round of the main loop {on.end(function.__name__)} ms", flush=True)


if __name__ == "__main__":
    main()
