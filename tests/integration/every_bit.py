#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""every_bit.py BUILD: turns over every bit of a real bundle, which the programs of the build made,
one at a time: with the manifest as it is, and with one made to fit. Both verifiers must refuse each
of them. Takes about an hour; STRIDE in the environment takes every so many bits instead."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PRACTICE = HERE.parent.parent / "recovery" / "service" / "practice.py"
STRIDE = os.environ.get("STRIDE", "1")


def flips(*argv):
    """How many a verifier was given; it must have let none pass."""
    done = subprocess.run([str(word) for word in argv], stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout[-4000:], flush=True)
    told = re.search(r"^(\d+) flips, 0 survivors$", done.stdout, re.M)
    if done.returncode != 0 or not told:
        sys.exit(f"{argv[1] if argv[0] == sys.executable else argv[0]} ended with {done.returncode}")
    return int(told.group(1))


def main():
    build = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="every-bit-") as top:
        folder = pathlib.Path(top) / "practice"
        subprocess.run([sys.executable, PRACTICE, "--build", build, "--auto", folder], check=True,
                       stdout=subprocess.DEVNULL)
        bundle, trust = folder / "bundle", folder / "trust"
        bits = sum(8 * path.stat().st_size for path in bundle.rglob("*") if path.is_file())
        print(f"{bits} bits, of which every {STRIDE}", flush=True)
        c = flips(build / "tests" / "integration" / "flip", bundle, trust, STRIDE)
        python = flips(sys.executable, HERE / "bitflip.py", bundle, trust, "--stride", STRIDE)
    if STRIDE == "1" and not c == python > bits:
        sys.exit(f"{bits} bits, but {c} and {python} flips")


main()
