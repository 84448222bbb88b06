# SPDX-License-Identifier: Apache-2.0
"""A key on a card reader at a station as installed: keyhelper under systemd
with its whole sandbox, pcscd with the drop-ins, and polkit's rule. The reader
is vpcd's, the key is softkey."""

import base64
import ctypes
import errno
import grp
import os
import pathlib
import pwd
import struct
import subprocess
import time
import unittest

import inside
from inside import SECRET, fidotool, sh
from job_station import RP_ID, Helper, owned, reach, try_as

import keys_lib
from keys_lib import ERROR, EVENT, HASH, PIN, PIN_WANTED, REQUEST, RESULT, b64url, unb64url

SOCKET = "/run/pcscd/pcscd.comm"
PORT = 35963  # where vpcd waits for a card, by Debian's configuration
SELECTOR = "pcsc:Virtual PCD 00 00"
NO_SERVICE = 0x8010001D  # SCARD_E_NO_SERVICE: how the client library says refused
RULE = "/usr/share/polkit-1/rules.d/50-keyturn-pcscd.rules"
# What a pcscd that asks polkit brings along. Here everybody may, unless a rule
# says otherwise: so it is the rule that is seen.
ACTION = """<action id="%s"><description>x</description><message>x</message>
<defaults><allow_any>yes</allow_any><allow_inactive>yes</allow_inactive><allow_active>yes</allow_active></defaults></action>"""
POLICY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE policyconfig PUBLIC "-//freedesktop//DTD PolicyKit Policy Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/PolicyKit/1.0/policyconfig.dtd">
<policyconfig>%s</policyconfig>
"""
ACTIONS = ("org.debian.pcsc-lite.access_pcsc", "org.debian.pcsc-lite.access_card")
ANOTHER = "org.example.another"
PEOPLE = ("vm-other", "vm-staff", "kiosk", "keyturn", "nobody")
CARD = None


class Card(inside.Key):
    """A software key on the virtual reader."""

    def __init__(self, top="/run/vm-card"):
        os.makedirs(top, mode=0o700)
        self.control = f"{top}/control"
        self.process = subprocess.Popen(
            [os.environ["SOFTKEY"], "serve", "--vpcd", str(PORT), "--control", self.control, "--state", f"{top}/state",
             "--die-with-parent"], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"


def begin():
    global CARD
    inside.add_people()
    with open("/etc/keyturn/keyhelper.conf", "w") as file:
        file.write(f"[keyhelper]\nrp_ids={RP_ID};example.org\n")
    os.chmod("/etc/keyturn/keyhelper.conf", 0o644)
    sh("systemctl", "start", "keyhelper.socket", "pcscd.socket", "pcscd.service")
    wait_for(lambda: listens(PORT))
    CARD = Card()
    wait_for(lambda: listed() == [SELECTOR])


def end():
    CARD.end()


def wait_for(is_so):
    """Without an event to wait for; the limit is a backstop."""
    limit = time.monotonic() + inside.LIMIT
    while not is_so():
        assert time.monotonic() < limit, "it never came to be"
        time.sleep(0.05)


def listens(port):
    """Without connecting: that would be a card."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in lines)


def listed():
    return [key["selector"] for key in fidotool("key", "list", user="vm-staff")["result"]["keys"]]


def establish():
    """Reaches the card service as any program does; its answer."""
    context = ctypes.c_long()
    code = ctypes.CDLL("libpcsclite.so.1").SCardEstablishContext(2, None, None, ctypes.byref(context))
    return code & 0xffffffff


def ask_service(user, groups=None):
    """What the card service says to that user: in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        person = pwd.getpwnam(user)
        os.setgroups([grp.getgrnam(name).gr_gid for name in groups]) if groups else os.initgroups(user, person.pw_gid)
        os.setgid(person.pw_gid)
        os.setuid(person.pw_uid)
        os.write(writer, struct.pack("<I", establish()))
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    answer = os.read(reader, 4)
    os.close(reader)
    return struct.unpack("<I", answer)[0]


class Service(unittest.TestCase):
    """Whom the card service lets in."""

    def test_its_socket_is_for_keyhelper_alone(self):
        self.assertEqual(owned(SOCKET), ("root", "keyturn-keys", 0o660))
        for user in PEOPLE:
            with self.subTest(user):
                self.assertEqual(try_as(user, lambda: reach(SOCKET)), errno.EACCES)
                self.assertEqual(ask_service(user), NO_SERVICE)
        self.assertEqual(ask_service("keyturn-helper", ["keyturn-keys"]), 0)

    def test_it_is_the_mode_that_keeps_them_out(self):
        """Debian's own would let everybody in."""
        os.chmod(SOCKET, 0o666)
        try:
            self.assertEqual(ask_service("vm-other"), 0)
        finally:
            os.chmod(SOCKET, 0o660)
        self.assertEqual(ask_service("vm-other"), NO_SERVICE)

    def test_it_does_not_end_by_itself(self):
        pid = sh("systemctl", "show", "--value", "-p", "MainPID", "pcscd.service").strip()
        argv = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        self.assertEqual(argv[0], b"/usr/sbin/pcscd")
        self.assertNotIn(b"--auto-exit", argv)


