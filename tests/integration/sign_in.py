#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody plugs in their key: who they are is found, and nobody else is."""
import os
import subprocess
import sys

import desk


def sign_in(place, key):
    done = subprocess.run([os.environ["SIGN_IN"], place.station, place.selector(key), desk.PIN],
                          env=place.env, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout.split(), done.stderr


def main():
    with desk.Desk() as place:
        place.make_keys("stranger")
        place.start()
        place.found()
        for person, _, _, roles in place.staff:
            came = sign_in(place, person)
            assert came == (0, [person, roles[0]], ""), came
        # a key that is nobody's: not found, and it was asked for no PIN
        code, out, err = sign_in(place, "stranger")
        assert code == 17 and not out, (code, out, err)
    print("sign in: fine")


if __name__ == "__main__":
    sys.exit(main())
