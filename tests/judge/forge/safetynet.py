# SPDX-License-Identifier: Apache-2.0
"""safetynet.py - registrations of a service that is no more: right ones are retired, others
invalid."""
import base64
import hashlib
import json

from . import der, keys
from .certificates import SUBJECT_ALT_NAME, certificate, extension, name
from .registration import Case, b64url, with_, without

HOST = "attest.android.com"


def make(**faults):
    case = Case(faults)
    key = keys.named("SafetyNet", case.take("leaf_kind", "RSA"))
    host = case.take("host", HOST)
    leaf = certificate(key, name(CN=host), case.root, [extension(
        SUBJECT_ALT_NAME, der.seq(der.context(2, host.encode(), False)))])
    header = {"alg": case.take("named_alg", "RS256"),
              "x5c": case.take("x5c", [base64.b64encode(leaf).decode()])}
    nonce = hashlib.sha256(case.take("nonce_of", case.signed)).digest()
    payload = {"nonce": base64.b64encode(nonce).decode(), "timestampMs": 1772355600000,
               "apkPackageName": "com.google.android.gms",
               "ctsProfileMatch": case.take("match", True), "basicIntegrity": True}
    text = ".".join(b64url(json.dumps(part).encode()) for part in (header, payload))
    sig = keys.sign(keys.named(case.take("signer", "SafetyNet"), "RSA"), -257, text.encode())
    whole = case.take("response", None) or (
        text + "." + b64url(sig) + case.take("tail", "")).encode()
    return case.request("android-safetynet", {"ver": case.take("ver", "14799021"),
                                              "response": whole})


R18 = "registration/R18"
# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    (R18, "as it once was", {}, {"statement": "retired-format", "trust": "anchored",
                                 "type": "basic"}),
    (R18 + " safetynet/S1", "signed by another key", {"signer": "other"}),
    (R18 + " safetynet/S1", "for another host", {"host": "attest.android.org"}),
    (R18 + " safetynet/S1", "for any host", {"host": "*.android.com"}),
    (R18 + " safetynet/S1", "unsigned", {"named_alg": "none"}),
    (R18 + " safetynet/S1", "a shared secret", {"named_alg": "HS256"}),
    (R18 + " safetynet/S1", "no certificates", {"x5c": []}),
    (R18 + " safetynet/S1", "certificates of junk", {"x5c": ["junk"]}),
    (R18 + " safetynet/S1", "nine certificates", {"x5c": ["AAAA"] * 9}),
    (R18 + " safetynet/S1", "two parts", {"response": b"e30.e30"}),
    (R18 + " safetynet/S1", "four parts", {"tail": ".e30"}),
    (R18 + " safetynet/S1", "a NUL in it", {"response": b"e30.e30\0.e30"}),
    (R18 + " safetynet/S1", "no version", {"statement": without("ver")}),
    (R18 + " safetynet/S1", "no response", {"statement": without("response")}),
    (R18 + " safetynet/S1", "a third member", {"statement": with_(more=1)}),
    (R18 + " safetynet/S2", "another nonce", {"nonce_of": b"other"}),
    (R18 + " safetynet/S3", "no match", {"match": False}),
    (R18 + " safetynet/S3", "a match that is no truth", {"match": "true"}),
]
