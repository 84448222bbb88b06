#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""recoveryd is killed and started again at every step of a case. The window
says that it is away, comes back by itself, and shows nothing as done that the
record does not have."""
import os
import signal

import person


def titles(me, *wanted):
    """Whichever of these pages comes."""
    said = [me.say(one).split("%s")[0] for one in wanted]
    return me.on.until(lambda: next((one for one, text in zip(wanted, said) if text in me.on.title()), None), f"one of {said}")


def entries(place):
    return [row["act"] for row in person.recorded(place) if row["act"] not in person.NOISE]


def cut(me, where, again=None):
    """recoveryd goes away and comes back. Who had a role there signs in again,
    and comes back to the page by the steps `again`."""
    place = me.on.place
    before = entries(place)
    place.stop(signal.SIGKILL)
    me.at("One moment, please")
    me.see("The station is starting again. Nothing is lost. Please wait.")
    place.start()
    came = titles(me, where, "Locked. Nothing is lost.")
    print(f"  {where}: {came}", flush=True)
    assert entries(place) == before, (before, entries(place))
    if came != where:
        me.press("Sign in")
        sign_in(me)
        if again is not None:
            again(me)
        me.at(where)


def sign_in(me, key="ada"):
    if "plugged=1" in me.on.softkey("sam-new", "dump"):
        me.pull("sam-new")
    me.at("Staff sign-in")
    if "plugged=0" in me.on.softkey(key, "dump"):
        me.insert(key)
    me.pin()


# --- the steps -------------------------------------------------------------------


def hand_over(me):
    me.at("Case %s")
    person.hand_over(me, "ada")


def chosen(me):
    person.find(me, "Sam Fox", "Sam")
    me.press("Lost")
    me.press("Yesterday")
    me.press("Continue")
    me.see("Read what you sign. The words are made from the statement itself.")


def signing(me):
    me.press("I have read this: sign")
    me.see("Enter the PIN of your key.")


def opened(me):
    me.press("I lost my key")
    cut(me, "What happens now")
    me.press("A colleague is here")
    cut(me, "Staff sign-in")
    sign_in(me)
    me.at("Find a person or a case")
    cut(me, "Find a person or a case")
    person.find(me, "Sam Fox", "Sam")
    cut(me, "Sam Fox", lambda me: person.find(me, "Sam Fox", "Sam"))
    me.press("Lost")
    me.press("Yesterday")
    me.press("Continue")
    cut(me, "Open a case and suspend the keys it names", chosen)
    signing(me)
    cut(me, "Open a case and suspend the keys it names", lambda me: (chosen(me), signing(me)))
    me.pin()
    me.at("Case %s")
    assert len(person.recorded(me.on.place, "case.open")) == 1


def proved(me):
    cut(me, "Case %s")
    me.press("Begin to check who it is")
    me.push(me.say("%s, level %d") % (me.say("Identity checked again"), 2))
    me.see("In the record")
    person.wait_until_recorded(me.on.place, "case.start_proofing")
    cut(me, "Evidence", lambda me: me.press("Record evidence"))
    me.press("Passport")
    me.press("Chip read")
    me.press("In order")
    me.press("Record")
    me.see("The evidence meets the plan.")
    assert len(person.recorded(me.on.place, "case.add_evidence")) == 1
    person.submit(me)


def made(me):
    cut(me, "Case %s")
    hand_over(me)
    cut(me, "Is this you?", hand_over)
    me.press("Yes, that is me")
    me.at("Insert your new key")
    cut(me, "Insert your new key", lambda me: (hand_over(me), me.press("Yes, that is me")))
    me.insert("sam-new")
    me.see("This key fits.")
    me.press("Continue")
    for title in ("Choose a PIN for your new key", "Enter the same PIN again"):
        me.at(title)
        me.digits(person.NEW_PIN)
        me.press("Continue")
    me.at("Check before your key is registered")
    cut(me, "Check before your key is registered", to_check)
    me.on.softkey("sam-new", "touch never")
    me.press("Confirm and register key")
    me.at("Touch 1 of 2")
    cut(me, "Touch 1 of 2", to_touch)
    me.on.softkey("sam-new", "touch now")
    me.at("Touch 2 of 2")
    cut(me, "Touch 2 of 2", lambda me: (to_touch(me), me.on.softkey("sam-new", "touch now")))
    assert not person.recorded(me.on.place, "case.made")
    me.on.softkey("sam-new", "touch now")
    me.at("Your new key is ready, but not active yet")
    assert len(person.recorded(me.on.place, "case.made")) == 1


def to_check(me):
    hand_over(me)
    me.press("Yes, that is me")
    me.insert("sam-new")
    me.see("This key fits.")
    me.press("Continue")
    me.at("Enter the PIN of your new key")
    me.digits(person.NEW_PIN)
    me.press("Continue")
    me.at("Check before your key is registered")


def to_touch(me):
    to_check(me)
    me.on.softkey("sam-new", "touch never")
    me.press("Confirm and register key")


def main():
    with person.station() as place:
        # By its folder, a practice station would be started by the window.
        with person.window(place, more=["--station", os.path.join(place.station, "socket")]) as on:
            me = person.Person(on)
            cut(me, "Welcome")
            for step in (opened, proved, made):
                print(step.__name__, flush=True)
                step(me)
        person.bundle_of(place)


if __name__ == "__main__":
    main()
