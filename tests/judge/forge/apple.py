# SPDX-License-Identifier: Apache-2.0
"""apple.py - registrations with Apple's anonymous attestation."""
import hashlib

from . import der, keys
from .certificates import certificate, constraints, extension, name
from .registration import Case, with_, without

NONCE = "1.2.840.113635.100.8.2"


def make(**faults):
    case = Case(faults)
    leaf_key = keys.named(case.take("leaf_key", "credential"),
                          case.take("leaf_kind", keys.ALGORITHMS[case.alg][0]))
    nonce = hashlib.sha256(case.take("nonce_of", case.signed)).digest()
    value = case.take("value", None)
    if value is None:
        value = der.seq(der.context(case.take("number", 1), der.octets(
            nonce + case.take("nonce_tail", b"")))) + case.take("tail", b"")
    leaf = certificate(leaf_key, name(CN="credential", OU="AAA Certification"), case.root,
                       [extension(NONCE, value)] * case.take("nonces", 1)
                       + [constraints(False)])
    return case.request("apple", {"x5c": [leaf] * case.take("leaves", 1)})


# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    (None, "right", {}, {"type": "anonca", "trust": "anchored"}),
    (None, "on P-384", {"alg": -35}),
    (None, "a counter is shown", {"count": 7}, {"warnings": ["apple/L2"]}),
    ("apple/L1", "another nonce", {"nonce_of": b"other"}),
    ("apple/L1", "a byte more", {"nonce_tail": b"\0"}),
    ("apple/L1", "no nonce", {"nonces": 0}),
    ("apple/L1", "two nonces", {"nonces": 2}),
    ("apple/L1", "not wrapped", {"value": der.octets(bytes(32))}),
    ("apple/L1", "wrapped in another number", {"number": 2}),
    ("apple/L1", "bytes after it", {"tail": b"\0"}),
    ("apple/L1", "no x5c", {"statement": without("x5c")}),
    ("apple/L1", "x5c empty", {"leaves": 0}),
    ("apple/L1", "an array", {"statement": lambda whole: list(whole.values())}),
    ("apple/L2", "the leaf of another key", {"leaf_key": "other"}),
    ("apple/L2", "the leaf of another kind of key", {"leaf_kind": "P-384"}),
    ("apple/L2", "alg beside x5c", {"statement": with_(alg=-7)}),
    ("apple/L2", "sig beside x5c", {"statement": with_(sig=b"x")}),
    ("registration/R19", "the model has to be named", {"options": {"model_needed": 1}}),
    ("registration/R21", "another root", {"root_trusted": False},
     {"statement": "valid", "trust": "untrusted"}),
]
