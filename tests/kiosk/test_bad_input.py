#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Names and texts nobody has, buttons that are pressed twice, and nobody there:
the window stays whole, nothing is done twice, nothing is left behind."""
import os
import subprocess
import time

import person

LONG = "x" * 1000
STRANGE = "\u202eabc\u0301\u0301\u0301 \u05e9\u05dc\u05d5\u05dd \u200f\u2066"
CONTROL = "a\tb\x07c\x1bd"
ODD_PEOPLE = [("3001", "N" * 1000, [os.urandom(32)]), ("3002", "\u05d3\u05df " * 40, [os.urandom(32)]),
              ("3003", "A" + "\u0301" * 200 + "gnes", [os.urandom(32)]), ("3004", "\u202eSam\u2066 Fox <b>&amp; %s", [os.urandom(32)]),
              ("3005", "\U0001f600" * 60, [os.urandom(32)])]


def paste(me, text):
    """From another program's clipboard: Shift+Insert is the one way in."""
    on = me.on
    neighbour = subprocess.Popen([os.environ["NEIGHBOUR"], text], env=on.display.env, stdout=subprocess.PIPE, text=True,
                                 preexec_fn=person.screen.under_display.die_with_parent)
    try:
        assert neighbour.stdout.readline() == "ready\n"
        on.xdotool("search", "--onlyvisible", "--name", "^Keyturn$", "windowfocus", "%@")
        box = on.find("Part of the name, or", "label").get_component_iface().get_extents(on.atspi.CoordType.WINDOW)
        on.xdotool("mousemove", "640", str(box.y + box.height + 35), "click", "1")  # the entry below its label
        on.key("shift+Insert")
        time.sleep(0.5)
    finally:
        neighbour.terminate()
        neighbour.wait()


def clear(me, n=40):
    me.on.xdotool("key", "--repeat", str(n), "--delay", "5", "BackSpace")


def type_each(me, confirm=True):
    for text in (LONG, STRANGE, CONTROL):
        subprocess.run(["xdotool", "type", "--delay", "4", text], env=me.on.display.env, check=False, timeout=60)
        time.sleep(0.3)
        assert me.on.kiosk.poll() is None, text
        if confirm:
            me.confirm()
        time.sleep(0.3)
        clear(me, 200)
        me.on.title()
        assert me.on.kiosk.poll() is None, text


def pasted(me):
    """What comes by the clipboard is held to the same rules as what is typed:
    one line, no control characters, no more than fits."""
    for text in (LONG * 50, STRANGE * 50, "<b>&amp;" * 30):
        paste(me, text)
        me.press("Find")
        me.see("Nobody fits.")
        clear(me, 210)
    paste(me, "S\x07a\x1bm \x7fFox")
    me.press("Find")
    me.see("Sam Fox")
    clear(me, 20)


def names_of_anybody(me):
    """Of the directory: as long as they come, from right to left, with more
    accents than letters. The person is found and shown, and there is a way
    back; the buttons stay on the screen."""
    for employee, name, _ in ODD_PEOPLE:
        me.at("Find a person or a case")
        me.enter(employee)
        me.press("Find")
        me.push(f"{employee} ·")
        me.see("When last seen?")
        for button in ("Stop and clear", "Back", "Continue"):
            box = me.on.find(button, me.on.BUTTONS).get_component_iface().get_extents(me.on.atspi.CoordType.WINDOW)
            assert 0 <= box.x and box.x + box.width <= 1280 and 0 <= box.y and box.y + box.height <= 800, (name[:20], button, box.x, box.y)
        me.press("Back")
        me.at("Find a person or a case")
        clear(me, 10)


def a_case_of(me, employee):
    """A name that is hard to read is in a statement all the same."""
    me.enter(employee)
    me.press("Find")
    me.push(f"{employee} ·")
    me.see("When last seen?")
    person.open_case(me)
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")
    me.at("Is this you?")
    person.stop(me)


def twice(me, name):
    """Two clicks as fast as a hand can."""
    node = me.on.until(lambda: me.on.sensitive(me.on.find(name, me.on.BUTTONS)), name)
    hand = person.Pointer(me.on)
    if hand.scrolls(node):
        hand.show(node)
    box = hand.extents(node)
    me.on.xdotool("mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2), "click", "--repeat", "2", "--delay", "60", "1")


def count(me, act):
    return len(person.recorded(me.on.place, act))


def clicks(me):
    person.lost_key(me)
    me.insert("ada")
    me.see("Enter the PIN of your key.")
    me.digits(person.desk.PIN)
    twice(me, "Continue")
    me.at("Find a person or a case")
    roles = count(me, "role.activate")
    person.find(me, "Sam Fox", "Sam")
    me.press("Lost")
    me.press("Yesterday")
    twice(me, "Continue")
    me.see("Read what you sign. The words are made from the statement itself.")
    twice(me, "I have read this: sign")
    me.see("Enter the PIN of your key.")
    me.digits(person.desk.PIN)
    twice(me, "Continue")
    me.at("Case %s")
    assert count(me, "case.open") == 2 and count(me, "role.activate") == roles
    twice(me, "Begin to check who it is")
    me.at("Evidence")
    twice(me, "Identity checked again, level 2")
    me.see("In the record")
    me.press("Passport")
    me.press("Chip read")
    me.press("In order")
    twice(me, "Record")
    me.see("The evidence meets the plan.")
    time.sleep(1)
    assert count(me, "case.start_proofing") == 2 and count(me, "case.add_evidence") == 2


def left_alone(me):
    """Nobody there: a question, then everything goes."""
    me.on.see(me.say("I am still here"))
    me.at("Welcome")
    me.see_not("Sam Fox")


def fields_of_the_rest(me):
    """Case number, other case entries; a contest code is last, for who is out."""
    me.press("I have an appointment")
    me.at("Your case number")
    type_each(me)
    person.stop(me)
    me.press("I did not ask for this")
    type_each(me)
    person.stop(me)


def main():
    with person.station(people=ODD_PEOPLE) as place:
        with person.window(place) as on:
            me = person.Person(on)
            person.lost_key(me)
            person.sign_in(me, "ada")
            me.at("Find a person or a case")
            for function in (type_each, pasted, names_of_anybody):
                print(function.__name__, flush=True)
                function(me)
            a_case_of(me, "3003")
            on.pull("ada") if "plugged=1" in on.softkey("ada", "dump") else None
            clicks(me)
            type_each(me)
            assert count(me, "case.add_evidence") == 2
            on.pull("ada")
            person.stop(me)
            fields_of_the_rest(me)
            on.stop()
            on.settings = {"idle_s": 10, "warn_s": 10}
            on.start()
            person.lost_key(me)
            person.sign_in(me, "ada")
            person.find(me, "Sam Fox", "Sam")
            left_alone(me)
        person.bundle_of(place)


if __name__ == "__main__":
    main()
