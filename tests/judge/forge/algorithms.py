# SPDX-License-Identifier: Apache-2.0
"""algorithms.py - credentials of every algorithm, signing for themselves; and those that are
named and not verified."""
from . import cbor, keys, packed
from .registration import Case

NAMED = {-48: ("ML-DSA-44", 7, 1312), -49: ("ML-DSA-65", 7, 1952),
         -50: ("ML-DSA-87", 7, 2592), -47: ("ES256K", 2, 32), -65535: ("RS1", 3, 256)}


def make(unsupported=None, tail=b"", swap=None, **faults):
    """unsupported: such a credential under an attestation that is right. swap: the statement
    names this algorithm."""
    if unsupported is None:
        case = Case({"anchored": False, **faults})
        statement = packed.statement(case, own=True)
        statement["sig"] += tail
        statement["alg"] = swap or statement["alg"]
        return case.request("packed", statement)
    _, kty, size = NAMED[unsupported]
    key = {1: kty, 3: unsupported, -1: b"\x7f" * size}
    if kty == 2:
        key = {**key, -1: 8, -2: b"\x7f" * size, -3: b"\x7f" * size}
    if kty == 3:
        key = {**key, -2: b"\x01\x00\x01"}
    case = Case({"cose": cbor.encode(key), **faults})
    case.alg = unsupported
    return case.request("packed", packed.statement(case))


SELF = {"trust": "self", "type": "self"}
R17 = "registration/R17"
# What must be found wrong, by check; the faults; anything else expected.
ROWS = [(None, "credential of %d" % alg, {"alg": alg}, SELF)
        for alg in keys.ALGORITHMS if alg != -65535]
ROWS += [("packed/P10", "credential of %d, a byte more" % alg, {"alg": alg, "tail": b"\0"})
         for alg in keys.ALGORITHMS if alg != -65535]
ROWS += [(R17, name, {"unsupported": alg},
          {"statement": "unsupported-credential-alg", "trust": "anchored"})
         for alg, (name, _, _) in NAMED.items()]
ROWS += [("packed/P10", "ES256 called ESP256", {"alg": -7, "swap": -9}),
         ("packed/P10", "PS256 called RS256", {"alg": -37, "swap": -257}),
         ("packed/P10", "signed by RS1", {"alg": -257, "swap": -65535})]
