# SPDX-License-Identifier: Apache-2.0
"""The tour of all verbs with a key on a socket."""
import unittest

import verbs_tour
from keys_lib import Place


class Verbs(unittest.TestCase):
    def test_each_verb_of_the_help_has_a_row(self):
        self.assertEqual(verbs_tour.missing(), set())

    def test_each_group_is_sorted_somewhere(self):
        """A new group is of keys, until somebody says that it is not."""
        groups = {verb.split()[0] for verb in verbs_tour.verbs_of_help()}
        self.assertEqual(set(verbs_tour.OTHERS) - groups, set())

    def test_on_a_socket(self):
        place = Place()
        self.addCleanup(place.end)
        key = place.add(profile=verbs_tour.PROFILE)
        verbs_tour.Tour(place, "socket", key, "socket", key.say).take_all(self)


if __name__ == "__main__":
    unittest.main()
