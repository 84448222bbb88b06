#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_accessible.py LANGUAGE all|hardest: every screen of the kiosk in one
language, in all sizes or in those that are hardest to fit.

Each control has a name and a role; Tab goes in reading order; what is pressed
is 48 px at least; nothing is cut off, in any size and with text at 200 %; the
contrast of each text, measured from the pixels, meets WCAG 2.2 AA, and AAA on
the user's half.

Programs: LOOKING besides those of screen.py. KEYTURN_PICTURES: a folder that
keeps the pictures."""
import collections
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screens  # noqa: E402
import seen  # noqa: E402

FRONT = "1280x800"
ALL = [(size, text) for size in (FRONT, "800x480", "800x1280", "1080x1920", "480x800") for text in ("", "large")]
HARDEST = [(FRONT, "large"), ("800x480", ""), ("800x480", "large"), ("480x800", "large")]
# Contrast is measured where all of a page is in view.
WHOLE = "1280x1600"
COLOURS = ("", "dark", "hc")
TYPES = ("Gtk", "Adw", "Kiosk")
# A box that only holds others needs no name; on the bus GTK gives it its type.
HOLDERS = ("filler", "panel", "unknown", "generic", "scroll bar", "slider", "frame", "viewport", "scroll pane", "grouping",
           "section", "table", "list")


class Findings:
    def __init__(self):
        self.found = collections.OrderedDict()
        self.checked = collections.Counter()

    def add(self, where, what):
        self.found.setdefault(what, []).append(where)

    def count(self, what, n=1):
        self.checked[what] += n

    def report(self):
        for what, where in self.found.items():
            print(f"FAULT {what}\n        {', '.join(where[:6])}{' ...' if len(where) > 6 else ''}")
        print("checked:", ", ".join(f"{n} {what}" for what, n in self.checked.items()), flush=True)
        return not self.found


def check_names(on, name, findings):
    """As a screen reader hears it."""
    states = on.atspi.StateType
    for node in on.walk():
        role, own = node.get_role_name(), node.get_name() or ""
        focusable = node.get_state_set().contains(states.FOCUSABLE)
        findings.count("names")
        if own.startswith(TYPES) and (focusable or role not in HOLDERS):
            findings.add(name, f'{role} "{own}" has no name')
        if focusable and not own:
            findings.add(name, f"{role} has no name")
        if focusable and role in ("unknown", "invalid", "filler", "redundant object"):
            findings.add(name, f'"{own}" has no role')


def check_tab(on, name, path, findings):
    """One round: nothing is left out, nothing comes before what stands before
    it, in the tree and for the eye."""
    stops, tree = on.tab(path)
    findings.count("stops of Tab", len(stops))
    for fault in seen.tab_order(stops, tree, rtl=on.language == "ar"):
        findings.add(name, fault)


def place_of(on, name, size, looks, folder):
    """Where a look is kept."""
    kept = os.environ.get("KEYTURN_PICTURES")
    return os.path.join(kept, f"{name}.{on.language}.{size}.{looks or 'normal'}") if kept else os.path.join(folder, "look")


def check_size(on, name, size, looks, folder, findings):
    verb = "look" if "KEYTURN_PICTURES" in os.environ else "list"
    got, widgets = on.look(size, looks, place_of(on, name, size, looks, folder), verb)
    findings.count("sizes")
    for fault in [*seen.cut_off(widgets, size, got), *seen.small_targets(widgets)]:
        findings.add(f"{name} {size} {looks or 'normal'}", fault)


def check_contrast(on, name, half, looks, folder, findings):
    path = os.path.join(folder, "scan")
    got, widgets = on.look(WHOLE, looks, path, "scan")
    n, faults = seen.low_contrast(widgets, path + ".raw", got, half)
    findings.count("texts measured", n)
    for fault in faults:
        findings.add(f"{name} {looks or 'normal'}", fault)


def check_the_key_itself(on, findings):
    """That Tab is what goes round; on one screen."""
    def focused():
        for node in on.walk():
            if node.get_state_set().contains(on.atspi.StateType.FOCUSED):
                return node.get_name()
        return None
    on.at("Welcome")
    before = focused()
    on.key("Tab")
    try:
        on.until(lambda: focused() not in (None, before), "another focus")
    except screens.screen.Missing:
        findings.add("welcome", "Tab moves nothing")


def check_screen(on, name, half, sizes, folder, findings):
    print(name, flush=True)
    findings.count("screens")
    for looks in COLOURS:
        check_contrast(on, name, half, looks, folder, findings)
    for size, looks in sizes:
        check_size(on, name, size, looks, folder, findings)
    on.look(FRONT, "", os.path.join(folder, "look"), "list")
    check_names(on, name, findings)
    check_tab(on, name, os.path.join(folder, "tab"), findings)


def main():
    language, sizes = sys.argv[1], {"all": ALL, "hardest": HARDEST}[sys.argv[2]]
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder, screens.station() as place:
        with screens.Looking(place, language) as on:
            check_the_key_itself(on, findings)
            for name, half in screens.walk(on):
                check_screen(on, name, half, sizes, folder, findings)
    sys.exit(0 if findings.report() else 1)


if __name__ == "__main__":
    main()
