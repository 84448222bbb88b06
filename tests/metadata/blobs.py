# SPDX-License-Identifier: Apache-2.0
"""blobs.py - metadata BLOBs made and signed here, right or with one fault, and
what the tests of metadata share."""
import base64
import datetime
import ipaddress
import json
import os
import random
import subprocess
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509.oid import NameOID

AT = "2026-03-01"
SIGNER = "mds.example.org"
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 3, 1)

failures = []


def check(good, what):
    """Notes a failure and goes on."""
    if not good:
        failures.append(what)
        print("FAILED:", what)


def finish():
    print("%d failed" % len(failures))
    sys.exit(1 if failures else 0)


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def der(certificate):
    return certificate.public_bytes(serialization.Encoding.DER)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)


def b64(certificate):
    return base64.b64encode(der(certificate)).decode()


def new_key(kind="ES256"):
    if kind == "RS256":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP384R1() if kind == "ES384" else ec.SECP256R1())


def certify(name, key, issuer=None, issuer_key=None, ca=True, begin=NOW - 400 * DAY, end=NOW + 400 * DAY, names=()):
    """A certificate for key; without issuer it signs itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(begin).not_valid_after(end)
               .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True))
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(n) for n in names if not n[0].isdigit()] +
                                        [x509.IPAddress(ipaddress.ip_address(n)) for n in names if n[0].isdigit()]),
            critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256())


class Service:
    """One that signs BLOBs: root, intermediate, leaf."""

    def __init__(self, alg="ES256", signer=SIGNER, now=NOW, **leaf):
        self.alg = alg
        self.root_key, self.middle_key, self.key = new_key(), new_key(), new_key(alg)
        span = {"begin": now - 400 * DAY, "end": now + 400 * DAY}
        self.root = certify("Root of the tests", self.root_key, **span)
        self.middle = certify("Middle of the tests", self.middle_key, self.root, self.root_key, **span)
        self.leaf = certify(signer, self.key, self.middle, self.middle_key, ca=False, **dict(span, **leaf))

    def header(self, **over):
        header = {"alg": self.alg, "typ": "JWT", "x5c": [b64(self.leaf), b64(self.middle)]}
        header.update(over)
        return {k: v for k, v in header.items() if v is not None}

    def sign(self, data, loose=False):
        if self.alg == "RS256":
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        signature = self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        if loose:
            return signature
        r, s = utils.decode_dss_signature(signature)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def blob(self, payload, header=None, loose=False):
        """payload is an object, or bytes to be signed as they are."""
        if not isinstance(payload, bytes):
            payload = json.dumps(payload).encode()
        head = header if isinstance(header, bytes) else json.dumps(header or self.header()).encode()
        signed = b64url(head) + "." + b64url(payload)
        return (signed + "." + b64url(self.sign(signed.encode(), loose))).encode()


def uuid(number):
    return "00000000-0000-4000-8000-%012x" % number


def entry(number, reports=None, roots=(), **statement):
    """One model of a key with NFC."""
    full = {
        "description": "Model %d" % number, "aaguid": uuid(number), "authenticatorVersion": 5, "protocolFamily": "fido2",
        "schema": 3, "upv": [{"major": 1, "minor": 1}], "authenticationAlgorithms": ["secp256r1_ecdsa_sha256_raw"],
        "attestationTypes": ["basic_full"], "keyProtection": ["hardware", "secure_element"], "matcherProtection": ["on_chip"],
        "userVerificationDetails": [[{"userVerificationMethod": "passcode_external"}]], "cryptoStrength": 128,
        "attachmentHint": ["external", "wired", "nfc"], "tcDisplay": [], "attestationRootCertificates": list(roots),
        "authenticatorGetInfo": {"versions": ["FIDO_2_0", "FIDO_2_1"], "extensions": ["credProtect"],
                                 "options": {"rk": True, "uv": False}, "transports": ["usb", "nfc"], "firmwareVersion": 328707},
    }
    full.update(statement)
    return {"aaguid": uuid(number), "metadataStatement": {k: v for k, v in full.items() if v is not None},
            "statusReports": reports if reports is not None else [{"status": "FIDO_CERTIFIED_L1", "effectiveDate": "2024-01-01"}],
            "timeOfLastStatusChange": "2024-01-01"}


def payload(no=10, entries=None, **over):
    body = {"legalHeader": "Terms of the tests", "no": no, "nextUpdate": "2026-04-01",
            "entries": entries if entries is not None else [entry(1)]}
    body.update(over)
    return {k: v for k, v in body.items() if v is not None}


def large(count, seed=1):
    """Entries of the size that the real service has: icons of 1 to 9 kB."""
    chance = random.Random(seed)
    root = b64(certify("Root of a maker", new_key()))
    for i in range(1, count + 1):
        icon = base64.b64encode(chance.randbytes(chance.randint(1000, 9000))).decode()
        level = chance.choice(["L1", "L1", "L2", "L3"])
        yield entry(i, [{"status": "FIDO_CERTIFIED", "effectiveDate": "2021-01-01"},
                        {"status": "FIDO_CERTIFIED_" + level, "effectiveDate": "2022-05-01", "certificateNumber": "T%d" % i,
                         "certificationPolicyVersion": "1.4", "certificationRequirementsVersion": "1.5"}],
                    [root, root], icon="data:image/png;base64," + icon)


def fidotool(arguments, store=None, **more):
    env = dict(os.environ, LC_ALL="C.UTF-8")
    env.pop("KEYTURN_METADATA", None)
    if store:
        env["KEYTURN_METADATA"] = store
    return subprocess.run([os.environ["FIDOTOOL"]] + arguments, capture_output=True, timeout=60, env=env, **more)


def run_json(arguments, store=None, **more):
    """Exit code and envelope."""
    done = fidotool(arguments + ["--json"], store, **more)
    return done.returncode, json.loads(done.stdout)


def write(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


class Store:
    """A metadata folder and how one service's BLOBs get in."""

    def __init__(self, folder, service):
        self.folder, self.service = folder, service
        self.path = os.path.join(folder, "store")
        self.root = write(folder, "root.pem", pem(service.root))
        self.fresh = True

    def take(self, blob, *more, at=AT):
        path = write(self.folder, "blob.jwt", blob)
        first = ["--root", self.root, "--signer", SIGNER] if self.fresh else []
        code, envelope = run_json(["metadata", "import", "--at", at, *first, *more, path], self.path)
        self.fresh = self.fresh and code != 0
        return code, envelope

    def run(self, *arguments):
        return run_json(["metadata", *arguments], self.path)

    def find(self, query, *more):
        code, envelope = self.run("find", "--at", AT, *more, query)
        return [m["name"] for m in envelope["result"]["models"]] if code == 0 else envelope["error"]["text"]
