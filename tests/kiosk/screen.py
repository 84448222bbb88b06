# SPDX-License-Identifier: Apache-2.0
"""The kiosk's real window as a person meets it: read and worked over the
accessibility bus, by pointer and by keyboard, with software keys that are
inserted, touched and pulled through their control sockets.

Programs come from the environment: KIOSK besides those of desk.py.
"""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "integration"))

import desk  # noqa: E402
import under_display  # noqa: E402

DOUBLE_S = 0.45  # two clicks within 0.4 s are one double click
PATIENCE_S = 30  # a backstop: what is awaited is an event


class Missing(AssertionError):
    """Something is not on the screen."""


def softkey(place, name, line):
    """One line to a software key's control socket; its answer."""
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(os.path.join(place.control, name))
        channel.sendall(line.encode() + b"\n")
        answer = channel.makefile().readline().strip()
    if not answer.startswith("ok"):
        raise AssertionError(f"{name}: {line}: {answer}")
    return answer


class Screen:
    def __init__(self, place, size="1280x800", arguments=(), program=None, settings=None):
        self.place, self.arguments = place, list(arguments)
        self.program = program or os.environ["KIOSK"]
        self.display = under_display.Display(size)
        self.settings = settings
        self.kiosk = None
        self.clicked_s = 0.0

    # --- start and end -----------------------------------------------------

    def __enter__(self):
        self.display.__enter__()
        try:
            os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.display.env["DBUS_SESSION_BUS_ADDRESS"]
            os.environ["DISPLAY"] = self.display.env["DISPLAY"]
            os.environ["XAUTHORITY"] = self.display.env["XAUTHORITY"]
            os.environ["XDG_RUNTIME_DIR"] = self.display.env["XDG_RUNTIME_DIR"]
            import gi
            gi.require_version("Atspi", "2.0")
            from gi.repository import Atspi
            self.atspi = Atspi
            Atspi.init()
            self.start()
        except BaseException:
            self.display.__exit__()
            raise
        return self

    def __exit__(self, *what):
        if what[0] is not None and os.environ.get("KEYTURN_PICTURES"):
            self.picture(os.path.join(os.environ["KEYTURN_PICTURES"], "failed.png"))
        code = self.stop()
        self.display.__exit__(*what)
        if what[0] is None and code not in (0, -signal.SIGTERM):
            raise AssertionError(f"the kiosk ended with {code}")

    def start(self):
        env = dict(self.display.env, KEYTURN_KEYS=self.place.keys)
        argv = [self.program, "--station", self.place.station, "--windowed", *self.arguments]
        if self.settings is not None:
            path = os.path.join(self.place.top, "kiosk.conf")
            pathlib.Path(path).write_text("[kiosk]\n" + "".join(f"{k}={v}\n" for k, v in self.settings.items()))
            argv += ["--config", path]
        self.errors = open(os.path.join(self.place.top, "kiosk.err"), "a+", encoding="utf-8")
        self.kiosk = subprocess.Popen(argv, env=env, stderr=self.errors, preexec_fn=under_display.die_with_parent)
        self.until(lambda: self.window() is not None, "the window")

    def stop(self):
        process, self.kiosk = self.kiosk, None
        if process is None:
            return 0
        process.terminate()
        code = process.wait(timeout=20)
        if getattr(self, "errors", None) is not None:
            self.errors.seek(0)
            text = self.errors.read()
            self.errors.close()
            sys.stderr.write(text)
            faults = [line for line in text.splitlines() if "CRITICAL" in line]
            assert not faults, "\n".join(faults)
        return code

    # --- what is there -----------------------------------------------------

    def until(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.kiosk is not None and self.kiosk.poll() is not None:
                raise AssertionError(f"the kiosk ended with {self.kiosk.returncode}, waiting for {what}")
            try:
                found = condition()
            except Exception:  # pylint: disable=broad-except  # a widget that goes while it is read
                found = None
            if found:
                return found
            time.sleep(0.03)
        raise Missing(f"{what} does not come; on the screen:\n" + "\n".join(self.words()))

    def window(self):
        bus = self.atspi.get_desktop(0)
        bus.clear_cache()
        for i in range(bus.get_child_count()):
            app = bus.get_child_at_index(i)
            if app is not None and app.get_process_id() == self.kiosk.pid and app.get_child_count() > 0:
                return app.get_child_at_index(0)
        return None

    def walk(self, node=None, depth=0):
        """Everything visible, in reading order."""
        if node is None:
            node = self.window()
            if node is None:
                return
            node.clear_cache()
        states = node.get_state_set()
        if depth > 0 and not states.contains(self.atspi.StateType.VISIBLE):
            return
        yield node
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is not None:
                yield from self.walk(child, depth + 1)

    def names(self):
        return [(node.get_role_name(), node.get_name()) for node in self.walk()]

    def words(self):
        try:
            return [name for _, name in self.names() if name]
        except Exception:  # pylint: disable=broad-except
            return []

    BUTTONS = ("push button", "toggle button", "check box", "radio button")

    def find(self, name, role=None):
        """The visible thing of this name, or one that has it in it; role: its
        role's name, or several."""
        exact, partly = None, None
        for node in self.walk():
            if role is not None and node.get_role_name() != role and node.get_role_name() not in role:
                continue
            own = node.get_name() or ""
            if own == name:
                exact = exact or node
            elif name in own:
                partly = partly or node
        return exact or partly

    def see(self, text):
        self.until(lambda: any(text in word for word in self.words()), f'"{text}"')

    def see_not(self, text):
        assert not any(text in word for word in self.words()), f'"{text}" is on the screen'

    def title(self):
        for node in self.walk():
            if node.get_role_name() == "heading" and node.get_name():
                return node.get_name()
        return ""

    def at(self, title):
        self.until(lambda: title in self.title(), f'the page "{title}"')

    # --- what a person does ------------------------------------------------

    def press(self, name, role=BUTTONS):
        """Presses a button, as a screen reader does, once it can be."""
        node = self.until(lambda: self.sensitive(self.find(name, role)), f'a button "{name}"')
        action = node.get_action_iface()
        assert action is not None and action.get_n_actions() > 0, f'"{name}" cannot be pressed'
        action.do_action(0)
        time.sleep(0.3)  # GTK lets the button down for so long, and hears no second press before

    def sensitive(self, node):
        if node is None:
            return None
        states = node.get_state_set()
        return node if states.contains(self.atspi.StateType.SENSITIVE) else None

    def click(self, name, role=BUTTONS):
        """The same with the pointer, once the button stands still: a page that
        comes is laid out after it is named. A person's second look is slower
        than the second half of a double click, which the window does not hear."""
        place = self.until(lambda: self.still(name, role), f'a button "{name}"')
        time.sleep(max(0.0, self.clicked_s + DOUBLE_S - time.monotonic()))
        self.xdotool("mousemove", str(place[0]), str(place[1]), "click", "1")
        self.clicked_s = time.monotonic()

    def still(self, name, role):
        """The middle of it, where it was a moment ago too."""
        def middle():
            node = self.sensitive(self.find(name, role))
            box = node.get_component_iface().get_extents(self.atspi.CoordType.WINDOW)
            return (box.x + box.width // 2, box.y + box.height // 2) if box.width > 0 and box.height > 0 else None

        first = middle()
        time.sleep(0.05)
        return first if first == middle() else None

    def type(self, text):
        for part in (text[i:i + 12] for i in range(0, len(text), 12)):
            self.xdotool("type", "--delay", "15", part)
            time.sleep(0.15)  # a person's hand: faster is taken for a key's own typing

    def key(self, *names):
        self.xdotool("key", *names)

    def xdotool(self, *words):
        subprocess.run(["xdotool", *words], env=self.display.env, check=True)

    def softkey(self, name, line):
        return softkey(self.place, name, line)

    def insert(self, name):
        self.softkey(name, "plug")

    def pull(self, name):
        self.softkey(name, "unplug")

    def picture(self, path):
        subprocess.run(["import", "-window", "root", path], env=self.display.env, check=False)
