# SPDX-License-Identifier: Apache-2.0
"""What a worker remembers of a chain never changes an answer, whatever is told it between two
questions; and a feed of ever new certificates does not make it grow."""
import base64
import json
import os
import random
import subprocess

import judges
from judges import Worker, check, frame

try:
    from forge import chains, packed
    from forge.certificates import AT, DAY, Issuer, revocations
    from forge.registration import Case
except ImportError as error:
    if "cryptography" not in str(error):
        raise
    judges.skip("python3-cryptography is not installed")

# Certificates that are all new, before and after the size is taken first.
SOME, MANY, GROWTH_KB = 200, 600, 1024


def encoded(der):
    return base64.b64encode(der).decode()


def questions():
    """One chain, and all that its verdict hangs on: the name of each, its request, the trust
    that it must get, and what the revocation lists must have said."""
    case = Case()
    middle = Issuer("Forged CA", under=case.root, serial=chains.MIDDLE)
    base = json.dumps(case.request("packed", packed.statement(
        case, issuer=middle, leaf_serial=chains.LEAF, more=[middle.der])))
    revoked = revocations(middle, serials_at=[(chains.LEAF, AT - 1)])
    clean = [revocations(middle), revocations(case.root)]
    root, other = case.root.der, Issuer("Another Root").der
    for name, more, trust, revocation in (
            ("as it is", {}, "anchored", "not-checked"),
            ("years later", {"at": AT + 100 * 365 * DAY}, "untrusted", None),
            ("years before", {"at": AT - 100 * 365 * DAY}, "untrusted", None),
            ("a day later", {"at": AT + DAY}, "anchored", "not-checked"),
            ("no anchors", {"anchors": []}, "not-checked", None),
            ("somebody else's", {"anchors": [encoded(other)]}, "untrusted", None),
            ("one more anchor", {"anchors": [encoded(other), encoded(root)]}, "anchored", "not-checked"),
            ("an intermediate", {"anchors": [encoded(middle.der)]}, "anchored", "not-checked"),
            ("lists without it", {"crls": [encoded(x) for x in clean]}, "anchored", "good"),
            ("lists that are out of date", {"crls": [encoded(x) for x in clean], "at": AT + 2 * DAY},
             "anchored", "not-checked"),
            ("revoked", {"crls": [encoded(revoked), encoded(clean[1])]}, "untrusted", "revoked")):
        yield name, dict(json.loads(base), **more), trust, revocation


def no_answer_depends_on_what_was_asked_before():
    rows = list(questions())
    alone = {}
    for name, request, trust, revocation in rows:
        worker = Worker()
        alone[name] = worker.judge(request)
        check(worker.end() == 0, "a worker ends well")
        result = json.loads(alone[name]["result"])
        check(alone[name]["trust"] == trust, f"{name}: trust {alone[name]['trust']}")
        check(revocation is None or result["trust"].get("revocation") == revocation,
              f"{name}: revocation {result['trust']}")
    worker, order = Worker(), random.Random(20260301)
    before = "the first"
    for name, request, _, _ in order.choices(rows, k=400):
        check(worker.judge(request) == alone[name], f"{name}, asked after {before}: another answer")
        before = name
    check(worker.end() == 0, "the worker ends well")


def peak_kb(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))


def new_registration(number):
    """Its batch has one certificate, that nobody has seen."""
    case = Case()
    case.root = ROOT
    request = case.request("packed", packed.statement(case, leaf_serial=number + 1000))
    return json.dumps({name: request[name] for name in ("options", "response")}).encode()


def new_certificates_do_not_make_it_grow():
    process = subprocess.Popen([judges.program("KEYTURN_JUDGE"), "--batch"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    worker = Worker.__new__(Worker)
    worker.process = process
    worker.send(frame(json.dumps({"ceremony": "registration", "anchors": [encoded(ROOT.der)],
                                  "at": AT}).encode()))
    check(json.loads(worker.receive()).get("error") == "", "it begins")
    sizes = []
    for number in range(MANY):
        worker.send(frame(new_registration(number)))
        check(worker.receive().startswith(b'00{"result"'), f"{number}: good")
        if number + 1 in (SOME, MANY):
            sizes.append(peak_kb(process))
    process.stdin.close()
    check(process.wait(timeout=60) == 0, "it ends well")
    check(sizes[1] - sizes[0] < GROWTH_KB, f"{sizes[0]} kB after {SOME} certificates, {sizes[1]} after {MANY}")


ROOT = Issuer("Forged Root")
no_answer_depends_on_what_was_asked_before()
if not os.environ["SANITIZED"]:  # which keeps what was freed
    new_certificates_do_not_make_it_grow()
judges.finish()
