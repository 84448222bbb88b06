# SPDX-License-Identifier: Apache-2.0
"""registration.py - from authenticator data and a statement to a request to the judge."""
import base64
import hashlib
import json
import struct

from . import cbor, keys
from .certificates import AT, Issuer

RP_ID = "keys.example.org"
ORIGIN = "https://keys.example.org"
CHALLENGE = "AAECAwQFBgcICQoLDA0ODw"
AAGUID = bytes.fromhex("6b657974 75724e20 80007465 73740001".replace(" ", ""))
CREDENTIAL_ID = bytes(range(1, 17))
FLAGS = 0x45  # UP, UV, AT


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unb64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Case:
    """A registration while it is made. `faults` are the words that a format's maker asks
    for; what nobody asks for is a mistake in the table, and refused."""

    def __init__(self, faults=None):
        self.faults = dict(faults or {})
        self.asked = set()
        self.alg = self.take("alg", -7)
        self.key_name = self.take("credential", "credential")
        self.key = keys.of_algorithm(self.alg, self.key_name) \
            if self.alg in keys.ALGORITHMS else None
        client = {"type": "webauthn.create", "challenge": CHALLENGE,
                  "origin": ORIGIN, "crossOrigin": False}
        self.client = json.dumps(client).encode()
        self.hash = hashlib.sha256(self.client).digest()
        self.root = Issuer(self.take("root", "Forged Root"), self.take("root_kind", "P-256"))
        self.cose = self.take("cose", None) or cbor.encode(keys.cose(self.key, self.alg))
        self.aaguid = self.take("aaguid", AAGUID)
        self.auth = (hashlib.sha256(RP_ID.encode()).digest()
                     + bytes([self.take("flags", FLAGS)])
                     + struct.pack(">I", self.take("count", 0)) + self.aaguid
                     + struct.pack(">H", len(CREDENTIAL_ID)) + CREDENTIAL_ID
                     + self.cose)
        self.anchors = [self.root.der if self.take("root_trusted", True)
                        else Issuer("Another Root").der]
        if not self.take("anchored", True):
            self.anchors = []

    def take(self, word, otherwise):
        self.asked.add(word)
        return self.faults.get(word, otherwise)

    @property
    def signed(self):
        return self.auth + self.hash

    def request(self, fmt, statement):
        options = {"challenge": CHALLENGE, "origins": [ORIGIN], "rp_id": RP_ID,
                   "require_uv": 1}
        options.update(self.take("options", {}))
        statement = self.take("statement", lambda whole: whole)(statement)
        crls = self.take("crls", [])
        unknown = set(self.faults) - self.asked
        assert not unknown, "nobody makes the fault %s" % unknown
        object_ = cbor.encode({"fmt": fmt, "attStmt": statement,
                               "authData": self.auth})
        ident = b64url(CREDENTIAL_ID)
        request = {"kind": "registration", "options": options, "at": AT,
                   "anchors": [base64.b64encode(x).decode() for x in self.anchors],
                   "response": {"id": ident, "rawId": ident, "type": "public-key",
                                "clientExtensionResults": {},
                                "response": {"clientDataJSON": b64url(self.client),
                                             "attestationObject": b64url(object_)}}}
        if crls:
            request["crls"] = [base64.b64encode(x).decode() for x in crls]
        return request


def without(*names):
    """A statement with these members taken out."""
    return lambda statement: {name: value for name, value in statement.items()
                              if name not in names}


def with_(**members):
    """A statement with these members added or changed, in canonical order."""
    return lambda statement: cbor.ordered({**statement, **members})
