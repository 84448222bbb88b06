# SPDX-License-Identifier: Apache-2.0
"""fidotool verify registration with metadata: the model's own anchors, and how it
stood then and stands now."""
import base64
import hashlib
import datetime
import json
import os
import subprocess
import tempfile

import blobs
from blobs import Service, Store, check, entry, payload

AT = "2026-03-01T09:00:00Z"  # as in make-certificate.h


def samples():
    out = subprocess.run([os.environ["SAMPLES"]], check=True, capture_output=True)
    return {row["name"]: row["request"] for row in map(json.loads, out.stdout.splitlines())}


def aaguid_of(request):
    """Out of authData, as it stands in the attestation object."""
    text = request["response"]["response"]["attestationObject"]
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    at = data.index(b"authData") + 8
    at += 2 if data[at] == 0x58 else 3
    return data[at + 37:at + 53].hex()


def first_certificate(request):
    """The DER after x5c, whose length stands in two bytes."""
    text = request["response"]["response"]["attestationObject"]
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    at = data.index(b"x5c") + 4
    assert data[at] == 0x59
    return data[at + 3:at + 3 + int.from_bytes(data[at + 1:at + 3], "big")]


def model(request, reports, roots=None, **over):
    full = entry(1, reports, request["anchors"] if roots is None else roots, aaguid=aaguid_of(request), **over)
    return dict(full, aaguid=aaguid_of(request))


class Bench:
    def __init__(self, folder, service, request):
        self.store, self.request, self.no = Store(folder, service), request, 0
        self.path = blobs.write(folder, "file.json", {"options": request["options"], "response": request["response"]})

    def verify(self, *more, at=AT):
        return blobs.run_json(["verify", "registration", "--at", at, *more, self.path], self.store.path)

    def with_entries(self, *entries, **over):
        self.no += 1
        code, envelope = self.store.take(self.store.service.blob(payload(no=self.no, entries=list(entries), **over)))
        assert code == 0, envelope
        return self

    def judge(self, *entries, at=AT):
        self.with_entries(*entries)
        code, envelope = self.verify(at=at)
        return code, envelope.get("result", envelope)


L1 = {"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2025-01-01"}


def bad(status, date, **more):
    return dict({"status": status, "effectiveDate": date}, **more)


def the_models_anchors_are_trusted(bench, stranger):
    request = bench.request
    code, envelope = bench.verify()
    check(code == 0 and envelope["result"]["trust"]["result"] == "not-checked", "without metadata nothing is asked of them")
    check("metadata" not in envelope["result"], "without metadata nothing is said of them")
    code, result = bench.judge(model(request, [L1]))
    check(code == 0 and result["trust"]["result"] == "anchored" and result["trust"]["metadata_no"] == bench.no, "anchored: %s" % result["trust"])
    check(result["metadata"]["then"]["certification"] == "L1" and result["metadata"]["name"] == "Model 1", "its level: %s" % result["metadata"])
    for what, found, reason in ((("another maker's anchor"), model(request, [L1], stranger), "wrong-signature"),
                                ("no anchor", model(request, [L1], []), "no-anchor-of-the-model"),
                                ("an anchor that is none", model(request, [L1], ["AAAA"]), "no-anchor-of-the-model"),
                                ("another model", entry(9, [L1], request["anchors"]), "unknown-model")):
        code, result = bench.judge(found)
        check(code == 20 and (result["trust"]["result"], result["trust"].get("reason")) == ("untrusted", reason),
              "%s: %d, %s" % (what, code, result.get("trust", result)))
    spaced = ["\n " + request["anchors"][0][:64] + "\n" + request["anchors"][0][64:]]
    check(bench.judge(model(request, [L1], spaced))[0] == 0, "base64 with line breaks, as some makers have it")


