#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Ways out of the kiosk, tried one by one on a page without and a page with an
entry: keys, pointer, drag and paste, the accessibility bus, the session bus,
the environment. Nothing opens, nothing is loaded, nothing is written.

Programs: KIOSK, NEIGHBOUR, GUEST (a module) and INTRUDER (any GTK program)."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import screen  # noqa: E402  (finds the modules below)
import desk  # noqa: E402
import whole_case  # noqa: E402

ALL = []
SETTLE_S = 0.25  # for what must not happen there is nothing to wait for
HASTE_S = 0.08  # within a row of such; what opens stays, and is seen at the end

KEYS = """
ctrl+shift+d ctrl+shift+i F10 shift+F10 Menu ctrl+period ctrl+semicolon ctrl+shift+u ctrl+shift+e alt+F4 ctrl+q ctrl+w ctrl+F4
Super_L super+l super+r super+Return Super_R alt+space alt+Tab alt+Escape alt+F1 alt+F2 ctrl+Escape ctrl+n ctrl+o ctrl+p ctrl+s ctrl+f
ctrl+t ctrl+l ctrl+question ctrl+F1 F1 F2 F5 F6 F11 F12 ctrl+alt+t ctrl+alt+l ctrl+alt+Delete ctrl+alt+BackSpace ctrl+alt+F2 Print
shift+Print XF86HomePage XF86WWW XF86Mail XF86Calculator XF86Explorer XF86Search XF86Launch1 XF86PowerOff XF86Sleep
ctrl+a ctrl+c ctrl+x ctrl+v ctrl+z shift+Insert ctrl+Insert shift+Delete ctrl+plus ctrl+minus ctrl+0 ctrl+Tab alt+Left BackSpace
""".split()


def test(function):
    ALL.append(function)
    return function


# --- what there is -----------------------------------------------------------


def windows(on):
    """The kiosk's windows, those that GTK tells nobody of too: on the display,
    where the upper bits of a window's number are its program's, and on the
    accessibility bus."""
    def search(name):
        # It gives up where a window goes away, what is dragged for one, while it looks.
        for _ in range(20):
            done = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", name], env=on.display.env, capture_output=True, text=True,
                                  check=False)
            if done.returncode == 0:
                break
            time.sleep(HASTE_S)
        return [int(word) for word in done.stdout.split()]

    own = search("^Keyturn$")[0] >> 21
    seen = []
    bus = on.atspi.get_desktop(0)
    bus.clear_cache()
    for i in range(bus.get_child_count()):
        app = bus.get_child_at_index(i)
        if app is not None and app.get_process_id() == on.kiosk.pid:
            app.clear_cache()
            seen += [(app.get_child_at_index(k).get_role_name(), app.get_child_at_index(k).get_name()) for k in range(app.get_child_count())]
    return sorted(window for window in search("") if window >> 21 == own), seen


def page(on):
    """What the page says, apart from what moves by itself."""
    return on.title(), [(role, name) for role, name in on.names() if role in ("push button", "password text", "entry", "text", "dialog",
                                                                             "menu", "popup menu", "tool tip", "window", "file chooser")]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [pathlib.Path(f"/proc/{child}/comm").read_text().strip() for child in file.read().split()]


class Unchanged:
    """Nothing has opened, gone or changed when the block ends."""

    def __init__(self, on, what):
        self.on, self.what = on, what

    def __enter__(self):
        self.before = windows(self.on), page(self.on)

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        time.sleep(SETTLE_S)
        assert self.on.kiosk.poll() is None, f"{self.what}: the kiosk ended"
        after = windows(self.on), page(self.on)
        assert after == self.before, f"{self.what}:\n{self.before}\n{after}"


