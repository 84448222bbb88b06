#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One lost key replaced at the window, by radio: a card reader is plugged in,
the agent's key is laid on it, and the new key is made by two taps. The other
keys are in ports, also beside one that lies on the reader.

The reader is vpcd's, in namespaces of this test's own: readers.py.
"""
import os
import subprocess

import person  # finds the modules below
import desk
import readers

BESIDE = "If your key has no plug, lay it on the reader and leave it there."


class Table(desk.Desk):
    """A desk with a reader on it."""

    def put_card(self, name):
        """A key for the reader, with the state that it had in a port, if any. It
        is held aside until somebody lays it there."""
        if name in self.softkeys:
            self.remove_key(name)
        process = subprocess.Popen(
            [os.environ["SOFTKEY"], "serve", "--vpcd", str(readers.PORTS[0]),
             "--control", os.path.join(self.control, name), "--state", os.path.join(self.control, name + ".state"),
             "--die-with-parent"], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n", name
        self.softkeys[name] = process
        person.screen.softkey(self, name, "unplug")


def look(on, name):
    """A picture, where somebody wants to see it."""
    if os.environ.get("KEYTURN_PICTURES"):
        on.picture(os.path.join(os.environ["KEYTURN_PICTURES"], f"card-{name}.png"))


def touches(on, name):
    answer = on.softkey(name, "dump").split()
    return next(int(word.split("=")[1]) for word in answer if word.startswith("touches="))


def say_what_to_do(me):
    """Both ways are told where both are there."""
    me.at("Staff sign-in")
    me.see("Insert your staff key.")
    me.see(BESIDE)
    look(me.on, "sign-in")


def register_by_taps(me, key):
    """Laid there, lifted, laid there again: once for each of the two touches
    that a key in a port has."""
    on = me.on
    me.press("Confirm and register key")
    me.at("Make your new key")
    me.see("Lift your key off the reader, to lay it there once more.")
    me.see("You lay it on the reader twice, when it is asked for.")
    look(on, "lift")
    assert touches(on, key) == 1
    me.pull(key)
    me.see("Lay your key on the reader and leave it there.")
    look(on, "lay")
    me.insert(key)
    me.at("Your new key is ready, but not active yet")
    look(on, "ready")
    assert touches(on, key) == 2
    me.pull(key)
    me.press("Finish")
    me.at("Give the screen back")


def lifted_too_early(me):
    """While the PIN is awaited: nothing was changed, and it may come back."""
    me.insert("ada")
    me.see("Enter the PIN of your key.")
    me.pull("ada")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    me.see(BESIDE)
    look(me.on, "lifted")


def whole_case(me):
    person.lost_key(me)
    say_what_to_do(me)
    lifted_too_early(me)
    person.sign_in(me, "ada")
    person.find(me, "Sam Fox", "Sam")
    case = person.open_case(me)
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")
    me.at("Is this you?")
    me.press("Yes, that is me")
    me.at("Insert your new key")
    me.see(BESIDE)
    look(me.on, "insert")
    me.on.press("Back")
    person.new_key(me, "sam-new")
    register_by_taps(me, "sam-new")
    person.approve_directly(me, "ben")
    me.press("Sign in")
    person.sign_in(me, "ada")
    me.at("Case %s", case)
    person.approve_elsewhere(me, "cleo")
    person.release(me, "ria")
    me.see(case)
    me.press("Finish")
    me.at("Welcome")
    return case


def main():
    service = readers.Service()
    desk.Desk = Table
    try:
        with person.station(new=()) as place:
            for name in ("ada", "sam-new"):
                place.put_card(name)
            with person.window(place) as on:
                case = whole_case(person.Person(on))
            done, _ = person.acts(person.bundle_of(place))
            assert [act for act in done if "release" in str(act)], done
            assert case
    finally:
        service.end()


if __name__ == "__main__":
    readers.enter()
    main()
