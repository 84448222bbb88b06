#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mutate.py [--only TEXT] [OUTPUT]: takes each row out of the table of rules,
one at a time, in a copy of the tree, and shows which test falls. A row that
nobody misses is a rule without a test: it is named, and the exit code is 1.
OUTPUT gets the table "rule -> test that fell"."""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TESTS = ["people", "statement", "key", "founding", "order", "store", "change", "time", "walk"]
ROW = re.compile(r'^  \{ "[a-z-]+", [A-Z_]+, .*\},$')


def say(text):
    print(text, flush=True)


def build(copy, targets):
    done = subprocess.run(["ninja", "-C", str(copy / "build"), *targets], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"the mutant does not build:\n{done.stdout[-2000:]}")


def first_failure(copy, targets):
    """Name of the first test that fails, or None."""
    env = {"KEYTURN_SOURCE": str(copy), "KEYTURN_ACTS": "1500", "PATH": "/usr/bin:/bin"}
    for target in targets:
        try:
            done = subprocess.run([str(copy / "build" / target)], env=env, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return f"{target} (hangs)"
        if done.returncode != 0:
            fell = re.findall(r"\[  FAILED  \] (\w+)", done.stdout + done.stderr)
            return f"{target.rsplit('/', 1)[1].removeprefix('test-attack-')}: {fell[0] if fell else 'crashed'}"
    return None


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    only = arguments.pop(0) if "--only" in sys.argv else ""
    lines, survivors = [], 0
    with tempfile.TemporaryDirectory(prefix="keyturn-mutants-") as folder:
        copy = pathlib.Path(folder) / "keyturn"
        files = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in files.splitlines():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
        subprocess.run(["meson", "setup", str(copy / "build"), str(copy), "-Dbuildtype=debug"], check=True, stdout=subprocess.DEVNULL)
        targets = [f"tests/attack/test-attack-{t}" for t in TESTS if (copy / "tests" / "attack" / f"test-{t}.c").exists()]
        table = copy / "recovery" / "rule.c"
        source = table.read_text()
        build(copy, targets)
        if first_failure(copy, targets):
            sys.exit("the tests fail as they are")
        for row in [l for l in source.splitlines() if ROW.match(l) and only in l]:
            # A check that nobody calls any more would be a warning, not a rule.
            table.write_text("#pragma GCC diagnostic ignored \"-Wunused-function\"\n" + source.replace(row + "\n", "", 1))
            build(copy, targets)
            fell = first_failure(copy, targets)
            name, acts = re.match(r'^  \{ "([a-z-]+)", [A-Z_]+, (.*), \w+ \},$', row).groups()
            line = f"{name:24} {acts.replace(chr(34), '')[:40]:42} {fell or 'NOBODY'}"
            survivors += fell is None
            lines.append(line)
            say(line)
    say(f"{len(lines)} rules, {survivors} that nobody misses")
    if arguments:
        pathlib.Path(arguments[0]).write_text("\n".join(lines) + "\n")
    sys.exit(1 if survivors else 0)


main()
