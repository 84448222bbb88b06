#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A PIN in the memory of the whole kiosk: while it is needed it stands on locked
pages alone, and once it was used, or the way to its use was left, nowhere. Each
way that leaves it is gone.

Programs: OPEN_KIOSK (the kiosk, its memory to be read) besides those of
screen.py."""
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screen  # noqa: E402  (finds the modules below)
import desk  # noqa: E402
from probing import memory, pieces  # noqa: E402

FIRST, OTHER, WRONG = "Kq7zX3wv9", "Wm4rT8ypJ", "Xh2gL6nbd"
NEW = "sam-new"
SETTLE_S = 0.5  # a keyhelper that was told to stop, a page that is let go


def prepare(place):
    place.make_keys()
    place.add_key(NEW)
    place.start()
    place.found()
    place.import_people([("2001", "Sam Fox", [os.urandom(32)])])
    case = place.session("ada", "agent", 'case open --person "Sam Fox" --lost-at "2026-11-20 14:00"')[-1]["case"]
    for words in (("proof", case, "--branch", "c", "--ial", "2"),
                  ("evidence", case, "--type", "passport", "--method", "chip", "--result", "ok", "--issuer", "NL"),
                  ("evidence", case, "--type", "driving-licence", "--method", "visual", "--result", "ok", "--issuer", "NL"),
                  ("submit", case)):
        place.act("case", *words, "--as", "ada")
    for name in place.softkeys:
        screen.softkey(place, name, "unplug")
    return case


class Scanned(screen.Screen):
    """The window, and what is in the memory behind it."""

    def copies(self, pin):
        """Where the PIN or its beginning stands: the flags of each place."""
        return memory(self.kiosk.pid, pieces(pin))

    def gone(self, *pins):
        end = time.monotonic() + 5  # until what was told to end has ended
        while True:
            left = {pin: sum(map(len, self.copies(pin).values())) for pin in pins}
            if not any(left.values()):
                return
            assert time.monotonic() < end, f"still in memory: {left}, at {self.title()}"
            time.sleep(0.1)

    def kept(self, pin, most):
        """On so many pages at most, and each of them locked and never dumped."""
        time.sleep(SETTLE_S)
        for pattern, places in self.copies(pin).items():
            plain = pattern in (pin.encode(), pin[:5].encode())
            assert (1 if plain else 0) <= len(places) <= (most if plain else 0), f"{pattern}: {len(places)} times"
            assert all("lo" in flags and "dd" in flags for flags in places), f"{pattern}: {places}"

    # --- the way ---------------------------------------------------------------

    def hand_over(self, case):
        self.at("Welcome")
        self.press("I have an appointment")
        self.at("Your case number")
        self.type(case)
        self.press("Continue")
        self.at("Staff sign-in")
        self.insert("ada")
        self.see("Enter the PIN of your key")
        self.type(desk.PIN)
        self.key("Return")
        self.press("Hand over to the user")
        self.at("Hand over to the user")
        self.pull("ada")
        self.press("Hand over now")
        self.at("Is this you")
        self.press("Yes, that is me")
        self.at("Insert your new key")

    def enter(self, pin):
        self.type(pin)
        self.key("Return")

    def to_pin(self, title):
        self.see("This key fits")
        self.press("Continue")
        self.at(title)

    def to_check(self, pin):
        self.to_pin("Enter the PIN of your new key")
        self.enter(pin)
        self.at("Check before")

    def to_touch(self, pin):
        self.to_check(pin)
        self.press("Confirm")
        self.at("Touch 1 of 2")


def check_the_scan_sees(screen_, case):
    screen_.hand_over(case)
    screen_.gone(desk.PIN)  # staff's own, used for the sign-in
    screen_.insert(NEW)
    screen_.to_pin("Choose a PIN")
    screen_.type(FIRST)
    screen_.kept(FIRST, 1)


def check_choosing(screen_):
    screen_.press("Back")
    screen_.at("Your new key")
    screen_.gone(FIRST)
    screen_.press("Continue")
    screen_.enter(FIRST)
    screen_.at("Enter the same PIN again")
    screen_.kept(FIRST, 1)
    screen_.enter(OTHER)
    screen_.see("The two PINs differ")
    screen_.gone(FIRST, OTHER)
    screen_.enter(FIRST)
    screen_.at("Enter the same PIN again")
    screen_.enter(FIRST)
    screen_.at("Check before")
    screen_.kept(FIRST, 1)  # for the question that the key will ask


def check_pulled(screen_):
    screen_.pull(NEW)
    screen_.at("Insert your new key")
    screen_.gone(FIRST)
    screen_.insert(NEW)
    screen_.softkey(NEW, "touch never")
    screen_.to_touch(FIRST)
    screen_.pull(NEW)
    screen_.see("Not finished" if screen_.find("Not finished") else "Your key was removed")
    screen_.gone(FIRST)
    screen_.insert(NEW)
    screen_.see("Enter the PIN of your key")
    screen_.type(FIRST)
    screen_.kept(FIRST, 1)
    screen_.pull(NEW)
    screen_.see("Insert")
    screen_.gone(FIRST)
    screen_.press("Back")
    screen_.at("Insert your new key")


def check_cancelled(screen_):
    screen_.insert(NEW)
    screen_.to_touch(FIRST)
    screen_.press("Cancel")
    screen_.see("Cancelled")
    screen_.kept(FIRST, 1)  # for another try
    screen_.press("Use another key")
    screen_.see("Take this key out")
    screen_.gone(FIRST)
    screen_.pull(NEW)
    screen_.see("Insert your new key in the port")
    screen_.insert(NEW)


def check_wrong(screen_):
    screen_.to_check(WRONG)
    screen_.press("Confirm")
    screen_.see("Wrong PIN")
    screen_.gone(WRONG)
    screen_.enter(OTHER)
    screen_.see("6 tries left")
    screen_.gone(OTHER)
    screen_.press("Back")
    screen_.at("Your new key")


def check_stopped(screen_, case):
    screen_.press("Continue")
    screen_.at("Enter the PIN of your new key")
    screen_.enter(FIRST)
    screen_.at("Check before")
    screen_.press("Stop and clear")
    screen_.press("Yes, stop")
    screen_.at("Welcome")
    screen_.gone(FIRST, OTHER, WRONG, desk.PIN)
    screen_.pull(NEW)
    screen_.hand_over(case)


def check_lost(place, screen_, case):
    """recoveryd ends; the kiosk of a practice station starts one of its own."""
    screen_.insert(NEW)
    screen_.to_check(FIRST)
    place.stop(signal.SIGKILL)
    screen_.at("Locked")
    screen_.gone(FIRST)
    screen_.press("Stop and clear")
    screen_.press("Yes, stop")
    screen_.pull(NEW)
    screen_.hand_over(case)


def check_made(screen_):
    screen_.insert(NEW)
    screen_.softkey(NEW, "touch after 200")
    screen_.to_check(FIRST)
    screen_.press("Confirm")
    screen_.at("ready, but not active")
    screen_.gone(FIRST, OTHER, WRONG, desk.PIN)


def check_idle(place, screen_, case):
    """Nobody is there any more: what was kept goes too."""
    screen_.stop()
    screen_.settings = {"idle_s": 10, "warn_s": 10}
    screen.softkey(place, NEW, "unplug")
    place.start()
    screen_.start()
    screen_.hand_over(case)
    screen_.insert(NEW)
    screen_.to_check(FIRST)
    screen_.kept(FIRST, 1)
    screen_.see("Are you still there")
    screen_.at("Welcome")
    screen_.gone(FIRST, desk.PIN)


def main():
    with desk.Desk() as place:
        case = prepare(place)
        with Scanned(place, program=os.environ["OPEN_KIOSK"], settings={"idle_s": 600}) as screen_:
            check_the_scan_sees(screen_, case)
            check_choosing(screen_)
            check_pulled(screen_)
            check_cancelled(screen_)
            check_wrong(screen_)
            check_stopped(screen_, case)
            check_lost(place, screen_, case)
            check_made(screen_)
            check_idle(place, screen_, case)
    print("the PIN stays on its pages")


if __name__ == "__main__":
    main()