def then_and_now_are_two_answers(bench):
    request = bench.request
    revoked = bad("REVOKED", "2026-03-02")
    code, result = bench.judge(model(request, [L1, revoked]))
    check(code == 0 and result["metadata"]["then"]["bad"] == [], "good on the day before: %s" % result)
    check(result["metadata"]["now"]["bad"] == ["REVOKED"] and result["metadata"]["now"]["certification"] == "none", "and revoked now")
    check(result["metadata"]["later_reports"] is True and "registration/R20" in [w["id"] for w in result["warnings"]], "and it is said")
    facts = {name: (fact["source"], fact.get("value")) for name, fact in result["facts"].items()}
    check([facts[name] for name in ("model", "certification", "certification_now", "statuses", "statuses_now", "key_protection")]
          == [("attested", "Model 1"), ("attested", "L1"), ("attested", "none"), ("attested", ["FIDO_CERTIFIED_L1"]),
              ("attested", ["FIDO_CERTIFIED_L1", "REVOKED"]), ("attested", ["hardware", "secure_element"])],
          "facts for a policy: %s" % facts)
    check(facts["transports"] == ("attested", ["usb", "nfc"]), "transports are the model's: %s" % (facts["transports"],))
    for what, more, found in (("in words of an older list", {"authenticatorGetInfo": None}, ("attested", ["usb", "nfc"])),
                              ("not said", {"authenticatorGetInfo": None, "attachmentHint": None}, ("unknown", None))):
        code, result = bench.judge(model(request, [L1], **more))
        fact = result["facts"]["transports"]
        check(code == 0 and (fact["source"], fact.get("value")) == found, "transports %s: %s" % (what, fact))
    code, result = bench.judge(model(request, [L1, revoked]), at="2026-03-02T00:00:00Z")
    check(code == 21 and result["metadata"]["then"]["bad"] == ["REVOKED"], "refused from the day on: %d" % code)
    failed = [row["id"] for row in result["checks"] if not row["ok"]]
    check(failed == ["registration/R20"], "by R20 alone: %s" % failed)
    for status in ("USER_VERIFICATION_BYPASS", "USER_KEY_REMOTE_COMPROMISE", "USER_KEY_PHYSICAL_COMPROMISE"):
        check(bench.judge(model(request, [L1, bad(status, "2025-02-01")]))[0] == 21, status)
    code, result = bench.judge(model(request, [L1, bad("ATTESTATION_KEY_COMPROMISE", "2025-02-01")]))
    check(code == 20 and result["trust"]["reason"] == "attestation-key-compromise", "a statement that proves nothing: %d" % code)


def overdue_metadata_may_be_a_refusal(bench):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    for late, days, code in ((0, "0", 0), (1, "0", 21), (5, "5", 0), (6, "5", 21), (400, "366", 21), (400, None, 0)):
        bench.with_entries(model(bench.request, [L1]), nextUpdate=str(today - datetime.timedelta(days=late)))
        got, envelope = bench.verify(*(["--max-stale-days", days] if days else []))
        assert "result" in envelope, envelope
        failed = [row["id"] for row in envelope["result"]["checks"] if not row["ok"]]
        check(got == code and failed == (["metadata/M9"] if code else []), "%d days late, %s allowed: %d, %s" % (late, days, got, failed))
    for days in ("-1", "367", "x", ""):
        check(bench.verify("--max-stale-days", days)[0] == 2, "no number of days: %r" % days)


def the_same_again_gives_the_same(bench):
    bench.with_entries(model(bench.request, [L1]))
    first, second = (json.dumps(bench.verify()[1]["result"], sort_keys=True) for _ in range(2))
    check(first == second, "the same bytes, metadata and time")


def one_batch_is_not_the_model(bench):
    own = base64.b64encode(first_certificate(bench.request)).decode()
    other = blobs.b64(blobs.certify("another batch", blobs.new_key()))
    for name in ("batchCertificate", "certificate"):
        code, result = bench.judge(model(bench.request, [L1, bad("ATTESTATION_KEY_COMPROMISE", "2025-02-01", **{name: own})]))
        check(code == 20, "%s of this key: %d" % (name, code))
        code, result = bench.judge(model(bench.request, [L1, bad("ATTESTATION_KEY_COMPROMISE", "2025-02-01", **{name: other})]))
        check(code == 0 and result["metadata"]["then"]["other_batches"] == ["ATTESTATION_KEY_COMPROMISE"], "%s of another: %d" % (name, code))
        code, result = bench.judge(model(bench.request, [L1, bad("ATTESTATION_KEY_COMPROMISE", "2025-02-01", **{name: "?"})]))
        check(code == 20, "%s that cannot be read is about all: %d" % (name, code))


def trust_that_is_named_comes_first(bench, folder):
    root = blobs.write(folder, "maker.der", base64.b64decode(bench.request["anchors"][0]))
    bench.with_entries(entry(9))
    code, envelope = bench.verify("--trust", root)
    check(code == 0 and "metadata" not in envelope["result"], "--trust alone asks no metadata: %d" % code)
    code, envelope = bench.verify("--trust", root, "--metadata", bench.store.path)
    check(code == 21 and envelope["result"]["trust"]["result"] == "anchored", "both: anchored, and an unknown model: %d" % code)
    code, envelope = bench.verify("--metadata", os.path.join(folder, "nothing"))
    check(code == 17, "a folder that is named has to be there: %d" % code)
    blobs.write(bench.store.path, "state.json", b"damaged")
    check(bench.verify()[0] == 19, "metadata that cannot be read are not passed over")


