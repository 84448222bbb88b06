#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_accessible.py LANGUAGE: every screen of the kiosk in one language.

Each control has a name and a role; Tab goes in reading order; what is pressed
is 48 px at least; nothing is cut off, in any size and with text at 200 %; the
contrast of each text, measured from the pixels, meets WCAG 2.2 AA, and AAA on
the user's half.

Programs: LOOKING besides those of screen.py."""
import collections
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screens  # noqa: E402
import seen  # noqa: E402

FRONT = "1280x800"
# size, looks, contrast is measured in it
VARIANTS = [(FRONT, "", True), (FRONT, "dark", True), (FRONT, "hc", True), (FRONT, "large", False),
            ("800x480", "", False), ("800x480", "large", False), ("800x1280", "", False), ("800x1280", "large", False)]
TYPES = ("Gtk", "Adw", "Kiosk")
# A box that only holds others needs no name; on the bus GTK gives it its type.
HOLDERS = ("filler", "panel", "unknown", "generic", "scroll bar", "slider", "frame", "viewport", "scroll pane", "grouping",
           "section", "table", "list")
TAB_MOST = 60


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


def order_of(on):
    """What can have the focus, in reading order."""
    states = on.atspi.StateType
    for node in on.walk():
        state = node.get_state_set()
        if state.contains(states.FOCUSABLE) and state.contains(states.SENSITIVE):
            box = node.get_component_iface().get_extents(on.atspi.CoordType.WINDOW)
            yield node, (node.get_role_name(), node.get_name() or "", box.x, box.y)


def focused(on):
    for node, who in order_of(on):
        if node.get_state_set().contains(on.atspi.StateType.FOCUSED):
            return who[:2]
    return None


def check_tab(on, name, findings):
    """One round with the key itself: nothing is left out, nothing comes before
    what stands before it. A group of choices is one stop, or each is one."""
    tree = [who[:2] for _, who in order_of(on)]
    round_ = []
    for _ in range(TAB_MOST):
        on.key("Tab")
        now = focused(on)
        if now is None or (round_ and now == round_[0]):
            break
        round_.append(now)
    findings.count("stops of Tab", len(round_))
    places, last = [], -1
    start = tree.index(round_[0]) if round_ and round_[0] in tree else 0
    turned = tree[start:] + tree[:start]
    for stop in round_:
        if stop not in turned:
            findings.add(name, f"Tab stops at {stop}, which is not in the tree")
            continue
        place = next((i for i, one in enumerate(turned) if one == stop and i > last), turned.index(stop))
        if place <= last:
            findings.add(name, f"Tab comes to {stop} after what stands below it")
        last = place
        places.append(stop)
    for who in tree:
        if who[0] in ("push button", "toggle button", "text", "password text", "check box") and who not in places:
            findings.add(name, f"Tab never comes to {who}")


def check_look(on, name, half, variant, folder, findings):
    size, looks, measured = variant
    where = f"{name} {size} {looks or 'normal'}"
    path = os.path.join(folder, "look")
    got, widgets = on.look(size, looks, path)
    findings.count("looks")
    for fault in seen.cut_off(widgets, size, got):
        findings.add(where, fault)
    for fault in seen.small_targets(widgets):
        findings.add(where, fault)
    if measured:
        n, faults = seen.low_contrast(widgets, path + ".png", half)
        findings.count("texts measured", n)
        for fault in faults:
            findings.add(where, fault)


def check_screen(on, name, half, folder, findings):
    findings.count("screens")
    for variant in VARIANTS:
        check_look(on, name, half, variant, folder, findings)
    on.look(FRONT, "", os.path.join(folder, "look"))
    check_names(on, name, findings)
    if on.language == "en":
        check_tab(on, name, findings)


def main():
    language = sys.argv[1]
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder, screens.station() as place:
        with screens.Looking(place, language) as on:
            for name, half in screens.walk(on):
                check_screen(on, name, half, folder, findings)
        with screens.Looking(place, language, idle_s=10, warn_s=120) as on:
            for name, half in screens.walk_idle(on):
                check_screen(on, name, half, folder, findings)
    sys.exit(0 if findings.report() else 1)


if __name__ == "__main__":
    main()
