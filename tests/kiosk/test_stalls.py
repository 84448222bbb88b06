#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A whole case with a watchdog on the window's main loop: it is never held up
for more than 50 ms. Only what it computes itself counts: on a machine that
is shared, it also waits for others.

Programs: WATCHED and those of desk.py."""
import os
import pathlib
import re

import person

MOST_MS = 50


def main():
    with person.station() as place:
        with person.window(place, program=os.environ["WATCHED"]) as on:
            person.whole_case(person.Person(on))
        text = pathlib.Path(place.top, "kiosk.err").read_text(encoding="utf-8")
    assert "watchdog: " in text, text
    print(text)
    own = [line for line in text.splitlines() if (stall := re.search(r"stall .*processor (\d+) ms", line)) and int(stall[1]) > MOST_MS]
    assert not own, "\n".join(own)



if __name__ == "__main__":
    main()
