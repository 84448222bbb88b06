# SPDX-License-Identifier: Apache-2.0
"""fidotool metadata import: a BLOB is taken in where every check holds, and each
check refuses for its reason alone. All is signed here anew, so that nothing but
the one fault is wrong."""
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time

import blobs
from blobs import DAY, NOW, Service, Store, b64, certify, check, entry, payload

ENTRIES = [entry(1), entry(2)]


def refused(what, service, blob, check_id, exit_code, *more, at=blobs.AT):
    """Refused with this check first, and nothing is left of it."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        code, envelope = store.take(blob, *more, at=at)
        text = envelope.get("error", {}).get("text", "taken in")
        check(code == exit_code and check_id + ":" in text, "%s: %d, %s" % (what, code, text))
        check(not os.path.exists(os.path.join(store.path, "state.json")), what + ": something was kept")


def good_ones_are_taken_in(es256):
    rs256 = Service("RS256")
    for service in (es256, rs256):
        with tempfile.TemporaryDirectory() as folder:
            store = Store(folder, service)
            code, envelope = store.take(service.blob(payload(entries=ENTRIES)) + b"\n")
            result = envelope.get("result", {})
            check(code == 0 and envelope["changed"] is True, "%s: %d, %s" % (service.alg, code, envelope))
            check((result.get("no"), result.get("models"), result.get("overdue")) == (10, 2, False), "its numbers")
            check(all(row["ok"] for row in result["checks"]), "a check did not hold: %s" % result["checks"])
            told = {row["id"] for row in result["checks"]}
            check(told == {"metadata/M%d" % i for i in (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16)}, "checks told: %s" % told)


def each_check_refuses(service):
    body = payload(entries=ENTRIES)
    other, middle = Service(), service.header()
    text = service.blob(body)
    head, mid, sig = text.split(b".")

    def with_header(**over):
        return service.blob(body, service.header(**over))

    for what, blob in (
            ("no dot", b"junk"), ("two parts", head + b"." + mid), ("four parts", text + b".AAAA"), ("empty part", head + b".." + sig),
            ("padded", head + b"=." + mid + b"." + sig), ("base64 of the other kind", text.replace(b"e", b"+", 1)),
            ("stray bits", text[:-1] + (b"B" if text[-1:] == b"A" else b"B")), ("alg none", with_header(alg="none")),
            ("alg HS256", with_header(alg="HS256")), ("alg RS1", with_header(alg="RS1")), ("alg as a number", with_header(alg=-7)),
            ("no alg", with_header(alg=None)), ("another type", with_header(typ="JOSE")), ("crit", with_header(crit=["b64"])),
            ("header is an array", service.blob(body, b"[]")), ("header has alg twice", service.blob(body, b'{"alg":"ES256","alg":"ES256"}'))):
        refused(what, service, blob, "metadata/M1", 19)
    for what, over in (
            ("no x5c", {"x5c": None}), ("x5c empty", {"x5c": []}), ("x5u", {"x5u": "https://example.org/"}), ("x5c is a text", {"x5c": b64(service.leaf)}),
            ("x5c of junk", {"x5c": ["AAAA"]}), ("x5c not base64", {"x5c": ["?"]}), ("nine certificates", {"x5c": middle["x5c"][:1] * 9})):
        refused(what, service, with_header(**over), "metadata/M2", 19)
    refused("another signer", Service(signer="mds.example.net"), Service(signer="mds.example.net").blob(body), "metadata/M3", 20)
    refused("another root", service, other.blob(body), "metadata/M4", 20)
    refused("without the middle", service, with_header(x5c=[b64(service.leaf)]), "metadata/M4", 20)
    refused("the leaf signs for itself", service, with_header(x5c=[b64(certify(blobs.SIGNER, service.key, ca=False))]), "metadata/M4", 20)
    late, early = Service(end=NOW - DAY), Service(begin=NOW + DAY)
    refused("leaf has ended", late, late.blob(body), "metadata/M5", 20)
    refused("leaf has not begun", early, early.blob(body), "metadata/M5", 20)
    refused("content changed", service, head + b"." + blobs.b64url(json.dumps(payload(no=11)).encode()).encode() + b"." + sig, "metadata/M7", 19)
    refused("signed by another key", service, other.blob(body, service.header()), "metadata/M7", 19)
    refused("the middle's key is said to have signed", service, with_header(x5c=[b64(certify(blobs.SIGNER, other.key, service.middle, service.middle_key, ca=False)), b64(service.middle)]), "metadata/M7", 19)
    refused("signature of no length", service, head + b"." + mid + b"." + sig[:40], "metadata/M7", 19)
    for what, content in (
            ("array", b"[]"), ("cut off", json.dumps(body).encode()[:-1]), ("something after it", json.dumps(body).encode() + b"1"),
            ("no number", payload(no=None)), ("number is a text", payload(no="10")), ("number below zero", payload(no=-1)),
            ("number with a fraction", payload(no=1.5)), ("next update missing", payload(nextUpdate=None)),
            ("next update is no date", payload(nextUpdate="soon")), ("next update of no month", payload(nextUpdate="2026-13-01")),
            ("entries missing", {"no": 1, "nextUpdate": "2026-04-01"}), ("entries is an object", payload(entries={})),
            ("an entry is a number", payload(entries=[1])), ("number twice", b'{"no":1,"no":2,"nextUpdate":"2026-04-01","entries":[]}'),
            ("entries twice", b'{"no":1,"entries":[],"nextUpdate":"2026-04-01","entries":[]}'),
            ("an entry with a member twice", b'{"no":1,"nextUpdate":"2026-04-01","entries":[{"aaguid":"x","aaguid":"y"}]}'),
            ("no UTF-8", b'{"no":1,"nextUpdate":"2026-04-01","legalHeader":"\xff","entries":[]}'),
            ("nested too deep", b'{"no":1,"nextUpdate":"2026-04-01","entries":[' + b"[" * 40 + b"]" * 40 + b"]}"),
            ("a comma too many", b'{"no":1,"nextUpdate":"2026-04-01","entries":[],}')):
        refused(what, service, service.blob(content), "metadata/M16", 19)


def the_number_never_goes_back(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        check(store.take(service.blob(payload(no=10)))[0] == 0, "number 10")
        code, envelope = store.take(service.blob(payload(no=9)))
        check(code == 20 and "metadata/M8" in envelope["error"]["text"], "a lower number: %d" % code)
        code, envelope = store.take(service.blob(payload(no=9)), "--root", store.root)
        check(code == 20, "a lower number, roots named again: %d" % code)
        check(store.run("status", "--at", blobs.AT)[1]["result"]["no"] == 10, "10 stands")
        code, envelope = store.take(service.blob(payload(no=10, entries=[entry(7)])))
        check(code == 0 and envelope["changed"] is False, "the same number is the same")
        check(store.find('name "Model 7"') == [], "the same number changes nothing")
        os.remove(os.path.join(store.path, "index"))
        check(store.take(service.blob(payload(no=9)))[0] == 20, "a lower number without an index")
        code, envelope = store.take(service.blob(payload(no=11, entries=[entry(7)])))
        check(code == 0 and envelope["changed"] is True, "a higher number")
        check(store.find('name "Model 7"') == ["Model 7"], "a higher number counts")
        check(len([n for n in os.listdir(store.path) if n.endswith(".jwt")]) == 1, "one BLOB is kept")


def roots_and_signer_are_kept(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        check(store.take(service.blob(payload(no=1)))[0] == 0, "the first")
        check(store.take(service.blob(payload(no=2)))[0] == 0, "the second without --root")
        check(store.take(Service().blob(payload(no=3)))[0] == 20, "of another service")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        store.fresh = False
        code, envelope = store.take(service.blob(payload()))
        check(code == 20, "without --root only the pinned one: %d" % code)
        code, envelope = store.take(service.blob(payload()), "--signer", blobs.SIGNER)
        check(code == 20 and "metadata/M4" in envelope["error"]["text"], "the pinned root did not sign this")


def overdue_is_said(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        code, envelope = store.take(service.blob(payload(nextUpdate="2026-02-28")))
        check(code == 0 and envelope["result"]["overdue"] is True, "overdue, and taken in")
        check("metadata-overdue" in [w["code"] for w in envelope["warnings"]], "and said")
        code, envelope = store.run("status", "--at", "2026-02-28T23:59:59Z")
        check(code == 0 and envelope["result"]["overdue"] is False, "the day itself still counts")
        code, envelope = store.run("status", "--at", "2026-03-01")
        check(code == 20 and envelope["result"]["overdue"] is True, "the next does not: %d" % code)


def unknown_values_are_kept(service):
    new = entry(1, [{"status": "INVENTED_LATER", "effectiveDate": "2025-01-01", "colour": "blue"},
                    {"status": "FIDO_CERTIFIED_L2", "effectiveDate": "2025-01-01"}, {"colour": "red"}, 17], somethingNew={"a": [1.5]})
    entries = [new, {"statusReports": []}, {"aaid": "1234#5678", "statusReports": []},
               {"aaguid": uuid_zero(), "statusReports": []}, dict(entry(1), metadataStatement={})]
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        code, envelope = store.take(service.blob(payload(entries=entries, rogueListURL="https://example.org/", futureField=[1])))
        result = envelope.get("result", {})
        check(code == 0 and (result["entries"], result["models"], result["passed_over"], result["twice"]) == (2, 1, 2, 1),
              "entries without a name and the zero AAGUID are passed over: %s" % result)
        shown = store.run("show", blobs.uuid(1))[1]["result"]
        check(shown["entry"]["metadataStatement"]["somethingNew"] == {"a": [1.5]}, "an unknown member is kept")
        check(shown["entry"]["statusReports"] == new["statusReports"], "reports are kept as they are")
        check(shown["now"] == {"bad": [], "certification": "L2", "statuses": ["INVENTED_LATER", "FIDO_CERTIFIED_L2"]},
              "an unknown status decides nothing: %s" % shown["now"])


def uuid_zero():
    return "00000000-0000-0000-0000-000000000000"


def a_statement_has_to_rise(service):
    """M13."""
    update = {"status": "UPDATE_AVAILABLE", "effectiveDate": "2026-01-01", "authenticatorVersion": 6}
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        check(store.take(service.blob(payload(no=1, entries=[entry(1), entry(2)])))[0] == 0, "before")
        code, envelope = store.take(service.blob(payload(no=2, entries=[entry(1, [update]), entry(2, [update], authenticatorVersion=6)])))
        check(code == 0 and envelope["result"]["left_out"] == 1, "one did not rise: %s" % envelope.get("result"))
        check(store.run("show", blobs.uuid(1))[0] == 17, "it is left out")
        check(store.run("show", blobs.uuid(2))[0] == 0, "the other is not")


def loose_signatures_are_said(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        code, envelope = store.take(service.blob(payload(), loose=True))
        rows = [row for row in envelope["result"]["checks"] if row["id"] == "metadata/M7"]
        check(code == 0 and [row["ok"] for row in rows] == [False, True], "DER is read and said: %s" % rows)


def the_index_is_only_a_copy(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        store.take(service.blob(payload(entries=[entry(i) for i in range(1, 40)])))
        index = os.path.join(store.path, "index")
        with open(index, "rb") as file:
            whole = file.read()
        for what, data in (("empty", b""), ("cut off", whole[:-1]), ("of zeros", bytes(len(whole))), ("longer", whole + b"\0"),
                           ("another version", b"KTMDSIX9" + whole[8:]), ("head changed", whole[:20] + b"\x01" + whole[21:])):
            blobs.write(store.path, "index", data)
            code, envelope = store.run("status", "--at", blobs.AT)
            check(code == 0 and envelope["result"]["rebuilt"] is True, "index %s: %s" % (what, envelope))
            code, envelope = store.run("status", "--at", blobs.AT)
            check(envelope["result"]["rebuilt"] is False, "index %s: made anew each time" % what)
        for place in range(128, len(whole), len(whole) // 40):
            changed = bytearray(whole)
            changed[place] ^= 0x20
            blobs.write(store.path, "index", bytes(changed))
            code, envelope = store.run("show", blobs.uuid(20))
            check(code == 0 and envelope["result"]["entry"] == entry(20), "a byte changed at %d: %d" % (place, code))
            check(len(store.find("transport nfc")) == 39, "a byte changed at %d: not all are found" % place)
        os.remove(index)
        check(store.run("show", blobs.uuid(39))[0] == 0, "without an index")


def a_damaged_folder_is_refused(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        store.take(service.blob(payload()))
        state = os.path.join(store.path, "state.json")
        name = [n for n in os.listdir(store.path) if n.endswith(".jwt")][0]
        with open(os.path.join(store.path, name), "r+b") as file:
            file.seek(2000)
            file.write(b"A" if file.read(1) != b"A" else b"B")
        os.remove(os.path.join(store.path, "index"))
        check(store.run("status")[0] == 19, "the BLOB is damaged, and no index is there")
        blobs.write(store.path, "state.json", b"{}")
        check(store.run("status")[0] == 19, "the state is damaged")
        check(store.take(service.blob(payload(no=1)))[0] == 19, "and nothing goes in over it")
        os.remove(state)
        os.symlink("/dev/zero", state)
        check(store.run("status")[0] != 0, "the state is a link")
        os.remove(state)
        os.mkfifo(state)
        check(store.run("status")[0] != 0, "the state is a pipe")
        check(blobs.run_json(["metadata", "status"], os.path.join(folder, "nothing"))[0] == 17, "no folder")


def others_may_not_write_it(service):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        store.take(service.blob(payload()))
        for path in (store.path, os.path.join(store.path, "state.json")):
            before = stat.S_IMODE(os.stat(path).st_mode)
            os.chmod(path, before | 0o020)
            check(store.run("status")[0] == 5, "%s is open to the group" % os.path.basename(path))
            os.chmod(path, before)
        check(store.run("status", "--at", blobs.AT)[0] == 0, "closed again")


def a_run_that_is_cut_off_leaves_one_or_the_other(service):
    """Killed at a time of chance: the number before or the one after, and what it
    says can be read."""
    old, new = service.blob(payload(no=1, entries=list(blobs.large(40)))), service.blob(payload(no=2, entries=list(blobs.large(60))))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, service)
        check(store.take(old)[0] == 0, "the one before")
        kept = os.path.join(folder, "kept")
        shutil.copytree(store.path, kept)
        path = blobs.write(folder, "new.jwt", new)
        seen = set()
        for i in range(16):
            shutil.rmtree(store.path)
            shutil.copytree(kept, store.path)
            child = subprocess.Popen([os.environ["FIDOTOOL"], "metadata", "import", "--at", blobs.AT, "--store", store.path, path],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(0.002 * i)
            child.send_signal(signal.SIGKILL)
            child.wait()
            code, envelope = store.run("status", "--at", blobs.AT)
            result = envelope.get("result", {})
            seen.add(result.get("no"))
            check(code == 0 and (result["no"], result["models"]) in ((1, 40), (2, 60)), "cut off after %d ms: %s" % (2 * i, envelope))
            check(len(store.find("transport nfc")) == result.get("models"), "after %d ms not all are found" % (2 * i))
        check(1 in seen, "none was cut off before it was done")


def main():
    service = Service()
    good_ones_are_taken_in(service)
    each_check_refuses(service)
    the_number_never_goes_back(service)
    roots_and_signer_are_kept(service)
    overdue_is_said(service)
    unknown_values_are_kept(service)
    a_statement_has_to_rise(service)
    loose_signatures_are_said(service)
    the_index_is_only_a_copy(service)
    a_damaged_folder_is_refused(service)
    others_may_not_write_it(service)
    a_run_that_is_cut_off_leaves_one_or_the_other(service)
    blobs.finish()


main()
