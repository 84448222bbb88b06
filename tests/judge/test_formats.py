# SPDX-License-Identifier: Apache-2.0
"""Every format, right and with one fault at a time: the judge must find that fault and no
other. Each check of a format has at least one such registration, or the test fails."""
import json
import os
import re
import sys

import judges
from judges import Worker, check

try:
    from forge import (algorithms, android_key, apple, chains, compound,
                       fido_u2f, safetynet, tpm)
except ImportError as error:
    if "cryptography" not in str(error):
        raise
    judges.skip("python3-cryptography is not installed")

FORMATS = [("fido-u2f", fido_u2f), ("tpm", tpm),
           ("android-key", android_key), ("apple", apple),
           ("compound", compound), ("android-safetynet", safetynet),
           ("packed", chains), ("algorithms", algorithms)]
# Rows that record and never refuse.
NEVER_FAIL = {"u2f/U5", "packed/P8"}
# Formats whose faults are made in C, in tests/unit.
ELSEWHERE = ("none/", "packed/")
# What a registration has that is as good as its format can be.
GOOD = (None, safetynet.R18)
ROW = re.compile(r'^ *\{ "([a-z0-9-]+/[A-Z]\d+)", *FIDOTOOL_CHECK_')


class Judge:
    """A worker, and the next one when it has answered its thousand."""

    def __init__(self):
        self.worker, self.left = Worker(), 900

    def __call__(self, request):
        if self.left == 0:
            check(self.worker.end() == 0, "a worker ends well")
            self.__init__()
        self.left -= 1
        return self.worker.judge(request)


def check_row(judge, fmt, row, maker):
    failed, words, faults = row[:3]
    wanted = row[3] if len(row) > 3 else {}
    what = "%s: %s: %s" % (fmt, failed or "good", words)
    request = maker(**faults)
    answer = judge(request)
    if answer["error"]:
        check(False, "%s: %s" % (what, answer["error"]))
        return
    result = json.loads(answer["result"])
    hard = wanted.get("statement", "valid" if failed is None else "invalid")
    check(" ".join(answer["failed"]) == (failed or ""),
          "%s: failed %s: %s" % (what, answer["failed"], [
              row["text"] for row in result["checks"] if not row["ok"]]))
    check(answer["statement"] == hard, "%s: statement %s" % (what, answer["statement"]))
    warnings = [row["id"] for row in result["warnings"]
                if not row["id"].startswith("registration/")]
    check(warnings == wanted.get("warnings", []), "%s: warned %s" % (what, warnings))
    for name in ("trust", "type"):
        if name in wanted:
            check(answer[name] == wanted[name], "%s: %s %s" % (what, name, answer[name]))
    for name in ("revocation", "reason"):
        if name in wanted:
            check(result["trust"].get(name) == wanted[name],
                  "%s: %s %s" % (what, name, result["trust"].get(name)))
    for name, value in wanted.get("result", {}).items():
        check(result.get(name) == value, "%s: %s is %s" % (what, name, result.get(name)))
    if failed in GOOD:
        _, text = judges.fidotool_result(request)
        check(text == answer["result"], what + ": fidotool differs")
        listed = {row["id"] for row in result["checks"]}
        seen_good.update(listed)


seen_good = set()


def ids_in_code():
    folder = os.path.join(os.environ["SOURCE_ROOT"], "fidotool", "judge")
    found = set()
    for name in sorted(os.listdir(folder)):
        if name.startswith("attestation-") and name.endswith(".c"):
            with open(os.path.join(folder, name)) as file:
                found.update(match.group(1) for match in map(ROW.match, file) if match)
    return found


def main():
    judge = Judge()
    wanted = sys.argv[1:]
    count, refused = 0, set()
    for fmt, module in FORMATS:
        for row in module.ROWS:
            if wanted and fmt not in wanted:
                continue
            check_row(judge, fmt, row, module.make)
            refused.update((row[0] or "").split())
            count += 1
    check(judge.worker.end() == 0, "the worker ends well")
    for name in sorted(ids_in_code() if not wanted else ()):
        if not name.startswith(ELSEWHERE):
            check(name in refused or name in NEVER_FAIL, name + ": no registration fails for it")
            check(name in seen_good, name + ": no registration passes it")
    print("%d registrations" % count)
    judges.finish()


if __name__ == "__main__":
    main()
