#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_ways_out.py PROBE: no key and no button of the pointer opens anything:
emoji chooser, context menu, inspector, bubble. What a stock entry opens is
looked at first, so that a test that cannot see does not pass."""

import sys
import time

from probing import Probe, until, xdo

KEYS = ["ctrl+period", "ctrl+semicolon", "Menu", "shift+F10", "ctrl+shift+u", "F10", "F1", "ctrl+question"]
INSPECTOR = ["ctrl+shift+i", "ctrl+shift+d"]


def press_all(probe):
    """The keys or buttons after which there is more on the screen."""
    opened = []
    at_rest = probe.ask("windows")
    # The inspector is last: it stays, and lies over the window.
    actions = [(f"button {n}", lambda n=n: xdo("click", n)) for n in (2, 3)]
    actions += [("triple click, button 3", lambda: (xdo("click", "--repeat", 3, "--delay", 20, 1), xdo("click", 3)))]
    actions += [(name, lambda name=name: probe.key(name)) for name in KEYS + INSPECTOR]
    for name, act in actions:
        act()
        time.sleep(0.3 if name in INSPECTOR else 0.05)
        if name == "ctrl+shift+u":
            probe.key("Escape")  # ends the code that it begins
        if probe.ask("windows") != at_rest:
            opened.append(name)
            probe.key("Escape")
            time.sleep(0.06)
            at_rest = probe.ask("windows")
            xdo("windowfocus", probe.window)
    return opened


def main():
    program = sys.argv[1]
    with Probe(program, "stock") as probe:
        opened = press_all(probe)
        for name in ("ctrl+period", "Menu", "button 3", "ctrl+shift+i"):
            assert name in opened, f"a stock entry did not open on {name}: the test sees nothing ({opened})"
    for widget in ("text", "keypad"):  # the second has the secret entry too
        with Probe(program, widget, "guarded") as probe:
            opened = press_all(probe)
            assert not opened, f"{widget}: {opened}"
            if widget == "text":
                probe.key("BackSpace")  # ends a composed character, if there is one
                xdo("windowfocus", probe.window)
                probe.key("Escape", "ctrl+a", "BackSpace")
                probe.type("Anna")
                until(lambda: probe.ask("text") == "Anna", f"typing goes on, not {probe.ask('text')!r}")
    print("nothing opens")


main()
