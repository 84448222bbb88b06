# SPDX-License-Identifier: Apache-2.0
"""One key in the kernel, on a desktop: fidotool with keyhelper as its child
and in its sandbox, beside libfido2's own tools on the same hidraw node."""

import base64
import fcntl
import hashlib
import json
import os
import re
import subprocess
import time
import unittest

import inside
from inside import NODE, SECRET, fidotool, sh

from keys_lib import b64url

USER = "vm-other"
KEY = None


def begin():
    global KEY
    KEY = inside.begin_desktop(USER)


def end():
    KEY.end()


def assertion_of_another():
    """What fido2-assert is asked, for the credential of test_4."""
    made = json.load(open("/run/vm-files/made.json"))
    digest = base64.b64encode(hashlib.sha256(b"by another").digest()).decode()
    return f"{digest}\nexample.org\n{base64.b64encode(base64.urlsafe_b64decode(made['id'] + '==')).decode()}\n"


def start(*words, pins=()):
    process = subprocess.Popen(inside.as_user(USER, "fidotool", *words, "--pin-fd", "0"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdin.write("".join(pin + "\n" for pin in pins))
    process.stdin.close()
    process.stdin = None
    return process


class Together(unittest.TestCase):
    """Both tools see one key, and the same of it. Tests run by name."""

    def test_1_both_list_it(self):
        keys = fidotool("key", "list", user=USER)["result"]["keys"]
        self.assertEqual([key["selector"] for key in keys], [f"hid:{NODE}"])
        self.assertEqual((keys[0]["vid"], keys[0]["pid"]), (0x1209, 1))
        listed = sh(*inside.as_user(USER, "fido2-token", "-L"))
        self.assertEqual(listed.strip(), f"{NODE}: vendor=0x1209, product=0x0001 ( )")

    def test_2_both_read_the_same(self):
        info = fidotool("key", "info", user=USER)["result"]["info"]
        shown = sh("fido2-token", "-I", NODE)
        field = lambda name: re.search(rf"^{name}: (.*)$", shown, re.M).group(1)
        self.assertEqual(info["aaguid"].replace("-", ""), field("aaguid"))
        self.assertEqual(info["versions"], field("version strings").split(", "))
        self.assertEqual(info["extensions"], field("extension strings").split(", "))
        self.assertEqual(info["max_msg_size"], int(field("maxmsgsiz")))
        options = {word.removeprefix("no"): not word.startswith("no")
                   for word in field("options").split(", ") if word != "noMcGaPermissionsWithClientPin"}
        self.assertEqual(info["options"], options)

    def test_3_pin_is_set_by_one_and_seen_by_the_other(self):
        self.assertEqual(fidotool("key", "pin", "set", user=USER, pins=[SECRET])["changed"], True)
        self.assertIn("pin retries: 8", sh("fido2-token", "-I", NODE))
        self.assertRegex(sh("fido2-token", "-I", NODE), r"options:.*\bclientPin\b")

    def test_4_enrolled_and_asserted(self):
        made = fidotool("enrol", "--options", inside.creation(), user=USER, pins=[SECRET])["result"]
        inside.write("made.json", made)
        request = inside.write("request.json", {
            "rpId": "example.org", "challenge": b64url(bytes(range(32, 64))), "userVerification": "required",
            "allowCredentials": [{"type": "public-key", "id": made["id"]}]})
        given = fidotool("assert", "--options", request, user=USER, pins=[SECRET])["result"]
        self.assertEqual(given["id"], made["id"])

    def test_5_the_others_tool_asserts_with_our_credential(self):
        """Made by fidotool, used by fido2-assert, checked by fido2-assert."""
        made = json.load(open("/run/vm-files/made.json"))
        given = sh("fido2-assert", "-G", NODE, input=assertion_of_another())
        der = base64.urlsafe_b64decode(made["response"]["publicKey"] + "==")
        with open("/run/vm-files/key.pem", "w") as file:
            file.write("-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der).decode() + "-----END PUBLIC KEY-----\n")
        sh("fido2-assert", "-V", "/run/vm-files/key.pem", "es256", input=given)
        lines = given.splitlines()
        lines[0] = base64.b64encode(hashlib.sha256(b"something else").digest()).decode()
        sh("fido2-assert", "-V", "/run/vm-files/key.pem", "es256", input="\n".join(lines) + "\n", code=1)


class Lock(unittest.TestCase):
    """One program at a time: whoever comes second is told so at once."""

    def setUp(self):
        KEY.say("touch never")

    def tearDown(self):
        KEY.say("touch after 0")

    def busy(self):
        began = time.monotonic()
        self.assertEqual(fidotool("key", "info", user=USER, code=6)["error"]["code"], "busy")
        # libfido2 would try for 21 seconds.
        self.assertLess(time.monotonic() - began, 15)

    def test_libfido2_holds_it(self):
        holder = subprocess.Popen(["fido2-assert", "-G", NODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        holder.stdin.write(assertion_of_another())
        holder.stdin.close()
        holder.stdin = None
        KEY.wait_for_touch()
        self.busy()
        KEY.say("touch now")
        out, err = holder.communicate(timeout=inside.LIMIT)
        self.assertEqual(holder.returncode, 0, err)
        self.assertIn("example.org", out)

    def test_we_hold_it(self):
        holder = start("enrol", "--options", inside.creation(), pins=[SECRET])
        KEY.wait_for_touch()
        with open(NODE, "rb") as node, self.assertRaises(BlockingIOError):
            fcntl.flock(node, fcntl.LOCK_EX | fcntl.LOCK_NB)  # what libfido2 does
        self.busy()
        other = subprocess.Popen(["fido2-token", "-I", NODE], stdout=subprocess.PIPE, text=True)
        self.assertIsNone(other.poll())
        KEY.say("touch now")
        out, err = holder.communicate(timeout=inside.LIMIT)
        self.assertEqual(holder.returncode, 0, err)
        self.assertIn("aaguid", other.communicate(timeout=inside.LIMIT)[0])
        self.assertEqual(other.returncode, 0)


class Plug(unittest.TestCase):
    def test_pulled_out_in_the_middle_and_back(self):
        KEY.say("touch never")
        holder = start("enrol", "--options", inside.creation(), pins=[SECRET])
        KEY.wait_for_touch()
        KEY.say("unplug")
        _, err = holder.communicate(timeout=inside.LIMIT)
        self.assertEqual(holder.returncode, 7, err)
        fidotool("key", "info", user=USER, code=3)
        KEY.say("touch after 0")
        KEY.say("plug")
        inside.take_node(USER)
        self.assertEqual(fidotool("key", "info", user=USER)["result"]["info"]["options"]["clientPin"], True)
        self.assertIn("aaguid", sh("fido2-token", "-I", NODE))

    def test_nobody_elses(self):
        """A key of somebody else is a state of its own, not "no key"."""
        sh("chown", "root", NODE)
        try:
            self.assertEqual(fidotool("key", "info", user=USER, code=5)["error"]["code"], "permission")
        finally:
            inside.take_node(USER)
