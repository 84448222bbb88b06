# SPDX-License-Identifier: Apache-2.0
"""The FIDO Alliance's own BLOB of 2021 and the example of the specification, from
outside the repository; skipped where that folder is not there."""
import os
import sys
import tempfile

import blobs
from blobs import check, run_json

FOLDER = os.environ.get("KEYTURN_SHARED") or os.path.join(os.environ["SOURCE_ROOT"], "..", "shared", "data")
REAL, EXAMPLE, ROOT = (os.path.join(FOLDER, n) for n in ("mds3-blob-no9.jwt", "spec-v3.0-example.jwt", "spec-v3.0-example-root.der"))


def the_real_one(folder):
    store = os.path.join(folder, "real")
    for at, code in (("2026-03-01", 20), ("2022-05-15", 20), ("2021-04-01", 20), ("2021-09-01", 0)):
        check(run_json(["metadata", "import", "--at", at, REAL], store)[0] == code, "the real one at " + at)
    code, envelope = run_json(["metadata", "status", "--at", "2021-12-01"], store)
    result = envelope["result"]
    check((code, result["no"], result["entries"], result["models"], result["next_update"], result["overdue"]) ==
          (0, 9, 98, 46, "2021-12-01", False), "what it says of itself: %s" % result)
    check(run_json(["metadata", "status", "--at", "2021-12-02"], store)[0] == 20, "overdue the day after")
    for query, count in (("protocol fido2", 46), ("protocol u2f", 35), ("protocol uaf", 17), ("status any-bad", 0), ("certified >= L2", 5)):
        code, envelope = run_json(["metadata", "find", "--at", "2026-03-01", query], store)
        check(code == 0 and len(envelope["result"]["models"]) == count, "%s: %d" % (query, len(envelope["result"]["models"])))


def the_example(folder):
    store = os.path.join(folder, "example")
    given = ["metadata", "import", "--at", "2022-01-01", "--root", ROOT, EXAMPLE]
    code, envelope = run_json(given, store)
    check(code == 20 and "metadata/M3" in envelope["error"]["text"], "its signer is not the Alliance's")
    code, envelope = run_json(given + ["--signer", "EXAMPLE MDS3 SIGNING CERTIFICATE"], store)
    check(code == 0 and (envelope["result"]["no"], envelope["result"]["models"]) == (15, 1), "the example: %s" % envelope)
    check(run_json(["metadata", "import", "--at", "2022-01-01", "--signer", "EXAMPLE MDS3 SIGNING CERTIFICATE", EXAMPLE],
                   os.path.join(folder, "pinned"))[0] == 20, "under the pinned root")
    check(run_json(["metadata", "find", "certified = L1 and option clientpin and extension credprotect"], store)[1]["result"]["models"][0]
          ["aaguid"] == "0132d110-bf4e-4208-a403-ab4f5f12efe5", "its model")


def main():
    if not os.path.isdir(FOLDER):
        print("skipped: no shared test data (%s)" % FOLDER)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        the_real_one(folder)
        the_example(folder)
    blobs.finish()


main()