def converse(request, pins=(SECRET,)):
    """A job at the station's keyhelper. The PIN takes so long that the key's
    being there no longer stands for a touch: it is lifted and put on again when
    that is asked for."""
    helper, frames, pins = Helper(), [], list(pins)
    helper.send(REQUEST, request)
    while True:
        kind, value = helper.read()
        if kind is None:
            break
        frames.append((kind, value))
        if kind == PIN_WANTED:
            CARD.say("clock 121000")
            helper.send(PIN, pins.pop(0).encode())
        if kind == EVENT and value["event"] == "tap_needed":
            CARD.say("unplug" if value["again"] else "plug")
        if kind in (RESULT, ERROR):
            break
    helper.end()
    return frames


class Station(unittest.TestCase):
    """keyhelper@.service with a card. Tests run by name."""

    def test_1_staff_see_the_key_and_others_do_not(self):
        self.assertEqual(listed(), [SELECTOR])
        info = fidotool("key", "info", user="vm-staff")
        self.assertEqual((info["device"]["transport"], info["result"]["pin"]["state"]), ("pcsc", "not-set"))
        self.assertEqual(fidotool("key", "list", user="vm-other", code=5)["error"]["code"], "permission")

    def test_2_pin_and_credential(self):
        fidotool("key", "pin", "set", user="vm-staff", pins=[SECRET])
        made = fidotool("enrol", "--options", inside.creation(), user="vm-staff", pins=[SECRET])["result"]
        # No oracle by radio either.
        fidotool("assert", "--options", inside.write("request.json", {
            "rpId": "example.org", "challenge": b64url(bytes(32)),
            "allowCredentials": [{"type": "public-key", "id": made["id"]}]}), user="vm-staff", pins=[SECRET], code=21)

    def test_3_a_statement_is_signed(self):
        frames = converse({"job": "make", "rp_id": RP_ID, "hash": HASH, "user": {"id": "AQID", "name": "ada"},
                           "algs": [-7], "uv": "required", "protect": 2})
        self.assertEqual(frames[-1][0], RESULT, frames)
        point = unb64url(frames[-1][1]["public_key"])[-65:]
        public = b"".join(struct.pack(">I", len(part)) + part for part in (
            b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", point, RP_ID.encode()))
        line, name = keys_lib.statement(), "keyturn-role.activate@v1"
        frames = converse({"job": "sign", "rp_id": RP_ID, "statement": line, "key": base64.b64encode(public).decode(),
                           "cred": base64.b64encode(unb64url(frames[-1][1]["cred"])).decode()})
        self.assertEqual(frames[-1][0], RESULT, frames)
        self.assertIn("tap_needed", [value["event"] for kind, value in frames if kind == EVENT])
        folder = pathlib.Path("/run/vm-files")
        (folder / "c.sig").write_text(keys_lib.armour(public, name.encode(), frames[-1][1]))
        (folder / "c.allowed").write_text(
            "ada sk-ecdsa-sha2-nistp256@openssh.com " + base64.b64encode(public).decode() + "\n")
        verify = ["ssh-keygen", "-Y", "verify", "-f", folder / "c.allowed", "-I", "ada", "-n", name, "-s", folder / "c.sig"]
        sh(*verify, input=line)
        sh(*verify, input=line.replace("ada", "eve"), code=255)

    def test_4_lifted_and_put_on_again(self):
        watch = subprocess.Popen(inside.as_user("vm-staff", "fidotool", "key", "watch", "--events"),
                                 stdout=subprocess.PIPE)
        try:
            keys_lib.wait_for(watch.stdout, SELECTOR)
            CARD.say("unplug")
            keys_lib.wait_for(watch.stdout, "removed")
            CARD.say("plug")
            keys_lib.wait_for(watch.stdout, "arrived")
        finally:
            watch.terminate()
            watch.wait(inside.LIMIT)
            watch.stdout.close()
        self.assertEqual(CARD.dump()["faults"], 0)


class Polkit(unittest.TestCase):
    """The rule, for a pcscd that asks polkit: Debian 12's does not."""

    @classmethod
    def setUpClass(cls):
        pathlib.Path("/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy").write_text(
            POLICY % "".join(ACTION % name for name in (*ACTIONS, ANOTHER)))
        sh("systemd-sysusers", "/usr/lib/sysusers.d/polkitd.conf")
        sh("systemctl", "start", "dbus.socket", "polkit.service")

    def may(self, user, action):
        """polkit's word about a process of that user."""
        process = subprocess.Popen(["sleep", "600"], user=user, group=pwd.getpwnam(user).pw_gid, extra_groups=[])
        try:
            done = subprocess.run(["pkcheck", "--action-id", action, "--process", str(process.pid)],
                                  capture_output=True, text=True, timeout=inside.LIMIT)
        finally:
            process.kill()
            process.wait()
        self.assertIn(done.returncode, (0, 1), done.stderr)  # yes and no; all else went wrong
        return done.returncode == 0

    def test_keyhelper_and_nobody_else(self):
        for action in ACTIONS:
            with self.subTest(action):
                self.assertTrue(self.may("keyturn-helper", action))
                for user in PEOPLE:
                    self.assertFalse(self.may(user, action), user)
        self.assertTrue(self.may("vm-other", ANOTHER))

    def test_it_is_the_rule_that_says_so(self):
        aside = RULE + ".aside"
        os.rename(RULE, aside)
        try:
            sh("systemctl", "restart", "polkit.service")
            self.assertTrue(self.may("vm-other", ACTIONS[0]))
        finally:
            os.rename(aside, RULE)
            sh("systemctl", "restart", "polkit.service")
        self.assertFalse(self.may("vm-other", ACTIONS[0]))
