# SPDX-License-Identifier: Apache-2.0
"""tpm.py - registrations of TPMs: public area, certInfo, the attestation key's
certificate."""
import hashlib
import struct

from . import cbor, der, keys
from .certificates import (BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE,
                           SUBJECT_ALT_NAME, aaguid_extension, certificate,
                           constraints, extension, name)
from .registration import AAGUID, Case, with_, without

NULL = 0x0010
CURVES = {32: 3, 48: 4, 66: 5}
NAME_ALGS = {"sha1": 4, "sha256": 0x0b, "sha384": 0x0c, "sha512": 0x0d}
TPM = ("2.23.133.2.1", "id:494E5443"), ("2.23.133.2.2", "Forged"), \
    ("2.23.133.2.3", "id:00020000")


def sized(body):
    return struct.pack(">H", len(body)) + body


def scheme(case, alg, word="scheme"):
    """An algorithm with its digest where that is asked for, else none."""
    if word == "scheme" and case.take("scheme_raw", b""):
        return case.take("scheme_raw", b"")
    return struct.pack(">HH", alg, 0x0b) if case.take(word, False) else \
        struct.pack(">H", NULL)


def public_area(case):
    """TPMT_PUBLIC of a key that signs, of the credential's kind."""
    key = keys.named(case.take("area_key", case.key_name),
                     case.take("area_kind", keys.ALGORITHMS[case.alg][0]))
    alg = case.take("name_alg", "sha256")
    head = struct.pack(">HHI", case.take("area_type", 0x23 if hasattr(key, "curve") else 1),
                       NAME_ALGS.get(alg, alg), 0x00040072)
    head += sized(case.take("auth_policy", b"")) + case.take("symmetric",
                                                             struct.pack(">H", NULL))
    if hasattr(key, "curve"):
        x, y = keys.point(key)
        curve = CURVES[len(x)]
        if case.take("pad", 0) < 0:
            x, y = x.lstrip(b"\0"), y.lstrip(b"\0")
        pad = bytes(max(0, case.take("pad", 0)))
        return head + scheme(case, 0x18) + struct.pack(">H", case.take(
            "curve", curve)) + scheme(case, 0x19, "kdf") \
            + sized(pad + x) + sized(pad + y)
    n, e = keys.modulus(key)
    exponent = case.take("exponent", 0)
    assert e == 65537
    return head + scheme(case, 0x14) + struct.pack(
        ">HI", case.take("bits", 8 * len(n)), exponent) + sized(n)


def cert_info(case, area):
    digest = case.take("extra_digest", keys.ALGORITHMS[case.statement_alg][1])
    extra = hashlib.new(digest, case.take("extra_of", case.signed)).digest() \
        if digest else b""
    alg = case.take("name_alg", "sha256")
    called = case.take("name_head", area[2:4]) + hashlib.new(
        alg if alg in NAME_ALGS else "sha256", case.take("name_of", area)).digest()
    return (struct.pack(">IH", case.take("magic", 0xff544347),
                        case.take("type", 0x8017))
            + sized(b"signer") + sized(extra + case.take("extra_tail", b""))
            + bytes(17) + bytes(8)
            + sized(called) + sized(case.take("qualified", b"qualified"))
            + case.take("info_tail", b""))


def attribute(oid, value):
    return der.seq(der.oid(oid), der.utf8(value))


def alternative_name(tpm, one_set=True, critical=True):
    rdns = [der.set_of(*[attribute(*pair) for pair in tpm])] if one_set else \
        [der.set_of(attribute(*pair)) for pair in tpm]
    directory = der.context(4, der.seq(*rdns))
    return extension(SUBJECT_ALT_NAME, der.seq(directory), critical)


