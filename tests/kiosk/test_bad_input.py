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


def paste(me, text):
    """By another hand than the keyboard's: control characters have no key."""
    for node in me.on.walk():
        editable = node.get_editable_text_iface()
        if editable is not None:
            editable.set_text_contents(text)
            return True
    return False


def type_each(me):
    for text in (LONG, STRANGE, CONTROL):
        subprocess.run(["xdotool", "type", "--delay", "12", text], env=me.on.display.env, check=False, timeout=60)
        time.sleep(0.3)
        paste(me, text)
        assert me.on.kiosk.poll() is None, text
        me.confirm()
        time.sleep(0.3)
        for _ in range(40):
            me.on.key("BackSpace")
        assert me.on.kiosk.poll() is None, text


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
    assert count(me, "case.open") == 1 and count(me, "role.activate") == roles
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
    assert count(me, "case.start_proofing") == 1 and count(me, "case.add_evidence") == 1


def left_alone(me):
    """Nobody there: a question, then everything goes."""
    me.on.see(me.say("I am still here"))
    me.at("Welcome")
    me.see_not("Sam Fox")


def main():
    with person.station(people=[("3001", "N" * 200, [os.urandom(32)]), ("3002", "\u05d3\u05df", [os.urandom(32)])]) as place:
        with person.window(place) as on:
            me = person.Person(on)
            person.lost_key(me)
            person.sign_in(me, "ada")
            me.at("Find a person or a case")
            type_each(me)
            on.pull("ada")
            me.at("Locked. Nothing is lost.")
            person.stop(me)
            clicks(me)
            type_each(me)
            assert count(me, "case.add_evidence") == 1
            on.pull("ada")
            person.stop(me)
            me.press("I did not ask for this")
            type_each(me)
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
