# SPDX-License-Identifier: Apache-2.0
"""Every screen of the kiosk, at a practice station, one after the other.

    with screens.station() as place, screens.Looking(place, "de") as on:
        for name, half in screens.walk(on):
            on.look("1280x800", "large,dark", path)

LOOKING is tests/kiosk/looking-kiosk besides the programs of screen.py.
"""
import contextlib
import gettext
import json
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screen  # noqa: E402  (finds the modules below)
import desk  # noqa: E402
import under_display  # noqa: E402

NOBODY, USER, STAFF = "nobody", "user", "staff"
PIN = desk.PIN
CHOSEN = "471190"  # by the user
STEPS = 25  # that kiosk/pages.c has


@contextlib.contextmanager
def station():
    """Founded, with two people who have a key, one case of theirs that can be
    contested, and keys that are new, a spare, and of a model that is not
    allowed; none is in."""
    with desk.Desk() as place:
        place.make_keys("sam-spare")
        place.add_key("sam-new")
        place.add_key("odd", "--profile", "none-2.1")
        place.start()
        place.found()
        place.import_people([("2001", "Sam Fox", [os.urandom(32)]), ("2002", "Eve Fox", [os.urandom(32)])])
        opened = place.session("ada", "agent", 'case open --person "Eve Fox" --lost-at "2026-11-20 14:00"')
        place.other_case = opened[-1]["case"]
        for name in place.softkeys:
            screen.softkey(place, name, "unplug")
        yield place


