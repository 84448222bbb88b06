#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check.py [--quick | --nightly]: builds Keyturn in each way it is meant to be
built and runs its tests. Called by ./check, as an ordinary user."""

import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZE = ["-Db_sanitize=address,undefined", "-Db_lundef=false"]
# name, compiler, meson options, suites left out. What does not depend on how the
# C was built runs once, in the first: so does what is slow, and the nightly part.
# What is long runs there too, but not every day, and by night in each.
ONCE = ["walls", "slow", "python", "nightly"]
GCC = ("gcc", "gcc", [], [])
CLANG = ("clang", "clang", [], ONCE)
GCC_SANITIZED = ("gcc-sanitized", "gcc", SANITIZE, ONCE)
# With the fuzz targets, whose libraries are the same.
CLANG_SANITIZED = ("clang-sanitized", "clang", [*SANITIZE, "-Dfuzz=true"], ONCE)
# Each compiler and each way once, but by night each compiler in each way: a build
# costs the processor more than all of its tests.
BUILDS = {
    "--quick": [GCC],
    "": [GCC, CLANG_SANITIZED],
    "--nightly": [GCC, CLANG, GCC_SANITIZED, CLANG_SANITIZED],
}
FUZZ_SECONDS = {"": 20, "--nightly": 300}
PLANTED_SECONDS = 60
# Limits end what hangs, on a busy machine too.
PATIENCE = 3
REPORT = re.compile(r"(Address|Leak|UndefinedBehavior)Sanitizer|runtime error: ")


class Count:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.faults = []

    def add(self, good, name, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            self.faults.append(name)
            print(f"FAILED {name}\n{detail}", flush=True)


def say(text):
    """With the time of day and the CPU time used until now."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    minutes, seconds = divmod(int(used.ru_utime + used.ru_stime), 60)
    print(f"[{time.strftime('%H:%M:%S')}, CPU {minutes}:{seconds:02}] {text}", flush=True)


