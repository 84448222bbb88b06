#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What judging and indexing a metadata BLOB of 3 MB costs beside
@simplewebauthn/server, processor time in one run, and what a later start costs;
then ten times as many models, for the slope. Right answers come first: both must
find a model in a good BLOB, and none in one with a changed byte.

metadata.py BENCH WORK; FIDOTOOL. Exits 1 where a goal is missed."""
import datetime
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "metadata"))

import blobs  # noqa: E402

PAIRS = 7
MODELS = 300
GOAL_RATIO = 0.6
GOAL_START_MS = 1.0
SLOPE = 2.0


def install_peer(work):
    """The folder with the pinned packages, or None and why."""
    if not shutil.which("node") or not shutil.which("npm"):
        return None, "node and npm"
    folder = pathlib.Path(work, "npm")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "metadata.mjs"):
        shutil.copy(HERE / "npm" / name, folder)
    if not (folder / "node_modules").is_dir():
        done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            return None, "@simplewebauthn/server"
    return folder, None


class Subject:
    """One BLOB, its roots, and a store that has it."""

    def __init__(self, folder, service, name, models):
        self.aaguid = blobs.uuid(models // 2)
        body = blobs.payload(entries=list(blobs.large(models)), nextUpdate="2099-01-01")
        text = service.blob(body)
        middle = len(text) // 2
        self.size = len(text)
        self.good = blobs.write(folder, name, text)
        self.bad = blobs.write(folder, name + ".bad", text[:middle] + (b"A" if text[middle:middle + 1] != b"A" else b"B") + text[middle + 1:])
        self.der = blobs.write(folder, "root.der", blobs.der(service.root))
        self.pem = blobs.write(folder, "root.pem", blobs.pem(service.root))
        self.store = os.path.join(folder, name + ".store")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = blobs.fidotool(["metadata", "import", "--root", self.pem, "--signer", blobs.SIGNER, self.good], self.store)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done
        self.whole_ms = 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)

    def ours(self, bench, blob, rounds=1):
        """(ms of processor time, found) and (ms of the clock, found) for each round."""
        out = subprocess.run([bench, blob, self.der, blobs.SIGNER, self.store, self.aaguid, str(rounds + 1)],
                             capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in out.splitlines()][2:]  # the first round warms
        return ([(int(r[1]) / 1000, r[3] == "1") for r in rows if r[0] == "judge"],
                [(int(r[2]) / 1000, r[3] == "1") for r in rows if r[0] == "start"])

    def theirs(self, peer, blob, rounds=1):
        out = subprocess.run(["node", "metadata.mjs", blob, self.pem, str(rounds), self.aaguid], cwd=peer, capture_output=True, text=True,
                             check=True).stdout
        return [(float(ms), found == "1") for ms, found in (line.split() for line in out.splitlines())]


def main():
    bench, work = sys.argv[1:3]
    faults = []
    peer, missing = install_peer(work)
    service = blobs.Service("RS256", now=datetime.datetime.utcnow())
    with tempfile.TemporaryDirectory() as folder:
        subject = Subject(folder, service, "blob.jwt", MODELS)
        assert all(found for _, found in subject.ours(bench, subject.good)[0]), "a good BLOB is not judged good"
        assert not any(found for _, found in subject.ours(bench, subject.bad)[0]), "a BLOB with a changed byte is"
        ratios, own, other = [], [], []
        if peer:
            assert all(found for _, found in subject.theirs(peer, subject.good)), "the peer does not know the model"
            assert not any(found for _, found in subject.theirs(peer, subject.bad)), "the peer takes a changed BLOB"
            for _ in range(PAIRS):
                own.append(statistics.median(ms for ms, _ in subject.ours(bench, subject.good, 5)[0]))
                other.append(statistics.median(ms for ms, _ in subject.theirs(peer, subject.good, 5)))
                ratios.append(own[-1] / other[-1])
            ratio = statistics.median(ratios)
            print("metadata-judge bytes=%d models=%d ok=1 bad=1 cpu=%.1fms peer=%.1fms ratio=%.2f goal=%.2f" %
                  (subject.size, MODELS, statistics.median(own), statistics.median(other), ratio, GOAL_RATIO))
            faults += ["judging takes %.2f of the peer's time" % ratio] if ratio > GOAL_RATIO else []
        else:
            print("metadata-judge skipped: %s" % missing)
        print("metadata-import whole process cpu=%.1fms" % subject.whole_ms)
        starts = subject.ours(bench, subject.good, 51)[1]
        assert all(found for _, found in starts), "a later start does not find the model"
        start = statistics.median(ms for ms, _ in starts)
        print("metadata-start wall=%.3fms goal=%.1fms" % (start, GOAL_START_MS))
        faults += ["a later start takes %.3f ms" % start] if start > GOAL_START_MS else []
        many = Subject(folder, service, "many.jwt", 10 * MODELS)
        slope = statistics.median(ms for ms, _ in many.ours(bench, many.good, 51)[1]) / start
        print("metadata-start-slope models=%d ratio=%.2f goal=%.1f" % (10 * MODELS, slope, SLOPE))
        faults += ["ten times the models make a start %.2f times as long" % slope] if slope > SLOPE else []
    for fault in faults:
        print("MISSED:", fault)
    sys.exit(1 if faults else 0)


main()
