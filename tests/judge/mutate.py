# SPDX-License-Identifier: Apache-2.0
"""Takes out every row of the judge's checks, one at a time, in a copy of the
source, and demands that a test falls. Not part of the everyday tests: it builds
once for each row.

    python3 tests/judge/mutate.py [SOURCE [ID...]]
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import judges

FILES = ["registration.c", "assertion.c"] + ["attestation-%s.c" % name for name in (
    "packed", "none", "fido-u2f", "tpm", "android-key", "android-safetynet", "apple",
    "compound")]
TESTS = ["registration", "assertion", "attestation-packed", "attestation-none",
         "request", "chain"]
WORKER = "fidotool/worker/keyturn-judge"
TOOL = "fidotool/cli/fidotool"
ROW = re.compile(r'^ *\{ "([a-z0-9-]+/[A-Z]\d+)", *FIDOTOOL_CHECK_\w+, *(\w+),')
TABLE = "static const FidotoolCheck checks[]"
SKIP = """static FidotoolOutcome
taken_out(FidotoolCeremony *ceremony)
{
  (void)ceremony;
  return FIDOTOOL_OUTCOME_SKIP;
}
"""


def run(command, **more):
    return subprocess.run(command, capture_output=True, **more)


def build(folder):
    run(["ninja", "-C", folder + "/build", WORKER, TOOL]
        + ["tests/unit/test-fidotool-" + name for name in TESTS], check=True)


def formats_fall(folder):
    """The registrations that are forged in Python."""
    env = dict(os.environ, KEYTURN_JUDGE=folder + "/build/" + WORKER,
               FIDOTOOL=folder + "/build/" + TOOL, SOURCE_ROOT=folder)
    code = run([sys.executable, folder + "/tests/judge/test_formats.py"], env=env,
               timeout=120).returncode
    if code == judges.SKIP:
        sys.exit("python3-cryptography is not installed")
    return code != 0


def tests_fall(folder):
    return any(run([folder + "/build/tests/unit/test-fidotool-" + name],
                   timeout=120).returncode != 0 for name in TESTS) \
        or formats_fall(folder)


def without(lines, i, function):
    """The source with the row's function replaced by one that does nothing."""
    row = lines[i].replace(" %s," % function, " taken_out,", 1)
    text = "".join(lines[:i] + [row] + lines[i + 1:])
    return text.replace(TABLE, SKIP + TABLE, 1)


def mutate(folder, wanted):
    survivors, count = [], 0
    for name in FILES:
        path = os.path.join(folder, "fidotool/judge", name)
        with open(path) as file:
            lines = file.readlines()
        for i, line in enumerate(lines):
            row = ROW.match(line)
            if not row or (wanted and row.group(1) not in wanted):
                continue
            with open(path, "w") as file:
                file.write(without(lines, i, row.group(2)))
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
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "keyturn")
        shutil.copytree(source, folder, symlinks=True,
                        ignore=shutil.ignore_patterns("build*", ".git"))
        run(["meson", "setup", folder + "/build", folder], check=True)
        build(folder)
        if tests_fall(folder):
            sys.exit("the tests fall before anything was taken out")
        survivors, count = mutate(folder, wanted)
    print("%d rows, %d survive" % (count, len(survivors)))
    sys.exit(1 if survivors or count < (len(wanted) or 80) else 0)


if __name__ == "__main__":
    main()