def contest_code(place):
    """Of the newest notice."""
    outbox = pathlib.Path(place.station, "outbox")
    notices = sorted(outbox.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in reversed(notices):
        found = re.search(r"Contest code: ([0-9a-zA-Z-]+)", path.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
    raise AssertionError("no notice has a contest code")


class Looking(screen.Screen):
    """The kiosk in one language, in any look."""

    def __init__(self, place, language="en", size="2000x2000", **settings):
        self.exchange = os.path.join(place.top, "exchange")
        self.receipts = os.path.join(place.top, "receipts")
        for folder in (self.exchange, self.receipts):
            os.makedirs(folder, exist_ok=True)
        own = {"idle_s": 600, "phone": "+49 30 1234", "exchange": self.exchange, "receipts": self.receipts, "language": language}
        super().__init__(place, size, program=os.environ["LOOKING"], settings={**own, **settings})
        catalogues = pathlib.Path(os.environ["LOOKING"]).resolve().parents[2] / "po"
        self.language = language
        self.catalogue = gettext.translation("keyturn", catalogues, [language], fallback=True)

    def start(self):
        env = dict(self.display.env, KEYTURN_KEYS=self.place.keys)
        path = os.path.join(self.place.top, "kiosk.conf")
        pathlib.Path(path).write_text("[kiosk]\n" + "".join(f"{k}={v}\n" for k, v in self.settings.items()), encoding="utf-8")
        self.errors = open(os.path.join(self.place.top, "looking.err"), "a+", encoding="utf-8")
        self.kiosk = subprocess.Popen(
            [self.program, "--station", self.place.station, "--windowed", "--config", path], env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, preexec_fn=under_display.die_with_parent)
        self.until(lambda: self.window() is not None, "the window")

    def stop(self):
        process = self.kiosk
        code = super().stop()
        if process is not None:
            process.stdin.close()
            process.stdout.close()
        return code

    def again(self, **settings):
        """Another kiosk on the same display, set up otherwise."""
        self.stop()
        self.settings.update(settings)
        self.start()

    def tr(self, text):
        """These words of ours in its language."""
        return self.catalogue.gettext(text)

    def ask(self, verb, what, path):
        """One request to looking-kiosk; its answer."""
        self.kiosk.stdin.write(f"{verb} {what} {path}\n")
        self.kiosk.stdin.flush()
        answer = self.kiosk.stdout.readline().split()
        assert answer[:1] == [verb + ":"] and len(answer) > 1, f"{verb}: {answer}"
        return answer[1:]

    def ask_file(self, verb, what, path):
        answer = self.ask(verb, what, path)
        assert answer[0] == "ok", f"{verb}: {answer}"
        with open(path + ".json", encoding="utf-8") as file:
            return answer, json.load(file)

    def look(self, size, looks, path, verb="look"):
        """PATH.png (none where the verb is "list", PATH.raw for "scan") and what
        is on it; the size it has taken."""
        answer, found = self.ask_file(verb, f"{size} {looks or '-'}", path)
        return answer[1], found["widgets"]

    def tab(self, path):
        """Stops of Tab, one round, and what can have the focus at all."""
        found = self.ask_file("tab", "- -", path)[1]
        return found["stops"], found["tree"]

    # --- read and pressed: without the accessibility bus, which is slower -----

    def read(self):
        return self.ask_file("words", "- -", os.path.join(self.place.top, "words"))[1]

    def words(self):
        return self.read()["texts"]

    def title(self):
        return self.read()["title"]

    def find(self, name, role=None):
        """Its name: of a button, of the heading, or any text."""
        found = self.read()
        names = [found["title"]] if role == "heading" else found["buttons"] if role else found["texts"]
        return next((own for own in names if name in own), None)

    def sensitive(self, node):
        return node  # what is not is not found

    # --- in its language -----------------------------------------------------

    def see(self, text):
        super().see(self.tr(text))

    def see_not(self, text):
        super().see_not(self.tr(text))

    def at(self, title):
        super().at(self.tr(title))

    def press(self, name, role=screen.Screen.BUTTONS):
        self.push(self.tr(name))

    def push(self, name):
        self.until(lambda: self.ask("press", "- -", name) == ["ok"], f'a button "{name}"')

    def enter_pin(self, pin=PIN):
        self.see("Enter the PIN of your key.")
        self.type(pin)
        self.key("Return")

    def press_made(self, *parts, of="%s, %s"):
        """A button whose words are put together from several of ours."""
        words = self.tr(of)
        for part in parts:
            words = re.sub(r"%[sdu]", lambda _, part=part: self.tr(part), words, count=1)
        self.push(words)

    def at_case(self):
        screen.Screen.at(self, self.tr("Case %s").split("%s")[0] + "c-" if self.tr("Case %s").endswith("%s")
                         else "c-")

    def case_id(self):
        return re.search(r"c-[0-9a-f]+", self.title())[0]


def walk(on):
    """Yields (name, whose half it is) at each screen; the words of the strip
    and each moment of a key are screens of their own."""
    yield from before_sign_in(on)
    yield from signing_in(on)
    yield from finding(on)
    yield from proving(on)
    yield from at_the_user(on)
    yield from approving(on)
    yield from releasing(on)
    yield from away(on)
    yield from walk_idle(on)


def before_sign_in(on):
    on.at("Welcome")
    on.see("PRACTICE: nothing here is real")
    yield "welcome", NOBODY
    on.press("I have an appointment for a new key")
    on.at("Your case number")
    yield "appointment", NOBODY
    on.press("Continue")
    on.see("Enter a case number like c-1a2b3c4d.")
    yield "appointment-unknown", NOBODY
    on.press("Back")
    on.at("Welcome")
    on.press("I did not ask for this")
    on.at("I did not ask for this")
    yield "contest", NOBODY
    on.type("aaaa")
    on.press("Stop this case")
    on.see("This code fits no case. Nothing was changed. Enter all 32 characters of your notice.")
    yield "contest-wrong", NOBODY
    on.press("Back")
    on.at("Welcome")
    on.press("I did not ask for this")
    on.at("I did not ask for this")
    on.type(contest_code(on.place))
    on.press("Stop this case")
    on.at("The case is stopped")
    yield "contested", NOBODY
    on.press("Finish")
    on.at("Welcome")
    on.press("I lost my key")
    on.at("What happens now")
    yield "lost", NOBODY
    on.key("Escape")
    on.see("Yes, stop")
    yield "stop-dialog", NOBODY
    on.press("Go on")


def signing_in(on):
    on.press("A colleague is here: sign in")
    on.at("Staff sign-in")
    on.see("Insert your staff key.")
    yield "sign-in-insert", NOBODY
    on.insert("ada")
    on.see("Enter the PIN of your key.")
    yield "sign-in-pin", NOBODY
    on.enter_pin("000000")
    wrong = on.catalogue.ngettext("Wrong PIN. {n} try left.", "Wrong PIN. {n} tries left.", 7)
    screen.Screen.see(on, wrong.replace("{n}", "7"))
    yield "sign-in-wrong-pin", NOBODY
    on.enter_pin()


def finding(on):
    on.at("Find a person or a case")
    yield "home", STAFF
    on.press("Keyboard")
    yield "home-keyboard", STAFF
    on.press("Keyboard")
    on.press("Find")
    on.see("Nobody fits. Enter part of the name, or the whole employee number.")
    yield "home-nobody", STAFF
    on.type("Sam")
    on.key("Return")
    on.until(lambda: on.find("Sam Fox", on.BUTTONS), "Sam")
    yield "home-found", STAFF
    on.press("Station status")
    on.at("Station status")
    yield "status", STAFF
    on.press("Back")
    on.at("Find a person or a case")
    on.type("Sam")
    on.key("Return")
    on.press("Sam Fox")
    on.at("Sam Fox")
    yield "person", STAFF
    on.press("Lost")
    on.press("Yesterday")
    on.press("Continue")
    on.see("The statement in full")
    yield "act-read", STAFF
    on.press("I have read this: sign")
    on.see("Enter the PIN of your key.")
    yield "act-pin", STAFF
    on.enter_pin()
    on.at_case()
    yield "case-new", STAFF


def proving(on):
    on.press("Begin to check who it is")
    on.at("Evidence")
    yield "evidence-plan", STAFF
    on.press_made("Identity checked again", "2", of="%s, level %d")
    on.see("In the record")
    yield "evidence", STAFF
    on.press("Passport")
    on.press("Chip read")
    on.press("In order")
    on.press("Record")
    on.until(lambda: on.sensitive(on.find(on.tr("Submit"), on.BUTTONS)), "enough evidence")
    yield "evidence-enough", STAFF
    on.press("Submit")
    on.see("The statement in full")
    yield "act-submit", STAFF
    on.press("I have read this: sign")
    on.enter_pin()
    on.at_case()
    on.see("Short code")
    yield "case-waiting", STAFF


def at_the_user(on):
    on.press("Hand over to the user: make the new key")
    on.at("Hand over to the user")
    yield "handover", STAFF
    on.pull("ada")
    on.press("Hand over now")
    on.at("Is this you?")
    yield "identity", USER
    on.press("No, that is somebody else")
    on.at("You cannot go on here")
    yield "stop", USER
    on.press("Back")
    on.at("Is this you?")
    on.insert("sam-spare")
    on.insert("odd")
    time.sleep(1)  # both have been seen by then
    on.press("Yes, that is me")
    on.at("Insert your new key")
    on.see("More than one key is connected. Leave only your key in.")
    yield "insert-two-keys", USER
    on.pull("sam-spare")
    on.pull("odd")
    on.see("Insert your new key")
    yield "insert", USER
    on.insert("odd")
    on.at("Another key is needed")
    yield "insert-unfit", USER
    on.pull("odd")
    on.insert("sam-new")
    on.see("This key fits. Nothing was changed on it so far.")
    yield "insert-fits", USER
    on.press("Continue")
    on.at("Choose a PIN for your new key")
    yield "pin-choose", USER
    on.type("4711")
    on.press("Continue")
    time.sleep(0.5)
    yield "pin-short", USER
    on.type(CHOSEN)
    on.press("Continue")
    on.at("Enter the same PIN again")
    yield "pin-again", USER
    on.type("471191")
    on.press("Continue")
    on.see("The two PINs differ. Enter both again. The key was not changed.")
    yield "pin-differs", USER
    on.type(CHOSEN)
    on.press("Continue")
    on.at("Enter the same PIN again")
    on.type(CHOSEN)
    on.press("Continue")
    on.at("Check before your key is registered")
    yield "check", USER
    on.softkey("sam-new", "touch never")
    on.press("Confirm and register key")
    on.at("Touch 1 of 2")
    yield "touch-1", USER
    on.until(lambda: on.find(on.tr("Touch 1 of 2")) or on.find(on.tr("Try again"), on.BUTTONS), "the key")
    if on.find(on.tr("Touch 1 of 2"), "heading") and on.find(on.tr("Cancel"), on.BUTTONS):
        on.press("Cancel")
    on.see("Try again")
    yield "touch-stopped", USER
    on.press("Try again")
    on.at("Touch 1 of 2")
    on.softkey("sam-new", "touch now")
    on.at("Touch 2 of 2")
    yield "touch-2", USER
    if on.find(on.tr("Try again"), on.BUTTONS):
        on.press("Try again")
        on.at("Touch 2 of 2")
    on.softkey("sam-new", "touch now")
    on.at("Your new key is ready, but not active yet")
    yield "pending", USER
    on.press("Finish")
    on.see("Your key is still in. Take it out first. Nothing else is needed.")
    yield "pending-key-in", USER
    on.pull("sam-new")
    on.see("Your key is out. Keep it with you.")
    on.see_not("Your key is still in. Take it out first. Nothing else is needed.")
    on.press("Finish")
    on.at("Give the screen back")
    yield "return", NOBODY


def approving(on):
    on.press("I approve this case")
    on.see("I have seen this person")
    yield "approve-contact", STAFF
    on.press("I have seen this person")
    on.press("Continue")
    on.see("Insert the key of the person who signs.")
    yield "approve-insert", STAFF
    on.insert("ben")
    on.see("The statement in full")
    yield "approve-read", STAFF
    on.press_made("Approve", of="%s: sign")
    on.enter_pin()
    on.at("Locked. Nothing is lost.")
    on.pull("ben")
    yield "locked", NOBODY
    on.press("Sign in")
    on.insert("ada")
    on.enter_pin()
    on.at_case()
    yield "case-approved-once", STAFF
    on.press_made("Approve", of="%s on another machine")
    on.see("Who signs on another machine?")
    yield "elsewhere-who", STAFF
    on.press("cleo")
    on.see("I have called this person back")
    yield "elsewhere-contact", STAFF
    on.press("I have called this person back")
    on.press("Continue")
    on.see("2. Bring the signature back")
    yield "elsewhere", STAFF
    on.press("Back")
    on.at_case()


def releasing(on):
    place, case = on.place, on.case_id()
    on.pull("ada")
    on.at("Locked. Nothing is lost.")
    for name in ("ada", "cleo"):
        on.insert(name)
    place.approve_away(case, "cleo", "other-team")
    place.wait_for(case, "ready")
    on.pull("ada")
    on.pull("cleo")
    on.press("Sign in")
    on.insert("ria")
    on.enter_pin()
    on.at_case()
    yield "case-ready", STAFF
    on.press("Release the new key")
    on.see("The statement in full")
    yield "act-release", STAFF
    on.press("I have read this: sign")
    on.enter_pin()
    on.at("Receipt")
    yield "receipt", STAFF
    on.press("Finish")
    on.at("Welcome")
    on.pull("ria")


def away(on):
    """It would start a practice station again by itself, if it were there."""
    station = on.place.station
    os.rename(station, station + "-away")
    on.place.stop()
    on.at("One moment, please")
    yield "away", NOBODY
    os.rename(station + "-away", station)
    on.at("Welcome")


def walk_idle(on):
    """What needs a kiosk that soon asks whether anybody is there."""
    on.again(idle_s=10, warn_s=120)
    on.at("Welcome")
    on.press("I lost my key")
    on.at("What happens now")
    on.see("I am still here")
    yield "idle-warning", NOBODY