def own_anchors_stand_in(folder, request):
    store = os.path.join(folder, "own")
    mine = {"schema": "keyturn-vendor-anchors/1", "models": [
        {"aaguid": aaguid_of(request), "name": "Ours", "anchors": request["anchors"], "statuses": [{"status": "RETIRED", "effectiveDate": "2026-01-01"}]}]}
    file = blobs.write(folder, "file.json", {"options": request["options"], "response": request["response"]})

    def take(over):
        return blobs.run_json(["metadata", "import", "--vendor", blobs.write(folder, "own.json", over)], store)[0]

    check(take(mine) == 0, "an own list")
    code, envelope = blobs.run_json(["verify", "registration", "--at", AT, file], store)
    check(code == 0 and envelope["result"]["trust"]["result"] == "anchored", "its anchors are trusted: %d" % code)
    check(envelope["result"]["metadata"]["then"].get("retired") is True, "its statuses are told")
    check("metadata_no" not in envelope["result"]["trust"], "and no number is claimed")
    one = mine["models"][0]
    for what, broken in (
            ("another schema", dict(mine, schema="keyturn-vendor-anchors/2")), ("a member more", dict(mine, more=1)),
            ("no models", {"schema": mine["schema"]}), ("a model with a member more", dict(mine, models=[dict(one, colour="red")])),
            ("no name", dict(mine, models=[{k: v for k, v in one.items() if k != "name"}])), ("no anchors", dict(mine, models=[dict(one, anchors=[])])),
            ("an anchor that is none", dict(mine, models=[dict(one, anchors=["AAAA"])])), ("no UUID", dict(mine, models=[dict(one, aaguid="x")])),
            ("the zero AAGUID", dict(mine, models=[dict(one, aaguid="0" * 32)])), ("twice", dict(mine, models=[one, one])),
            ("an unknown status", dict(mine, models=[dict(one, statuses=[{"status": "REVOKD"}])])),
            ("no date", dict(mine, models=[dict(one, statuses=[{"status": "REVOKED", "effectiveDate": "today"}])]))):
        check(take(broken) == 19, what)
    code, envelope = blobs.run_json(["metadata", "find", "status RETIRED"], store)
    check([m["name"] for m in envelope["result"]["models"]] == ["Ours"], "the one before stands, and is found")


def a_batch_asks_for_each_line(folder, service, rows):
    """Each line's own model, in the worker, whatever the line before it was."""
    store = Store(folder, service)
    code, envelope = store.take(service.blob(payload(entries=[model(rows["chain"], [L1])])))
    assert code == 0, envelope
    other = dict(rows["chain-intermediate"])
    lines = [{"options": row["options"], "response": row["response"]} for row in (rows["chain"], rows["self"], rows["chain"], other)]
    path = blobs.write(folder, "lines", b"\n".join(json.dumps(line).encode() for line in lines) + b"\n{}\n")
    done = blobs.fidotool(["verify", "registration", "--batch", "--at", AT, path], store.path)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check([a["exit"] for a in answers] == [0, 20, 0, 20, 19] and done.returncode == 2, "exits of the lines: %s" % answers)
    told = [a["result"]["metadata"]["then"]["certification"] for a in answers[:4]]
    check(told == ["L1"] * 4, "every line has its model: %s" % told)
    check(answers[3]["result"]["trust"]["reason"] == "wrong-signature", "another maker's chain is not the model's: %s" % answers[3])


def self_attestation_stays_what_it_is(folder, service, request, anchors):
    with_self = Bench(folder, service, dict(request, anchors=anchors))
    code, result = with_self.judge(model(with_self.request, [L1], []))
    check(code == 20 and result["trust"]["result"] == "self", "nobody vouches for it, whatever the metadata say: %d" % code)


def main():
    rows = samples()
    service = Service()
    for run in (lambda b, f: the_models_anchors_are_trusted(b, rows["chain-intermediate"]["anchors"]), lambda b, f: then_and_now_are_two_answers(b),
                lambda b, f: overdue_metadata_may_be_a_refusal(b), lambda b, f: the_same_again_gives_the_same(b), lambda b, f: one_batch_is_not_the_model(b), trust_that_is_named_comes_first):
        with tempfile.TemporaryDirectory() as folder:
            run(Bench(folder, service, rows["chain"]), folder)
    with tempfile.TemporaryDirectory() as folder:
        own_anchors_stand_in(folder, rows["chain"])
    with tempfile.TemporaryDirectory() as folder:
        a_batch_asks_for_each_line(folder, service, rows)
    with tempfile.TemporaryDirectory() as folder:
        self_attestation_stays_what_it_is(folder, service, rows["self"], rows["chain"]["anchors"])
    blobs.finish()


main()
