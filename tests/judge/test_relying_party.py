# SPDX-License-Identifier: Apache-2.0
"""@simplewebauthn/server, told the tests' time, on every registration that we have: the forged
ones of each format and fault, those made in C, the vectors of WebAuthn Level 3; with the
reasons where it says otherwise than we do."""
import base64
import json
import os
import sys

import judges
from judges import check

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "tests", "integration"))
import relying_party
from opinions import Opinions
from test_formats import FORMATS, Judge
from test_vectors import new_request

# Any that a credential here has: what it can verify is to be seen, not what it is told to.
ALGORITHMS = [-7, -8, -9, -19, -35, -36, -37, -38, -39, -47, -48, -49, -50, -51, -52, -53,
              -257, -258, -259, -65535]
# Without these it refuses all of a format, and the faults would not be seen.
MORE = {"tpm": {"root_kind": "RSA"}, "android-safetynet": {"root_kind": "RSA"},
        "android-key": {"root_sent": True}}

OPTION = "an option of ours; it has none such"
LISTS = "it takes no revocation list; it would fetch what a certificate names"
SIZES = "TPM 2.0 Part 2: schemes have parameters; it reads as if none had"
DER = "a signature is DER, to its last byte"
NO_SUCH = "the fully specified algorithms are no news to it yet"
FULL = "it verifies the statement, and never looks at a key that nobody could use"
REASONS = {
    ("fido-u2f", "AAGUID not zero"): "8.6 has no step for that; we warn",
    ("fido-u2f", "a third member"): "8.6: sig and x5c, nothing else",
    ("fido-u2f", "credential on P-384"): "8.6: x and y of 32 bytes; it signs over what there is",
    ("fido-u2f", "a byte after the signature"): DER,
    ("fido-u2f", "u2f/U6"): "a U2F key makes ES256, nothing else",
    ("fido-u2f", "the model has to be named"): OPTION,
    ("tpm", "of an issuer with an ECC key"): "it takes the issuer's algorithm for the leaf's",
    ("tpm", "PSS"): "it takes the padding from how the leaf was signed",
    ("tpm", "a scheme for an ECC key"): SIZES,
    ("tpm", "a scheme for an RSA key"): SIZES,
    ("tpm", "a derivation for an ECC key"): SIZES,
    ("tpm", "a count beside the scheme"): SIZES,
    ("tpm", "symmetric parameters"): SIZES,
    ("tpm", "leading zeros of x and y"): "8.3: the same key; it compares bytes",
    ("tpm", "x and y as short as they are"): "8.3: the same key; it compares bytes",
    ("tpm", "a name over SHA-1 is weak"): "a TPM may; it is named weak, not refused",
    ("tpm", "a vendor nobody registered"): "its list of makers is fixed, ours a policy's",
    ("tpm", "a vendor not on the list"): OPTION,
    ("tpm", "ecdaaKeyId"): "8.3 of Level 3: the syntax has six members",
    ("tpm", "a seventh member"): "8.3: the syntax has six members",
    ("tpm", "another length"): "8.3: the same parameters; it does not compare keyBits",
    ("tpm", "alg of another key"): "8.3: verified by alg; it takes the digest from it, no more",
    ("tpm", "over SHA-1"): "refused unless allowed; it takes SHA-1 as it takes others",
    ("tpm", "a certificate over SHA-1"): "refused in a chain",
    ("tpm", "bytes after certInfo"): "it does not read to the end",
    ("tpm", "the name not critical"): "TCG EK profile 3.2.9, with an empty subject",
    ("tpm", "no Basic Constraints"): "8.3.1: they are there, and say no CA",
    ("tpm", "the model has to be named"): OPTION,
    ("android-key", "without its root"): "8.4: x5c has the chain; who is trusted need not be sent",
    ("android-key", "RSA"): "it makes a point on a curve of every credential's key",
    ("android-key", "a byte after the signature"): DER,
    ("android-key", "alg of another key"): "8.4: verified by alg; it takes the digest from it",
    ("android-key", "a fourth member"): "8.4: the syntax has three members",
    ("android-key", "two descriptions"): "RFC 5280, 4.2: an extension is there once",
    ("android-key", "bytes after the description"): "it does not read to the end",
    ("android-key", "a ninth member"): "the key description has eight",
    ("android-key", "android-key/K5"): "8.4: origin and purpose; it compares neither",
    ("android-key", "android-key/K6"): OPTION,
    ("android-key", "the model has to be named"): OPTION,
    ("android-safetynet", "as it once was"): "the service has ended: nothing new is of this format",
    ("android-safetynet", "unsigned"): "it reads no alg in the header, and there is a signature",
    ("android-safetynet", "a shared secret"): "as unsigned",
    ("android-safetynet", "four parts"): "RFC 7515: three; it leaves the rest",
    ("android-safetynet", "a third member"): "8.5: the syntax has two members",
    ("android-safetynet", "a match that is no truth"): "8.5: true; it takes a text for that",
    ("apple", "two nonces"): "RFC 5280, 4.2: an extension is there once",
    ("apple", "wrapped in another number"): "it cuts off six bytes unseen",
    ("apple", "alg beside x5c"): "8.8: the syntax has one member",
    ("apple", "sig beside x5c"): "8.8: the syntax has one member",
    ("apple", "the model has to be named"): OPTION,
    ("compound", "good"): "it does not know the format",
    ("packed", "the leaf is revoked"): LISTS,
    ("packed", "the leaf is revoked, in a list that is out of date"): LISTS,
    ("packed", "the leaf is revoked in the second list"): LISTS,
    ("packed", "its key was compromised, noticed later"): LISTS,
    ("packed", "the intermediate is revoked"): LISTS,
    ("packed", "dear, the third root"): "our own bound on what is spent on one chain",
    ("algorithms", "credential of -9"): NO_SUCH,
    ("algorithms", "credential of -51"): NO_SUCH,
    ("algorithms", "credential of -52"): NO_SUCH,
    ("algorithms", "credential of -19"): NO_SUCH,
    ("algorithms", "credential of -53"): "it knows no Ed448",
    ("algorithms", "credential of -7, a byte more"): DER,
    ("algorithms", "credential of -35, a byte more"): DER,
    ("algorithms", "credential of -36, a byte more"): DER,
    ("algorithms", "ML-DSA-44"): FULL,
    ("algorithms", "ML-DSA-65"): FULL,
    ("algorithms", "ML-DSA-87"): FULL,
    ("algorithms", "ES256K"): FULL,
    ("algorithms", "RS1"): FULL,
    ("algorithms", "PS256 called RS256"): "8.2: alg is the key's; it takes the digest from it",
    ("made in C", "no-constraints"): "8.2.1: they are there, and say no CA",
    ("made in C", "device-bound"): OPTION,
}
VECTORS = {
    ("vectors", "android-key -7"): REASONS["android-key", "without its root"],
    ("vectors", "tpm -7"): REASONS["tpm", "a vendor nobody registered"],
    ("vectors", "fido-u2f -7"): REASONS["fido-u2f", "AAGUID not zero"],
}


