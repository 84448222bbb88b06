# SPDX-License-Identifier: Apache-2.0
"""fido_u2f.py - registrations of U2F keys."""
from . import keys
from .certificates import certificate, name
from .registration import CREDENTIAL_ID, Case, with_, without


def make(**faults):
    case = Case({"aaguid": bytes(16), "flags": 0x41, **faults,
                 "options": {"require_uv": 0, **faults.get("options", {})}})
    kind = case.take("leaf_kind", "P-256")
    leaf_key = keys.named("U2F leaf", kind)
    leaf = certificate(leaf_key, name(CN="U2F batch 1"), case.root,
                       version=case.take("version", 2))
    if hasattr(case.key, "curve"):
        x, y = keys.point(case.key)
    else:
        x = y = bytes(32)
    signed = (case.take("first", b"\x00") + case.auth[:32]
              + case.take("hash", case.hash) + CREDENTIAL_ID + b"\x04" + x + y)
    sig = keys.sign(keys.named(case.take("signer", "U2F leaf"), kind),
                    {"P-256": -7, "P-384": -35}[kind], signed)
    return case.request("fido-u2f", {"x5c": [leaf] * case.take("leaves", 1),
                                     "sig": sig + case.take("tail", b"")})


# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    (None, "right", {}),
    (None, "old leaf without extensions", {"version": 0}),
    (None, "AAGUID not zero", {"aaguid": b"\x01" * 16}, {"warnings": ["u2f/U5"]}),
    ("u2f/U1", "two certificates", {"leaves": 2}),
    ("u2f/U1", "no certificate", {"leaves": 0}),
    ("u2f/U1", "no x5c", {"statement": without("x5c")}),
    ("u2f/U1", "no sig", {"statement": without("sig")}),
    ("u2f/U1", "a third member", {"statement": with_(alg=-7)}),
    ("u2f/U1", "an array", {"statement": lambda whole: list(whole.values())}),
    ("u2f/U1", "x5c of junk", {"statement": with_(x5c=[b"junk"])}),
    ("u2f/U2", "leaf on P-384", {"leaf_kind": "P-384"}),
    ("u2f/U3", "credential by EdDSA", {"alg": -8}),
    ("u2f/U3", "credential on P-384", {"alg": -35}),
    ("u2f/U4", "signed by another key", {"signer": "nobody"}),
    ("u2f/U4", "other client data", {"hash": bytes(32)}),
    ("u2f/U4", "first byte not zero", {"first": b"\x05"}),
    ("u2f/U4", "a byte after the signature", {"tail": b"\x00"}),
    ("u2f/U6", "credential by ESP256", {"alg": -9}),
    ("registration/R12", "no U2F key verifies its user", {"options": {"require_uv": 1}}),
    ("registration/R19", "the model has to be named", {"options": {"model_needed": 1}}),
]
