# SPDX-License-Identifier: Apache-2.0
"""The people of a lost-key case at the kiosk's window, each step a function:
agent, user, approver, releaser. What they read is written here in English;
they find it in the language that the kiosk speaks.

Programs come from the environment, as for screen.py; CATALOGUES is the folder
of the translations.
"""
import contextlib
import gettext
import json
import os
import sqlite3
import time

import screen  # finds the modules below
import desk
import whole_case as verified

NEW_PIN = "471190"
NOISE = ("checkpoint.made", "heartbeat", "station.start")  # the station's own doing


class Person:
    """Somebody at the screen, who works it as a screen reader does."""

    def __init__(self, on, language="en"):
        self.on = on
        self.words = gettext.NullTranslations() if language == "en" else gettext.translation(
            "keyturn", os.environ["CATALOGUES"], [language])

    def say(self, text):
        """As the kiosk says it."""
        return self.words.gettext(text)

    def at(self, title, *put_in):
        said = self.say(title)
        self.on.at(said % put_in if put_in else said.split("%s")[0])

    def see(self, text, **numbers):
        said = self.say(text)
        for name, value in numbers.items():
            said = said.replace("{" + name + "}", str(value))
        self.on.see(said)

    def see_many(self, one, many, n):
        self.on.see(self.words.ngettext(one, many, n).replace("{n}", str(n)))

    def see_not(self, text):
        said = self.say(text)
        self.on.until(lambda: not any(said in word for word in self.on.words()), f'the end of "{said}"')

    def press(self, text):
        self.push(self.say(text))

    # --- how they do it ----------------------------------------------------

    def push(self, name):
        self.on.press(name)

    def enter(self, text):
        self.on.type(text)

    def digits(self, text):
        self.on.type(text)

    def confirm(self):
        self.on.key("Return")

    # --- keys and PINs -----------------------------------------------------

    def insert(self, name):
        self.on.insert(name)

    def pull(self, name):
        self.on.pull(name)

    def pin(self, pin=desk.PIN):
        self.see("Enter the PIN of your key.")
        self.digits(pin)
        self.confirm()

    def sign(self, button="I have read this: sign", pin=desk.PIN):
        self.see("Read what you sign. The words are made from the statement itself.")
        self.press(button)
        self.pin(pin)


class Keyboard(Person):
    """Tab, Enter, Space and letters, and nothing else."""

    STOPS = 80  # no page has so many

    def focused(self):
        return next((node for node in self.on.walk() if node.get_state_set().contains(self.on.atspi.StateType.FOCUSED)), None)

    def push(self, name):
        on = self.on
        wanted = on.until(lambda: on.sensitive(on.find(name, on.BUTTONS)), f'a button "{name}"').get_name()
        for _ in range(self.STOPS):
            node = self.focused()
            if node is not None and node.get_name() == wanted and node.get_role_name() in on.BUTTONS:
                on.key("Return" if node.get_role_name() == "push button" else "space")
                return
            on.key("Tab")
            time.sleep(0.05)
        raise screen.Missing(f'Tab does not lead to "{name}"')


