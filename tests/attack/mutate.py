#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mutate.py [--only PATTERN] [--list] [OUTPUT]: takes away each single check of
what is handed in, and shows which test falls.

Two kinds of check: the rows of the table of rules (recovery/rule.c), and every
condition under which the files below refuse, pass over or accept something,
part by part: of "a || b" that refuses, first a is taken away, then b; of
"a && b" that accepts, likewise.

All of them are built at once into one copy of the tree, each behind a number;
KEYTURN_MUTANT names the one that is off. A first run of every test with none
off writes down which checks decided something in it: no other test can miss
them. A check that nobody misses is named, and the exit code is 1. OUTPUT gets
the table "check -> test that fell". --list shows the checks and runs nothing.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILES = """
    submit propose opening judging trial found found-key found-draft found-trust
    staff-key staff-row routine-check flag deed-check deed-made deed-base deed-policy deed-try consent exception known known-part
    deed-case deed-change deed-consent deed-decide deed-exception deed-key-plan deed-staff directory effect station case
    policy policy-issue policy-person policy-role rule rule-actor rule-approval rule-base rule-case rule-check rule-directory rule-consent rule-evidence rule-exception rule-import rule-issue rule-key-plan
    rule-limit rule-pair rule-policy rule-release rule-role rule-signature rule-staffing rule-statement rule-tier
    subject policy/issue format/act format/exception-line format/key-plan format/note format/roster format/state format/statement format/trust-list
""".split()
ATTACKS = "people directory role base staff statement reply key key-plan draft founding issue order strict settle staffing store change newcomer row tier time case check flag trust exception exception-life consent consent-use bundle policy walk".split()
UNITS = "act exception-line key-plan note policy policy-facts roster state statement trust-list viewer".split()
# What a test is given to do; the walk is the longest.
ENVIRONMENT = {"KEYTURN_SOURCE": str(ROOT), "KEYTURN_ACTS": "1500", "PATH": "/usr/bin:/bin",
               "G_DEBUG": "fatal-warnings", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
# What refuses nothing that is handed in: the start of a station and its end,
# and lists that are only shown.
LEFT_OUT = re.compile("_free$|^(recovery_station_(open|close|load_roots|reload)|replay_entry|project_entry|read_public|"
                      "exclude_list|recovery_effect_tell_officers|take_bytes|commit_person)$")
# Nobody can miss these, and they stay: a mistake of our own would reach them,
# or a later version does.
SPARED = {
    "trial  recovery_trial_in_case  !recovery_state_next(trial->of->state, act, wanted, &to)  [never]":
        "the rule state has asked before; this catches a deed that writes another step than it was let do",
    "trial  recovery_trial_note_of  len > RECOVERY_TRIAL_NOTE  [never]":
        "the rule role-reason has asked before; this catches a deed that passes on what no rule has looked at",
    "trial  recovery_trial_note_of  text != NULL && !recovery_jcs_is_text(text)  [never]":
        "the same",
    "staff-key  recovery_staff_key_propose  *ret_refusal != NULL  [never]":
        "whoever is refused is told so and no more: the options stay here, and are refused again when handed in",
    "case  recovery_case_newkey  self->made->len == 0  [never]":
        "next-at-station is not carried out yet, and its rule says so",
}
HEADER = """
#pragma once
#include <stdbool.h>
bool keyturn_mutant(int n);
"""
SOURCE = """
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "mutant.h"
#define MUTANTS 65536
void cmocka_set_test_filter(const char *pattern) __attribute__((weak));
/* Runs one test of a program alone. */
static __attribute__((constructor)) void choose_test(void)
{
  const char *name = getenv("KEYTURN_TEST");
  if (name && cmocka_set_test_filter)
    cmocka_set_test_filter(name);
}
/* True for the check that is off. Asked only where its answer matters. */
bool keyturn_mutant(int n)
{
  static int off = -1;
  static unsigned char *told;
  if (off < 0) {
    const char *which = getenv("KEYTURN_MUTANT"), *log = getenv("KEYTURN_SEEN");
    off = which ? atoi(which) : 0;
    if (log) {
      int seen = open(log, O_RDWR | O_CREAT, 0600);
      if (seen < 0 || ftruncate(seen, MUTANTS) != 0 ||
          (told = mmap(NULL, MUTANTS, PROT_WRITE, MAP_SHARED, seen, 0)) == MAP_FAILED)
        abort();
    }
  }
  /* Mapped, since a test may have no room for a write. */
  if (told)
    told[n] = 1;
  return n == off;
}
"""


def say(text):
    print(text, flush=True)


# --- reading C, as far as it goes ------------------------------------------------


def mask(text):
    """The same text with comments and directives blanked, and strings filled in."""
    pattern = r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^#(?:[^\n]*\\\n)*[^\n]*$'
    return re.sub(pattern, lambda m: re.sub(r"[^\n]", "_" if m.group()[0] in "\"'" else " ", m.group()), text,
                  flags=re.S | re.M)


def closing(masked, at):
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for i in range(at, len(masked)):
        depth += (masked[i] in "([{") - (masked[i] in ")]}")
        if depth == 0:
            return i
    raise ValueError("no end")


def split(masked, start, end, operator):
    """Spans between the operators at the top of an expression."""
    spans, depth, first, i = [], 0, start, start
    while i < end:
        depth += (masked[i] in "([{") - (masked[i] in ")]}")
        if depth == 0 and masked.startswith(operator, i):
            spans.append((first, i))
            i += len(operator)
            first = i
            continue
        i += 1
    return spans + [(first, end)]


def trim(masked, start, end):
    while start < end and masked[start].isspace():
        start += 1
    while end > start and masked[end - 1].isspace():
        end -= 1
    return start, end


def statement_end(masked, at):
    """End of the statement that begins at `at`."""
    at = trim(masked, at, len(masked))[0]
    if masked[at] == "{":
        return closing(masked, at) + 1
    head = re.compile(r"(?:if|for|while)\s*(?=\()").match(masked, at)
    if head:
        return statement_end(masked, closing(masked, head.end()) + 1)
    depth = 0
    for i in range(at, len(masked)):
        depth += (masked[i] in "([{") - (masked[i] in ")]}")
        if depth == 0 and masked[i] == ";":
            return i + 1
    raise ValueError("no end")


# --- the checks of one file ------------------------------------------------------

REFUSES = re.compile(r"refus|g_set_error|\bbad\(|_bad\(|\bfail\(|return false|return NULL|return;|continue;|broken\(")
# What a callee has said already: the check is the callee's own.
PASSED_ON = re.compile(r"(\berror|&trouble|&own)\)")
COMPARES = re.compile(r"==|!=|>=|<=|[^-]>|<|^!|^\w+\(")


class Reader:
    def __init__(self, name, text):
        self.name, self.text, self.masked = name, text, mask(text)
        self.edits = []   # (start, end, opening, closing)
        self.checks = []  # (function, text)
        self.function = self.body = None

    def is_passed_on(self, code):
        """A callee has refused, and said why: "x == NULL", "!ok"."""
        found = re.match(r"(?:([\w>.-]+) [!=]= NULL|!(\w+)|(\w+))$", code)
        name = found and (found.group(1) or found.group(2) or found.group(3))
        calls = name and re.findall(r"(?<![\w>.])%s =\s([^;]*);" % re.escape(name), self.body)
        return calls and any(PASSED_ON.search(call) for call in calls)

    def leaf(self, span, suffix):
        start, end = trim(self.masked, *span)
        code = self.text[start:end]
        if self.is_passed_on(code):
            return
        if PASSED_ON.search(code) and not re.search(r"refusal", code):
            return
        if re.search(r"_bad\(|\bbad\(|\bfail\(", code):
            return
        self.edits.append((start, end, suffix, len(self.checks)))
        self.checks.append((self.function, " ".join(code.split()), suffix))

    def never(self, start, end):
        """Each part that makes the expression true is made false."""
        start, end = trim(self.masked, start, end)
        if self.masked[start] == "(" and closing(self.masked, start) == end - 1:
            return self.never(start + 1, end - 1)
        parts = split(self.masked, start, end, "||")
        if len(parts) > 1:
            for part in parts:
                self.never(*part)
        else:
            self.leaf((start, end), "never")

    def always(self, start, end):
        """Each part that makes the expression false is made true."""
        start, end = trim(self.masked, start, end)
        if self.masked[start] == "(" and closing(self.masked, start) == end - 1:
            return self.always(start + 1, end - 1)
        if len(split(self.masked, start, end, "||")) > 1:
            parts = split(self.masked, start, end, "||")
            for part in parts:
                self.always(*part)
            return
        parts = split(self.masked, start, end, "&&")
        if len(parts) > 1:
            for part in parts:
                self.always(*part)
        else:
            self.leaf((start, end), "always")

    def read_if(self, start, result, predicate):
        stop = closing(self.masked, start)
        body = self.text[stop + 1:statement_end(self.masked, stop + 1)]
        if "RECOVERY_ERROR_DAMAGED" in body:
            return  # our own store, not what is handed in
        accepts = "return true" in body or (result == "RecoveryRefusal *" and "return NULL" in body)
        if accepts:
            self.always(start + 1, stop)
        if (predicate and accepts) or (not accepts and REFUSES.search(body)):
            self.never(start + 1, stop)

    def read_function(self, start, end, result, arguments):
        predicate = result.endswith("bool ") and "GError" not in arguments
        for found in re.compile(r"\bif\s*\(|\breturn\b|\b(?:bool )?\w+\s*=(?!=)|\bMAX\(").finditer(self.masked, start, end):
            word = found.group()
            if word.startswith("if"):
                self.read_if(found.end() - 1, result, predicate)
            elif word.startswith("MAX"):
                for part in split(self.masked, found.end(), closing(self.masked, found.end() - 1), ","):
                    if "MAX" not in self.text[slice(*part)]:
                        self.leaf(part, "zero")
            elif word == "return" and not result.endswith("bool "):
                continue
            else:
                stop = found.end()
                while self.masked[stop] not in ";,{" or self.depth(found.end(), stop) > 0:
                    stop += 1
                if self.masked[stop] == ";" and self.is_logic(found.end(), stop):
                    self.always(found.end(), stop)

    def depth(self, start, stop):
        return sum((c in "([{") - (c in ")]}") for c in self.masked[start:stop])

    def is_logic(self, start, stop):
        start, stop = trim(self.masked, start, stop)
        code = self.masked[start:stop]
        if "?" in code or stop == start:
            return False
        if len(split(self.masked, start, stop, "&&")) + len(split(self.masked, start, stop, "||")) > 2:
            return True
        return re.search(r"[^=!<>-](==|!=|>=|<=|<|>) ", code) is not None and self.depth(start, stop) == 0

    def read(self):
        heads = r"^((?:[\w ]+\*?\n)|(?:[\w ]+ \*?))(\w+)\(((?:[^()]|\([^()]*\))*)\)\n\{\n"
        for found in re.finditer(heads, self.masked, re.M):
            self.function = found.group(2)
            if LEFT_OUT.search(self.function):
                continue
            self.body = self.text[found.end():closing(self.masked, found.end() - 2)]
            result = found.group(1).replace("\n", " ").replace("static ", "").replace("* ", "*")
            self.read_function(found.end(), closing(self.masked, found.end() - 2), result, found.group(3))
        return self

    def mutated(self, first):
        """The text with each check behind its number."""
        marks = []
        for start, end, suffix, i in self.edits:
            how = {"never": ("((", f") && !keyturn_mutant({first + i}))"),
                   "always": ("((", f") || keyturn_mutant({first + i}))"),
                   "zero": ("(", f" * !(({self.text[start:end]}) && keyturn_mutant({first + i})))")}[suffix]
            marks.append((start, 1, -end, how[0]))
            marks.append((end, 0, -start, how[1]))
        text, at = [], 0
        for place, _, _, what in sorted(marks):
            text += [self.text[at:place], what]
            at = place
        return '#include "mutant.h"\n' + "".join(text) + self.text[at:]


ROW = re.compile(r'^  \{ "([a-z-]+)", [A-Z_]+, (.*), (\w+) \},$', re.M)
ASKED = "    refusal = rules[i].check(trial, &trouble);\n"


def read_checks():
    """All checks: (file, function, text), and the mutated files."""
    checks, files = [None], {}
    for name in FILES:
        text = (ROOT / "recovery" / f"{name}.c").read_text()
        reader = Reader(name, text).read()
        files[name] = reader.mutated(len(checks))
        checks += [(name, function, f"{code}  [{how}]") for function, code, how in reader.checks]
        if name == "rule":
            rows = [(m.group(1), m.group(2)) for m in ROW.finditer(text)]
            skip = f"    if (refusal != NULL && keyturn_mutant({len(checks)} + (int)i))\n      refusal = NULL;\n"
            assert ASKED in files[name] and len(rows) > 40
            files[name] = files[name].replace(ASKED, ASKED + skip)
            checks += [(name, "row", f"{rule}: {acts}") for rule, acts in rows]
    return checks, files


# --- building and running --------------------------------------------------------


def copy_tree(copy, files):
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in names.splitlines():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes())
    for name, text in files.items():
        (copy / "recovery" / f"{name}.c").write_text(text)
    (copy / "mutant.h").write_text(HEADER)
    (copy / "fidotool" / "mutant.c").write_text(SOURCE.replace("mutant.h", "../mutant.h"))
    base = copy / "fidotool" / "meson.build"
    base.write_text(base.read_text().replace("'bytes.c'", "'mutant.c', 'bytes.c'"))


