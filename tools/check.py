#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check.py [--quick | --nightly]: builds Keyturn in each way it is meant to be
built and runs its tests. Called by ./check, as an ordinary user."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZE = ["-Db_sanitize=address,undefined", "-Db_lundef=false"]
# name, compiler, meson options, suites left out
BUILDS = [
    ("gcc", "gcc", [], []),
    ("clang", "clang", [], ["walls", "slow", "python"]),
    ("gcc-sanitized", "gcc", SANITIZE, ["walls", "slow", "python", "integration"]),
    ("clang-sanitized", "clang", SANITIZE, ["walls", "slow", "python", "integration"]),
]
FUZZ_SECONDS = 20


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
    print(f"[{time.strftime('%H:%M:%S')}] {text}", flush=True)


def allowed_skips():
    lines = (ROOT / "tests" / "allowed-skips.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def build(name, compiler, options, count):
    folder = ROOT / f"build-{name}"
    env = dict(os.environ, CC=compiler)
    for argv in (["meson", "setup", str(folder), "-Dwerror=true", *options], ["ninja", "-C", str(folder)]):
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            count.add(False, f"{name}: {argv[0]}", (done.stdout + done.stderr)[-6000:])
            return None
        if re.search(r"^.*warning: .*\[-W", done.stdout, re.M):
            count.add(False, f"{name}: warnings", "\n".join(re.findall(r"^.*warning:.*$", done.stdout, re.M)[:20]))
    count.add(True, f"{name}: build")
    return folder


def log_of(test):
    return (test.get("stdout", "")[-3000:] + "\n" + test.get("stderr", "")[-3000:]).strip()


def run_tests(name, folder, without, count):
    argv = ["meson", "test", "-C", str(folder), "--no-rebuild", "--print-errorlogs"]
    for suite in without:
        argv += ["--no-suite", suite]
    if "sanitized" in name:
        argv += ["--timeout-multiplier", "4"]
    env = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:abort_on_error=0", UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1")
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
        count.add(test["result"] in ("OK", "EXPECTEDFAIL"), title, f"{test['result']}\n" + log_of(test))
    if seen == 0:
        count.add(False, f"{name}: no test ran")


def run_fuzzers(count):
    folder = ROOT / "build-fuzz"
    done = subprocess.run(["meson", "setup", str(folder), "-Dfuzz=true", *SANITIZE], cwd=ROOT,
                          env=dict(os.environ, CC="clang"), capture_output=True, text=True)
    if done.returncode == 0:
        done = subprocess.run(["ninja", "-C", str(folder)], capture_output=True, text=True)
    if done.returncode != 0:
        count.add(False, "fuzz: build", (done.stdout + done.stderr)[-4000:])
        return
    targets = sorted(p for p in (folder / "tests" / "fuzz").glob("fuzz-*") if p.is_file() and os.access(p, os.X_OK))
    running = []
    for target in targets:
        corpus = ROOT / "tests" / "fuzz" / "corpus" / target.name.removeprefix("fuzz-")
        work = folder / f"corpus-{target.name}"
        work.mkdir(exist_ok=True)
        argv = [str(target), f"-max_total_time={FUZZ_SECONDS}", "-rss_limit_mb=2048", "-timeout=10", str(work)]
        argv += [str(corpus)] if corpus.is_dir() else []
        running.append((target.name, subprocess.Popen(argv, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)))
        if len(running) == 2:
            collect(running, count)
    collect(running, count)
    if not targets:
        count.add(False, "fuzz: no target")


def collect(running, count):
    for name, process in running:
        out, _ = process.communicate()
        count.add(process.returncode == 0, f"fuzz: {name}", out[-3000:])
    running.clear()


def run_auto(count):
    """The README's main command, unattended."""
    folder = pathlib.Path("/tmp") / f"keyturn-run-{os.getpid()}"
    done = subprocess.run([str(ROOT / "run"), "--auto", str(folder)], capture_output=True, text=True, timeout=600)
    count.add(done.returncode == 0 and (folder / "bundle").is_dir(), "run --auto", (done.stdout + done.stderr)[-4000:])
    shutil.rmtree(folder, ignore_errors=True)


def main():
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    count = Count()
    count.add(os.geteuid() != 0, "an ordinary user runs the tests")
    builds = BUILDS[:1] if mode == "--quick" else BUILDS
    for name, compiler, options, without in builds:
        say(f"{name}: building")
        folder = build(name, compiler, options, count)
        if folder is None:
            continue
        without = without + (["slow"] if mode == "--quick" and name == "gcc" else [])
        without += [] if mode == "--nightly" else ["nightly"]
        say(f"{name}: testing")
        run_tests(name, folder, sorted(set(without)), count)
    if mode != "--quick":
        say("the main command")
        run_auto(count)
        say("fuzzing")
        run_fuzzers(count)
    for fault in count.faults:
        print(f"failed: {fault}")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped", flush=True)
    sys.exit(1 if count.failed else 0)


main()