def aik(case, key):
    extensions = {
        "san": alternative_name(case.take("tpm", TPM), case.take("one_set", True),
                                case.take("san_critical", True)),
        "use": extension(EXTENDED_KEY_USAGE, der.seq(der.oid(
            case.take("use", "2.23.133.8.3")))),
        "constraints": case.take("constraints", constraints(False)),
        "aaguid": case.take("model", b"")}
    left_out = case.take("left_out", ())
    return certificate(key, case.take("subject", name()), case.root, [
        value for what, value in extensions.items()
        if value and what not in left_out], version=case.take("version", 2),
        digest=case.take("leaf_digest", "sha256"))


def make(**faults):
    case = Case(faults)
    case.statement_alg = case.take("statement_alg", -257)
    kind = keys.ALGORITHMS[case.statement_alg][0]
    attester = keys.named("AIK", case.take("aik_kind", kind))
    area = public_area(case)
    info = cert_info(case, area)
    sig = case.take("sig", None) or keys.sign(
        keys.named(case.take("signer", "AIK"), kind), case.statement_alg, info)
    if case.take("wrapped", False):
        area = sized(area)
    statement = {"alg": case.take("named_alg", case.statement_alg), "sig": sig,
                 "ver": case.take("ver", "2.0"),
                 "x5c": [aik(case, attester)] * case.take("leaves", 1),
                 "pubArea": area + case.take("area_tail", b""), "certInfo": info}
    return case.request("tpm", statement)


