#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""under_display.py [--size WxH] [--no-a11y] COMMAND [ARGUMENT...]: runs a
command on a display and a session bus of its own, and ends with its exit code.

Everything it starts, and what that starts, is gone afterwards, however it
ends: this process is the reaper of all of it, but for what ran before. Needs no rights, no display, no
bus, and no home folder; settings, cache and XDG_RUNTIME_DIR are in a folder
that is removed. Also a module: `with Display(size) as display: display.run(...)`.
"""

import argparse
import ctypes
import os
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None, use_errno=True)

# What must not come in from the caller's own session.
FOREIGN = ["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS", "SESSION_MANAGER",
           "GTK_THEME", "GTK_MODULES", "GTK_IM_MODULE", "XMODIFIERS", "GTK_DEBUG", "NO_AT_BRIDGE", "XDG_SESSION_ID", "DESKTOP_STARTUP_ID",
           "PULSE_SERVER", "PIPEWIRE_REMOTE"]


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def descendants(of):
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", "rb") as f:
                    parents[int(entry)] = int(f.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue  # gone meanwhile
    found, grown = {of}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found and pid not in found}
        grown = bool(more)
        found |= more
    return found - {of}


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


class Display:
    def __init__(self, size="1280x800", a11y=True):
        self.size, self.a11y = size, a11y
        self.processes = []

    def __enter__(self):
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.earlier = descendants(os.getpid())
        self.folder = tempfile.mkdtemp(prefix="keyturn-display-")  # mode 0700
        try:
            self.env = self.environment()
            self.start_display()
            self.start_bus()
        except BaseException:
            self.__exit__()
            raise
        return self

    def environment(self):
        env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        for name in ("runtime", "home", "config", "data", "cache"):
            os.mkdir(f"{self.folder}/{name}", 0o700)
        env.update(
            XDG_RUNTIME_DIR=f"{self.folder}/runtime", HOME=f"{self.folder}/home", XDG_CONFIG_HOME=f"{self.folder}/config",
            XDG_DATA_HOME=f"{self.folder}/data", XDG_CACHE_HOME=f"{self.folder}/cache", XAUTHORITY=f"{self.folder}/xauthority",
            GDK_BACKEND="x11", GSK_RENDERER="cairo", GDK_DEBUG="gl-disable", GTK_A11Y="atspi" if self.a11y else "test",
            GSETTINGS_BACKEND="memory", GIO_USE_VFS="local", GTK_USE_PORTAL="0", LANGUAGE="", LC_ALL="C.UTF-8",
            # Nobody speaks or sings here; nothing is started to do it.
            SPEECHD_ADDRESS=f"unix_socket:{self.folder}/no-speech", CANBERRA_DRIVER="null")
        return env

    def start(self, argv, **options):
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, env=self.env, preexec_fn=die_with_parent, **options)
        self.processes.append(process)
        return process

    def start_display(self):
        # One cookie for any address and number (family 0xffff is "any").
        parts = [b"", b"", b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16)]
        with open(self.env["XAUTHORITY"], "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as f:
            f.write(struct.pack(">H", 0xFFFF) + b"".join(struct.pack(">H", len(p)) + p for p in parts))
        out, into = os.pipe()
        log = open(f"{self.folder}/xvfb.log", "wb")
        self.start(["Xvfb", "-displayfd", str(into), "-screen", "0", f"{self.size}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96",
                    "-auth", self.env["XAUTHORITY"]], pass_fds=[into], stdout=log, stderr=log)
        os.close(into)
        self.env["DISPLAY"] = ":" + self.first_line(out, "Xvfb")

    def start_bus(self):
        out, into = os.pipe()
        log = open(f"{self.folder}/bus.log", "wb")
        self.start(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:dir={self.folder}/runtime",
                    f"--print-address={into}"], pass_fds=[into], stdout=log, stderr=log)
        os.close(into)
        self.env["DBUS_SESSION_BUS_ADDRESS"] = self.first_line(out, "dbus-daemon")

    @staticmethod
    def first_line(fd, name):
        with os.fdopen(fd, "rb") as pipe:
            line = pipe.readline().decode().strip()  # ends when the program does
        if not line:
            raise RuntimeError(f"{name} did not start")
        return line

    def run(self, argv, **options):
        process = subprocess.Popen(argv, env=self.env, preexec_fn=die_with_parent, **options)
        try:
            return process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def own(self):
        earlier = self.earlier.union(*(descendants(pid) for pid in self.earlier))
        return descendants(os.getpid()) - earlier

    def __exit__(self, *_):
        for sign, patience in ((signal.SIGTERM, 2.0), (signal.SIGKILL, 5.0)):
            end = time.monotonic() + patience
            for pid in self.own():
                try:
                    os.kill(pid, sign)
                except ProcessLookupError:
                    pass
            while self.own() and time.monotonic() < end:
                reap()
                time.sleep(0.01)
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--no-a11y", action="store_true", help="names and roles for gtk_test_accessible_*() only, not on a bus")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    if not args.command:
        parser.error("no command")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    with Display(args.size, not args.no_a11y) as display:
        code = display.run(args.command)
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
