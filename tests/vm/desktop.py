# SPDX-License-Identifier: Apache-2.0
"""The tour of all verbs (verbs_tour.py) by a person at a desktop, with the key
that is there."""

import os
import pathlib
import pwd
import shutil

import inside
import keys_lib
import verbs_tour

RULE = "/run/udev/rules.d/99-vm.rules"


def give_keys_to(user):
    """Whatever key is plugged in is that person's, by udev's rules as it is at a
    desktop: a key that comes back during a reset is opened at once."""
    pathlib.Path(RULE).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(RULE).write_text(f'SUBSYSTEM=="hidraw", OWNER="{user}"\n')
    inside.sh("udevadm", "control", "--reload")


class Place(keys_lib.Place):
    """A folder of that person's, who runs fidotool."""

    def __init__(self, user):
        super().__init__()
        self.user = user
        for folder in (self.top, self.env["KEYTURN_KEYS"]):
            shutil.chown(folder, user)

    def start(self, *words, **more):
        return super().start(*words, user=self.user, group=pwd.getpwnam(self.user).pw_gid, extra_groups=[], **more)


def take_tour(case, user, transport, key, bound, do):
    give_keys_to(user)
    place = Place(user)
    try:
        verbs_tour.Tour(place, transport, key, bound, do).take_all(case)
    finally:
        place.end()
        os.remove(RULE)
