#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""test_units.py SOURCE UNIT...: the unit files as systemd itself reads them,
how much each leaves open, and the other files that make a station.

Needs systemd-analyze and systemd-sysusers (package systemd), not a running
systemd."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import unit_file  # noqa: E402

SOURCE = pathlib.Path(sys.argv[1])
UNITS = {path.name: path for path in map(pathlib.Path, sys.argv[2:])}
STATION = SOURCE / "kiosk" / "station"
KIOSK = "keyturn-kiosk.service"
# Tenths, by `systemd-analyze security`: what a unit leaves open. 92 is a unit
# with nothing said.
EXPOSURE = {KIOSK: 11, "recoveryd.service": 10, "keyhelper@.service": 10}


def run(*argv, **more):
    env = dict(os.environ, LC_ALL="C.UTF-8", SYSTEMD_COLORS="0", SYSTEMD_PAGER="", **more)
    return subprocess.run([str(word) for word in argv], env=env, capture_output=True, text=True, check=False)


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.top = pathlib.Path(self.folder.name)
        for name, path in UNITS.items():
            # Not installed here; systemd looks whether a program is there.
            text = re.sub(r"^(ExecStart=)/\S+", r"\1/bin/true", path.read_text(), flags=re.M)
            (self.top / name).write_text(text)

    def verify(self, name):
        return run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", self.top / name, SYSTEMD_UNIT_PATH=f"{self.top}:")

    def test_systemd_has_nothing_to_say_against_them(self):
        for name in UNITS:
            done = self.verify(name)
            self.assertEqual((0, ""), (done.returncode, done.stderr.strip()), name)

    def test_it_would_say_it(self):
        text = (self.top / KIOSK).read_text()
        (self.top / KIOSK).write_text(text.replace("LockPersonality=", "LockPersonalty="))
        self.assertIn("LockPersonalty", self.verify(KIOSK).stderr)

    def test_little_is_left_open(self):
        for name, limit in EXPOSURE.items():
            done = run("systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={limit}", self.top / name)
            said = done.stdout.strip().splitlines()[-1]
            print(said)
            self.assertEqual(0, done.returncode, said)
        bare = self.top / "bare.service"
        bare.write_text("[Service]\nExecStart=/bin/true\n")
        self.assertNotEqual(0, run("systemd-analyze", "security", "--offline=yes", "--threshold=90", bare).returncode)


class KioskUnit(unittest.TestCase):
    def setUp(self):
        self.unit = unit_file.read(UNITS[KIOSK])

    def service(self, name):
        return unit_file.value(self.unit, name)

    def test_it_is_cage_and_one_program_and_no_other_console(self):
        words = self.service("ExecStart").split()
        self.assertEqual("/usr/bin/cage", words[0])
        self.assertEqual(["-d"], words[1:words.index("--")])  # never -s: with it keys switch consoles
        self.assertTrue(words[words.index("--") + 1].endswith("/bin/keyturn-kiosk"))
        self.assertEqual("getty@tty1.service", unit_file.value(self.unit, "Conflicts", "Unit"))
        self.assertEqual("tty-fail", self.service("StandardInput"))
        self.assertEqual(("always", "2"), (self.service("Restart"), self.service("RestartSec")))
        self.assertEqual("0", unit_file.value(self.unit, "StartLimitIntervalSec", "Unit"))

    def test_only_these_two_programs_can_be_started(self):
        programs = [word for word in self.service("ExecPaths").split() if not word.startswith("/usr/lib")]
        words = self.service("ExecStart").split()
        self.assertEqual("/", self.service("NoExecPaths"))
        self.assertEqual([words[0], words[words.index("--") + 1]], programs)

    def test_no_key_no_reader_and_no_input_device(self):
        self.assertEqual("closed", self.service("DevicePolicy"))
        self.assertEqual(["char-drm rw", "/dev/tty1 rw"], unit_file.values(self.unit, "DeviceAllow"))
        self.assertEqual("kiosk", self.service("User"))
        self.assertNotIn("keyturn-keys", self.service("SupplementaryGroups"))
        self.assertIn("keyturn-station", self.service("SupplementaryGroups"))

    def test_no_bus_no_settings_no_drivers(self):
        environment = dict(word.split("=", 1) for line in unit_file.values(self.unit, "Environment") for word in line.split())
        for name, value in {"WLR_RENDERER": "pixman", "WLR_XWAYLAND": "/bin/false", "GSK_RENDERER": "cairo", "GDK_BACKEND": "wayland",
                            "GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local", "GTK_USE_PORTAL": "0", "LIBSEAT_BACKEND": "seatd",
                            "DBUS_SESSION_BUS_ADDRESS": "disabled:"}.items():
            self.assertEqual(value, environment.get(name), name)

    def test_secrets_stay_in_memory(self):
        self.assertEqual("0", self.service("LimitCORE"))
        self.assertEqual("1M", self.service("LimitMEMLOCK"))  # the secret entry
        self.assertEqual(("0700", "0700"), (self.service("RuntimeDirectoryMode"), self.service("StateDirectoryMode")))
        self.assertIn("mlock", unit_file.system_calls(self.unit))

    def test_what_a_station_must_not_call(self):
        calls = unit_file.system_calls(self.unit)
        for name in ("ptrace", "mount", "bpf", "chroot", "setuid", "chown", "setrlimit", "setgid", "reboot", "init_module",
                     "kexec_load", "io_uring_setup", "process_vm_readv", "userfaultfd", "keyctl"):
            self.assertNotIn(name, sorted(calls))


