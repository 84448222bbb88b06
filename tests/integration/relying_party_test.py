# SPDX-License-Identifier: Apache-2.0
"""What `fidotool enrol` and `assert` write, before two relying parties that we
did not write: @simplewebauthn/server and python3-fido2. Both accept it as it
is, and neither accepts it changed, whatever byte that is."""

import base64
import json
import os
import pathlib
import subprocess
import unittest

from fido2 import cbor
from fido2.attestation import Attestation, verify_x509_chain
from fido2.client import ClientData
from fido2.ctap2 import AttestationObject, AuthenticatorData
from fido2.server import Fido2Server

import relying_party
from keys_lib import Place, b64url, unb64url

SECRET = "271828"
RP_ID, ORIGIN = "example.org", "https://example.org"
ATTESTATION = pathlib.Path(os.environ["ATTESTATION"])
# Key profile and algorithm, and what its attestation is.
KINDS = {"full": ("plain-2.1", -7), "self": ("self-2.3", -7), "self-eddsa": ("self-2.3", -8), "none": ("none-2.1", -7)}


class SimpleWebAuthn(relying_party.SimpleWebAuthn):
    def judge(self, case):
        asked = {"kind": case.kind, "response": case.response, "expectedChallenge": case.challenge,
                 "expectedOrigin": case.origin, "expectedRPID": case.rp_id, "requireUserVerification": True,
                 "roots": [base64.b64encode(der_of(case.root)).decode()]}
        if case.kind == "assertion":
            asked["credential"] = {"id": case.response["id"], "publicKey": b64url(case.public_key), "counter": 0}
        return self.ask(asked)


def judge_attestation(root):
    """The second's, with a chain up to root where there is one."""
    def judge(attestation, digest):
        result = Attestation.for_type(attestation.fmt)().verify(attestation.att_statement, attestation.auth_data, digest)
        if result.trust_path:
            verify_x509_chain([*result.trust_path, der_of(root)])
    return judge


class PythonFido2:
    def judge(self, case):
        try:
            self.complete(case)
        except Exception as error:  # it has many; a refusal it is in any case
            return False, repr(error)
        return True, ""

    def complete(self, case):
        inner = case.response["response"]
        state = {"challenge": case.challenge, "user_verification": "required"}
        # Its own way with origins takes each site below the RP ID.
        server = Fido2Server({"id": case.rp_id, "name": "x"}, attestation=case.attestation,
                             verify_origin=lambda origin: origin == case.origin, verify_attestation=judge_attestation(case.root))
        client = ClientData(unb64url(inner["clientDataJSON"]))
        if case.kind == "registration":
            server.register_complete(state, client, AttestationObject(unb64url(inner["attestationObject"])))
        else:
            server.authenticate_complete(state, [case.stored], unb64url(case.response["rawId"]), client,
                                         AuthenticatorData(unb64url(inner["authenticatorData"])),
                                         unb64url(inner["signature"]))


def der_of(pem):
    return base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-")))


class Case:
    """One response and what its relying party expects."""

    def __init__(self, kind, response, challenge, attestation="direct"):
        self.kind, self.response, self.challenge, self.attestation = kind, response, challenge, attestation
        self.origin, self.rp_id = ORIGIN, RP_ID
        self.root = (ATTESTATION / "softkey-root.pem").read_text()
        self.stored = self.public_key = None

    def but(self, **more):
        """A copy with other expectations, or another response."""
        other = Case.__new__(Case)
        vars(other).update(vars(self), **more)
        return other

    def with_part(self, name, data):
        """A copy whose response has other bytes in that part."""
        inner = dict(self.response["response"])
        if name in ("authData", "sig", "x5c"):
            whole = cbor.decode(unb64url(inner["attestationObject"]))
            if name == "authData":
                whole["authData"] = data
            else:
                whole["attStmt"][name] = data
            inner["attestationObject"] = b64url(cbor.encode(whole))
        else:
            inner[name] = b64url(data)
        return self.but(response=self.response | {"response": inner})

    def part(self, name):
        inner = self.response["response"]
        if name not in ("authData", "sig", "x5c"):
            return unb64url(inner[name])
        whole = cbor.decode(unb64url(inner["attestationObject"]))
        return whole["authData"] if name == "authData" else whole["attStmt"][name]

    def flipped(self, name, places=None):
        """Copies with one bit of a part changed, for each place in it."""
        data = self.part(name)
        for at in places if places is not None else range(len(data)):
            if at == 1 and name in ("sig", "signature") and data[0] == 0x30:
                continue  # a length in DER that some read past: the numbers are the same
            yield f"{name} byte {at}", self.with_part(name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])