class Pointer(Person):
    """A finger, and nothing else: what is further down is scrolled to."""

    def push(self, name):
        on = self.on
        node = on.until(lambda: on.sensitive(on.find(name, on.BUTTONS)), f'a button "{name}"')
        if self.scrolls(node):
            self.show(node)
        on.click(node.get_name())
        time.sleep(0.2)

    def extents(self, node):
        return node.get_component_iface().get_extents(self.on.atspi.CoordType.WINDOW)

    @staticmethod
    def scrolls(node):
        while node is not None:
            if node.get_role_name() == "scroll pane":
                return True
            node = node.get_parent()
        return False

    def show(self, node):
        """Turns the wheel until all of it is between the title and the bar."""
        for _ in range(40):
            pane, box = self.extents(self.on.find("", "scroll pane")), self.extents(node)
            if box.y < pane.y:
                wheel = "4"
            elif box.y + box.height > pane.y + pane.height:
                wheel = "5"
            else:
                return
            self.on.xdotool("mousemove", str(pane.x + pane.width // 2), str(pane.y + pane.height // 2), "click", wheel)
            time.sleep(0.15)
        raise screen.Missing(f'"{node.get_name()}" cannot be scrolled to')

    def keys(self, names):
        """Keys of one keyboard, looked for once."""
        on = self.on
        # Its whole name: "S" is in "Speech on" too.
        self.show(on.until(lambda: next((node for node in on.walk() if node.get_name() == names[0] and node.get_role_name() in on.BUTTONS), None),
                           f'a key "{names[0]}"'))
        places = {node.get_name(): self.extents(node) for node in on.walk() if node.get_role_name() in on.BUTTONS}
        for name in names:
            box = places[name]
            on.xdotool("mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2), "click", "1")
            time.sleep(0.1)

    def enter(self, text):
        self.press("Keyboard on the screen")
        for letter in text:
            if letter.isupper():
                self.press("Capital letters")
            self.keys([letter])

    def digits(self, text):
        self.keys([self.say("Digit %d") % int(digit) for digit in text])

    def confirm(self):
        self.push(self.primary())

    def primary(self):
        """The last button of the bar below."""
        return [node.get_name() for node in self.on.walk() if node.get_role_name() == "push button"][-1]


HANDS = {"reader": Person, "keyboard": Keyboard, "pointer": Pointer}


# --- a station -------------------------------------------------------------------


@contextlib.contextmanager
def station(staff=None, people=(), new=("sam-new",), inserted=False, env=None, policy=None):
    """A founded station with Sam's lost key in its directory; all keys are out
    unless they are inserted. policy: makes the file, given the desk."""
    with desk.Desk(staff) as place:
        place.env.update(env or {})
        place.make_keys()
        for name in new:
            place.add_key(name)
        place.exchange = os.path.join(place.top, "exchange")
        os.mkdir(place.exchange)
        place.start()
        place.found(place.config(policy=policy(place)) if policy else None)
        place.import_people([("2001", "Sam Fox", [os.urandom(32)]), ("2002", "Eve Fox", [os.urandom(32)]), *people])
        for name in place.softkeys:
            if not inserted:
                screen.softkey(place, name, "unplug")
        yield place


def window(place, language="en", more=(), **settings):
    arguments = ["--exchange", place.exchange, "--language", language, *more]
    return screen.Screen(place, arguments=arguments, **settings)


# --- the agent -------------------------------------------------------------------


def lost_key(me):
    me.at("Welcome")
    me.press("I lost my key")
    me.at("What happens now")
    me.press("A colleague is here: sign in")
    me.at("Staff sign-in")


def sign_in(me, key):
    me.at("Staff sign-in")
    me.insert(key)
    me.pin()


def find(me, name, part):
    me.at("Find a person or a case")
    me.enter(part)
    me.confirm()
    me.on.see(name)
    me.push(name)
    me.at(name)


def open_case(me):
    me.press("Lost")
    me.press("Yesterday")
    me.press("Continue")
    me.at("Open a case and suspend the keys it names")
    me.sign()
    me.at("Case %s")
    return case_number(me)


def case_number(me):
    """Waits for it: in some languages the page before has such a title, too."""
    def number():
        words = me.on.title().replace(".", " ").split()
        return next((word for word in words if word.startswith("c-")), None)
    return me.on.until(number, "a page with a case number")


def prove(me):
    """Who it is: a passport, its chip read."""
    me.press("Begin to check who it is")
    me.at("Evidence")
    me.push(me.say("%s, level %d") % (me.say("Identity checked again"), 2))
    me.see("In the record")
    me.press("Passport")
    me.press("Chip read")
    me.press("In order")
    me.press("Record")
    me.see("The evidence meets the plan.")


def submit(me):
    me.press("Submit")
    me.at("Submit the case for approval")
    me.sign()
    me.at("Case %s")
    me.see("Waiting for approval")


def hand_over(me, key):
    me.press("Hand over to the user: make the new key")
    me.at("Hand over to the user")
    me.pull(key)
    me.press("Hand over now")


# --- the user --------------------------------------------------------------------


def new_key(me, key, pin=NEW_PIN):
    me.at("Is this you?")
    me.press("Yes, that is me")
    me.at("Insert your new key")
    me.insert(key)
    me.see("This key fits. Nothing was changed on it so far.")
    me.press("Continue")
    me.at("Choose a PIN for your new key")
    me.digits(pin)
    me.press("Continue")
    me.at("Enter the same PIN again")
    me.digits(pin)
    me.press("Continue")
    me.at("Check before your key is registered")


def register(me, key):
    me.on.softkey(key, "touch never")
    me.press("Confirm and register key")
    touch_twice(me, key)


def touch_twice(me, key):
    for i in (1, 2):
        me.at(f"Touch {i} of 2")
        me.on.softkey(key, "touch now")
    me.at("Your new key is ready, but not active yet")
    me.pull(key)
    me.press("Finish")
    me.at("Give the screen back")


# --- approver and releaser -------------------------------------------------------


def approve_directly(me, key):
    """One signature, nobody signed in."""
    me.press("I approve this case")
    me.press("I have seen this person")
    me.press("Continue")
    me.see("Insert the key of the person who signs.")
    me.insert(key)
    me.see("Short code: compare it on both screens")
    me.press("To the decision")
    me.push(me.say("%s: sign") % me.say("Approve"))
    me.pin()
    me.at("Locked. Nothing is lost.")
    me.pull(key)


def approve_elsewhere(me, person, name="signed.json"):
    """The statement goes to the other machine as a file, and comes back as one."""
    place = me.on.place
    me.push(me.say("%s on another machine") % me.say("Approve"))
    me.push(person)
    me.press("I have called this person back")
    me.press("Continue")
    me.press("Write file")
    statement = me.on.until(lambda: [one for one in os.listdir(place.exchange) if one.startswith("statement-")], "the statement")[0]
    me.insert(person)
    place.act("sign", os.path.join(place.exchange, statement), "--out", os.path.join(place.exchange, name), "--machine", place.machine)
    me.pull(person)
    me.at("Case %s")


def release(me, key):
    me.see("Ready to be released")
    me.press("Release the new key")
    me.see("Insert the key of the person who signs.")
    me.insert(key)
    me.sign()
    me.sign()
    me.at("Receipt")


# --- on the way there ----------------------------------------------------------------


def to_submitted(me):
    """A case that waits for its approvals and for its key; ada is signed in."""
    lost_key(me)
    sign_in(me, "ada")
    find(me, "Sam Fox", "Sam")
    case = open_case(me)
    prove(me)
    submit(me)
    return case


def stop(me):
    me.press("Stop and clear")
    me.press("Yes, stop")
    me.at("Welcome")


# --- the whole case --------------------------------------------------------------


def whole_case(me):
    case = to_submitted(me)
    hand_over(me, "ada")
    new_key(me, "sam-new")
    register(me, "sam-new")
    approve_directly(me, "ben")
    me.press("Sign in")
    sign_in(me, "ada")
    me.at("Case %s", case)
    approve_elsewhere(me, "cleo")
    release(me, "ria")
    me.see(case)
    me.press("Finish")
    me.at("Welcome")
    return case


def by_command(place):
    """The same, by the same people, with fidotool."""
    place.set_pin("sam-new")
    opened = place.session("ada", "agent", 'case open --person "Sam Fox" --lost-at "2026-11-20 14:00"',
                           "case proof --branch c --ial 2", "case evidence --type passport --method chip --result ok",
                           "case submit", f"case make --key {place.selector('sam-new')}")
    case = opened[-1]["case"]
    place.act("case", "approve", case, "--as", "ben", "--slot", "helpdesk-lead", "--contact", "seen")
    place.session("ada", "agent")
    place.approve_away(case, "cleo", "other-team")
    wait_until_recorded(place, "case.elapsed")
    place.session("ria", "releaser", f"case release {case}")
    return case


def bundle_of(place, name="bundle"):
    """The evidence of all of it, checked by its own verifier."""
    with contextlib.suppress(AssertionError):  # it may be in
        screen.softkey(place, "una", "plug")
    return verified.check_bundle(place, name)


# --- the record ------------------------------------------------------------------


def recorded(place, act=None):
    """The entries of a station that runs, those of one act or all."""
    with contextlib.closing(sqlite3.connect(f"file:{place.station}/record.db?mode=ro", uri=True)) as record:
        rows = [json.loads(row[0]) for row in record.execute("SELECT body FROM entry ORDER BY seq")]
    return [row for row in rows if act is None or row["act"] == act]


def wait_until_recorded(place, act, n=1):
    end = time.monotonic() + screen.PATIENCE_S
    while len(recorded(place, act)) < n:
        assert time.monotonic() < end, f"{act} is not in the record"
        time.sleep(0.05)


def entries(bundle):
    with open(os.path.join(bundle, "data", "entries.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def acts(bundle, since="case.open", until="case.close"):
    """What was done in the case, and by whom, in order; what the station sends
    by itself is as often, but not always in the same order."""
    rows = [tuple(entry.get(name) for name in ("act", "actor", "role", "slot", "state", "reason", "out")) for entry in entries(bundle)
            if entry["act"] not in NOISE]
    names = [row[0] for row in rows]
    rows = rows[names.index(since) - 1:names.index(until) + 1]
    sent = [row for row in rows if row[0].startswith("notice.")]
    return [row for row in rows if row not in sent], sorted(sent, key=str)
