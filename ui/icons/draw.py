#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""draw.py [FOLDER]: writes the kiosk's icons, 64 by 64, each one filled path.

GTK 4.8 colours the fill of paths in a symbolic icon and nothing else, so lines
are drawn as their outlines here. Run it after a change, and look at them."""

import math
import pathlib
import sys

W = 5.0  # width of a line


def num(value):
    return f"{value + 0.0001:.2f}".rstrip("0").rstrip(".")


def pt(x, y):
    return f"{num(x)} {num(y)}"


def disc(cx, cy, r, clockwise=True):
    sweep = 1 if clockwise else 0
    return (f"M{pt(cx - r, cy)}A{num(r)} {num(r)} 0 1 {sweep} {pt(cx + r, cy)}"
            f"A{num(r)} {num(r)} 0 1 {sweep} {pt(cx - r, cy)}Z")


def ring(cx, cy, r, w=W):
    return disc(cx, cy, r + w / 2) + disc(cx, cy, r - w / 2, False)


def line(*points, w=W, closed=False):
    """A line through points, with round ends and corners."""
    points = list(points) + ([points[0]] if closed else [])
    out, r = "", w / 2
    for (x1, y1), (x2, y2) in zip(points, points[1:]):
        length = math.hypot(x2 - x1, y2 - y1)
        nx, ny = -(y2 - y1) / length * r, (x2 - x1) / length * r
        out += (f"M{pt(x1 + nx, y1 + ny)}A{num(r)} {num(r)} 0 0 1 {pt(x1 - nx, y1 - ny)}"
                f"L{pt(x2 - nx, y2 - ny)}A{num(r)} {num(r)} 0 0 1 {pt(x2 + nx, y2 + ny)}Z")
    return out


def arc(cx, cy, r, start, end, w=W):
    """Degrees, clockwise, 0 is to the right."""
    out, big = "", 1 if end - start > 180 else 0
    a, b = math.radians(start), math.radians(end)
    at = lambda radius, angle: (cx + radius * math.cos(angle), cy + radius * math.sin(angle))
    o, i, c = r + w / 2, r - w / 2, num(w / 2)
    out += (f"M{pt(*at(o, a))}A{num(o)} {num(o)} 0 {big} 1 {pt(*at(o, b))}A{c} {c} 0 0 1 {pt(*at(i, b))}"
            f"A{num(i)} {num(i)} 0 {big} 0 {pt(*at(i, a))}A{c} {c} 0 0 1 {pt(*at(o, a))}Z")
    return out


def filled_box(x1, y1, x2, y2, r, clockwise=True):
    r = max(r, 0.01)
    a = f"A{num(r)} {num(r)} 0 0 "
    if clockwise:
        return (f"M{pt(x1 + r, y1)}H{num(x2 - r)}{a}1 {pt(x2, y1 + r)}V{num(y2 - r)}{a}1 {pt(x2 - r, y2)}"
                f"H{num(x1 + r)}{a}1 {pt(x1, y2 - r)}V{num(y1 + r)}{a}1 {pt(x1 + r, y1)}Z")
    return (f"M{pt(x1 + r, y1)}{a}0 {pt(x1, y1 + r)}V{num(y2 - r)}{a}0 {pt(x1 + r, y2)}"
            f"H{num(x2 - r)}{a}0 {pt(x2, y2 - r)}V{num(y1 + r)}{a}0 {pt(x2 - r, y1)}Z")


def box(x1, y1, x2, y2, r=5, w=W):
    """The middle of the line runs along the box."""
    h = w / 2
    return (filled_box(x1 - h, y1 - h, x2 + h, y2 + h, r + h)
            + filled_box(x1 + h, y1 + h, x2 - h, y2 - h, max(r - h, 0.5), False))


def key(x, y, width=22, height=34, plug=12, disc_r=5):
    """A security key that stands upright, its plug on top; x, y: the middle."""
    top = y - (height + plug) / 2
    pw = width * 0.5
    return (box(x - width / 2, top + plug, x + width / 2, top + plug + height, 6)
            + line((x - pw / 2, top + plug), (x - pw / 2, top), (x + pw / 2, top), (x + pw / 2, top + plug))
            + disc(x, top + plug + height * 0.45, disc_r))


def lying_key(x, y):
    """The same, lying, its plug to the right; x: its left end, y: its middle."""
    return (box(x, y - 11, x + 26, y + 11, 6) + line((x + 26, y - 5.5), (x + 36, y - 5.5), (x + 36, y + 5.5), (x + 26, y + 5.5))
            + disc(x + 12, y, 4.5))


def port(x, y):
    return (line((x, y - 20), (x, y - 9), (x + 8, y - 9)) + line((x, y + 20), (x, y + 9), (x + 8, y + 9)))


def arrow(x1, x2, y):
    head = 7 if x2 > x1 else -7
    return line((x1, y), (x2, y)) + line((x2 - head, y - 7), (x2, y), (x2 - head, y + 7))


def hand(x, y):
    """A hand that points up; x, y: the middle of its finger's tip."""
    return (arc(x, y, 6, 180, 360) + line((x + 6, y), (x + 6, y + 17), (x + 22, y + 21.5), (x + 25, y + 26), (x + 22, 61))
            + line((x - 6, y), (x - 6, y + 28), (x - 13, y + 21), (x - 19, y + 25), (x - 6, 61)))


