# SPDX-License-Identifier: Apache-2.0
"""The kiosk as on a station: the only program under cage, without a screen
(headless), as an ordinary user. Worked over the accessibility bus; cage has no
other way in. Programs: CAGE_KIOSK besides those of screen.py."""
import os
import signal
import subprocess
import time

import screen
import under_display


class Cage(under_display.Display):
    """A bus, and a folder for cage's socket; no X."""

    def environment(self):
        env = super().environment()
        env.update(GDK_BACKEND="wayland", WLR_BACKENDS="headless", WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1",
                   WLR_XWAYLAND="/bin/false")
        return env

    def start_display(self):
        pass

    def start_bus(self):
        super().start_bus()
        # Not before: what the bus starts would look for an X server.
        self.env["DISPLAY"] = ""


class CageScreen(screen.Screen):
    def __init__(self, place, walls=(), program=None):
        super().__init__(place, program=program)
        self.display = Cage()
        self.walls = list(walls)
        self.env = None

    def start(self):
        self.env = {name: value for name, value in self.display.env.items() if name != "DISPLAY"}
        self.env.update(KEYTURN_KEYS=self.place.keys, G_DEBUG="fatal-criticals")
        self.kiosk = subprocess.Popen(
            [*self.walls, "cage", "-d", "--", self.program, "--station", self.place.station],
            env=self.env, stdout=subprocess.PIPE, text=True, preexec_fn=under_display.die_with_parent)
        self.until(lambda: self.window() is not None, "the window")

    def stop(self):
        """Ends the kiosk, and so cage; what cage made of it."""
        process, self.kiosk = self.kiosk, None
        if process is None:
            return 0
        for pid in self.children(process.pid):
            os.kill(pid, signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()
        return 0

    @staticmethod
    def children(pid):
        try:
            with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                return [int(word) for word in file.read().split()]
        except OSError:
            return []

    def program_pid(self):
        """What cage shows: its one child that still runs."""
        return self.children(self.kiosk.pid)[0]

    def window(self):
        bus = self.atspi.get_desktop(0)
        bus.clear_cache()
        mine = self.children(self.kiosk.pid)
        for i in range(bus.get_child_count()):
            app = bus.get_child_at_index(i)
            if app is not None and app.get_process_id() in mine and app.get_child_count() > 0:
                return app.get_child_at_index(0)
        return None

    def socket(self):
        """The name of cage's socket."""
        names = [n for n in os.listdir(self.display.env["XDG_RUNTIME_DIR"]) if n.startswith("wayland-") and not n.endswith(".lock")]
        return names[0]

    def client(self, argv, **more):
        """Another program that shows its window on the same screen."""
        return subprocess.Popen(argv, env=dict(self.env, WAYLAND_DISPLAY=self.socket()), stdout=subprocess.PIPE, text=True,
                                preexec_fn=under_display.die_with_parent, **more)

    def own_picture(self):
        """The window's own picture: "1280x720, 731 colours"."""
        os.kill(self.program_pid(), signal.SIGUSR1)
        line = self.kiosk.stdout.readline().strip()
        assert line.startswith("picture: ") and line != "picture: none", line
        return line.removeprefix("picture: ")

    def ended(self, process, limit=20):
        end = time.monotonic() + limit
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert process.poll() is not None, "it still runs"
