#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""contrast.py STYLE.css: the contrast of every pair of colours that meet, as
the rules of the sheet give them (WCAG 2.2, 1.4.3, 1.4.6 and 1.4.11)."""

import re
import sys

# foreground: selector, property; background: selector; least contrast
# 7 for text of the user's half and what it shares with staff, 4.5 for staff
# alone, 3 for what is not text.
PAIRS = [
    ("window", "color", "window", 7), (".dim", "color", "window", 7), ("heading .body", "color", "window", 7),
    ("errorstrip", "color", "errorstrip.wrong", 7), ("errorstrip", "color", "errorstrip.attention", 7),
    ("errorstrip", "color", "errorstrip.ok", 7), ("errorstrip.wrong image", "color", "errorstrip.wrong", 7),
    ("errorstrip.attention image", "color", "errorstrip.attention", 7), ("errorstrip.ok image", "color", "errorstrip.ok", 7),
    ("errorstrip .code", "color", "errorstrip.wrong", 7), ("errorstrip.wrong .bar", "background-color", "window", 3),
    ("errorstrip.attention .bar", "background-color", "window", 3), ("errorstrip.ok .bar", "background-color", "window", 3),
    ("button", "color", "button", 7), ("button", "border", "window", 3), ("button", "color", "button:active", 7),
    ("button:disabled", "color", "button:disabled", 4.5),
    ("button.suggested-action", "color", "button.suggested-action", 4.5),
    ("button.suggested-action", "color", ".user button.suggested-action", 7),
    ("button.suggested-action", "color", "button.suggested-action:hover", 7),
    ("button.suggested-action", "color", "button.suggested-action:active", 7),
    ("button.destructive-action", "color", "button.destructive-action", 7),
    ("button", "color", "button.key.mode", 7), ("button.key:active", "color", "button.key:active", 4.5),
    ("button.choice .subtitle", "color", "button", 7), ("button.choice .picture", "color", "button", 3),
    ("button.choice .next", "color", "button", 3), ("secretentry", "color", "secretentry", 7),
    ("secretentry", "border", "window", 3), ("secretentry:focus", "border-color", "window", 3),
    ("button:focus-visible", "outline", "window", 3), ("ring", "color", "window", 3), ("ring .number", "color", "window", 7),
    ("ring .unit", "color", "window", 7), ("list", "color", "list > row:selected", 7), (".card", "color", ".card", 7),
    ("scrollbar > range > trough > slider", "background-color", "window", 3),
]
for theme in ("dark", "hc"):
    d = f".{theme} "
    PAIRS += [
        (f"window.{theme}", "color", f"window.{theme}", 7), (d + "heading .body", "color", f"window.{theme}", 7),
        (d + "errorstrip.wrong", "color", d + "errorstrip.wrong", 7), (d + "errorstrip .code", "color", d + "errorstrip.wrong", 7),
        (d + "errorstrip.wrong image", "color", d + "errorstrip.wrong", 7),
        (d + "errorstrip.attention image", "color", d + "errorstrip.attention", 7),
        (d + "errorstrip.ok image", "color", d + "errorstrip.ok", 7),
        (d + "errorstrip.wrong .bar", "background-color", f"window.{theme}", 3),
        (d + "button", "color", d + "button", 7), (d + "button", "color", d + "button:hover", 7),
        (d + "button", "color", d + "button.key.mode", 7), (d + "button:disabled", "color", d + "button:disabled", 4.5),
        (d + "button.suggested-action", "color", d + "button.suggested-action", 7),
        (d + "button.destructive-action", "color", d + "button.destructive-action", 7),
        (d + "button.key:active", "color", d + "button.key:active", 7),
        (d + "button.choice .subtitle", "color", d + "button", 7), (d + "button.choice .picture", "color", d + "button", 3),
        (d + "secretentry", "color", d + "secretentry", 7), (d + "secretentry", "border-color", f"window.{theme}", 3),
        (d + "secretentry:focus", "border-color", f"window.{theme}", 3),
        (d + "button:focus-visible", "outline-color", f"window.{theme}", 3), (d + "ring", "color", f"window.{theme}", 3),
        (d + "ring .number", "color", f"window.{theme}", 7), (d + "list > row:selected", "color", d + "list > row:selected", 7),
        (d + ".card", "color", d + ".card", 7),
    ]
PAIRS += [(".dark button", "border-color", "window.dark", 3), (".hc button", "border", "window.hc", 3),
          (".hc button:active", "color", ".hc button:active", 7), (".dark button", "color", ".dark button:active", 7)]


def rules(css):
    found = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"/\*.*?\*/|@define-color[^;]*;", "", css, flags=re.S)):
        declared = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+);", body))
        for selector in selectors.split(","):
            found.setdefault(" ".join(selector.split()), {}).update(declared)
    return found


def colour(found, selector, name):
    text = found.get(selector, {}).get(name, "")
    match = re.search(r"#([0-9a-f]{6})\b", text)
    if not match:
        raise SystemExit(f"{selector}: no colour in {name}")
    return [int(match[1][i:i + 2], 16) / 255 for i in (0, 2, 4)]


def luminance(rgb):
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        found = rules(f.read())
    faults = 0
    for front, name, back, least in PAIRS:
        a, b = sorted((luminance(colour(found, front, name)), luminance(colour(found, back, "background-color"))))
        ratio = (b + 0.05) / (a + 0.05)
        if ratio < least:
            faults += 1
            print(f"{front} ({name}) on {back}: {ratio:.2f}, needs {least}")
    print(f"contrast: {len(PAIRS)} pairs, {faults} faults")
    sys.exit(1 if faults else 0)


main()
