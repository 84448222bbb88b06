# SPDX-License-Identifier: Apache-2.0
"""Every verb with a key in the kernel, at a desktop: verbs_tour.py's table."""

import unittest

import desktop
import inside
import verbs_tour

USER = "vm-other"
KEY = None


def begin():
    global KEY
    KEY = inside.begin_desktop(USER, verbs_tour.PROFILE)


def end():
    KEY.end()


class Verbs(unittest.TestCase):
    def test_on_hidraw(self):
        desktop.take_tour(self, USER, "uhid", KEY, "port", KEY.say)
