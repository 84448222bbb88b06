# SPDX-License-Identifier: Apache-2.0
"""A station as installed: udev's rule, the users, keyhelper under systemd with
its whole sandbox, and what `fidotool doctor --station` says of it."""

import base64
import errno
import grp
import os
import pwd
import re
import socket
import stat
import struct
import subprocess
import time
import unittest

import inside
from inside import NODE, SECRET, fidotool, sh

import keys_lib
import plans
from keys_lib import HASH, RESULT, ERROR, b64url, unb64url

KEY = None
RECOVERY_SOCKET = "/run/keyturn/recovery"
SIGNER = None  # in recoveryd's place: stock ssh-keygen
RP_ID = "keyturn:approval"
RULE = "/etc/udev/rules.d/72-keyturn.rules"
# A mouse with three buttons: a hidraw node that is no key.
MOUSE = bytes.fromhex("05010902a1010901a100050919012903150025019503750181029501750581010501"
                      "093009311581257f750895028106c0c0")


def begin():
    global KEY, SIGNER
    inside.add_people()
    os.makedirs("/run/vm-plans", mode=0o700)
    SIGNER = plans.Signer("/run/vm-plans")
    with open("/etc/keyturn/keyhelper.conf", "w") as file:
        file.write(f"[keyhelper]\nrp_ids={RP_ID};example.org\nplan_key={SIGNER.public}\n")
    os.chmod("/etc/keyturn/keyhelper.conf", 0o644)
    sh("systemctl", "start", "keyhelper.socket", "pcscd.socket")
    KEY = inside.Key()


def end():
    KEY.end()


def try_as(user, act):
    """The error number of act() in a child that is that user, 0 for none."""
    person = pwd.getpwnam(user)
    child = os.fork()
    if child == 0:
        code = 0
        try:
            os.initgroups(user, person.pw_gid)
            os.setgid(person.pw_gid)
            os.setuid(person.pw_uid)
            act()
        except OSError as error:
            code = error.errno
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def open_node():
    os.close(os.open(NODE, os.O_RDWR))


