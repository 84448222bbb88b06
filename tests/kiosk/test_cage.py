#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The kiosk under cage, as on a station: it fills the screen, it is worked, and
it lets nobody else have the screen. A small supervisor stands for systemd's
Restart=always.

Programs: KIOSK (the product), WATCHED (the same, takes pictures of itself),
INTRUDER, WALLED, UNIT (the kiosk's unit file)."""
import os
import pathlib
import re
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import under_cage  # noqa: E402  (finds the modules below)
import desk  # noqa: E402
import unit_file  # noqa: E402
import whole_case  # noqa: E402

ALL = []
COLOURS = 200  # a page with text has more by far; a blank one has 1


def test(function):
    ALL.append(function)
    return function


def walk_to_a_page_and_back(on):
    on.at("Welcome")
    on.see("PRACTICE")
    on.press("Staff")
    on.at("Staff sign-in")
    on.press("Back")
    on.at("Welcome")


@test
def it_is_worked_from_welcome_to_a_page_and_back(on):
    walk_to_a_page_and_back(on)
    on.press("Larger text")
    on.press("Normal text")


@test
def it_fills_the_screen_and_is_photographed(on):
    size, colours = re.fullmatch(r"(\d+x\d+), (\d+) colours", on.own_picture()).groups()
    assert size == "1280x720", size  # cage's headless screen
    assert int(colours) > COLOURS, colours
    assert os.path.getsize(os.environ["KEYTURN_PICTURE"]) > 5000


@test
def nothing_of_the_window_closes_or_moves_it(on):
    for node in on.walk():
        role, name = node.get_role_name(), (node.get_name() or "").lower()
        assert role not in ("menu", "menu bar", "menu item", "popup menu", "page tab", "link"), (role, name)
        if role == "push button":
            assert not re.search(r"\b(close|minimi[sz]e|maximi[sz]e|restore|quit|exit|menu)\b", name), name
    # GTK gives a window actions of its own, for whoever is on the bus.
    action = on.window().get_action_iface()
    for i in range(action.get_n_actions()):
        action.do_action(i)
        time.sleep(0.3)
        on.at("Welcome")
    # Every button there is, pressed: the window is still the one window.
    for name in ("Larger text", "High contrast", "Normal contrast", "Normal text"):
        on.press(name)
    assert on.own_picture().startswith("1280x720, ")


@test
def one_that_comes_in_front_ends_all_and_starts_it_again(on):
    on.press("Staff")
    on.at("Staff sign-in")
    intruder = on.client([os.environ["INTRUDER"]])
    cage, began = on.kiosk, time.monotonic()
    on.ended(cage)
    on.ended(intruder)  # its window went with the screen
    print(f"  screen taken back after {time.monotonic() - began:.2f} s; it said: {intruder.stdout.read().split()}")
    intruder.stdout.close()
    cage.stdout.close()
    on.start()  # Restart=always
    on.at("Welcome")
    walk_to_a_page_and_back(on)


@test
def a_kiosk_that_is_killed_comes_again(on):
    on.press("Staff")
    on.at("Staff sign-in")
    cage = on.kiosk
    os.kill(on.program_pid(), signal.SIGKILL)
    on.ended(cage)  # cage shows nothing else meanwhile
    cage.stdout.close()
    on.start()
    on.at("Welcome")


@test
def nothing_is_left_in_the_home(on):
    """No setting, no list of files, no cache but fontconfig's."""
    for folder in ("home", "config", "data", "cache"):
        left = [str(path) for path in pathlib.Path(on.display.folder, folder).rglob("*") if "fontconfig" not in str(path)]
        assert not left, left


def behind_the_units_walls(on, place):
    """The same with the system calls, memory and sockets that the unit allows."""
    unit = unit_file.read(os.environ["UNIT"])
    assert unit_file.value(unit, "MemoryDenyWriteExecute") == "yes"
    assert unit_file.value(unit, "RestrictAddressFamilies").split() == ["AF_UNIX", "AF_NETLINK"]
    calls = os.path.join(place.top, "calls")
    with open(calls, "w", encoding="ascii") as file:
        file.write("\n".join(sorted(unit_file.system_calls(unit))) + "\n")
    on.walls = [os.environ["WALLED"], calls]
    on.start()
    walk_to_a_page_and_back(on)
    assert int(on.own_picture().split()[1]) > COLOURS


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        os.environ["KEYTURN_PICTURE"] = os.path.join(place.top, "kiosk.png")
        with under_cage.CageScreen(place, program=os.environ["WATCHED"]) as on:
            for function in ALL:
                print(function.__name__, flush=True)
                function(on)
            on.stop()
            print("behind the unit's walls", flush=True)
            behind_the_units_walls(on, place)
            on.stop()
            print("the product itself", flush=True)
            on.program = os.environ["KIOSK"]
            on.start()
            walk_to_a_page_and_back(on)


if __name__ == "__main__":
    main()
