# SPDX-License-Identifier: Apache-2.0
"""A window before a recoveryd that lies: what it says, and what is looked at
after each lie. The kiosk is the watched one: its main loop is never held up."""
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
import liar  # noqa: E402
import under_display  # noqa: E402

STALL_MS = 150  # what the longest lie may cost: the truth costs 50
LONG = 100_000
EVIL = "\u202e\u2066\u0000\u0007\r\n\t\x1b[2J<b>&amp;%s%n\u0301" .replace("\u0000", "")
MUCH = ("A\u0301\u202eZ " * (LONG // 4))

STATUS = {"practice": 1, "initialised": 1, "started": 1, "station": "st-01", "rp_id": "login.example.org", "roles": [], "size": 10,
          "cases": {"open": 0, "waiting": 0}, "clock": {"doubt": 0}, "disk": {"free_mb": 9000, "low": 0}}


class Hostile(screen.Screen):
    """The kiosk at whatever socket; its key in the port is always ada's."""

    def start_at(self, path, *more):
        env = dict(self.display.env, KEYTURN_KEYS=self.place.keys, G_DEBUG="fatal-criticals")
        self.log = tempfile.TemporaryFile("w+")
        settings = pathlib.Path(self.place.top, "kiosk.conf")
        settings.write_text("[kiosk]\nidle_s=600\n")  # nobody is at this one for long
        self.kiosk = subprocess.Popen([self.program, "--station", path, "--windowed", "--config", settings, *more], env=env,
                                      stderr=self.log, preexec_fn=under_display.die_with_parent)
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
        stalls = re.findall(r"stall (\d+) ms \(processor (\d+) ms\) at ([\d.]+) s", said)
        assert len(stalls) >= min(int(re.search(r"watchdog: (\d+) stalls", said)[1]), 1), f"stalls that are not read:\n{said}"
        for took, worked, at in stalls:
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
    pairs = list(pairs.items() if isinstance(pairs, dict) else pairs)
    step = max(1, -(-len(pairs) // most))
    return pairs[::step] + ([] if (len(pairs) - 1) % step == 0 else pairs[-1:])


def changed_signal(size):
    """What recoveryd says when the record has grown."""
    fields = [(1, "o", liar.text("/org/keyturn/Recovery1")), (2, "s", liar.text("org.keyturn.Recovery1")), (3, "s", liar.text("Changed")),
              (8, "g", b"\1t\0")]
    return liar.message(4, size, fields, struct.pack("<Q", size))


def instead(method, said):
    """Not even passed on: nothing was done."""
    return lambda asked, request: liar.Instead(said) if asked == method else request


def answer_to(method, act_or_query, said):
    """Only this one is a lie."""
    def change(asked, request, answer):
        mine = asked == method and act_or_query in (request.get("act"), request.get("what"), "*")
        return (said(request, answer) if callable(said) else said) if mine else answer
    return change
