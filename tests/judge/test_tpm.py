# SPDX-License-Identifier: Apache-2.0
"""Statements that a TPM made (swtpm, with tpm2-tools): the structures are libtpms's, only
authenticator data and certificate are ours."""
import hashlib
import json

import judges
import swtpm
from judges import Worker, check

try:
    from cryptography.hazmat.primitives.serialization import load_der_public_key
    from forge import cbor, der, keys, tpm
except ImportError as error:
    if "cryptography" not in str(error):
        raise
    judges.skip("python3-cryptography is not installed")

# Attestation keys and credentials: kind for tpm2_create, COSE algorithm, digest.
ATTESTERS = (("rsa2048:rsassa-sha256:null", -257, "sha256"),
             ("ecc256:ecdsa-sha256:null", -7, "sha256"),
             ("ecc384:ecdsa-sha384:null", -35, "sha384"))
CREDENTIALS = (("ecc256:ecdsa-sha256", -7), ("ecc384:ecdsa-sha384", -35),
               ("rsa2048:rsassa-sha256", -257))


class Public:
    """A public key in the place of a key, for forge.keys."""

    def __init__(self, der_bytes):
        self.public = load_der_public_key(der_bytes)
        self.curve = getattr(self.public, "curve", None)
        if self.curve is None:
            del self.curve

    def public_key(self):
        return self.public


def signature(first, second):
    if second is None:
        return first
    return der.seq(*[der.integer(int.from_bytes(part, "big"))
                     for part in (first, second)])


class Maker:
    """Registrations of one credential, attested by one key."""

    def __init__(self, device, credential, attester):
        self.device = device
        self.handle, self.alg = credential
        self.attester, self.statement_alg, self.digest = attester
        public = Public(device.public(self.handle, "der"))
        self.case = tpm.Case({"cose": cbor.encode(keys.cose(public, self.alg)),
                              "alg": self.alg})
        self.case.statement_alg = self.statement_alg
        self.certificate = tpm.aik(self.case, Public(device.public(self.attester, "der")))

    def extra(self):
        return hashlib.new(self.digest, self.case.signed).digest()

    def request(self, signed=None, form="tpmt", area_of=None):
        info, first, second = signed or self.device.certify(self.handle, self.attester,
                                                            self.extra())
        return self.case.request("tpm", {
            "alg": self.statement_alg, "sig": signature(first, second), "ver": "2.0",
            "x5c": [self.certificate],
            "pubArea": self.device.public(area_of or self.handle, form),
            "certInfo": info})


def judged(worker, request, failed, what):
    answer = worker.judge(request)
    check(not answer["error"], "%s: %s" % (what, answer["error"]))
    found = [row["text"] for row in json.loads(answer["result"])["checks"] if not row["ok"]]
    check(answer["failed"] == failed, "%s: failed %s" % (what, found))
    wanted = "invalid" if failed else "valid"
    check(answer["statement"] == wanted, "%s: %s" % (what, answer["statement"]))
    check(failed or answer["trust"] == "anchored", "%s: %s" % (what, answer["trust"]))


def main():
    tool = swtpm.missing()
    if tool:
        judges.skip(tool + " is not installed")
    device, worker = swtpm.Tpm(), Worker()
    try:
        attesters = [(device.new_key(kind, swtpm.ATTESTS), alg, digest)
                     for kind, alg, digest in ATTESTERS]
        credentials = [(device.new_key(kind, swtpm.SIGNS), alg) for kind, alg in CREDENTIALS]
        for attester in attesters:
            for credential in credentials:
                maker = Maker(device, credential, attester)
                what = "a key of %d under %d" % (maker.alg, maker.statement_alg)
                judged(worker, maker.request(), [], what)
        maker = Maker(device, credentials[0], attesters[0])
        other = Maker(device, credentials[0], attesters[1])
        judged(worker, maker.request(device.certify(maker.handle, maker.attester, b"other")),
               ["tpm/T6"], "other data")
        judged(worker, maker.request(device.quote(maker.attester, maker.extra())),
               ["tpm/T5"], "a quote")
        judged(worker, maker.request(device.certify(credentials[2][0], maker.attester,
                                                    maker.extra())),
               ["tpm/T7"], "another key is certified")
        judged(worker, maker.request(device.certify(credentials[2][0], maker.attester,
                                                    maker.extra()),
                                     area_of=credentials[2][0]),
               ["tpm/T2"], "another key altogether")
        judged(worker, maker.request(form="tss"), ["tpm/T10"], "pubArea in a TPM2B")
        judged(worker, maker.request(device.certify(maker.handle, other.attester,
                                                    maker.extra())),
               ["tpm/T3"], "another attestation key")
    finally:
        device.end()
    check(worker.end() == 0, "the worker ends well")
    judges.finish()


main()
