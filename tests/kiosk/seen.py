# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a screen, from looking-kiosk's list of widgets and its
picture: text and controls that are cut off, targets that are too small, text
that hardly stands out."""
import collections

TARGET = 48
ROOM = 64  # of what scrolls, in pixels: a row of it is seen at least
SLACK = 1  # a size is rounded
# A shape of a few pixels is not read.
LEAST_HEIGHT, LEAST_WIDTH = 6, 3
# Least share of what is not ground that counts as the text's colour.
SHARE = 0.02


def short(text):
    return text if len(text) <= 40 else text[:37] + "..."


def describe(widget):
    return f'{widget["type"]} "{short(widget["text"])}"' if widget.get("text") else widget["type"]


def cut_off(widgets, size, got):
    width, height = (int(n) for n in size.split("x"))
    if got != size:
        yield f"the window needs {got}"
    for widget in widgets:
        if widget["type"] == "GtkLabel" and widget["text"] and not widget["practice"]:
            yield from cut_text(widget)
        if widget["type"] == "GtkScrolledWindow" and widget["height"] < ROOM and widget["width"] > ROOM:
            yield f'{widget["height"]} px are left for what scrolls'
        if widget["button"] or widget["type"] == "GtkLabel":
            yield from outside(widget, width, height)


def cut_text(widget):
    if widget["ellipsized"]:
        yield f"{describe(widget)} is shortened"
    if widget["needs_width"] > widget["width"] + SLACK or widget["needs_height"] > widget["height"] + SLACK:
        yield (f'{describe(widget)} is clipped: {widget["needs_width"]}x{widget["needs_height"]} '
               f'in {widget["width"]}x{widget["height"]}')


def outside(widget, width, height):
    """What scrolls does so up and down only."""
    if widget["practice"]:
        return
    if widget["x"] < -SLACK or widget["x"] + widget["width"] > width + SLACK:
        yield f"{describe(widget)} is beside the window"
    if not widget["scrolls"] and (widget["y"] < -SLACK or widget["y"] + widget["height"] > height + SLACK):
        yield f"{describe(widget)} is below the window"


def small_targets(widgets):
    for widget in widgets:
        pressed = widget["button"] or widget["type"] in ("GtkExpander", "GtkCheckButton")
        if pressed and widget["sensitive"] and min(widget["width"], widget["height"]) < TARGET:
            yield f'{describe(widget)} is {widget["width"]}x{widget["height"]} px, needs {TARGET}'


# --- the order of Tab ------------------------------------------------------------


def name_stop(stop):
    return f'{stop["type"]} "{stop.get("text") or ""}" at {stop["x"]},{stop["y"]}'


def above(one, other):
    return one["y"] + one["height"] <= other["y"] + SLACK and \
        one["x"] < other["x"] + other["width"] and other["x"] < one["x"] + one["width"]


def beside(one, other):
    """In one row."""
    top, bottom = max(one["y"], other["y"]), min(one["y"] + one["height"], other["y"] + other["height"])
    return bottom - top > 0.5 * min(one["height"], other["height"])


def seen_at(one, other, scroller):
    """Where it is for the eye, beside the other: what scrolls is somewhere in
    its scroller."""
    return scroller if one["scrolls"] and not other["scrolls"] and scroller is not None else one


def tab_order(stops, tree, rtl):
    scroller = next((stop for stop in tree if stop["type"] == "GtkScrolledWindow"), None)
    place = {stop["id"]: i for i, stop in enumerate(tree)}
    known = [stop for stop in stops if stop["id"] in place]
    for stop in stops:
        if stop["id"] not in place:
            yield f"Tab stops at {name_stop(stop)}, which nothing leads to"
    # A round begins wherever the focus was.
    first = min(range(len(known)), key=lambda i: place[known[i]["id"]], default=0)
    known = known[first:] + known[:first]
    for one, other in zip(known, known[1:]):
        here, there = seen_at(one, other, scroller), seen_at(other, one, scroller)
        # Keys stand from left to right in every language.
        leftward = rtl and not (one.get("key") and other.get("key"))
        forth = (there["x"] < here["x"]) if leftward else (there["x"] > here["x"])
        if place[one["id"]] > place[other["id"]]:
            yield f"Tab goes from {name_stop(one)} back to {name_stop(other)}"
        elif above(there, here) or (beside(here, there) and not forth):
            yield f"Tab goes from {name_stop(one)} to {name_stop(other)}, which stands before it"
    reached = {stop["id"] for stop in known}
    for stop in tree:
        if stop["button"] and stop["id"] not in reached:
            yield f"Tab never comes to {name_stop(stop)}"


# --- contrast ------------------------------------------------------------------


def luminance(rgb):
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in rgb))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(one, other):
    a, b = sorted((luminance(one), luminance(other)))
    return (b + 0.05) / (a + 0.05)


class Picture:
    """Bare pixels, 4 bytes each: blue, green, red, and how opaque."""

    def __init__(self, path, size):
        self.width, self.height = (int(n) for n in size.split("x"))
        with open(path, "rb") as file:
            self.pixels = memoryview(file.read()).cast("I")

    def colours(self, x, y, width, height):
        """How often each stands in the rectangle."""
        count = collections.Counter()
        left, right = max(x, 0), min(x + width, self.width)
        for row in range(max(y, 0), min(y + height, self.height)):
            count.update(self.pixels[row * self.width + left:row * self.width + right])
        return collections.Counter({(c >> 16 & 255, c >> 8 & 255, c & 255): n for c, n in count.items()})


def clip(widget, scroller):
    """The part of a text that is seen."""
    x, y = widget["x"] + widget["text_x"], widget["y"] + widget["text_y"]
    width, height = widget["needs_width"], widget["needs_height"]
    if widget["scrolls"] and scroller is not None:
        top, bottom = max(y, scroller["y"]), min(y + height, scroller["y"] + scroller["height"])
        y, height = top, bottom - top
    return x, y, width, height


def contrast_of(colours):
    """The most usual colour is the ground, also where a watermark lies over a
    part of it; the text is what stands out most from it. With the worst ground
    that covers a tenth of the box, for letters stand on that too."""
    total = sum(colours.values())
    usual = colours.most_common(1)[0][0]
    kept = [c for c, n in colours.items() if n >= max(2, SHARE * (total - colours[usual]))]
    text = max(kept, key=lambda c: ratio(c, usual))
    darker = luminance(text) < luminance(usual)
    grounds = [usual] + [c for c, n in colours.items() if n >= 0.1 * total and (luminance(c) > luminance(text)) == darker
                         and ratio(c, usual) < 2]
    return min(ratio(text, ground) for ground in grounds)


def least(widget, half, disabled):
    large = widget["font_px"] >= 24 or (widget["bold"] and widget["font_px"] >= 18.66)
    if disabled:
        return 0
    if half == "staff":
        return 3.0 if large else 4.5
    return 4.5 if large else 7.0


def low_contrast(widgets, path, size, half):
    """How many were measured, and what is too low."""
    picture = Picture(path, size)
    scroller = next((w for w in widgets if w["type"] == "GtkScrolledWindow"), None)
    n, faults = 0, []
    for widget in widgets:
        if widget["type"] != "GtkLabel" or not widget["text"].strip() or widget["practice"]:
            continue
        x, y, width, height = clip(widget, scroller)
        if height < min(LEAST_HEIGHT, widget["height"]) or width < LEAST_WIDTH or height <= LEAST_HEIGHT:
            continue
        colours = picture.colours(x, y, width, height)
        if not colours:
            continue
        n += 1
        measured, needed = contrast_of(colours), least(widget, half, not widget["sensitive"])
        if measured < needed:
            faults.append(f"{describe(widget)} has a contrast of {measured:.2f}, needs {needed}")
    return n, faults
