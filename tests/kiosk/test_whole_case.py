#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One lost key replaced, whole, at the kiosk's window; then the record is
compared with the same case done by fidotool: same acts, same order.

test_whole_case.py [LANGUAGE [HANDS]]; Programs: KIOSK and those of desk.py.
"""
import sys

import person


def compare(shown, commanded):
    done, sent = shown
    other, also_sent = commanded
    for ours, theirs in zip(done, other):
        assert ours == theirs, f"at the window {ours}, by fidotool {theirs}"
    assert len(done) == len(other), (done, other)
    assert sent == also_sent, (sent, also_sent)


def at_the_window(language="en", hands="reader"):
    with person.station() as place:
        with person.window(place, language) as on:
            person.whole_case(person.HANDS[hands](on, language))
        return person.acts(person.bundle_of(place))


def by_command():
    with person.station(inserted=True) as place:
        person.by_command(place)
        return person.acts(person.bundle_of(place))


def main():
    compare(at_the_window(*sys.argv[1:]), by_command())


if __name__ == "__main__":
    main()