def reach(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(path)


def owned(path):
    status = os.stat(path)
    return pwd.getpwuid(status.st_uid).pw_name, grp.getgrgid(status.st_gid).gr_name, stat.S_IMODE(status.st_mode)


def tags():
    return [tag for tag in inside.udev_record().get("CURRENT_TAGS", "").split(":") if tag]


def renew():
    sh("udevadm", "control", "--reload")
    sh("udevadm", "trigger", "--settle", "-c", "change", "/sys/class/hidraw/hidraw0")


def doctor(code=0, user="vm-other"):
    result = fidotool("doctor", "--station", user=user, code=code)["result"]
    return {row["name"]: row for row in result["checks"]}, [row["name"] for row in result["checks"] if not row["holds"]]


class Nodes(unittest.TestCase):
    def test_a_key_is_for_keyhelper_alone(self):
        self.assertEqual(owned(NODE), ("root", "keyturn-keys", 0o660))
        record = inside.udev_record()
        self.assertEqual((record["ID_FIDO_TOKEN"], record["ID_SECURITY_TOKEN"]), ("1", "1"))
        self.assertIn("security-device", tags())
        self.assertNotIn("uaccess", tags())
        self.assertNotIn("system.posix_acl_access", os.listxattr(NODE))

    def test_nobody_else_opens_it(self):
        for user in ("vm-other", "vm-staff", "kiosk", "keyturn", "nobody"):
            with self.subTest(user):
                self.assertEqual(try_as(user, open_node), errno.EACCES)
                self.assertEqual(try_as(user, lambda: reach("/run/pcscd/pcscd.comm")), errno.EACCES)
        self.assertEqual(try_as("vm-other", lambda: reach(inside.KEYHELPER_SOCKET)), errno.EACCES)
        self.assertEqual(try_as("vm-staff", lambda: reach(inside.KEYHELPER_SOCKET)), 0)
        self.assertEqual(try_as("kiosk", lambda: reach(inside.KEYHELPER_SOCKET)), 0)
        self.assertEqual(fidotool("key", "list", user="vm-other", code=5)["error"]["code"], "permission")

    def test_the_rule_takes_the_tag_away(self):
        """Without it the tag is there: so it is the rule that does it."""
        os.symlink("/dev/null", RULE)
        try:
            renew()
            self.assertIn("uaccess", tags())
            self.assertEqual(doctor(code=1)[1], ["keys-rule", "keys-nodes"])
        finally:
            os.unlink(RULE)
            renew()
        self.assertNotIn("uaccess", tags())

    def test_what_is_no_key_keeps_its_mode(self):
        """struct uhid_event of UHID_CREATE2 (11), linux/uhid.h."""
        request = struct.pack("<I128s64s64sHHIIII", 11, b"mouse", b"", b"", len(MOUSE), 3, 0x1209, 2, 0, 0) + MOUSE
        with open("/dev/uhid", "wb", buffering=0) as mouse:
            mouse.write(request)
            inside.wait_for_node("/dev/hidraw1")
            self.assertEqual(owned("/dev/hidraw1"), ("root", "root", 0o600))
            self.assertNotIn("ID_FIDO_TOKEN", inside.udev_record("/dev/hidraw1"))
            self.assertEqual([key["selector"] for key in fidotool("key", "list", user="vm-staff")["result"]["keys"]],
                             [f"hid:{NODE}"])

    def test_the_kernels_nfc_drivers_stay_out(self):
        shown = sh("modprobe", "--showconfig")
        for module in ("pn533_usb", "pn533", "nfc"):
            self.assertRegex(shown, rf"(?m)^blacklist {module}$")


class Helper(keys_lib.Helper):
    """The station's keyhelper, spoken to over its socket."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(inside.LIMIT)
        self.socket.connect(inside.KEYHELPER_SOCKET)

    def end(self):
        self.socket.close()


class Station(unittest.TestCase):
    """keyhelper@.service as it is installed. Tests run by name."""

    def test_1_described_to_staff(self):
        info = fidotool("key", "info", user="vm-staff")
        self.assertEqual(info["device"]["selector"], f"hid:{NODE}")
        self.assertEqual(info["result"]["pin"]["state"], "not-set")

    def test_2_pin_and_credential(self):
        fidotool("key", "pin", "set", user="vm-staff", pins=[SECRET])
        made = fidotool("enrol", "--options", inside.creation(), user="vm-staff", pins=[SECRET])["result"]
        # No oracle: a relying party's assertion is not to be had here.
        fidotool("assert", "--options", inside.write("request.json", {
            "rpId": "example.org", "challenge": b64url(bytes(32)),
            "allowCredentials": [{"type": "public-key", "id": made["id"]}]}), user="vm-staff", pins=[SECRET], code=21)

    def test_3_a_statement_is_signed(self):
        frames = Helper().job({"job": "make", "rp_id": RP_ID, "hash": HASH, "user": {"id": "AQID", "name": "ada"},
                               "algs": [-7], "uv": "required", "protect": 2}, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, frames)
        point = unb64url(frames[-1][1]["public_key"])[-65:]
        public = b"".join(struct.pack(">I", len(part)) + part for part in (
            b"sk-ecdsa-sha2-nistp256@openssh.com", b"nistp256", point, RP_ID.encode()))
        line = keys_lib.statement()
        ask = {"job": "sign", "rp_id": RP_ID, "statement": line, "key": base64.b64encode(public).decode(),
               "cred": base64.b64encode(unb64url(frames[-1][1]["cred"])).decode()}
        frames = Helper().job(ask, [SECRET])
        self.assertEqual(frames[-1][0], RESULT, frames)
        name = "keyturn-role.activate@v1"
        with open("/run/vm-files/s.sig", "w") as file:
            file.write(keys_lib.armour(public, name.encode(), frames[-1][1]))
        with open("/run/vm-files/s.allowed", "w") as file:
            file.write("ada sk-ecdsa-sha2-nistp256@openssh.com " + base64.b64encode(public).decode() + "\n")
        verify = ["ssh-keygen", "-Y", "verify", "-f", "/run/vm-files/s.allowed", "-I", "ada", "-n", name,
                  "-s", "/run/vm-files/s.sig"]
        sh(*verify, input=line)
        sh(*verify, input=line.replace("ada", "eve"), code=255)
        frames = Helper().job(ask | {"hash": HASH, "job": "assert"}, [SECRET])
        self.assertEqual((frames[-1][0], frames[-1][1]["code"]), (ERROR, 21))

    def test_4_watched(self):
        """Out and in, and again: both are told, to a watch that may open nothing.
        Now and then the key goes while it is looked at."""
        watch = subprocess.Popen(inside.as_user("vm-staff", "fidotool", "key", "watch", "--events"),
                                 stdout=subprocess.PIPE)
        try:
            keys_lib.wait_for(watch.stdout, NODE)
            for _ in range(15):
                KEY.say("unplug")
                keys_lib.wait_for(watch.stdout, "removed")
                KEY.say("plug")
                keys_lib.wait_for(watch.stdout, "arrived")
        finally:
            watch.terminate()
            watch.wait(inside.LIMIT)
            watch.stdout.close()
        inside.wait_for_node()
        self.assertEqual(owned(NODE), ("root", "keyturn-keys", 0o660))

    def test_4_watched_where_udev_is_slow(self):
        """The node is there, with its group; the mark comes later."""
        udev = ["systemd-udevd.service", "systemd-udevd-control.socket", "systemd-udevd-kernel.socket"]
        KEY.say("unplug")
        sh("udevadm", "settle")
        sh("systemctl", "stop", *udev)
        KEY.say("plug")
        self.wait_for(lambda: os.path.exists(NODE))
        os.chown(NODE, 0, grp.getgrnam("keyturn-keys").gr_gid)
        os.chmod(NODE, 0o660)
        watch = subprocess.Popen(inside.as_user("vm-staff", "fidotool", "key", "watch", "--events"),
                                 stdout=subprocess.PIPE)
        try:
            self.assertNotIn(NODE, "".join(keys_lib.wait_for(watch.stdout, "keys")))
            number = os.stat(NODE).st_rdev
            record = f"/run/udev/data/c{os.major(number)}:{os.minor(number)}"
            with open("/run/udev/made", "w") as file:
                file.write("E:ID_FIDO_TOKEN=1\n")
            os.rename("/run/udev/made", record)
            keys_lib.wait_for(watch.stdout, "arrived")
        finally:
            watch.terminate()
            watch.wait(inside.LIMIT)
            watch.stdout.close()
            sh("systemctl", "start", *udev)
            sh("udevadm", "trigger", "--settle", "-c", "add", "/sys/class/hidraw/hidraw0")

    def test_5_its_walls_are_up(self):
        """Of a keyhelper that waits for its request."""
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(inside.KEYHELPER_SOCKET)
            # Its unit's name is told once it runs.
            pid = self.wait_for(self.pid_of_helper)
            status = open(f"/proc/{pid}/status").read()
            field = lambda name: re.search(rf"^{name}:\s*(.*)$", status, re.M).group(1)
            self.assertEqual(field("NoNewPrivs"), "1")
            self.assertEqual(field("CapEff"), "0000000000000000")
            self.assertEqual(field("Seccomp"), "2")
            self.assertEqual(pwd.getpwuid(int(field("Uid").split()[0])).pw_name, "keyturn-helper")
            groups = {grp.getgrgid(int(number)).gr_name for number in field("Groups").split()}
            self.assertEqual(groups - {"keyturn-helper"}, {"keyturn-keys"})
            self.assertNotEqual(os.readlink(f"/proc/{pid}/ns/net"), os.readlink("/proc/self/ns/net"))

    def test_6_a_passkey_goes_with_a_plan(self):
        request = {"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7], "uv": "required", "discoverable": True}
        made = [Helper().job(request | {"user": {"id": name, "name": name}}, [SECRET])[-1][1]["cred"]
                for name in ("AQID", "BAUG")]
        named = ("--yes", "--fingerprint", fidotool("key", "info", user="vm-staff")["device"]["fingerprint"])
        delete = ("key", "credential", "delete", made[0], *named)
        fidotool(*delete, user="vm-staff", pins=[SECRET], code=21)
        good = SIGNER.plan(plans.DELETE, self.identity(), made[0])
        fidotool(*delete, "--plan", self.write(good), user="vm-staff", pins=[SECRET])
        left = fidotool("key", "credential", "count", user="vm-staff", pins=[SECRET])["result"]
        self.assertEqual(left["existing"], 1)

    def test_7_a_reset_takes_a_plan(self):
        identity = self.identity()
        words = ("key", "reset", "--yes", "--fingerprint", fidotool("key", "info", user="vm-staff")["device"]["fingerprint"])
        good = SIGNER.plan(plans.RESET, identity)
        changed = good | {"plan": good["plan"].replace('"seq":7', '"seq":8')}
        for leave in (None, changed, SIGNER.plan(plans.RESET, "11" * 32)):
            more = ("--plan", self.write(leave)) if leave else ()
            answer = fidotool(*words, *more, user="vm-staff", code=21)
            self.assertEqual(answer["error"]["code"], "policy", answer)
        self.assertEqual(KEY.dump().get("command_07", 0), 0)
        reset = subprocess.Popen(inside.as_user("vm-staff", "fidotool", *words, "--events", "--plan", self.write(good)),
                                 stdout=subprocess.PIPE)
        keys_lib.wait_for(reset.stdout, "waiting_remove")
        KEY.say("unplug")
        keys_lib.wait_for(reset.stdout, "waiting_insert")
        KEY.say("plug")
        reset.communicate(timeout=inside.LIMIT)
        self.assertEqual(reset.returncode, 0)
        inside.wait_for_node()
        self.assertEqual(fidotool("key", "pin", "status", user="vm-staff")["result"]["state"], "not-set")
        fidotool(*words, "--plan", self.write(good), user="vm-staff", code=21)

    def identity(self):
        frames = Helper().job({"job": "identify"})
        self.assertEqual(frames[-1][0], RESULT, frames)
        return frames[-1][1]["identity"]

    def write(self, leave):
        path = inside.write("plan.json", leave)
        os.chmod(path, 0o644)
        return path

    def wait_for(self, look):
        """What look() finds, as soon as it finds something."""
        end = time.monotonic() + inside.LIMIT
        while time.monotonic() < end:
            found = look()
            if found:
                return found
        raise AssertionError("it never came")

    def pid_of_helper(self):
        for folder in os.listdir("/proc"):
            try:
                if folder.isdigit() and os.readlink(f"/proc/{folder}/exe").endswith("/keyhelper"):
                    return folder
            except OSError:
                continue
        return None


class Doctor(unittest.TestCase):
    def test_all_holds(self):
        rows, faults = doctor()
        self.assertEqual(faults, [])
        self.assertEqual(rows["keys-nodes"]["found"], "so it is, for 1")
        self.assertEqual(rows["pcscd-node"]["found"], "root:keyturn-keys 0660")

    def test_each_change_is_named(self):
        os.chmod(NODE, 0o666)
        sh("gpasswd", "-a", "vm-other", "keyturn-keys")
        os.chmod("/run/pcscd/pcscd.comm", 0o666)
        try:
            self.assertEqual(doctor(code=1)[1], ["keys-group", "keys-nodes", "pcscd-node"])
        finally:
            os.chmod(NODE, 0o660)
            sh("gpasswd", "-d", "vm-other", "keyturn-keys")
            os.chmod("/run/pcscd/pcscd.comm", 0o660)
        self.assertEqual(doctor()[1], [])


class Callers(unittest.TestCase):
    """A program that asks for decisions reaches recoveryd's socket and no other,
    by an access list as the manual gives it."""

    @classmethod
    def setUpClass(cls):
        sh("systemd-sysusers", "-", input="u vm-caller -\n")
        os.makedirs("/etc/systemd/system/recoveryd.socket.d")
        with open("/etc/systemd/system/recoveryd.socket.d/callers.conf", "w") as file:
            file.write(f"[Socket]\nExecStartPost=setfacl -m u:vm-caller:rw {RECOVERY_SOCKET}\n")
        sh("systemctl", "daemon-reload")
        sh("systemctl", "start", "recoveryd.socket")

    @classmethod
    def tearDownClass(cls):
        sh("systemctl", "stop", "recoveryd.socket", "recoveryd.service")

    def test_1_reached_by_whom_the_list_names(self):
        self.assertEqual(owned(RECOVERY_SOCKET)[:2], ("keyturn", "keyturn-station"))
        self.assertEqual(try_as("vm-other", lambda: reach(RECOVERY_SOCKET)), errno.EACCES)
        self.assertEqual(try_as("vm-caller", lambda: reach(RECOVERY_SOCKET)), 0)
        self.assertEqual(try_as("vm-caller", lambda: reach(inside.KEYHELPER_SOCKET)), errno.EACCES)

    def test_2_asked_by_whom_the_file_registers(self):
        """Who is heard is told that there is no station yet."""
        self.assertEqual(self.ask("vm-caller", 21), ["caller"])
        sh("systemctl", "stop", "recoveryd.service")
        with open("/var/lib/keyturn/callers.conf", "w") as file:
            file.write("[idp]\nuser=vm-caller\n")
        os.chmod("/var/lib/keyturn/callers.conf", 0o644)
        self.assertEqual(self.ask("vm-caller", 27), ["state"])
        self.assertEqual(self.ask("vm-staff", 21), ["caller"])

    def ask(self, user, code):
        """The rules that refuse a challenge to that user."""
        result = fidotool("policy", "decide", "--challenge", "2001", user=user, code=code)["result"]
        return [row["rule"] for row in result["refused"]]