class Station(unittest.TestCase):
    def test_users_of_the_units_are_made(self):
        made = dict(line.split()[1::-1] for line in (STATION / "sysusers.conf").read_text().splitlines() if line[:1] in "gu")
        wanted = {"keyturn": "u", "keyturn-helper": "u", "kiosk": "u", "keyturn-station": "g", "keyturn-keys": "g"}
        self.assertEqual(wanted, made)
        done = run("systemd-sysusers", "--dry-run", STATION / "sysusers.conf")
        self.assertEqual(0, done.returncode, done.stderr)

    def test_folders_are_read_by_systemd(self):
        # A prefix that nothing is under: read, and nothing done.
        done = run("systemd-tmpfiles", "--create", "--prefix=/nonexistent", STATION / "tmpfiles.conf")
        self.assertEqual((0, ""), (done.returncode, done.stderr.replace("Failed to open '/run/credentials", "")), done.stderr)

    def test_no_combination_of_keys_reaches_the_system(self):
        self.assertRegex((STATION / "sysctl.conf").read_text(), r"(?m)^kernel\.sysrq = 0$")
        self.assertRegex((STATION / "system.conf").read_text(), r"(?m)^CtrlAltDelBurstAction=none$")
        self.assertRegex((STATION / "logind.conf").read_text(), r"(?m)^NAutoVTs=0$")
        masked = re.search(r"foreach unit : \[(.*?)\]", (STATION / "meson.build").read_text(), re.S)[1]
        for unit in ("getty@.service", "autovt@.service", "ctrl-alt-del.target"):
            self.assertIn(f"'{unit}'", masked)

    def test_the_example_of_settings_is_read_by_the_kiosk(self):
        text = (STATION / "kiosk.conf").read_text()
        known = re.findall(r'^  \{ "(\w+)",', (SOURCE / "kiosk" / "config.c").read_text(), re.M)
        named = re.findall(r"^#?(\w+)=", text, re.M)
        self.assertEqual([], [name for name in named if name not in known])

    def test_usb_rules(self):
        rules = [line for line in (STATION / "usbguard-rules.conf").read_text().splitlines() if line and not line.startswith("#")]
        self.assertEqual("block", rules[-1])
        targets = [rule.split()[0] for rule in rules]
        self.assertEqual(sorted(targets, key=["reject", "allow", "block"].index), targets)  # rejects come first
        for rule in rules:
            self.assertRegex(rule, r"^(block|(reject|allow)( via-port \"[0-9.-]+\"| id [0-9a-f]{4}:[0-9a-f]{4}|"
                                   r" with-interface (one-of|equals) \{( [0-9a-f]{2}:([0-9a-f]{2}|\*):([0-9a-f]{2}|\*))+ \})+)$")
        if shutil.which("usbguard-rule-parser"):
            done = run("usbguard-rule-parser", "-f", STATION / "usbguard-rules.conf")
            self.assertEqual(0, done.returncode, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
