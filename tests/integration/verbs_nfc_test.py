# SPDX-License-Identifier: Apache-2.0
"""The tour of all verbs with a key on a card reader: the real card service and
a virtual reader, as in nfc_test.py."""
import unittest

import readers
import verbs_tour
from keys_lib import Place


class Verbs(unittest.TestCase):
    def setUp(self):
        self.service = readers.Service()
        self.addCleanup(self.service.end)
        self.place = Place()
        self.addCleanup(self.place.end)
        self.watch = readers.Watch(self.place)
        self.addCleanup(self.watch.end)
        self.watch.wait('"keys"')

    def do(self, order):
        """What happens to the key, and has been seen."""
        self.key.say(order)
        self.watch.wait('"arrived"' if order == "plug" else '"removed"', readers.NAMES[0])

    def test_on_a_reader(self):
        self.key = readers.Card(self.place.top, "a", verbs_tour.PROFILE)
        self.place.keys.append(self.key)
        self.watch.wait('"arrived"', readers.NAMES[0])
        verbs_tour.Tour(self.place, "card", self.key, "reader", self.do).take_all(self)
        self.assertEqual(self.key.dump()["faults"], 0)


if __name__ == "__main__":
    readers.enter()
    unittest.main()
