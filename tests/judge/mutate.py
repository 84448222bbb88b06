# SPDX-License-Identifier: Apache-2.0
"""Takes out every row of the judge's checks, one at a time, in a copy of the
source, and demands that a test falls. Not part of the everyday tests: it builds
once for each row.

    python3 tests/judge/mutate.py [SOURCE]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

FILES = ["registration.c", "assertion.c", "attestation-packed.c",
         "attestation-none.c"]
TESTS = ["registration", "assertion", "attestation-packed", "attestation-none",
         "request", "chain"]
ROW = re.compile(r'^ *\{ "((?:registration|assertion|packed|none)/[A-Z]\d+)",')


def run(command, **more):
    return subprocess.run(command, capture_output=True, **more)


def build(folder):
    run(["ninja", "-C", folder + "/build"]
        + ["tests/unit/test-fidotool-" + name for name in TESTS], check=True)


def tests_fall(folder):
    return any(run([folder + "/build/tests/unit/test-fidotool-" + name],
                   timeout=120).returncode != 0 for name in TESTS)


def mutate(folder):
    survivors, count = [], 0
    for name in FILES:
        path = os.path.join(folder, "fidotool/judge", name)
        with open(path) as file:
            lines = file.readlines()
        for i, line in enumerate(lines):
            row = ROW.match(line)
            if not row:
                continue
            with open(path, "w") as file:
                file.writelines(lines[:i] + lines[i + 1:])
            build(folder)
            count += 1
            fell = tests_fall(folder)
            print(row.group(1), "falls" if fell else "SURVIVES", flush=True)
            if not fell:
                survivors.append(row.group(1))
        with open(path, "w") as file:
            file.writelines(lines)
    return survivors, count


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "..", "..")
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "keyturn")
        shutil.copytree(source, folder, symlinks=True,
                        ignore=shutil.ignore_patterns("build*", ".git"))
        run(["meson", "setup", folder + "/build", folder], check=True)
        build(folder)
        if tests_fall(folder):
            sys.exit("the tests fall before anything was taken out")
        survivors, count = mutate(folder)
    print("%d rows, %d survive" % (count, len(survivors)))
    sys.exit(1 if survivors or count < 40 else 0)


if __name__ == "__main__":
    main()
