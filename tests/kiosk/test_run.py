#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_run.py BUILD: ./run where there is a display: the kiosk opens beside the
keys of a practice station, a person plays with them, closes the window, and the
record is exported and found good."""

import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
os.environ.setdefault("KIOSK", "")
import screen  # noqa: E402
import under_display  # noqa: E402

PIN = "271828"


class Run(screen.Screen):
    def __init__(self, build):
        super().__init__(None, "1280x800", program="")
        self.build = build
        self.home = tempfile.TemporaryDirectory(prefix="keyturn-run-")
        self.said = ""

    def start(self):
        env = dict(self.display.env, HOME=self.home.name, TMPDIR=self.home.name, G_DEBUG="fatal-criticals", LC_ALL="C.UTF-8")
        self.kiosk = subprocess.Popen(
            [sys.executable, SOURCE / "recovery" / "service" / "practice.py", "--build", self.build], env=env,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=under_display.die_with_parent)
        self.until(lambda: self.window() is not None, "the window")

    def window(self):
        """The kiosk is a child of the program that was started."""
        bus = self.atspi.get_desktop(0)
        bus.clear_cache()
        for i in range(bus.get_child_count()):
            app = bus.get_child_at_index(i)
            if app is not None and app.get_name() == "keyturn-kiosk" and app.get_child_count() > 0:
                return app.get_child_at_index(0)
        return None

    def focus(self):
        for node in self.walk():
            if node.get_state_set().contains(self.atspi.StateType.FOCUSED):
                return node.get_name()
        return None

    def finish(self):
        self.said = self.kiosk.communicate(timeout=60)[0]
        return self.kiosk.returncode


def sign_in(on):
    """Ada, by the panel alone: insert, PIN, touch."""
    on.press("Staff")
    on.at("Staff sign-in")
    on.press("Ada: Insert")
    on.see("Enter the PIN of your key.")
    on.type(PIN)
    on.key("Return")
    on.see("waits for a touch")
    on.click("Ada: Touch")
    on.until(lambda: "sign-in" not in on.title(), "the page after it")


def check_panel(on):
    on.see("Outside the kiosk")
    on.see("PIN of these keys: " + PIN)
    assert on.sensitive(on.find("Ada: Touch", on.BUTTONS)) is None, "a key that waits for nothing can be touched"
    on.at("Welcome")
    before = on.until(on.focus, "the focus")
    on.click("Ben: Insert")
    on.until(lambda: on.find("Ben: Pull", on.BUTTONS), "the other name of the button")
    assert on.focus() == before, "the panel took the focus"
    on.click("Ben: Pull")
    on.until(lambda: on.find("Ben: Insert", on.BUTTONS), "the first name again")


def main():
    with Run(sys.argv[1]) as on:
        check_panel(on)
        sign_in(on)
        on.press("Ada: Pull")  # the station locks
        on.at("Locked")
        on.press("End practice")
        code = on.finish()
        on.kiosk = None
    print(on.said)
    folder = next(pathlib.Path(on.home.name).glob("keyturn-practice-*"))
    assert code == 0, code
    assert (folder / "bundle" / "manifest-sha256.txt").exists()
    for words in ("PIN of every key: " + PIN, "fidotool sign", "verify.py, which shares no code", "Where things lie:", str(folder / "bundle")):
        assert words in on.said.replace("fidotool/cli/fidotool sign", "fidotool sign"), words


if __name__ == "__main__":
    main()
