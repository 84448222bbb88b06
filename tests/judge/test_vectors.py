# SPDX-License-Identifier: Apache-2.0
"""The registration vectors of WebAuthn Level 3, as their file says."""
import base64
import json
import struct

import judges
from judges import AT, Worker, check

TYPES = {"none": ("none", "none"), "self": ("self", "self"),
         "basic": ("basic", "anchored"), "basic/attca": ("basic", "anchored"),
         "attca": ("attca", "anchored"), "anonca": ("anonca", "anchored")}
# What is only shown: an AAGUID in the "valid-warn" one, that no TPM maker has that id, and
# a key description that says next to nothing.
WARNED = {"fido-u2f": ["u2f/U5"], "tpm": ["tpm/T9"],
          "android-key": ["android-key/K5", "android-key/K6"]}


def credential_id(attestation_object):
    data = judges.unb64url(attestation_object)
    at = data.index(b"authData") + len(b"authData")
    at += {0x58: 2, 0x59: 3}[data[at]]
    length = struct.unpack(">H", data[at + 53:at + 55])[0]
    return judges.b64url(data[at + 55:at + 55 + length])


def new_request(row, root):
    name = credential_id(row["attestationObject"])
    options = {"challenge": row["challenge"], "origins": [row["origin"]],
               "rp": {"id": row["rpId"]},
               "pubKeyCredParams": [{"type": "public-key", "alg": row["alg"]}]}
    if row["crossOrigin"]:
        options["cross_origin"] = 1
    if row["topOrigin"]:
        options["top_origins"] = [row["topOrigin"]]
    return {"kind": "registration", "options": options, "at": AT,
            "anchors": [root],
            "response": {"id": name, "rawId": name, "type": "public-key",
                         "clientExtensionResults": {},
                         "response": {
                             "clientDataJSON": row["clientDataJSON"],
                             "attestationObject": row["attestationObject"]}}}


def check_row(row, answer, name):
    if row["expected"] == "invalid":
        check(answer["statement"] == "invalid", name + ": statement")
        return
    check(answer["statement"] == "valid", name + ": statement")
    warnings = [warning["id"] for warning in json.loads(answer["result"])["warnings"]
                if row["fmt"] != "packed"]
    check(warnings == WARNED.get(row["fmt"], []),
          name + ": warned")
    kind, trust = TYPES[row["att_type"]]
    check(answer["type"] == kind, name + ": type")
    check(answer["trust"] == trust, name + ": trust")
    check(answer["aaguid"] == row["aaguid"], name + ": AAGUID")
    check(answer["alg"] == row["alg"], name + ": alg")
    check(answer["sign_count"] == row["signCount"], name + ": counter")
    flags = row["flags"]
    got = [answer[x] for x in ("up", "uv", "be", "bs")]
    check(got == [flags >> bit & 1 for bit in (0, 2, 3, 4)], name + ": flags")


def main():
    vectors = json.loads(judges.shared_data("webauthn-l3-vectors.json"))
    root = base64.b64encode(
        judges.shared_data("w3c-test-vectors-root.der")).decode()
    worker = Worker()
    rows = vectors["registrations"]
    for i, row in enumerate(rows):
        name = "%d %s %d" % (i, row["fmt"], row["alg"])
        request = new_request(row, root)
        answer = worker.judge(request)
        check_row(row, answer, name)
        _, text = judges.fidotool_result(request)
        check(text == answer["result"], name + ": fidotool differs")
        request["options"]["challenge"] = "AAAA"
        check(worker.judge(request)["statement"] == "invalid",
              name + ": another challenge")
    check(worker.end() == 0, "the worker ends well")
    check(len(rows) == 16, "vectors: %d" % len(rows))
    judges.finish()


if __name__ == "__main__":
    main()