def cross(x, y, r, w=W):
    return line((x - r, y - r), (x + r, y + r), w=w) + line((x - r, y + r), (x + r, y - r), w=w)


def question(x, y, s=1.0):
    return (arc(x, y, 8 * s, 190, 405) + line((x + 5.66 * s, y + 5.66 * s), (x, y + 12 * s), (x, y + 16 * s))
            + disc(x, y + 25 * s, 3.4))


def ellipse(cx, cy, rx, ry, n=28):
    points = [(cx + rx * math.cos(2 * math.pi * i / n), cy + ry * math.sin(2 * math.pi * i / n)) for i in range(n)]
    return line(*points, closed=True)


def half_disc(cx, cy, r):
    return f"M{pt(cx, cy - r)}A{num(r)} {num(r)} 0 0 1 {pt(cx, cy + r)}Z"


ICONS = {
    "key": key(32, 32, 24, 36, 14, 6),
    "insert": lying_key(4, 24) + port(52, 24) + arrow(14, 50, 54),
    "remove": lying_key(4, 24) + port(52, 24) + arrow(50, 14, 54),
    "touch": hand(27, 21) + arc(27, 21, 16, 172, 368),
    "hold": hand(23, 20) + ring(48, 17, 12, 4.5) + line((48, 11), (48, 17.5), (52.5, 20), w=4),
    "tap": box(6, 14, 26, 50, 6) + disc(16, 32, 4.5) + arc(20, 32, 18, -42, 42) + arc(20, 32, 28, -42, 42) + arc(20, 32, 38, -42, 42),
    "other": key(20, 32, 22, 36, 14, 5) + cross(49, 40, 9),
    "two": key(16, 32, 20, 36, 14, 4.5) + key(48, 32, 20, 36, 14, 4.5),
    "silent": key(16, 32, 22, 36, 14, 5) + disc(41, 39, 3.2) + disc(50.5, 39, 3.2) + disc(60, 39, 3.2),
    "pin": box(5, 17, 59, 47, 8) + disc(19, 32, 4.6) + disc(32, 32, 4.6) + disc(45, 32, 4.6),
    "ok": ring(32, 32, 26) + line((20, 33), (28.5, 41.5), (44, 24)),
    "wrong": ring(32, 32, 26) + cross(32, 32, 10),
    "attention": line((32, 8), (60, 56), (4, 56), closed=True) + line((32, 26), (32, 38)) + disc(32, 47, 3.4),
    "wait": ring(32, 32, 26) + line((32, 16), (32, 33), (43, 39)),
    "person": ring(32, 19, 12) + arc(32, 60, 23, 180, 360) + line((9, 60), (55, 60)),
    "receipt": line((14, 58), (14, 6), (50, 6), (50, 58), (44, 52), (38, 58), (32, 52), (26, 58), (20, 52), closed=True)
               + line((24, 19), (40, 19)) + line((24, 30), (40, 30)) + line((24, 41), (33, 41)),
    "lost": key(19, 32, 22, 36, 14, 5) + question(49, 27, 1.0),
    "calendar": box(7, 12, 57, 57, 6) + line((7, 27), (57, 27)) + line((20, 5), (20, 17)) + line((44, 5), (44, 17))
                + disc(21, 38, 3.4) + disc(32, 38, 3.4) + disc(43, 38, 3.4) + disc(21, 48, 3.4) + disc(32, 48, 3.4),
    "staff": box(11, 12, 53, 59, 6) + line((25, 5), (39, 5)) + line((32, 5), (32, 12)) + ring(32, 29, 6.5) + arc(32, 52, 12, 180, 360) + line((20, 52), (44, 52)),
    "language": ring(32, 32, 26) + ellipse(32, 32, 11, 26) + line((6, 32), (58, 32)),
    "text-size": line((27, 54), (44, 10), (61, 54)) + line((33, 39), (55, 39)) + line((3, 54), (11, 33), (19, 54), w=4.5) + line((6, 47), (16, 47), w=4),
    "contrast": ring(32, 32, 26) + half_disc(32, 32, 25),
    "speech": line((5, 23), (15, 23), (30, 10), (30, 54), (15, 41), (5, 41), closed=True) + arc(32, 32, 13, -45, 45) + arc(32, 32, 24, -45, 45),
    "erase": line((21, 13), (59, 13), (59, 51), (21, 51), (4, 32), closed=True) + cross(38, 32, 8),
    "shift": line((32, 7), (57, 33), (43, 33), (43, 56), (21, 56), (21, 33), (7, 33), closed=True),
    "shift-lock": line((32, 5), (57, 29), (43, 29), (43, 46), (21, 46), (21, 29), (7, 29), closed=True) + line((21, 58), (43, 58)),
    "space": line((8, 34), (8, 46), (56, 46), (56, 34)),
    "next": line((24, 12), (44, 32), (24, 52), w=6),
    "back": line((40, 12), (20, 32), (40, 52), w=6),
    "pause": filled_box(14, 10, 26, 54, 3) + filled_box(38, 10, 50, 54, 3),
    "resume": "M18 12.5A3 3 0 0 1 22.5 9.9L53 29.4A3 3 0 0 1 53 34.6L22.5 54.1A3 3 0 0 1 18 51.5Z",
    "repeat": arc(32, 34, 22, -20, 290) + line((26, 4), (40, 13), (27, 24)),
    "stop": ring(32, 32, 26) + line((14, 14), (50, 50)),
    "phone": box(17, 5, 47, 59, 6) + line((28, 50), (36, 50)),
    "print": line((16, 22), (16, 6), (48, 6), (48, 22)) + line((16, 46), (6, 46), (6, 22), (58, 22), (58, 46), (48, 46)) + box(16, 38, 48, 58, 2),
    "shield": line((32, 5), (56, 14), (54, 36), (45, 50), (32, 59), (19, 50), (10, 36), (8, 14), closed=True) + line((21, 32), (29, 40), (43, 24)),
}
# Where an arrow points the way the page is read.
RTL = {"next": "back", "back": "next"}

HEAD = ('<?xml version="1.0" encoding="UTF-8"?>\n<!-- SPDX-License-Identifier: Apache-2.0 -->\n<!-- Made by draw.py. -->\n'
        '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">\n')


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    files = {f"kiosk-{name}-symbolic.svg": path for name, path in ICONS.items()}
    files.update({f"kiosk-{name}-symbolic-rtl.svg": ICONS[other] for name, other in RTL.items()})
    for name, path in files.items():
        (folder / name).write_text(f'{HEAD}<path fill="#2e3436" d="{path}"/>\n</svg>\n')
    for name in sorted(files):
        print(f'    <file alias="icons/scalable/actions/{name}" preprocess="xml-stripblanks">icons/{name}</file>')


main()
