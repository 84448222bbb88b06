#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""bitflip.py - turns over single bits of a bundle; each must be refused.

    bitflip.py BUNDLE TRUST [--verifier CMD] [--stride N] [--sample N]
               [--only REGEX] [--jobs N]
    bitflip.py --forge [...]            on a bundle made for the occasion

For each bit of each file: once with the manifest as it is, once with the
manifest made again to fit (nothing else signed again). Without --verifier
verify.py judges in this process, from memory: what did not change is not
judged again, so that a whole bundle takes minutes. With --verifier CMD the
command `CMD BUNDLE --trust TRUST` is run on a copy; exit 0 is a survivor, an
exit by signal or one above 125 a crash. --stride N takes every Nth bit,
--sample N that many at random (--seed).

Prints the survivors and a count; exit 0 when there are none.
"""
import argparse
import importlib.util
import multiprocessing
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VERIFY = os.path.join(HERE, "..", "..", "recovery", "audit", "verify.py")
spec = importlib.util.spec_from_file_location("verify", VERIFY)
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)


def manifest(files):
    return "".join("%s  %s\n" % (verify.sha256(files[path]), path) for path in sorted(files)
                   if path.startswith("data/")).encode()


class InProcess:
    """verify.py as a module; a bundle is a dict."""

    def __init__(self, files, trust):
        self.files, self.trust = files, trust
        code, report, practice, log = verify.judge(files, [], trust, fast=True)
        if code:
            sys.exit("the bundle itself is refused: %s" % verify.verdict(code, report, practice, log, trust)[0])

    def refuses(self, changed):
        code, report, *_ = verify.judge(self.files | changed, [], self.trust, fast=True)
        return code in (1, 2) and bool(report.findings)

    def close(self):
        verify.scratch().cleanup()


class ByCommand:
    """Any verifier, on a copy of the bundle on disk."""

    def __init__(self, files, bundle, trust, command):
        self.files, self.command = files, shlex.split(command)
        self.folder = tempfile.mkdtemp(prefix="bitflip-")
        self.bundle, self.trust = os.path.join(self.folder, "bundle"), os.path.abspath(trust)
        shutil.copytree(bundle, self.bundle)
        if self.run() != 0:
            sys.exit("the bundle itself is refused")

    def run(self):
        return subprocess.run(self.command + [self.bundle, "--trust", self.trust], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode

    def put(self, changed):
        for path, data in changed.items():
            with open(os.path.join(self.bundle, path), "wb") as file:
                file.write(data)

    def refuses(self, changed):
        self.put(changed)
        code = self.run()
        self.put({path: self.files[path] for path in changed})
        return 0 < code <= 125

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def flips(files, options):
    """(path, bit) of all flips to try, in order."""
    total = [(path, bit) for path in sorted(files) if re.search(options.only, path)
             for bit in range(0, 8 * len(files[path]))]
    if options.sample:
        return sorted(random.Random(options.seed).sample(total, min(options.sample, len(total))))
    return total[::options.stride]


def attempt(some, verifier, path, bit):
    """Both ways to turn over one bit; the names of those that survive."""
    data = bytearray(some[path])
    data[bit // 8] ^= 1 << bit % 8
    changed = {path: bytes(data)}
    survivors = [] if verifier.refuses(changed) else ["manifest as it is"]
    if path.startswith("data/"):
        changed["manifest-sha256.txt"] = manifest(some | changed)
        if not verifier.refuses(changed):
            survivors.append("manifest made again")
    return survivors


def work(arguments):
    number, files, trust_files, options = arguments
    verifier = (ByCommand(files, options.bundle, options.trust, options.verifier) if options.verifier
                else InProcess(files, trust_files))
    found, tried = [], 0
    try:
        for path, bit in flips(files, options)[number::options.jobs]:
            tried += 1 + path.startswith("data/")
            found += [(path, bit, how) for how in attempt(files, verifier, path, bit)]
    finally:
        verifier.close()
    return tried, found


def main():
    parser = argparse.ArgumentParser(description="Turns over single bits of a bundle.")
    parser.add_argument("bundle", nargs="?")
    parser.add_argument("trust", nargs="?")
    parser.add_argument("--forge", action="store_true", help="make a bundle to work on")
    parser.add_argument("--verifier", metavar="CMD", help="a command instead of verify.py in this process")
    parser.add_argument("--stride", type=int, default=1, metavar="N")
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    parser.add_argument("--only", metavar="REGEX", default="", help="only files whose path has this in it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bitflip-") as folder:
        if options.forge:
            import forge_bundle
            made, trust = forge_bundle.Forge().build()
            options.bundle, options.trust = os.path.join(folder, "bundle"), os.path.join(folder, "trust")
            forge_bundle.write(options.bundle, made)
            forge_bundle.write(options.trust, trust)
        if not options.bundle or not options.trust:
            parser.error("BUNDLE and TRUST, or --forge")
        files, problems = verify.load_folder(options.bundle)
        if problems:
            sys.exit("the bundle itself is refused: %s %s" % problems[0])
        trust_files = verify.load_trust(options.trust)
        tasks = [(number, files, trust_files, options) for number in range(options.jobs)]
        with multiprocessing.Pool(options.jobs) as pool:
            results = pool.map(work, tasks, chunksize=1)
    tried, found = sum(one for one, _ in results), [one for _, some in results for one in some]
    for path, bit, how in found:
        print("survives: %s, bit %d of byte %d, %s" % (path, bit % 8, bit // 8, how))
    print("%d flips, %d survivors" % (tried, len(found)))
    return 1 if found or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
