# SPDX-License-Identifier: Apache-2.0
"""probing - a probe seen from outside: its keys and pointer by xdotool, its
windows, its memory, and what it says on the accessibility bus."""

import os
import re
import subprocess
import threading
import time


def xdo(*words):
    return subprocess.run(["xdotool", *map(str, words)], check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def until(condition, what, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"not in {seconds} s: {what}")


class Probe:
    def __init__(self, program, *arguments):
        self.process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, G_DEBUG="fatal-warnings"))
        assert self.process.stdout.readline() == "ready\n"
        until(lambda: self.windows(), "a window")
        # There is no window manager: the focus is where we put it.
        self.window = self.windows()[0]
        xdo("windowfocus", self.window)
        time.sleep(0.2)
        xdo("mousemove", "--window", self.window, *self.ask("where").split())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"the probe ended: {self.process.wait()}"
        return answer.rstrip("\n")

    def windows(self):
        """What is on the screen: also menus and choosers, which are windows of X."""
        return xdo("search", "--onlyvisible", "--pid", self.process.pid, "").split()

    def type(self, text):
        xdo("type", "--delay", 15, text)

    def key(self, *names):
        xdo("key", "--delay", 15, *names)

    def memory(self, patterns):
        return memory(self.process.pid, patterns)


def areas(pid):
    """What a program can write to: nothing it was given is elsewhere."""
    with open(f"/proc/{pid}/smaps", encoding="utf-8", errors="replace") as f:
        for line in f:
            words = line.split()
            if not words[0].endswith(":"):
                area, mode = words[0], words[1]
            elif words[0] == "VmFlags:" and mode.startswith("rw"):
                yield int(area.split("-")[0], 16), int(area.split("-")[1], 16), words[1:]


def memory(pid, patterns):
    """{pattern: [flags of the area it stands in, ...]} for patterns in bytes."""
    found = {pattern: [] for pattern in patterns}
    with open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for start, end, flags in areas(pid):
            try:
                mem.seek(start)
                data = mem.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue  # vvar and its like cannot be read
            for pattern in patterns:
                found[pattern] += [flags] * data.count(pattern)
    return found


def pieces(pin):
    """The PIN, its first five characters, and both in the widths that a program
    may keep characters in."""
    found = []
    for text in (pin, pin[:5]):
        found += [text.encode(), text.encode("utf-16-le"), text.encode("utf-32-le")]
    return found


class BusMonitor:
    """Every string that goes over the accessibility bus, one list."""

    def __init__(self):
        address = subprocess.run(
            ["dbus-send", "--session", "--print-reply=literal", "--dest=org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus.GetAddress"],
            check=True, capture_output=True, text=True).stdout.strip()
        self.process = subprocess.Popen(["dbus-monitor", "--address", address], stdout=subprocess.PIPE, text=True, errors="replace")
        self.lines = []
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()
        until(lambda: self.lines, "the monitor")

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def strings(self, since=0):
        return [m[1] for line in self.lines[since:] if (m := re.match(r'\s*(?:variant\s+)?(?:dict entry\(\s*)?string "(.*)"?$', line))]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def listen():
    """A screen reader's place: an event listener for everything, which makes
    every program speak on the bus. Runs in a thread until the process ends."""
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi
    Atspi.init()
    events = []
    listener = Atspi.EventListener.new(lambda event: events.append((event.type, event.source.name if event.source else "", str(event.any_data))))
    for kind in ("object:", "focus:", "window:", "keyboard:", "document:"):
        try:
            listener.register(kind)
        except Exception:  # a kind that this version does not know
            pass
    thread = threading.Thread(target=Atspi.event_main, daemon=True)
    thread.start()
    return Atspi, events, listener


def application(Atspi, pid):
    desktop = Atspi.get_desktop(0)
    for i in range(desktop.get_child_count()):
        child = desktop.get_child_at_index(i)
        if child and child.get_process_id() == pid:
            return child
    return None


def walk(node):
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child:
            yield from walk(child)

