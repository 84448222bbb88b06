# SPDX-License-Identifier: Apache-2.0
"""A key on a USB bus: the kernel's dummy controller with a HID gadget, behind
it softkey on its socket. Here there are strings, as a real key has them."""

import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import threading
import unittest

import desktop
import inside
from inside import NODE, SECRET, fidotool, sh

import keys_lib
import verbs_tour

USER = "vm-other"
GADGET = pathlib.Path("/sys/kernel/config/usb_gadget/key")
STRINGS = {"manufacturer": "Keyturn \u00e9", "product": "Practice key", "serialnumber": "VM0001"}
# CTAP 2.1, section 11.2.8.1.
DESCRIPTOR = bytes.fromhex("06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0")
TOP = "/run/vm-usb"
STATE = "/run/vm-usb-state"
KEY = None


class Key(inside.Key):
    """softkey, and a thread that carries its reports to the gadget and back."""

    def __init__(self):
        os.makedirs(TOP)
        self.control = f"{TOP}/control"
        self.process = subprocess.Popen(
            [os.environ["SOFTKEY"], "serve", "--socket", f"{TOP}/key", "--control", self.control, "--state",
             f"{TOP}/state", "--profile", verbs_tour.PROFILE, "--die-with-parent"], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.connect(f"{TOP}/key")
        self.gadget = os.open("/dev/hidg0", os.O_RDWR | os.O_NONBLOCK)
        threading.Thread(target=self.carry, daemon=True).start()

    def carry(self):
        while True:
            for ready in select.select([self.gadget, self.socket], [], [])[0]:
                try:
                    if ready is self.socket:
                        self.send(self.socket.recv(64))
                    else:
                        self.socket.send(os.read(self.gadget, 64))
                except OSError:
                    # The other side of the bus has gone; it comes back.
                    select.select([], [], [], 0.05)

    def send(self, report):
        """The gadget takes the next report once the host has had the last."""
        while True:
            try:
                os.write(self.gadget, report)
                return
            except BlockingIOError:
                select.select([], [self.gadget], [])


def make_gadget():
    for module in ("usbhid", "hid_generic", "dummy_hcd", "libcomposite", "usb_f_hid"):
        sh("modprobe", module)
    sh("systemctl", "start", "sys-kernel-config.mount")  # which may be on its way by itself
    function, config = GADGET / "functions/hid.0", GADGET / "configs/c.1"
    for folder in (GADGET, GADGET / "strings/0x409", config, function):
        folder.mkdir()
    (GADGET / "idVendor").write_text("0x1209")
    (GADGET / "idProduct").write_text("0x0001")
    (GADGET / "bcdDevice").write_text("0x0123")
    for name, text in STRINGS.items():
        (GADGET / "strings/0x409" / name).write_text(text)
    (function / "report_length").write_text("64")
    (function / "report_desc").write_bytes(DESCRIPTOR)
    (config / "hid.0").symlink_to(function)
    plug(True)


def plug(there):
    (GADGET / "UDC").write_text("dummy_udc.0\n" if there else "\n")


def begin():
    global KEY
    os.symlink("/dev/null", "/etc/udev/rules.d/72-keyturn.rules")
    inside.add_people()
    make_gadget()
    inside.wait_for_node("/dev/hidg0")
    KEY = Key()
    inside.take_node(USER)


def end():
    KEY.end()


def with_names(*words):
    """fidotool's envelope, as USER, who has no home."""
    os.makedirs(STATE, exist_ok=True)
    shutil.chown(STATE, USER)
    return json.loads(sh(*inside.as_user(USER, "env", f"XDG_STATE_HOME={STATE}", "fidotool", *words, "--json")))


def do(order):
    """Pulled out of the bus or put in again: with that it has lost power."""
    if order == "plug":
        KEY.say("power-cycle")
    plug(order == "plug")


class Verbs(unittest.TestCase):
    """Every verb. The last of them takes everything off the key again."""

    def test_on_a_bus(self):
        desktop.take_tour(self, USER, "gadget", KEY, "serial", do)


class Usb(unittest.TestCase):
    """Tests run by name."""

    def test_1_strings_are_the_same_for_both(self):
        key = fidotool("key", "list", user=USER)["result"]["keys"][0]
        self.assertEqual((key["manufacturer"], key["product"], key["serial"]), tuple(STRINGS.values()))
        listed = sh(*inside.as_user(USER, "fido2-token", "-L"))
        self.assertIn(f"{NODE}: vendor=0x1209, product=0x0001", listed)
        self.assertIn(STRINGS["product"], listed)

    def test_2_chosen_by_its_serial(self):
        fidotool("key", "pin", "set", "--device", "serial:VM0001", user=USER, pins=[SECRET])
        made = fidotool("enrol", "--device", "serial:VM0001", "--options", inside.creation(), user=USER, pins=[SECRET])
        self.assertTrue(made["result"]["id"])
        self.assertIn("pin retries: 8", sh("fido2-token", "-I", NODE))
        fidotool("key", "info", "--device", "serial:VM0002", user=USER, code=3)

    def test_2b_chosen_by_its_port_and_by_a_name(self):
        usb = fidotool("key", "list", user=USER)["result"]["keys"][0]["usb"]
        # The kernel's and udev's own words for the place.
        device = os.path.realpath(f"/sys/class/hidraw/{os.path.basename(NODE)}/device")
        self.assertEqual(usb["port"], os.path.basename(os.path.dirname(os.path.dirname(device))))
        shown = sh("udevadm", "test-builtin", "path_id", f"/sys/class/hidraw/{os.path.basename(NODE)}")
        path = [line for line in shown.splitlines() if line.startswith("ID_PATH=")][0].removeprefix("ID_PATH=")
        self.assertTrue(path.startswith(usb["path"] + ":"), (path, usb))
        release = open(os.path.join(os.path.dirname(os.path.dirname(device)), "bcdDevice")).read().strip()
        self.assertEqual(usb["release"], f"{int(release[:2], 16):x}.{release[2:]}")
        for selector in (usb["port"], usb["path"], path, "1209:0001", "1209:0001:VM0001"):
            self.assertEqual(fidotool("key", "info", "--device", "usb:" + selector, user=USER)["device"]["serial"], "VM0001")
        for selector in (usb["port"] + ".1", usb["path"] + ".1", "1209:0002", "1209:0001:VM0002"):
            fidotool("key", "info", "--device", "usb:" + selector, user=USER, code=3)
        named = with_names("key", "name", "set", "blue-7")
        self.assertEqual((named["result"]["bound"], named["warnings"]), ("serial", []))
        listed = with_names("key", "list")["result"]["keys"][0]
        self.assertEqual((listed["name"], listed["name_sure"]), ("blue-7", True))
        self.assertEqual(with_names("key", "pin", "status", "--device", "@blue-7")["device"]["name"], "blue-7")

    def test_2c_its_version_by_usb(self):
        """bcdDevice is told, and advisories are checked against it."""
        self.assertEqual(fidotool("key", "list", user=USER)["result"]["keys"][0]["usb"]["release"], "1.23")
        one = {"id": "VM-1", "title": "t", "about": "key", "published": "2026-01-01", "vendor": "v", "summary": "s",
               "advice": "a", "sources": ["s"], "versions": {"usb": "digits"},
               "affects": [{"models": "m", "usb": ["1209:0001"], "below": "1.2.4"}]}
        own = {"schema": "keyturn.advisories/1", "name": "vm", "updated": "2026-01-01", "advisories": [one]}
        found = fidotool("advisory", "check", "--file", inside.write("own.json", own), user=USER, code=20)["result"]
        self.assertEqual(found["advisories"][0]["versions"], [{"version": "1.2.3", "source": "usb"}])
        one["affects"][0]["below"] = "1.2.3"
        fidotool("advisory", "check", "--file", inside.write("own.json", own), user=USER)

    def test_3_pulled_out_and_in(self):
        watch = subprocess.Popen(inside.as_user(USER, "fidotool", "key", "watch", "--events"), stdout=subprocess.PIPE)
        try:
            keys_lib.wait_for(watch.stdout, "VM0001")
            plug(False)
            keys_lib.wait_for(watch.stdout, "removed")
            self.assertEqual(fidotool("key", "list", user=USER)["result"]["keys"], [])
            plug(True)
            keys_lib.wait_for(watch.stdout, "arrived")
        finally:
            watch.terminate()
            watch.wait(inside.LIMIT)
            watch.stdout.close()
        inside.take_node(USER)
        self.assertEqual(fidotool("key", "info", user=USER)["result"]["pin"]["state"], "set")
