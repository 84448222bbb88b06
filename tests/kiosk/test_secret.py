#!/usr/bin/python3 -Wignore::DeprecationWarning
# SPDX-License-Identifier: Apache-2.0
"""test_secret.py PROBE: nothing of a PIN is on the accessibility bus but how
long it is, and nothing of it in memory but on one locked page, then nowhere.

A stock password entry is looked at first: it must be caught, or the test is
blind."""

import re
import sys
import time

from probing import BusMonitor, Probe, application, listen, pieces, until, walk

PIN = "Kq7zX3wv9"
ALLOWED = re.compile(r"PIN of your key, (empty|\d+ characters? entered)$")


def told(strings):
    """Which strings give characters away: three in a row, or one alone."""
    parts = {PIN[i:i + 3] for i in range(len(PIN) - 2)}
    return [s for s in strings if any(p.lower() in s.lower() for p in parts) or s.rstrip('"') in set(PIN)]


def check_the_test_sees(program, monitor):
    with Probe(program, "stock") as probe:
        since = len(monitor.lines)
        probe.type(PIN)
        until(lambda: probe.ask("text") == PIN, "the text typed")
        time.sleep(0.3)
        assert told(monitor.strings(since)), "a stock entry tells nothing: the listener is deaf"
        assert probe.memory([PIN.encode()])[PIN.encode()], "a stock entry holds nothing: the scan is blind"


def check_bus(program, monitor, Atspi):
    with Probe(program, "secret") as probe:
        until(lambda: application(Atspi, probe.process.pid), "the probe on the bus")
        since = len(monitor.lines)
        probe.type(PIN)
        until(lambda: probe.ask("count") == str(len(PIN)), "the PIN typed")
        probe.key("BackSpace")
        until(lambda: probe.ask("count") == str(len(PIN) - 1), "one erased")
        time.sleep(0.3)
        names = [s.rstrip('"') for s in monitor.strings(since) if s.startswith("PIN of")]
        assert f"PIN of your key, {len(PIN)} characters entered" in names, f"the count is not said: {names}"
        assert all(ALLOWED.match(name) for name in names), names

        # A reader that asks gets no more than one that listens.
        Atspi.get_desktop(0).clear_cache()
        entries = [n for n in walk(application(Atspi, probe.process.pid)) if "PIN of" in (n.get_name() or "")]
        assert len(entries) == 1, entries
        entry = entries[0]
        assert entry.get_text_iface() is None and entry.get_editable_text_iface() is None, "it has a text interface"
        assert entry.get_value_iface() is None, "it has a value"
        assert entry.get_child_count() == 0
        for said in (entry.get_name(), entry.get_description() or "", *map(str, (entry.get_attributes() or {}).values())):
            assert not told([said]), said
        time.sleep(0.2)
        bad = told(monitor.strings(since))
        assert not bad, f"on the bus: {bad}"

        # Nothing comes in or goes out by the clipboard.
        probe.ask("copy 11112222")
        probe.key("ctrl+v", "shift+Insert", "ctrl+a", "ctrl+c", "ctrl+x", "ctrl+z", "alt+5", "super+5")
        time.sleep(0.2)
        assert probe.ask("count") == str(len(PIN) - 1), "a key with a modifier did something"


def assert_wiped(probe, how):
    found = probe.memory(pieces(PIN))
    assert not any(found.values()), f"after {how}: {[(p, len(f)) for p, f in found.items() if f]}"


def check_memory(program):
    for how in ("clear", "steal", "destroy"):
        with Probe(program, "secret") as probe:
            assert probe.ask("page") == "yes"
            probe.type(PIN)
            until(lambda: probe.ask("count") == str(len(PIN)), "the PIN typed")
            time.sleep(0.2)
            for pattern, areas in probe.memory(pieces(PIN)).items():
                plain = pattern in (PIN.encode(), PIN[:5].encode())
                assert len(areas) == (1 if plain else 0), f"{pattern}: {len(areas)} times in memory"
                for flags in areas:
                    assert "lo" in flags, f"not locked: {flags}"
                    assert "dd" in flags, f"would be dumped: {flags}"
            probe.ask(how)
            time.sleep(0.1)
            assert_wiped(probe, how)


def check_keypad(program, Atspi):
    """The same when it is tapped on the screen."""
    pin = "739158"
    with Probe(program, "keypad") as probe:
        until(lambda: application(Atspi, probe.process.pid), "the probe on the bus")
        keys = {n.get_name(): n for n in walk(application(Atspi, probe.process.pid)) if (n.get_name() or "").startswith("Digit ")}
        assert len(keys) == 10, sorted(keys)
        for i, digit in enumerate(pin):
            keys[f"Digit {digit}"].get_action_iface().do_action(0)
            until(lambda: probe.ask("count") == str(i + 1), "a digit tapped")
        for pattern, areas in probe.memory(pieces(pin)).items():
            plain = pattern in (pin.encode(), pin[:5].encode())
            assert len(areas) == (1 if plain else 0), f"keypad, {pattern}: {len(areas)} times in memory"
        probe.ask("clear")
        found = probe.memory(pieces(pin))
        assert not any(found.values()), f"keypad: {[(p, len(f)) for p, f in found.items() if f]}"


def check_names_too(program):
    """Free text is read aloud, and GTK 4.8 must not fall over it."""
    with Probe(program, "text") as probe:
        probe.type("Anna")
        probe.ask("copy  M\u202eul\u00e4")
        probe.key("ctrl+v")
        until(lambda: probe.ask("text") == "Anna Mul\u00e4", "typed and pasted")
        probe.key("BackSpace", "ctrl+a", "ctrl+x", "ctrl+c")
        assert probe.ask("text") == "Anna Mul"


def main():
    program = sys.argv[1]
    Atspi, _events, _listener = listen()
    monitor = BusMonitor()
    try:
        check_the_test_sees(program, monitor)
        check_bus(program, monitor, Atspi)
        check_memory(program)
        check_keypad(program, Atspi)
        check_names_too(program)
    finally:
        monitor.close()
    print("the PIN stays on its page")


main()