def allowed_skips():
    lines = (ROOT / "tests" / "allowed-skips.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def build(name, compiler, options):
    """Builds it; the folder, and what went wrong: (name, words) each."""
    folder = ROOT / f"build-{name}"
    env = dict(os.environ, CC=compiler)
    faults = []
    for argv in (["meson", "setup", str(folder), "-Dwerror=true", *options], ["ninja", "-C", str(folder)]):
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            return None, [(f"{name}: {argv[0]}", (done.stdout + done.stderr)[-6000:])]
        if re.search(r"^.*warning: .*\[-W", done.stdout, re.M):
            words = "\n".join(re.findall(r"^.*warning:.*$", done.stdout, re.M)[:20])
            faults.append((f"{name}: warnings", words))
    return folder, faults


def add_build(name, built, count):
    folder, faults = built
    for title, words in faults:
        count.add(False, title, words)
    if folder is not None:
        count.add(True, f"{name}: build")
    return folder


def log_of(test):
    return (test.get("stdout", "")[-3000:] + "\n" + test.get("stderr", "")[-3000:]).strip()


def run_tests(name, folder, without, count):
    patience = PATIENCE * (2 if "sanitized" in name else 1)
    # More than there are cores: windows and virtual readers mostly wait.
    argv = ["meson", "test", "-C", str(folder), "--no-rebuild", "--print-errorlogs", "--timeout-multiplier", str(patience),
            "--num-processes", str(os.cpu_count() + 2)]
    for suite in without:
        argv += ["--no-suite", suite]
    # An exit code that no program has of its own.
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:exitcode=99", UBSAN_OPTIONS="print_stacktrace=1:exitcode=99")
    subprocess.run(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    skips, seen = allowed_skips(), 0
    log = folder / "meson-logs" / "testlog.json"
    for line in log.read_text().splitlines() if log.exists() else []:
        test = json.loads(line)
        seen += 1
        title = f"{name}: {test['name']}"
        if test["result"] == "SKIP":
            if any(test["name"].endswith(skip) for skip in skips):
                count.skipped += 1
                said = log_of(test).splitlines()
                print(f"skipped {title}: {said[-1] if said else 'no word'}")
            else:
                count.add(False, title, "skipped, and not in tests/allowed-skips.txt\n" + log_of(test))
            continue
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        report = REPORT.search(test.get("stdout", "") + test.get("stderr", ""))
        count.add(good and not report, title, f"{test['result']}{', with a report' if report else ''}\n" + log_of(test))
    if seen == 0:
        count.add(False, f"{name}: no test ran")


def fuzz_targets(folder):
    """The names in tests/fuzz/meson.build, as ninja knows them."""
    listed = subprocess.run(["ninja", "-C", str(folder), "-t", "targets", "all"], capture_output=True, text=True)
    return sorted(re.findall(r"^(tests/fuzz/(?:fuzz|planted)-[a-z0-9-]+): c_LINKER", listed.stdout, re.M))


def run_fuzzers(folder, seconds, count):
    targets = [os.path.basename(target) for target in fuzz_targets(folder)]
    count.add(bool(targets), "fuzz: there are targets")
    say(f"fuzzing {len(targets) // 2} targets, {seconds} s each")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for target, (good, words) in zip(targets, pool.map(lambda target: fuzz(folder, target, seconds), targets)):
            count.add(good, f"fuzz: {target}", words)


def fuzz(folder, target, seconds):
    """A target must find nothing; one with a planted bug must find that."""
    planted = target.startswith("planted-")
    argv = [str(folder / "tests" / "fuzz" / target), f"-max_total_time={PLANTED_SECONDS if planted else seconds}",
            "-rss_limit_mb=2048", "-timeout=10"]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, errors="replace")
    words = (done.stdout + done.stderr)[-3000:]
    if not planted:
        return done.returncode == 0, words
    found = done.returncode != 0 and "the planted bug" in done.stderr and "heap-buffer-overflow" in done.stderr
    return found, f"the planted bug was not found\n{words}"


def run_auto(mode, count):
    """The README's main command, unattended; by night it builds for itself."""
    folder = pathlib.Path("/tmp") / f"keyturn-run-{os.getpid()}"
    env = dict(os.environ) if mode == "--nightly" else dict(os.environ, KEYTURN_BUILD=str(ROOT / f"build-{GCC[0]}"))
    done = subprocess.run([str(ROOT / "run"), "--auto", str(folder)], env=env, capture_output=True, text=True, timeout=900)
    count.add(done.returncode == 0 and (folder / "bundle").is_dir(), "run --auto", (done.stdout + done.stderr)[-4000:])
    shutil.rmtree(folder, ignore_errors=True)


def source_files():
    return {str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()
            and not path.relative_to(ROOT).parts[0].startswith(("build", ".git")) and path.suffix != ".pyc"}

def other_uids(count):
    """What ./check tried as root, before it became this user."""
    log = os.environ.get("KEYTURN_OTHER_UIDS")
    if log is None:
        count.skipped += 1
        print("skipped other uids at a station's socket: ./check was not started by root")
        return
    text = pathlib.Path(log).read_text(errors="replace")
    count.add(text.endswith("\nother uids: ok\n"), "other uids at a station's socket", text[-3000:])


def stand_back():
    """What this thread starts gets the processor when nobody else wants it."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)


def test_build(row, built, mode, count):
    name, _, _, without = row
    folder = add_build(name, built, count)
    if folder is None:
        return
    by_night = mode == "--nightly"
    without = without + (["slow"] if mode == "--quick" else []) + ([] if by_night else ["nightly"])
    if mode == "--quick" or (row is not GCC and not by_night):
        without = without + ["long"]
    say(f"{name}: testing")
    run_tests(name, folder, sorted(set(without)), count)


def run_builds(mode, count):
    """The other builds fill the gaps of the first one's tests, whose windows
    mostly wait."""
    say("building")
    row, *rows = BUILDS[mode]
    first = build(*row[:3])
    if mode == "--quick":
        test_build(row, first, mode, count)
        return
    with concurrent.futures.ThreadPoolExecutor(1, initializer=stand_back) as later:
        others = [later.submit(build, *other[:3]) for other in rows]
        test_build(row, first, mode, count)
        for row, other in zip(rows, others):
            test_build(row, other.result(), mode, count)
        other_uids(count)
        say("the main command")
        run_auto(mode, count)
        folder, _ = others[rows.index(CLANG_SANITIZED)].result()
        if folder is not None:
            run_fuzzers(folder, FUZZ_SECONDS[mode], count)


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    count, before = Count(), source_files()
    count.add(os.geteuid() != 0, "an ordinary user runs the tests")
    if mode == "--nightly" and not (ROOT / ".git").exists():
        for argv in (["git", "init", "-q"], ["git", "add", "-A"]):  # the mutants ask it what the source is
            subprocess.run(argv, cwd=ROOT, check=True)
    run_builds(mode, count)
    left = sorted(source_files() - before)
    count.add(not left, "the source is left as it was", "\n".join(left))
    say("done")
    for fault in count.faults:
        print(f"failed: {fault}")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped", flush=True)
    sys.exit(1 if count.failed else 0)


main()