class Parties(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.parties = {"simplewebauthn": SimpleWebAuthn(), "python3-fido2": PythonFido2()}

    @classmethod
    def tearDownClass(cls):
        cls.parties["simplewebauthn"].end()

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)

    def registration(self, kind):
        profile, alg = KINDS[kind]
        self.place.add("a", profile)
        self.assertEqual(self.place.run("key", "pin", "set", pins=[SECRET])[0], 0)
        options = self.place.creation(pubKeyCredParams=[{"type": "public-key", "alg": alg}])
        code, out, err = self.place.run("enrol", "--options", options, pins=[SECRET])
        self.assertEqual(code, 0, err)
        case = Case("registration", json.loads(out), json.loads(pathlib.Path(options).read_text())["challenge"],
                    "none" if kind == "none" else "direct")
        statement = cbor.decode(unb64url(case.response["response"]["attestationObject"]))
        self.assertEqual((statement["fmt"], "x5c" in statement["attStmt"]),
                         ("none" if kind == "none" else "packed", kind == "full"))
        return case

    def assertion(self, made):
        request = self.place.request(made.response["id"])
        code, out, err = self.place.run("assert", "--options", request, pins=[SECRET])
        self.assertEqual(code, 0, err)
        stored = AttestationObject(unb64url(made.response["response"]["attestationObject"])).auth_data.credential_data
        return Case("assertion", json.loads(out), json.loads(pathlib.Path(request).read_text())["challenge"]).but(
            stored=stored, public_key=cbor.encode(stored.public_key))

    def accepted(self, case):
        for name, party in self.parties.items():
            good, why = party.judge(case)
            self.assertTrue(good, (name, why))

    def refused(self, changed):
        """By both; the number of changes."""
        count = 0
        for what, case in changed:
            for name, party in self.parties.items():
                with self.subTest(name, what=what):
                    good, why = party.judge(case)
                    self.assertFalse(good)
                    self.assertTrue(why)
            count += 1
        return count

    def others(self, case):
        """Not what was expected; the response is as it was."""
        other = b64url(bytes(range(100, 132)))
        yield "another challenge", case.but(challenge=other)
        yield "another origin", case.but(origin="https://example.net")
        yield "a site below it", case.but(origin="https://www.example.org")
        yield "another RP ID", case.but(rp_id="example.net")

    def client_data(self, case):
        """Well formed, and of something else."""
        data = json.loads(case.part("clientDataJSON"))
        for name, value in {"type": "webauthn.get" if case.kind == "registration" else "webauthn.create",
                            "challenge": b64url(bytes(32)), "origin": "https://example.net"}.items():
            yield f"{name} in the client data", case.with_part("clientDataJSON", json.dumps(data | {name: value}).encode())

    def packed(self, kind):
        case = self.registration(kind)
        self.accepted(case)
        changed = [*self.others(case), *self.client_data(case)]
        for part in ("authData", "sig", "clientDataJSON"):
            changed += case.flipped(part)
        self.assertGreater(self.refused(changed), 300)
        return case

    def asserted(self, made):
        case = self.assertion(made)
        self.accepted(case)
        changed = [*self.others(case), *self.client_data(case)]
        for part in ("authenticatorData", "signature", "clientDataJSON"):
            changed += case.flipped(part)
        self.assertGreater(self.refused(changed), 150)

    def test_packed_full(self):
        case = self.packed("full")
        leaf, *rest = case.part("x5c")
        # Its root is another, or the certificate is not what the root signed.
        changed = [("no root of it", case.but(root=ssl_root(self.place.top)))]
        changed += [(f"certificate byte {at}", case.with_part("x5c", [leaf[:at] + bytes([leaf[at] ^ 1]) + leaf[at + 1:], *rest]))
                    for at in range(0, len(leaf), 37)]
        self.refused(changed)
        self.asserted(case)

    def test_packed_self(self):
        self.asserted(self.packed("self"))

    def test_packed_self_with_eddsa(self):
        self.asserted(self.packed("self-eddsa"))

    def test_none(self):
        """Nothing is signed here: what is compared must fall, no more."""
        case = self.registration("none")
        self.accepted(case)
        data = case.part("authData")
        changed = [*self.others(case), *self.client_data(case), *case.flipped("authData", range(32))]
        changed += [("no touch", case.with_part("authData", data[:32] + bytes([data[32] & ~1]) + data[33:])),
                    ("no PIN", case.with_part("authData", data[:32] + bytes([data[32] & ~4]) + data[33:]))]
        self.refused(changed)
        self.asserted(case)


def ssl_root(top):
    """A root that has nothing to do with the key's."""
    path = os.path.join(top, "other-root.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=another", "-keyout", os.devnull, "-out", path], check=True, capture_output=True)
    return pathlib.Path(path).read_text()


if __name__ == "__main__":
    relying_party.fetch()
    unittest.main()
