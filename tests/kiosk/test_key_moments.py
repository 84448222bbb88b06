#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a key can do at the wrong moment: a wrong PIN, two keys, a foreign key,
one that is pulled, declined or touched too early. The window says what
happened and whether anything was changed, and there is a way on."""
import person

MODHEX = "cccccclvfbgtujhdhbnlfvnjvrtvbkgrkjulenfgtrbi"
ALL = []


def moment(function):
    ALL.append(function)
    return function


# --- staff -----------------------------------------------------------------------


def wrong(me):
    me.digits("999999")
    me.confirm()


def say_tries(me, n):
    me.see_many("Wrong PIN. {n} try left.", "Wrong PIN. {n} tries left.", n)


@moment
def wrong_pins_are_counted_until_the_key_is_blocked(me):
    me.insert("ben")
    me.see("Enter the PIN of your key.")
    for rest in ((7, 6), (4, 3)):
        for n in rest:
            wrong(me)
            say_tries(me, n)
        wrong(me)
        me.see("Three wrong PINs in a row. Take the key out and insert it again.")
        me.pull("ben")
        me.see_not("Three wrong PINs")
        me.insert("ben")
        me.see("Enter the PIN of your key.")
    wrong(me)
    me.see("Wrong PIN. 1 try left. One more wrong PIN blocks this key.")
    me.press("Use the last try")
    wrong(me)
    me.see("This key is blocked until it is reset. Ask the help desk for another key.")
    me.pull("ben")
    me.press("Use another key")
    me.see("Insert your staff key.")


@moment
def two_keys_are_one_too_many(me):
    me.insert("sid")
    me.see("Enter the PIN of your key.")
    me.pull("sid")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    me.insert("sid")
    me.see("Enter the PIN of your key.")
    me.pull("sid")
    person.stop(me)
    me.insert("sid")
    me.insert("sol")
    me.press("Staff")
    me.see("More than one key is connected. Leave only your key in.")
    me.pull("sol")
    me.see("Enter the PIN of your key.")
    me.pull("sid")


@moment
def of_a_foreign_key_nothing_is_asked(me):
    me.insert("sam-new")
    me.see("This key is not on the roster of this station. Nothing was asked of it.")
    assert "touches=0" in me.on.softkey("sam-new", "dump"), me.on.softkey("sam-new", "dump")
    me.pull("sam-new")
    me.see("Insert your staff key.")


def pins_asked(me, key):
    return [word for word in me.on.softkey(key, "dump").split() if word.startswith(("pin_tries=", "tokens="))]


@moment
def a_key_that_types_is_heard_and_types_nothing(me):
    me.insert("ada")
    me.see("Enter the PIN of your key.")
    before, asked = len(person.recorded(me.on.place)), pins_asked(me, "ada")
    me.on.xdotool("type", "--delay", "1", MODHEX + "\n")
    me.see("You touched the key too early. Nothing was changed.")
    me.on.until(lambda: me.on.find("PIN of your key, empty"), "an empty entry")
    assert len(person.recorded(me.on.place)) == before
    assert pins_asked(me, "ada") == asked
    me.digits(person.desk.PIN)
    me.confirm()
    me.at("Find a person or a case")
    me.pull("ada")
    me.at("Locked. Nothing is lost.")


@moment
def pulled_before_its_pin_it_signs_in_once_it_is_back(me):
    me.insert("ada")
    me.see("Enter the PIN of your key.")
    me.pull("ada")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    me.insert("ada")
    me.pin()
    me.at("Find a person or a case")
    me.pull("ada")
    me.at("Locked. Nothing is lost.")


# --- an act ----------------------------------------------------------------------


def pulled_while_an_act_is_signed(me):
    me.press("Sign in")
    person.sign_in(me, "ada")
    person.find(me, "Sam Fox", "Sam")
    me.press("Lost")
    me.press("Yesterday")
    me.press("Continue")
    me.press("I have read this: sign")
    me.see("Enter the PIN of your key.")
    me.pull("ada")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    assert not person.recorded(me.on.place, "case.open")
    me.insert("ada")
    me.pin()
    # It is signed; but a role ends when its key is pulled.
    me.at("Locked. Nothing is lost.")
    assert len(person.recorded(me.on.place, "case.open")) == 1
    me.press("Sign in")
    me.pin()
    me.at("Case %s")
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")


# --- the user --------------------------------------------------------------------


def again(me, key="sam-new"):
    """From "Insert" to the last look, with a key that has its PIN."""
    me.insert(key)
    me.see("This key fits.")
    me.press("Continue")
    me.at("Enter the PIN of your new key")
    me.digits(person.NEW_PIN)
    me.press("Continue")
    me.at("Check before your key is registered")


def nothing_made(me):
    assert not person.recorded(me.on.place, "case.made")


def pulled_in_the_users_half(me):
    me.at("Is this you?")
    me.press("Yes, that is me")
    me.insert("sam-new")
    me.see("This key fits.")
    me.press("Continue")
    me.at("Choose a PIN for your new key")
    me.digits("47")
    me.pull("sam-new")
    me.at("Insert your new key")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    me.insert("sam-new")
    me.see("This key fits.")
    me.press("Continue")
    me.at("Choose a PIN for your new key")
    for _ in range(2):
        me.digits(person.NEW_PIN)
        me.press("Continue")
    me.at("Check before your key is registered")
    me.pull("sam-new")
    me.at("Insert your new key")
    nothing_made(me)
    again(me)
    me.on.softkey("sam-new", "touch decline")
    me.press("Confirm and register key")
    me.on.until(lambda: me.on.find("Try again", me.on.BUTTONS), "a way on")
    nothing_made(me)
    me.on.softkey("sam-new", "touch never")
    me.press("Try again")
    me.at("Touch 1 of 2")
    me.pull("sam-new")
    me.see("Your key was removed. Nothing was changed. Insert it again.")
    nothing_made(me)
    me.insert("sam-new")
    me.pin(person.NEW_PIN)
    me.at("Touch 1 of 2")
    me.on.softkey("sam-new", "touch now")
    me.at("Touch 2 of 2")
    me.pull("sam-new")
    me.see("Not finished. Insert the same key to continue.")
    nothing_made(me)
    me.insert("sam-new")
    me.pin(person.NEW_PIN)
    person.touch_twice(me, "sam-new")
    assert len(person.recorded(me.on.place, "case.made")) == 1


def main():
    with person.station() as place:
        with person.window(place) as on:
            me = person.Person(on)
            for function in ALL:
                print(function.__name__, flush=True)
                me.press("Staff")
                me.at("Staff sign-in")
                function(me)
                if function is not ALL[-1]:
                    person.stop(me)
            for function in (pulled_while_an_act_is_signed, pulled_in_the_users_half):
                print(function.__name__, flush=True)
                function(me)
        person.bundle_of(place)


if __name__ == "__main__":
    main()