OTHER = b"other bytes"
# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    (None, "ECC key, RSA attestation key", {}, {"type": "attca", "trust": "anchored"}),
    (None, "RSA key, exponent 0", {"alg": -257}, {"result": {"attested": {
        "tpm_manufacturer": "id:494E5443", "tpm_model": "Forged",
        "tpm_version": "id:00020000"}}}),
    (None, "RSA key, exponent spelled out", {"alg": -257, "exponent": 65537}),
    (None, "ECC attestation key", {"statement_alg": -7}),
    (None, "ECC attestation key on P-384", {"statement_alg": -35}),
    (None, "PSS", {"statement_alg": -37}),
    (None, "RS384 and its digest", {"statement_alg": -258}),
    (None, "a scheme for an ECC key", {"scheme": True}),
    (None, "a scheme for an RSA key", {"scheme": True, "alg": -257}),
    (None, "a derivation for an ECC key", {"kdf": True}),
    (None, "a count beside the scheme", {"scheme_raw": struct.pack(">HHH", 0x1a, 0x0b, 1)}),
    (None, "key on P-384", {"alg": -35}),
    (None, "key on P-521", {"alg": -36}),
    (None, "leading zeros of x and y", {"pad": 2}),
    (None, "x and y as short as they are", {"pad": -1, "credential": keys.SHORT}),
    (None, "a name over SHA-384", {"name_alg": "sha384"}),
    (None, "a name over SHA-1 is weak", {"name_alg": "sha1"}, {"warnings": ["tpm/T7"]}),
    (None, "an authorization policy", {"auth_policy": bytes(32)}),
    (None, "symmetric parameters", {"symmetric": struct.pack(">HHH", 6, 128, 0x43)}),
    (None, "three sets in the name", {"one_set": False}),
    (None, "the model in the certificate",
     {"model": aaguid_extension(AAGUID), "options": {"model_needed": 1}}),
    (None, "SHA-1 where it is allowed",
     {"statement_alg": -65535, "options": {"allow_sha1": 1}}, {"warnings": ["tpm/T3"]}),
    (None, "a vendor nobody registered",
     {"tpm": (("2.23.133.2.1", "id:00000000"),) + TPM[1:]}, {"warnings": ["tpm/T9"]}),
    (None, "a vendor on the list", {"options": {"tpm_manufacturers": ["id:494E5443"]}}),
    ("tpm/T1", "version 1.2", {"ver": "1.2"}),
    ("tpm/T1", "version a number", {"ver": 2}),
    ("tpm/T1", "no version", {"statement": without("ver")}),
    ("tpm/T1", "no alg", {"statement": without("alg")}),
    ("tpm/T1", "no sig", {"statement": without("sig")}),
    ("tpm/T1", "no x5c", {"statement": without("x5c")}),
    ("tpm/T1", "no certInfo", {"statement": without("certInfo")}),
    ("tpm/T1", "no pubArea", {"statement": without("pubArea")}),
    ("tpm/T1", "ecdaaKeyId", {"statement": with_(ecdaaKeyId=b"x")}),
    ("tpm/T1", "a seventh member", {"statement": with_(more=1)}),
    ("tpm/T1", "x5c empty", {"leaves": 0}),
    ("tpm/T1", "nine certificates", {"leaves": 9}),
    ("tpm/T1", "an array", {"statement": lambda whole: list(whole.values())}),
    ("tpm/T2", "another key", {"area_key": "other"}),
    ("tpm/T2", "another RSA key", {"alg": -257, "area_key": "other"}),
    ("tpm/T2", "another curve", {"curve": 4}),
    ("tpm/T2", "another exponent", {"alg": -257, "exponent": 3}),
    ("tpm/T2", "another length", {"alg": -257, "bits": 3072}),
    ("tpm/T2", "neither RSA nor ECC", {"area_type": 8}),
    ("tpm/T2", "a key by EdDSA", {"area_kind": "P-256", "alg": -8}),
    ("tpm/T2", "bytes after pubArea", {"area_tail": b"\0"}),
    ("tpm/T3", "signed by another key", {"signer": "other AIK"}),
    ("tpm/T3", "alg of another key", {"named_alg": -37}),
    ("tpm/T3", "over SHA-1", {"statement_alg": -65535}),
    ("tpm/T4", "another magic", {"magic": 0xff544348}),
    ("tpm/T5", "a quote", {"type": 0x8018}),
    ("tpm/T5", "a creation", {"type": 0x801a}),
    ("tpm/T6", "other client data", {"extra_of": OTHER}),
    ("tpm/T6", "SHA-1 under RS256", {"extra_digest": "sha1"}),
    ("tpm/T6", "a byte more", {"extra_tail": b"\0"}),
    ("tpm/T6", "empty", {"extra_digest": None}),
    ("tpm/T6", "an algorithm without digest",
     {"statement_alg": -8, "extra_digest": "sha256"}),
    ("tpm/T7", "another area's name", {"name_of": OTHER}),
    ("tpm/T7", "another digest's name", {"name_head": b"\x00\x0c"}),
    ("tpm/T7", "a digest of no kind we read", {"name_alg": 0x12}),
    ("tpm/T7", "bytes after certInfo", {"info_tail": b"\0"}),
    ("tpm/T8", "X.509 version 1 with extensions", {"version": 0}),
    ("tpm/T8", "a subject", {"subject": name(CN="TPM")}),
    ("tpm/T8", "no alternative name", {"left_out": ("san",)}),
    ("tpm/T8", "the name not critical", {"san_critical": False}),
    ("tpm/T8", "no manufacturer", {"tpm": TPM[1:]}),
    ("tpm/T8", "no model of the TPM", {"tpm": (TPM[0], TPM[2])}),
    ("tpm/T8", "no version of the TPM", {"tpm": TPM[:2]}),
    ("tpm/T8", "another use", {"use": "1.3.6.1.5.5.7.3.2"}),
    ("tpm/T8", "no use", {"left_out": ("use",)}),
    ("tpm/T8", "a CA", {"constraints": constraints(True)}),
    ("tpm/T8", "no Basic Constraints", {"left_out": ("constraints",)}),
    ("tpm/T8", "another model", {"model": aaguid_extension(bytes(16))}),
    ("tpm/T9", "a vendor not on the list",
     {"options": {"tpm_manufacturers": ["id:414D4400"]}}, {"statement": "valid"}),
    ("tpm/T10", "a length before pubArea", {"wrapped": True}),
    ("registration/R19", "the model has to be named", {"options": {"model_needed": 1}}),
    ("registration/R21", "another root", {"root_trusted": False},
     {"statement": "valid", "trust": "untrusted"}),
    ("registration/R21", "a certificate over SHA-1", {"leaf_digest": "sha1"},
     {"statement": "valid", "trust": "untrusted"}),
]