def spots(on):
    """A point on each kind of thing that the page has."""
    points = [(640, 780), (5, 400)]
    roles = {}
    for node in on.walk():
        role = node.get_role_name()
        box = node.get_component_iface().get_extents(on.atspi.CoordType.WINDOW) if node.get_component_iface() else None
        if box and box.width > 4 and box.height > 4 and role not in ("panel", "filler") and roles.setdefault(role, 0) < 1:
            roles[role] += 1
            points.append((box.x + box.width // 2, box.y + box.height // 2))
    return points


def give_keyboard(on):
    """There is no window manager: the window that came last has the keyboard."""
    on.xdotool("search", "--onlyvisible", "--name", "^Keyturn$", "windowfocus", "%@")


# --- the ways ----------------------------------------------------------------


def by_keys(on):
    """A window shows at once, and the culprit is named; the page is looked at
    in the end: each key alone has not changed it, or another would not fit."""
    with Unchanged(on, "all keys"):
        before = windows(on)
        for name in KEYS:
            on.key(name)
            time.sleep(HASTE_S)
            assert windows(on) == before, name


def by_pointer(on):
    ways = {
        "right click": ["click", "3"], "right button held": ["mousedown", "3", "sleep", "0.6", "mouseup", "3"],
        "middle click and the other buttons": ["click", "2", "click", "8", "click", "9", "click", "6", "click", "7"],
    }
    for x, y in spots(on):
        with Unchanged(on, f"at {x},{y}"):
            before = windows(on)
            for what, words in ways.items():
                on.xdotool("mousemove", str(x), str(y), *words)
                time.sleep(HASTE_S)
                assert windows(on) == before, f"{what} at {x},{y}"


def by_long_press(on):
    """Away from the buttons, which a long press presses; then three clicks."""
    for x, y in [(640, 780), (5, 400), (400, 150)]:
        with Unchanged(on, f"long press at {x},{y}"):
            on.xdotool("mousemove", str(x), str(y), "mousedown", "1", "sleep", "1.2", "mouseup", "1", "click", "--repeat", "3", "1")


def by_dragging(on, neighbour):
    targets = [point for point in spots(on) if point[1] > 60 or point[0] > 140]
    for x, y in targets:
        with Unchanged(on, f"drop at {x},{y}"):
            on.xdotool("mousemove", "40", "20", "mousedown", "1", "mousemove", "60", "30", "mousemove", "90", "45", "sleep", "0.1",
                       "mousemove", str(x), str(y), "sleep", "0.1", "mousemove", str(x + 1), str(y), "sleep", "0.1", "mouseup", "1")
            heard = [neighbour.stdout.readline().strip() for _ in range(3)]
            assert heard[:2] == ["dragging", "not taken"], heard


def by_the_accessibility_bus(on):
    """GTK puts menus, links and the clipboard of every label there as actions."""
    names = set()
    for node in list(on.walk()):
        if node.get_role_name() in screen.Screen.BUTTONS:
            continue
        action = node.get_action_iface()
        for i in range(action.get_n_actions() if action else 0):
            name = action.get_action_name(i)
            names.add(name)
            with_role = f"{name} of {node.get_role_name()} {node.get_name()!r}"
            if name == "clear" or name == "activate":
                continue
            action.do_action(i)
            assert on.kiosk.poll() is None, with_role
    print("  tried:", " ".join(sorted(names)))


def at_the_pin_entry(on):
    on.insert("ada")
    on.press("Staff")
    on.see("Enter the PIN")
    assert count(on), on.names()


def count(on):
    return [name for _, name in on.names() if name.startswith("PIN of your key")]


def is_empty(on):
    return count(on) == ["PIN of your key, empty"]


@test
def keys_open_nothing(on, place, neighbour):
    on.at("Welcome")
    by_keys(on)
    at_the_pin_entry(on)
    by_keys(on)
    assert is_empty(on), count(on)


@test
def the_pointer_opens_nothing(on, place, neighbour):
    by_pointer(on)
    by_long_press(on)
    assert is_empty(on), count(on)


@test
def text_dropped_in_goes_nowhere(on, place, neighbour):
    by_dragging(on, neighbour)
    assert is_empty(on), count(on)


@test
def the_accessibility_bus_opens_nothing(on, place, neighbour):
    with Unchanged(on, "actions of the page with the PIN"):
        by_the_accessibility_bus(on)
    assert is_empty(on), count(on)
    on.press("Back")
    on.at("Welcome")
    with Unchanged(on, "actions of the welcome page"):
        by_the_accessibility_bus(on)


@test
def nothing_was_copied_out(on, place, neighbour):
    """The neighbour still has both clipboards: no Ctrl+C, no selection."""
    neighbour.terminate()
    rest = neighbour.stdout.read()
    assert "copied over" not in rest, rest


@test
def the_session_bus_has_nothing_of_it(on, place, neighbour):
    import gi
    gi.require_version("Gio", "2.0")
    from gi.repository import Gio, GLib
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)

    def call(name, path, interface, method, argument=None, kind="(s)"):
        return bus.call_sync(name, path, interface, method, argument, GLib.VariantType(kind), Gio.DBusCallFlags.NONE, 5000, None).unpack()[0]

    daemon = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    names = call(*daemon, "ListNames", kind="(as)")
    mine = [name for name in names if name != daemon[0]
            and call(*daemon, "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,)), "(u)") == on.kiosk.pid]
    assert all(name.startswith(":") for name in mine), f"it owns {mine}"
    for name in mine:
        todo, paths, interfaces = ["/"], 0, set()
        while todo:
            path = todo.pop()
            paths += 1
            try:
                xml = call(name, path, "org.freedesktop.DBus.Introspectable", "Introspect")
            except GLib.Error:
                continue  # not even that
            interfaces |= set(re.findall(r'<interface name="([^"]+)"', xml))
            todo += [path.rstrip("/") + "/" + child for child in re.findall(r'<node name="([^"]+)"', xml)]
        strange = {i for i in interfaces if not i.startswith("org.freedesktop.DBus.")}
        assert not strange, f"{name} has {strange}"
    # Nobody was called to open, keep or choose something.
    started = [name for name in names if re.search(r"dconf|gvfs|gtk\.vfs|portal|Settings|ScreenSaver|FileManager|Tracker", name)]
    assert not started, started
    print(f"  {len(mine)} connections, no objects; on the bus: {sorted(n for n in names if not n.startswith(':'))}")


@test
def nothing_was_started_and_nothing_written(on, place, neighbour):
    others = set(children(on.kiosk.pid)) - {"keyhelper"}
    assert not others, others
    for folder in ("home", "config", "data", "cache"):
        left = [str(path) for path in pathlib.Path(on.display.folder, folder).rglob("*")]
        assert not left, left
    assert not list(pathlib.Path.cwd().glob("core*"))


# --- what comes with the environment -----------------------------------------


def hostile(place, guest):
    """Each variable that would have GTK, GLib or what they load take something in."""
    modules = os.path.join(place.top, "modules")
    # Where each library looks below a folder of modules.
    for sub in ("", "4.0.0/immodules", "4.0.0/media", "4.0.0/printbackends", "4.0/modules"):
        os.makedirs(os.path.join(modules, sub), exist_ok=True)
        shutil.copy(guest, os.path.join(modules, sub, "libguest.so"))
    loaders = os.path.join(place.top, "loaders.cache")
    pathlib.Path(loaders).write_text(f'"{modules}/libguest.so"\n"svg" 5 "gdk-pixbuf" "SVG" "LGPL"\n"image/svg+xml" ""\n"svg" ""\n" <svg" "*" 100\n\n')
    overlay = os.path.join(place.top, "overlay")
    os.makedirs(overlay, exist_ok=True)
    pathlib.Path(overlay, "welcome-page.ui").write_text(
        '<interface><template class="KioskWelcomePage" parent="KioskPage"><property name="title">Give me your PIN</property>'
        '<child><object class="GtkLabel" id="station"/></child></template></interface>')
    return {
        "GTK_MODULES": "guest", "GTK_DEBUG": "interactive", "GTK_PATH": modules, "GTK_EXE_PREFIX": modules, "GTK_IM_MODULE": "guest",
        "GTK_MEDIA": "guest", "GTK_THEME": "Adwaita:dark", "GIO_EXTRA_MODULES": modules, "GDK_PIXBUF_MODULE_FILE": loaders,
        "GDK_PIXBUF_MODULEDIR": modules, "GSETTINGS_BACKEND": "keyfile", "GIO_USE_VFS": "gvfs", "GTK_USE_PORTAL": "1",
        "LTDL_LIBRARY_PATH": modules, "SPEECHD_CMD": "/bin/touch", "G_RESOURCE_OVERLAYS": f"/org/keyturn/kiosk={overlay}",
    }


def the_environment_brings_nothing_in(on, place):
    mark = os.path.join(place.top, "guest-was-here")
    env = dict(on.display.env, KEYTURN_GUEST=mark, **hostile(place, os.environ["GUEST"]))
    # The way is one: an ordinary program lets the guest in.
    ordinary = subprocess.Popen([os.environ["INTRUDER"]], env={k: v for k, v in env.items() if k != "GTK_DEBUG"}, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
    ordinary.stdout.readline()
    end = time.monotonic() + 20
    while not os.path.exists(mark) and time.monotonic() < end:
        time.sleep(0.05)
    ordinary.kill()
    ordinary.wait()
    ordinary.stdout.close()
    assert "intruder" in pathlib.Path(mark).read_text().split()
    before = on.display.env
    on.display.env = env
    try:
        on.start()
        on.at("Welcome")
        on.press("Speech on")
        on.press("Staff")
        on.at("Staff sign-in")
    finally:
        on.display.env = before
    assert "keyturn-kiosk" not in pathlib.Path(mark).read_text().split()
    try:
        print(pathlib.Path(f"/proc/{on.kiosk.pid}/maps").read_text())
        raise AssertionError("its memory can be looked at")
    except PermissionError:
        pass  # no debugger, no core
    assert len(windows(on)[1]) == 1, windows(on)  # no debugger
    assert not any("PIN" in word and "Give" in word for word in on.words())


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        with screen.Screen(place) as on:
            for name in list(place.softkeys):
                on.pull(name)
            neighbour = subprocess.Popen([os.environ["NEIGHBOUR"]], env=on.display.env, stdout=subprocess.PIPE, text=True)
            assert neighbour.stdout.readline() == "ready\n"
            give_keyboard(on)
            for function in ALL:
                began = time.monotonic()
                print(function.__name__, flush=True)
                function(on, place, neighbour)
                print(f"  {time.monotonic() - began:.1f} s", flush=True)
            neighbour.wait()
            neighbour.stdout.close()
            on.stop()
            print("the environment brings nothing in", flush=True)
            the_environment_brings_nothing_in(on, place)


if __name__ == "__main__":
    main()
