# SPDX-License-Identifier: Apache-2.0
"""Other tools on the same bytes, accepting and refusing: fido2-cred and
fido2-assert (fido2-tools), and python3-fido2 0.9. Where they are known to check
less than the standard asks, that is written down here as well."""
import base64
import hashlib
import os
import shutil
import subprocess
import tempfile

import judges
from judges import check, unb64url

# What fido2-cred says: it builds no chain and reads no certificate profile.
CRED = {"chain": True, "chain-intermediate": True, "wrong-signature": False,
        "wrong-rp": False, "no-touch": False,
        "other-model": True, "no-constraints": True, "expired": True,
        "other-root": True, "expired-own-ca": True}
ASSERT = {"assertion": True, "assertion-wrong-signature": False,
          "assertion-wrong-rp": False, "assertion-no-touch": False,
          "assertion-copy": True}
# python3-fido2 checks the signature and the leaf's profile.
PYTHON = {"chain": True, "chain-intermediate": True, "chain-eddsa": True,
          "self": True, "none": True, "wrong-signature": False,
          "other-model": False, "no-constraints": False,
          "expired-own-ca": False}


def read(data, at):
    """One CBOR item, enough for attestation objects: value and place."""
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if info >= 24:
        more = 1 << (info - 24)
        info = int.from_bytes(data[at:at + more], "big")
        at += more
    if major in (0, 1):
        return (info if major == 0 else -1 - info), at
    if major in (2, 3):
        return data[at:at + info], at + info
    if major == 4:
        items = []
        for _ in range(info):
            item, at = read(data, at)
            items.append(item)
        return items, at
    result = {}
    for _ in range(info):
        key, at = read(data, at)
        result[key], at = read(data, at)
    return result, at


def wrap(data):
    """A CBOR byte string, as fido2-tools writes authenticator data."""
    assert len(data) > 23
    head = b"\x58" + bytes([len(data)]) if len(data) < 256 else \
        b"\x59" + len(data).to_bytes(2, "big")
    return head + data


def line(data):
    return base64.b64encode(data) + b"\n"


def parts(request):
    inner = request["response"]["response"]
    client = unb64url(inner["clientDataJSON"])
    return inner, client, hashlib.sha256(client).digest()


def by_fido2_cred(request):
    inner, _, digest = parts(request)
    att, _ = read(unb64url(inner["attestationObject"]), 0)
    text = (line(digest) + request["options"]["rp_id"].encode() + b"\n"
            + b"packed\n" + line(wrap(att[b"authData"]))
            + line(unb64url(request["response"]["rawId"]))
            + line(att[b"attStmt"][b"sig"]) + line(att[b"attStmt"][b"x5c"][0]))
    run = subprocess.run(["fido2-cred", "-V", "es256"], input=text,
                         capture_output=True, timeout=60)
    return run.returncode == 0


def pem_of(cose):
    key, _ = read(cose, 0)
    der = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") \
        + b"\x04" + key[-2] + key[-3]
    return (b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der)
            + b"-----END PUBLIC KEY-----\n")


def by_fido2_assert(request):
    inner, _, digest = parts(request)
    text = (line(digest) + request["options"]["rp_id"].encode() + b"\n"
            + line(wrap(unb64url(inner["authenticatorData"])))
            + line(unb64url(inner["signature"])))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "key.pem")
        with open(path, "wb") as file:
            file.write(pem_of(base64.b64decode(request["stored"]["public_key"])))
        run = subprocess.run(["fido2-assert", "-V", "-p", "-v", path, "es256"],
                             input=text, capture_output=True, timeout=60)
    return run.returncode == 0


def by_python(request):
    from fido2.attestation import (Attestation, InvalidAttestation,
                                   InvalidSignature)
    from fido2.ctap2 import AttestationObject
    inner, _, digest = parts(request)
    att = AttestationObject(unb64url(inner["attestationObject"]))
    try:
        Attestation.for_type(att.fmt)().verify(att.att_statement,
                                               att.auth_data, digest)
        return True
    except (InvalidAttestation, InvalidSignature):
        return False


def compare(rows, wanted, judge, tool):
    seen = 0
    for row in rows:
        if row["name"] in wanted:
            got = judge(row["request"])
            check(got == wanted[row["name"]],
                  "%s on %s says %s" % (tool, row["name"], got))
            seen += 1
    check(seen == len(wanted), tool + ": not every sample was there")


def main():
    rows = judges.samples()
    tools = []
    if shutil.which("fido2-cred"):
        compare(rows, CRED, by_fido2_cred, "fido2-cred")
        compare(rows, ASSERT, by_fido2_assert, "fido2-assert")
        tools.append("fido2-tools")
    try:
        import fido2.attestation  # noqa: F401
        if fido2.__version__.startswith("0.9."):
            compare(rows, PYTHON, by_python, "python3-fido2")
            tools.append("python3-fido2")
    except ImportError:
        pass
    if not tools:
        judges.skip("neither fido2-tools nor python3-fido2 0.9 is installed")
    print("compared with", ", ".join(tools))
    judges.finish()


if __name__ == "__main__":
    main()