def forged():
    """Format, words, and the request."""
    for fmt, module in FORMATS:
        for _, words, faults, *_ in module.ROWS:
            yield fmt, words, module.make(**{**MORE.get(fmt, {}), **faults})
    as_it_is = dict(FORMATS)
    yield "tpm", "of an issuer with an ECC key", as_it_is["tpm"].make()
    yield "android-key", "without its root", as_it_is["android-key"].make()


def made_in_c():
    for row in judges.samples():
        if row["request"]["kind"] == "registration":
            yield "made in C", row["name"], row["request"]


def vectors():
    rows = json.loads(judges.shared_data("webauthn-l3-vectors.json"))["registrations"]
    root = base64.b64encode(judges.shared_data("w3c-test-vectors-root.der")).decode()
    for row in rows:
        request = new_request(row, root)
        if row["att_type"] in ("none", "self"):
            request["anchors"] = []  # or nobody vouches for it, as was asked
        yield "vectors", "%s %d" % (row["fmt"], row["alg"]), request


def asked(request):
    """The same, as it wants it."""
    options = request["options"]
    algorithms = [row["alg"] for row in options.get("pubKeyCredParams", [])] or ALGORITHMS
    return {"kind": "registration", "at": request["at"], "roots": request.get("anchors", []),
            "response": request["response"], "expectedChallenge": options["challenge"],
            "expectedOrigin": options["origins"],
            "expectedRPID": options.get("rp_id") or options["rp"]["id"],
            "requireUserVerification": bool(options.get("require_uv")),
            "supportedAlgorithmIDs": algorithms}


def compare(party, judge, reasons, rows):
    opinions = Opinions("@simplewebauthn/server", reasons)
    for fmt, words, request in rows:
        answer = judge(request)
        ours = answer["statement"] == "valid" and not answer["failed"] and not answer["error"]
        theirs, why = party.ask(asked(request))
        opinions.hear(fmt, " ".join(answer["failed"]), words, theirs, ours, why)
    opinions.end()


def main():
    relying_party.fetch()
    party, judge = relying_party.SimpleWebAuthn(), Judge()
    compare(party, judge, REASONS, [*forged(), *made_in_c()])
    if os.path.isdir(judges.shared_folder()):
        compare(party, judge, VECTORS, vectors())
    else:
        print("without the vectors: no shared test data (%s)" % judges.shared_folder())
    party.end()
    check(judge.worker.end() == 0, "the worker ends well")
    judges.finish()


if __name__ == "__main__":
    main()
