#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""recoveryd is killed and started again at every step of a case, and whatever
key is in is pulled. The window says so, comes back by itself, and shows
nothing as done that the record does not have. In the end it has the same acts
as the same case done by fidotool."""
import os
import signal

import person

LOCKED = "Locked. Nothing is lost."
PULLED = "Your key was removed. Nothing was changed. Insert it again."
READ = "Read what you sign. The words are made from the statement itself."


def titles(me, *wanted):
    """Whichever of these pages comes."""
    said = [me.say(one).split("%s")[0] for one in wanted]
    return me.on.until(lambda: next((one for one, text in zip(wanted, said) if text in me.on.title()), None), f"one of {said}")


def entries(place):
    return [row["act"] for row in person.recorded(place) if row["act"] not in person.NOISE]


def away(me, *wanted):
    """recoveryd goes away and comes back; the page that is there then, and the
    record as it was."""
    place = me.on.place
    before = entries(place)
    place.stop(signal.SIGKILL)
    me.at("One moment, please")
    me.see("The station is starting again. Nothing is lost. Please wait.")
    place.start()
    came = titles(me, *wanted)
    assert entries(place) == before, (before, entries(place))
    return came


def cut(me, where, again=None):
    """Who had a role there signs in again, and comes back to the page by the
    steps `again`."""
    came = away(me, where, LOCKED)
    print(f"  {where}: {came}", flush=True)
    if came != where:
        back_in(me)
        if again is not None:
            again(me)
        me.at(where)


def back_in(me):
    me.press("Sign in")
    sign_in(me)


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
    me.see(READ)


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


# --- once the key waits for its approval -------------------------------------------


def given_back(me):
    """The user's half is over: what stands in the record is a page of the
    staff's."""
    away(me, LOCKED)
    me.pull("sam-new")
    back_in(me)
    me.at("Case %s")
    me.see("Waiting for approval")
    cut(me, "Case %s")
    me.pull("ada")
    me.at(LOCKED)
    cut(me, LOCKED)


def to_answer(me):
    me.press("I approve this case")
    me.see("Answer this first.")


def to_insert(me):
    to_answer(me)
    me.press("I have seen this person")
    me.press("Continue")
    me.see("Insert the key of the person who signs.")


def to_words(me):
    to_insert(me)
    me.insert("ben")
    me.see("Short code: compare it on both screens")


def decide(me):
    me.press("To the decision")
    me.push(me.say("%s: sign") % me.say("Approve"))


def to_pin(me):
    to_words(me)
    decide(me)
    me.see("Enter the PIN of your key.")


def approved(me):
    """Nobody is signed in: it begins anew where the screen was."""
    for step in (to_answer, to_insert, to_words, to_pin):
        step(me)
        if step is to_words:
            me.pull("ben")
            decide(me)
            me.see("Insert")
            me.insert("ben")
            me.see("Enter the PIN of your key.")
        if step is to_pin:
            pull_and_insert(me, "ben")
        away(me, LOCKED)
        print(f"  {step.__name__}", flush=True)
        if step in (to_words, to_pin):
            me.pull("ben")
    to_pin(me)
    me.pin()
    me.at(LOCKED)
    me.pull("ben")
    cut(me, LOCKED)
    assert len(person.recorded(me.on.place, "case.approve")) == 1
    back_in(me)
    me.at("Case %s")


def pull_and_insert(me, key):
    me.pull(key)
    me.see(PULLED)
    me.insert(key)
    me.see("Enter the PIN of your key.")


def to_persons(me):
    me.push(me.say("%s on another machine") % me.say("Approve"))
    me.see("Who signs on another machine?")


def to_statement(me):
    to_persons(me)
    me.push("cleo")
    me.press("I have called this person back")
    me.press("Continue")
    me.see("Write file")


def carried(me):
    """Out before recoveryd was away, and signed while it was: the signature is
    taken all the same."""
    on, place = me.on, me.on.place
    title = "Approve on another machine"
    to_persons(me)
    cut(me, title, to_persons)
    me.pull("ada")
    me.at(LOCKED)
    back_in(me)
    me.at("Case %s")
    to_statement(me)
    me.press("Write file")
    statement = on.until(lambda: [one for one in os.listdir(place.exchange) if one.startswith("statement-")], "the statement")[0]
    cut(me, title, to_statement)
    me.pull("ada")
    me.at(LOCKED)
    me.insert("cleo")
    place.act("sign", os.path.join(place.exchange, statement), "--out", os.path.join(place.exchange, "signed.json"), "--machine",
              place.machine)
    me.pull("cleo")
    assert len(person.recorded(place, "case.approve")) == 1
    back_in(me)
    me.at("Case %s")
    me.push(me.say("%s on another machine") % me.say("Approve"))
    me.at("Case %s")
    me.see("Ready to be released")
    assert len(person.recorded(place, "case.approve")) == 2
    cut(me, "Case %s")


def to_releaser(me):
    me.see("Ready to be released")
    me.press("Release the new key")
    me.see("Insert the key of the person who signs.")


def to_role(me):
    to_releaser(me)
    me.insert("ria")
    me.see(READ)


def to_role_pin(me):
    to_role(me)
    signing(me)


def to_release_pin(me):
    """The role is signed and in the record, the release is not."""
    to_role_pin(me)
    me.pin()
    me.at("Issue the new key")
    signing(me)


def released(me):
    for step in (to_releaser, to_role, to_role_pin, to_release_pin):
        step(me)
        if step in (to_role_pin, to_release_pin):
            pull_and_insert(me, "ria")
        away(me, LOCKED)
        print(f"  {step.__name__}", flush=True)
        if step is not to_releaser:
            me.pull("ria")
        back_in(me)
        me.at("Case %s")
    assert not person.recorded(me.on.place, "case.activate")
    to_release_pin(me)
    me.pin()
    me.at("Receipt")
    assert len(person.recorded(me.on.place, "case.activate")) == 1


def received(me):
    me.pull("ria")
    me.at("Receipt")
    cut(me, "Receipt", lambda me: (me.at("Case %s"), me.press("Receipt")))
    me.pull("ada")
    me.at("Receipt")
    me.press("Finish")
    cut(me, "Welcome")


# --- the record ----------------------------------------------------------------------


def acts_of(bundle):
    """Roles were taken more often than in a case in which nothing happens."""
    done, sent = person.acts(bundle)
    return [row for row in done if not row[0].startswith("role.")], sent


def same_by_command():
    with person.station(inserted=True) as place:
        person.by_command(place)
        return acts_of(person.bundle_of(place))


def main():
    with person.station() as place:
        # By its folder, a practice station would be started by the window.
        with person.window(place, more=["--station", os.path.join(place.station, "socket")]) as on:
            me = person.Person(on)
            cut(me, "Welcome")
            for step in (opened, proved, made, given_back, approved, carried, released, received):
                print(step.__name__, flush=True)
                step(me)
        ours = acts_of(person.bundle_of(place))
    other = same_by_command()
    assert ours == other, f"at the window {ours}, by fidotool {other}"


if __name__ == "__main__":
    main()
