# SPDX-License-Identifier: Apache-2.0
"""Other tools on the forged registrations, good and bad: python3-fido2 0.9 and fido2-cred,
with the reasons where they say otherwise than we do."""
import shutil
import subprocess
import warnings

import judges
from judges import unb64url
from opinions import Opinions

try:
    from forge import android_key, apple, fido_u2f, safetynet, tpm
except ImportError as error:
    if "cryptography" not in str(error):
        raise
    judges.skip("python3-cryptography is not installed")
from test_oracles import line, parts, read, wrap

# Formats: how registrations are made (with what), whose checks are a statement's own.
# python3-fido2 0.9 reads no ECC key of a TPM, so there credentials are of RSA.
FORMATS = {"fido-u2f": (fido_u2f, {}, "u2f/"), "tpm": (tpm, {"alg": -257}, "tpm/"),
           "android-safetynet": (safetynet, {}, "safetynet/"),
           "android-key": (android_key, {}, "android-key/"), "apple": (apple, {}, "apple/")}

ECC_ONLY = {"curve", "kdf", "pad"}

PYTHON = {
    ("fido-u2f", "two certificates"): "8.6: x5c has exactly one",
    ("fido-u2f", "a third member"): "8.6: sig and x5c, nothing else",
    ("fido-u2f", "u2f/U3"): "8.6: x and y of 32 bytes; it signs over whatever there is",
    ("fido-u2f", "u2f/U6"): "a U2F key makes ES256, nothing else",
    ("tpm", "version 1.2"): "8.3: ver is 2.0; it never looks",
    ("tpm", "version a number"): "8.3: ver is 2.0; it never looks",
    ("tpm", "no version"): "8.3: ver is 2.0; it never looks",
    ("tpm", "nine certificates"): "our own bound, before any signature",
    ("tpm", "over SHA-1"): "refused unless allowed; it takes SHA-1 as it takes others",
    ("tpm", "bytes after certInfo"): "it does not read to the end",
    ("tpm", "a subject"): "8.3.1: the subject is empty",
    ("tpm", "the name not critical"): "TCG EK profile 3.2.9, with an empty subject",
    ("tpm", "no manufacturer"): "8.3.1 with TCG EK profile 3.2.9",
    ("tpm", "no model of the TPM"): "8.3.1 with TCG EK profile 3.2.9",
    ("tpm", "no version of the TPM"): "8.3.1 with TCG EK profile 3.2.9",
    ("tpm", "another model"): "8.3: the AAGUID extension, where there is one, agrees",
    ("tpm", "a seventh member"): "8.3: the syntax has six members",
    ("tpm", "leading zeros of x and y"): "it reads no ECC key of a TPM",
    ("tpm", "x and y as short as they are"): "it reads no ECC key of a TPM",
    ("tpm", "a derivation for an ECC key"): "it reads no ECC key of a TPM",
    ("tpm", "PSS"): "it knows no PS256",
    ("tpm", "key on P-384"): "it reads no ECC key of a TPM",
    ("tpm", "key on P-521"): "it reads no ECC key of a TPM",
    ("tpm", "a scheme for an RSA key"): "TPM 2.0 Part 2, 12.2.3.5: a scheme has a digest",
    ("tpm", "a scheme for an ECC key"): "as for an RSA key",
    ("tpm", "a count beside the scheme"): "TPM 2.0 Part 2: ECDAA has a count",
    ("tpm", "symmetric parameters"): "only restricted keys have them, but they may stand",
    ("tpm", "ECC attestation key on P-384"): "it knows no ES384",
    ("tpm", "RS384 and its digest"): "it knows no RS384",
    ("tpm", "another length"): "it does not compare keyBits",
    ("android-safetynet", "no version"): "8.5: ver is a member",
    ("android-safetynet", "a third member"): "8.5: the syntax has two members",
    ("android-key", "good"): "it does not know the format",
    ("apple", "wrapped in another number"): "it cuts off six bytes unseen",
    ("apple", "apple/L2"): "it never compares the leaf's key, nor counts members",
}
CRED = {
    ("fido-u2f", "u2f/U1"): "the tool takes the parts one by one: it sees no statement",
}


def by_python(fmt, request):
    from fido2.attestation import Attestation
    from fido2.ctap2 import AttestationObject
    inner, _, digest = parts(request)
    try:
        att = AttestationObject(unb64url(inner["attestationObject"]))
        Attestation.for_type(att.fmt)().verify(att.att_statement, att.auth_data, digest)
        return True
    except Exception:  # it raises whatever its parsers raise
        return False


def by_fido2_cred(fmt, request):
    inner, _, digest = parts(request)
    att, _ = read(unb64url(inner["attestationObject"]), 0)
    statement = att[b"attStmt"]
    if not isinstance(statement, dict) or not statement.get(b"x5c"):
        return False
    text = (line(digest) + request["options"]["rp_id"].encode() + b"\n"
            + fmt.encode() + b"\n" + line(wrap(att[b"authData"]))
            + line(unb64url(request["response"]["rawId"]))
            + line(statement.get(b"sig", b"")) + line(statement[b"x5c"][0]))
    return subprocess.run(["fido2-cred", "-V", "es256"], input=text, capture_output=True,
                          timeout=60).returncode == 0


def compare(tool, judge, reasons, formats):
    opinions = Opinions(tool, reasons)
    for fmt in formats:
        module, more, own = FORMATS[fmt]
        for failed, words, faults, *wanted in module.ROWS:
            ours = own not in (failed or "") or any(
                row.get("statement") == "valid" for row in wanted)
            made = faults if ECC_ONLY & set(faults) else {**more, **faults}
            opinions.hear(fmt, failed, words, judge(fmt, module.make(**made)), ours)
    opinions.end()


def main():
    warnings.simplefilter("ignore")
    seen = False
    try:
        import fido2
        if fido2.__version__.startswith("0.9."):
            compare("python3-fido2", by_python, PYTHON, FORMATS)
            seen = True
    except ImportError:
        pass
    if shutil.which("fido2-cred"):
        compare("fido2-cred", by_fido2_cred, CRED, ("fido-u2f",))
        seen = True
    if not seen:
        judges.skip("neither fido2-tools nor python3-fido2 0.9 is installed")
    judges.finish()


main()
