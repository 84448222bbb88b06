# SPDX-License-Identifier: Apache-2.0
"""packed.py - packed statements, as parts of compound ones; what can be wrong with them
alone is made in C (tests/unit/make-registration.h)."""
from . import der, keys
from .certificates import aaguid_extension, certificate, constraints, extension, name
from .registration import AAGUID

SERIAL = "1.3.6.1.4.1.45724.1.1.2"


def statement(case, own=False, signed=None, serial=None, issuer=None,
              kind="P-256", more=(), leaf_serial=None):
    """own: by the credential's own key, without certificate."""
    key = case.key if own else keys.named("Packed leaf", kind)
    alg = case.alg if own else {"P-256": -7, "P-384": -35, "P-521": -36}[kind]
    part = {"alg": alg,
            "sig": keys.sign(key, alg,
                             case.signed if signed is None else signed)}
    if own:
        return part
    extensions = [constraints(False), aaguid_extension(AAGUID)]
    if serial:
        extensions.append(extension(SERIAL, der.octets(serial)))
    part["x5c"] = [certificate(key, name(
        C="SE", O="Forged", OU="Authenticator Attestation", CN="batch 1"),
        issuer or case.root, extensions, serial=leaf_serial)] + list(more)
    return part
