# SPDX-License-Identifier: Apache-2.0
"""A card service of one's own: namespaces, pcscd in the foreground, two virtual
readers, and software keys to put on them. For nfc_test.py.

enter() starts the calling program again in namespaces of its own; where those
cannot be had it says so and ends with 77. Everything else runs inside.
"""
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile

from keys_lib import LIMIT, Softkey

INSIDE = "KEYTURN_READERS_INSIDE"
PORTS = (0x8c7b, 0x8c7c)
NAMES = ("Virtual PCD 00 00", "Virtual PCD 00 01")
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
SERVICE = "/run/pcscd"
PACKAGES = "pcscd vsmartcard-vpcd iproute2 util-linux"
UNSHARE = ["unshare", "--map-root-user", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def missing():
    """Packages, or rights. In ./check the packages are there."""
    programs = [name for name in ("pcscd", "unshare", "ip")
                if not any(os.access(os.path.join(folder, name), os.X_OK) for folder in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"))]
    if programs or not os.path.exists(DRIVER):
        print(f"packages are missing: apt-get install {PACKAGES}")
        return 99
    done = subprocess.run([*UNSHARE, "ip", "link", "set", "lo", "up"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("no namespaces of one's own can be made on this machine: " + done.stderr.strip())
        return 77
    return 0


def enter():
    """Returns inside the namespaces alone."""
    os.environ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        # The machine's own service is out of sight, and so is its socket.
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
        return
    code = missing()
    if code != 0:
        sys.exit(code)
    os.environ[INSIDE] = "1"
    os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, *sys.argv])


class Service:
    """pcscd; may be ended and started again."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="keyturn-readers-")
        # The service reads every file there.
        self.config = os.path.join(self.folder.name, "config")
        os.mkdir(self.config)
        with open(os.path.join(self.config, "vpcd"), "w", encoding="ascii") as file:
            file.write(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x{PORTS[0]:X}\n'
                       f"LIBPATH {DRIVER}\nCHANNELID 0x{PORTS[0]:X}\n")
        self.log = open(os.path.join(self.folder.name, "log"), "wb")
        self.process = None
        self.start()

    def start(self):
        os.makedirs(SERVICE, exist_ok=True)
        self.process = subprocess.Popen(["pcscd", "--foreground", "--config", self.config],
                                        stdout=self.log, stderr=self.log, preexec_fn=die_with_parent)
        # It answers when its readers are there.
        wait_until(lambda: self.reaches(os.path.join(SERVICE, "pcscd.comm")) and all(map(self.listens, PORTS)))

    @staticmethod
    def reaches(path):
        with socket.socket(socket.AF_UNIX) as one:
            return one.connect_ex(path) == 0

    @staticmethod
    def listens(port):
        """Without connecting: that would be a card. The kernel's own list."""
        with open("/proc/net/tcp", encoding="ascii") as file:
            return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in file.readlines()[1:])

    def stop(self):
        self.process.kill()
        self.process.wait(LIMIT)

    def end(self):
        self.stop()
        self.log.close()
        self.folder.cleanup()


def wait_until(is_so):
    """Without an event to wait for; the limit is a backstop."""
    for _ in range(LIMIT * 50):
        if is_so():
            return
        signal.sigtimedwait([], 0.02)
    raise AssertionError("it never came to be")


class Card(Softkey):
    """A software key on a reader."""

    def __init__(self, top, name, profile=None, reader=0):
        self.reader = reader
        super().__init__(top, name, profile)

    def where(self):
        return ["--vpcd", str(PORTS[self.reader])]

    @property
    def selector(self):
        return "pcsc:" + NAMES[self.reader]


class Both(Card):
    """One that is plugged in as well."""

    def where(self):
        return ["--socket", self.path, *super().where()]

    @property
    def plugged(self):
        return "socket:" + self.path


class Watch:
    """fidotool key watch: what comes and goes, as events."""

    def __init__(self, place):
        self.process = place.start("key", "watch", "--json")
        self.rest = b""
        self.there = set()  # selectors of the keys that have come and not gone

    def read(self, words):
        """The next line, waited for."""
        while b"\n" not in self.rest:
            assert select.select([self.process.stdout], [], [], LIMIT)[0], words
            more = os.read(self.process.stdout.fileno(), 65536)
            assert more, words
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        event = json.loads(line)
        if event["event"] == "keys":
            self.there = {key["selector"] for key in event["keys"]}
        elif event["event"] == "arrived":
            self.there.add(event["key"]["selector"])
        elif event["event"] == "removed":
            self.there.discard(event["key"]["selector"])
        return line.decode()

    def wait(self, *words):
        """The first line with all of them."""
        while True:
            line = self.read(words)
            if all(word in line for word in words):
                return line

    def until_there(self, selector):
        """A key that went on and off between two looks was never seen."""
        while selector not in self.there:
            self.read(("there", selector))

    def end(self):
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=LIMIT)
        return self.process.returncode, err.decode()
