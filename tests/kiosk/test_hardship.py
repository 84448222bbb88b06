#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The station's clock jumps, and its disk is full, in the middle of a case.
The window says what it is and that nothing was changed, there is a way on, and
in the end the record has each step once.

Programs: KIOSK and those of desk.py; HARDSHIP is the library that is preloaded
into recoveryd."""
import mmap
import os
import struct
import tempfile

import person

READ = "Read what you sign. The words are made from the statement itself."
OLD = "The statement is older than 15 minutes. Enough would be: Ask for a new statement and sign that."
FULL = "The record cannot be written. Nothing was changed. Call your administrator."
LOCKED = "Locked. Nothing is lost."


class Hardship:
    def __init__(self):
        self.file = tempfile.NamedTemporaryFile()
        self.file.write(bytes(8))
        self.file.flush()
        self.page = mmap.mmap(self.file.fileno(), 8)
        self.env = {"LD_PRELOAD": os.environ["HARDSHIP"], "KEYTURN_HARDSHIP": self.file.name, "KEYTURN_HARDSHIP_PROGRAM": "recoveryd"}
        self.ahead_s = 0

    def write(self, full):
        self.page[:] = struct.pack("ii", self.ahead_s, full)

    def go_on(self, minutes):
        self.ahead_s += minutes * 60
        self.write(False)

    def fill(self):
        self.write(True)

    def free(self):
        self.write(False)


def count(me, act):
    return len(person.recorded(me.on.place, act))


# --- a statement that is too old -----------------------------------------------------


def old_sign_in(me, hardship):
    """The key is in and the PIN is asked for; nobody comes for a while."""
    person.lost_key(me)
    me.at("Staff sign-in")
    me.insert("ada")
    me.see("Enter the PIN of your key.")
    hardship.go_on(16)
    me.pin()
    me.see(OLD)
    assert not count(me, "role.activate") - me.roles
    me.press("Try again")
    me.pin()
    me.at("Find a person or a case")


def chosen(me):
    me.press("Lost")
    me.press("Yesterday")
    me.press("Continue")
    me.see(READ)


def old_words(me, hardship):
    person.find(me, "Sam Fox", "Sam")
    chosen(me)
    hardship.go_on(16)
    me.sign()
    me.see(OLD)
    me.see("Nothing was changed.")
    assert not count(me, "case.open")
    me.press("Try again")
    me.sign()
    me.at("Case %s")
    assert count(me, "case.open") == 1


def old_decision(me, hardship):
    me.press("Approve")
    me.press("I have seen this person")
    me.press("Continue")
    me.see("Insert the key of the person who signs.")
    me.insert("ben")
    me.see("Short code: compare it on both screens")
    me.press("To the decision")
    hardship.go_on(16)
    me.push("Approve: sign")
    me.pin()
    me.see(OLD)
    assert not count(me, "case.approve")
    me.press("Try again")
    me.press("I have seen this person")
    me.press("Continue")
    me.see("Short code: compare it on both screens")
    me.press("To the decision")
    me.push("Approve: sign")
    me.pin()
    me.at("Case %s")
    me.pull("ben")
    assert count(me, "case.approve") == 1


def old_approval(me, hardship):
    """Signed elsewhere, and brought back too late."""
    place = me.on.place
    me.push("Approve on another machine")
    me.push("cleo")
    me.press("I have called this person back")
    me.press("Continue")
    me.press("Write file")
    statement = me.on.until(lambda: [one for one in os.listdir(place.exchange) if one.startswith("statement-")], "the statement")[0]
    hardship.go_on(16)
    me.insert("cleo")
    place.act("sign", os.path.join(place.exchange, statement), "--out", os.path.join(place.exchange, "late.json"), "--machine", place.machine)
    me.pull("cleo")
    me.see(OLD)
    assert count(me, "case.approve") == 1
    os.unlink(os.path.join(place.exchange, statement))
    me.press("Back")
    me.at("Case %s")
    person.approve_elsewhere(me, "cleo", "in-time.json")
    assert count(me, "case.approve") == 2


# --- no room -------------------------------------------------------------------------


def no_room_to_begin(me, hardship):
    hardship.fill()
    me.press("Begin to check who it is")
    me.at("Evidence")
    me.push("Identity checked again, level 2")
    me.see(FULL)
    me.see_not("In the record")
    hardship.free()
    me.push("Identity checked again, level 2")
    me.see("In the record")
    me.press("Passport")
    me.press("Chip read")
    me.press("In order")
    hardship.fill()
    me.press("Record")
    me.see(FULL)
    me.see("Prepared, not recorded yet")
    hardship.free()
    me.press("Record")
    me.see("The evidence meets the plan")
    assert count(me, "case.start_proofing") == 1 and count(me, "case.add_evidence") == 1


def no_room_to_submit(me, hardship):
    me.press("Submit")
    me.at("Submit the case for approval")
    hardship.fill()
    me.sign()
    me.see(FULL)
    me.see("Nothing was changed.")
    assert not count(me, "case.submit")
    hardship.free()
    me.press("Try again")
    me.sign()
    me.at("Case %s")
    me.see("Waiting for approval")
    assert count(me, "case.submit") == 1


def no_room_for_the_key(me, hardship):
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")
    me.on.softkey("sam-new", "touch never")
    me.press("Confirm and register key")
    me.at("Touch 1 of 2")
    hardship.fill()
    me.on.softkey("sam-new", "touch now")
    me.at("Touch 2 of 2")
    me.on.softkey("sam-new", "touch now")
    me.see("The record cannot be written.")
    assert not count(me, "case.made")
    hardship.free()
    me.press("Try again")
    person.touch_twice(me, "sam-new")
    assert count(me, "case.made") == 1
    me.press("I am from the help desk")
    if "Locked" in me.on.title():
        me.press("Sign in")
    person.sign_in(me, "ada")
    me.at("Case %s")


# --- a clock that goes back ------------------------------------------------------------


def read_anew(me, case):
    me.press("Back")
    me.on.see(case)
    me.push(case)
    me.at("Case %s")


def back_in_time(me, hardship):
    """The record has later events: nothing is signed before officers, or the
    time, have set it right."""
    person.wait_until_recorded(me.on.place, "case.elapsed")
    me.see("Ready to be released")
    case = person.case_number(me)
    hardship.go_on(-60)
    read_anew(me, case)
    me.on.click(me.say("Not open now, and why"), None)
    me.see("The station's clock stands before the last event of its record.")
    assert me.on.find("Release the new key", me.on.BUTTONS) is None
    assert not count(me, "case.activate")
    hardship.go_on(60)
    read_anew(me, case)
    person.release(me, "ria")
    me.press("Finish")
    me.at("Welcome")


STEPS = (old_sign_in, old_words, no_room_to_begin, no_room_to_submit, no_room_for_the_key, old_decision, old_approval, back_in_time)


def main():
    hardship = Hardship()
    with person.station(env=hardship.env) as place:
        with person.window(place, more=["--station", os.path.join(place.station, "socket")]) as on:
            me = person.Person(on)
            me.roles = count(me, "role.activate")
            for step in STEPS:
                print(step.__name__, flush=True)
                step(me, hardship)
                assert place.recoveryd.poll() is None, "recoveryd ended"
        person.bundle_of(place)


if __name__ == "__main__":
    main()
