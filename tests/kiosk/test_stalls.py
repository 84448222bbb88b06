#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A whole case with a watchdog on the window's main loop: it is never held up
for more than 50 ms. Time without a processor is not counted.

Programs: WATCHED and those of desk.py."""
import os
import pathlib
import re

import person


def main():
    with person.station() as place:
        with person.window(place, program=os.environ["WATCHED"]) as on:
            person.whole_case(person.Person(on))
        text = pathlib.Path(place.top, "kiosk.err").read_text(encoding="utf-8")
    said = re.search(r"watchdog: (\d+) stalls over 50 ms, longest (\d+) ms", text)
    assert said, text
    assert said[1] == "0", text
    print(said[0])


if __name__ == "__main__":
    main()