def build(copy):
    """The test programs, each with the tests in it."""
    names = [f"attack/test-attack-{t}" for t in ATTACKS] + [f"unit/test-recovery-{t}" for t in UNITS]
    sources = [f"attack/test-{t}.c" for t in ATTACKS] + [f"unit/test-recovery-{t}.c" for t in UNITS]
    with open(copy / "build.log", "w", encoding="utf-8") as log:
        for argv in (["meson", "setup", str(copy / "build"), str(copy), "-Dbuildtype=debug", "-Dwarning_level=0",
                      f"-Dc_args=-w -I{copy}"],
                     ["ninja", "-C", str(copy / "build"), "po/de/LC_MESSAGES/keyturn.mo", *[f"tests/{name}" for name in names]]):
            if subprocess.run(argv, stdout=log, stderr=log, check=False).returncode != 0:
                sys.exit(f"it does not build:\n{(copy / 'build.log').read_text()[-3000:]}")
    return [(copy / "build" / "tests" / name, test) for name, source in zip(names, sources)
            for test in re.findall(r"cmocka_unit_test\((\w+)\)", (copy / "tests" / source).read_text())]


def run(test, limit, **more):
    """None, or how the test fell."""
    program, function = test
    name = f"{program.name.removeprefix('test-')}: {function}"
    environment = dict(ENVIRONMENT, KEYTURN_TEST=function, **more)
    try:
        done = subprocess.run([str(program)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return f"{name} (hangs)"
    return None if done.returncode == 0 else name if done.returncode > 0 else f"{name} (crashes)"


def first_runs(tests, folder):
    """Per test: what it takes, and the checks that decided something."""
    seen = {}
    for i, test in enumerate(tests):
        log, begin = folder / f"{i}.seen", time.monotonic()
        fell = run(test, 600, KEYTURN_SEEN=str(log))
        if fell:
            sys.exit(f"{fell} fails as it is")
        took = time.monotonic() - begin
        seen[test] = (took, {n for n, byte in enumerate(log.read_bytes()) if byte} if log.exists() else set())
    return seen


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="checks whose line fits this pattern")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("output", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    checks, files = read_checks()
    lines, survivors = [], 0
    if options.list:
        for n, check in enumerate(checks[1:], 1):
            say(f"{n:4} " + "  ".join(check))
        return
    with tempfile.TemporaryDirectory(prefix="keyturn-mutants-") as folder:
        copy = pathlib.Path(folder) / "keyturn"
        copy_tree(copy, files)
        say(f"{len(checks) - 1} checks; building")
        seen = first_runs(build(copy), pathlib.Path(folder))
        for n, check in enumerate(checks[1:], 1):
            title = "  ".join(check)
            if not re.search(options.only, title) or title in SPARED:
                continue
            able = sorted((took, test) for test, (took, decided) in seen.items() if n in decided)
            fell = None
            for took, test in able:
                fell = run(test, 20 + 5 * took, KEYTURN_MUTANT=str(n))
                if fell:
                    break
            survivors += fell is None
            lines.append(f"{title}  ->  {fell or ('NOBODY' if able else 'NEVER DECIDED ANYTHING')}")
            say(lines[-1])
    say(f"{len(lines)} checks, {survivors} that nobody misses")
    if options.output:
        lines += [f"{title}  ->  spared: {why}" for title, why in SPARED.items()]
        options.output.write_text("\n".join(lines) + "\n")
    sys.exit(1 if survivors else 0)


main()
