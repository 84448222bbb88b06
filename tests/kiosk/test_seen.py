#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What is planted is found: seen.py on screens made up with one fault each."""
import pathlib
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import seen  # noqa: E402

SIZE = "200x100"


def label(**other):
    return {"type": "GtkLabel", "text": "Case number", "x": 10, "y": 10, "width": 100, "height": 20, "text_x": 0, "text_y": 0,
            "needs_width": 90, "needs_height": 18, "ellipsized": 0, "practice": 0, "button": 0, "sensitive": 1, "scrolls": 0,
            "font_px": 20, "bold": 0, **other}


def button(**other):
    return {"type": "GtkButton", "x": 10, "y": 40, "width": 100, "height": 48, "practice": 0, "button": 1, "sensitive": 1,
            "scrolls": 0, **other}


def stop(name, x, y, **other):
    return {"id": name, "type": "GtkButton", "text": name, "x": x, "y": y, "width": 50, "height": 48, "button": 1, "scrolls": 0,
            **other}


def faults(widget, size=SIZE, got=SIZE):
    return [*seen.cut_off([widget], size, got), *seen.small_targets([widget])]


class Sizes(unittest.TestCase):
    def test_nothing_is_wrong_with_what_fits(self):
        self.assertEqual([], faults(label()) + faults(button()))

    def test_a_text_that_is_cut(self):
        for change in ({"needs_width": 120}, {"needs_height": 40}, {"ellipsized": 1}, {"x": 150}, {"y": 95}):
            self.assertEqual(1, len(faults(label(**change))), change)

    def test_what_scrolls_may_be_below_but_not_beside(self):
        self.assertEqual([], faults(label(y=300, scrolls=1)))
        self.assertEqual(1, len(faults(label(x=150, y=300, scrolls=1))))

    def test_a_window_that_does_not_fit(self):
        self.assertEqual(["the window needs 250x100"], faults(label(), got="250x100"))

    def test_a_target_that_is_small(self):
        self.assertEqual(1, len(faults(button(height=40))))
        self.assertEqual([], faults(button(height=40, sensitive=0)))


class Tab(unittest.TestCase):
    def order(self, *stops, tree=None, rtl=False):
        return list(seen.tab_order(list(stops), list(tree or stops), rtl))

    def test_reading_order(self):
        a, b, c = stop("a", 0, 0), stop("b", 60, 0), stop("c", 0, 50)
        self.assertEqual([], self.order(a, b, c))
        self.assertEqual([], self.order(b, c, a, tree=(a, b, c)))  # begun elsewhere
        self.assertEqual(1, len(self.order(b, a, c)))  # against the eye
        self.assertEqual(1, len(self.order(a, b, rtl=True)))

    def test_keys_stand_from_left_to_right_in_every_language(self):
        one, two, other = stop("1", 0, 0, key=1), stop("2", 60, 0, key=1), stop("other", 120, 0)
        self.assertEqual([], self.order(one, two, rtl=True))
        self.assertEqual(1, len(self.order(two, one, tree=(two, one), rtl=True)))
        self.assertEqual(1, len(self.order(two, other, rtl=True)))  # no key

    def test_what_is_left_out(self):
        a, b = stop("a", 0, 0), stop("b", 60, 0)
        self.assertEqual(1, len(self.order(a, tree=(a, b))))

    def test_what_is_scrolled_away_stands_where_it_scrolls(self):
        view = stop("view", 0, 50, type="GtkScrolledWindow", button=0, height=100, width=200)
        far, below = stop("far", 0, 900, scrolls=1), stop("below", 0, 160)
        self.assertEqual([], self.order(far, below, tree=(view, far, below)))


class Contrast(unittest.TestCase):
    def measure(self, text, ground, half="user", **other):
        """A screen whose label is one bar of the text's colour."""
        def pixel(rgb):
            return struct.pack("<I", 0xFF000000 | rgb)
        rows = [b"".join(pixel(text if 14 <= y < 20 and 20 <= x < 80 else ground) for x in range(200)) for y in range(100)]
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"".join(rows))
            file.flush()
            return seen.low_contrast([label(**other)], file.name, SIZE, half)

    def test_grey_on_white(self):
        self.assertEqual((1, []), self.measure(0x1E1E1E, 0xFAFAFA))
        n, found = self.measure(0x767676, 0xFFFFFF)  # 4.54
        self.assertEqual((1, 1), (n, len(found)))
        self.assertEqual((1, []), self.measure(0x767676, 0xFFFFFF, half="staff"))
        self.assertEqual(1, len(self.measure(0xAAAAAA, 0xFFFFFF, half="staff")[1]))
        self.assertEqual((1, []), self.measure(0xAAAAAA, 0xFFFFFF, sensitive=0))

    def test_large_text_needs_less(self):
        self.assertEqual((1, []), self.measure(0x767676, 0xFFFFFF, font_px=38))


if __name__ == "__main__":
    unittest.main()
