# SPDX-License-Identifier: Apache-2.0
"""Every kind of key in the kernel: fido2-token as Debian ships it, with nothing
of ours below it, beside fidotool on the same hidraw nodes. The comparison is
keys_tool_test.py's."""

import glob
import os
import time

import inside
from inside import sh

os.environ.update(FIDO2_SOCKET="", PUT_BLOB="", PROFILES="/usr/lib/keyturn-vm/profiles")

import keys_lib
import keys_tool_test


class InKernel(keys_lib.Softkey):
    """A software key as a node of its own."""

    def __init__(self, *words, **more):
        before = set(glob.glob("/dev/hidraw*"))
        super().__init__(*words, **more)
        end = time.monotonic() + inside.LIMIT
        while not set(glob.glob("/dev/hidraw*")) - before:
            assert time.monotonic() < end, "no node came"
            time.sleep(0.02)
        self.path = min(set(glob.glob("/dev/hidraw*")) - before)
        inside.wait_for_node(self.path)

    def where(self):
        return ["--uhid"]

    @property
    def selector(self):
        return "hid:" + self.path


def begin():
    os.symlink("/dev/null", "/etc/udev/rules.d/72-keyturn.rules")
    inside.add_people()
    sh("modprobe", "uhid")
    keys_lib.Softkey = InKernel


class Info(keys_tool_test.Info):
    pass


class Lists(keys_tool_test.Lists):
    """Two of the kinds: programs start slowly here."""
    profiles = ["bio-pre-2.1"]
    least = 2
