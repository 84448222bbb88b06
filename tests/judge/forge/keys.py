# SPDX-License-Identifier: Apache-2.0
"""keys.py - keys by COSE algorithm: their COSE_Key, their SubjectPublicKeyInfo, and what
they sign. Only arithmetic comes from elsewhere (python3-cryptography)."""
import functools

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import (ec, ed448, ed25519,
                                                       padding, rsa)

CURVES = {"P-256": (ec.SECP256R1, 1, 32), "P-384": (ec.SECP384R1, 2, 48),
          "P-521": (ec.SECP521R1, 3, 66)}
DIGESTS = {"sha1": hashes.SHA1, "sha256": hashes.SHA256,
           "sha384": hashes.SHA384, "sha512": hashes.SHA512}
# COSE algorithm: kind of key, digest, scheme
ALGORITHMS = {
    -7: ("P-256", "sha256", "ecdsa"), -35: ("P-384", "sha384", "ecdsa"),
    -36: ("P-521", "sha512", "ecdsa"), -9: ("P-256", "sha256", "ecdsa"),
    -51: ("P-384", "sha384", "ecdsa"), -52: ("P-521", "sha512", "ecdsa"),
    -8: ("Ed25519", None, "eddsa"), -19: ("Ed25519", None, "eddsa"),
    -53: ("Ed448", None, "eddsa"),
    -257: ("RSA", "sha256", "pkcs1"), -258: ("RSA", "sha384", "pkcs1"),
    -259: ("RSA", "sha512", "pkcs1"), -65535: ("RSA", "sha1", "pkcs1"),
    -37: ("RSA", "sha256", "pss"), -38: ("RSA", "sha384", "pss"),
    -39: ("RSA", "sha512", "pss")}

SHORT = "short"  # a key of this name has an x or a y that begins with a zero


def make(kind):
    if kind in CURVES:
        return ec.generate_private_key(CURVES[kind][0]())
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "Ed448":
        return ed448.Ed448PrivateKey.generate()
    bits = int(kind[4:] or 2048) if kind.startswith("RSA-") else 2048
    return rsa.generate_private_key(65537, bits)


@functools.lru_cache(maxsize=None)
def named(name, kind="P-256"):
    """Always the same key under one name within one run: making them takes time."""
    key = make(kind)
    while name == SHORT and all(part[0] for part in point(key)):
        key = make(kind)
    return key


def of_algorithm(alg, name="credential"):
    return named(name, ALGORITHMS[alg][0])


def point(key):
    public = key.public_key() if hasattr(key, "public_key") else key
    numbers = public.public_numbers()
    size = (numbers.curve.key_size + 7) // 8
    return numbers.x.to_bytes(size, "big"), numbers.y.to_bytes(size, "big")


def modulus(key):
    numbers = key.public_key().public_numbers()
    return numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"), numbers.e


def cose(key, alg):
    """The members of its COSE_Key, in canonical order."""
    kind = ALGORITHMS[alg][0]
    if kind in CURVES:
        x, y = point(key)
        return {1: 2, 3: alg, -1: CURVES[kind][1], -2: x, -3: y}
    if kind == "RSA":
        n, e = modulus(key)
        return {1: 3, 3: alg, -1: n, -2: e.to_bytes((e.bit_length() + 7) // 8, "big")}
    raw = key.public_key().public_bytes(serialization.Encoding.Raw,
                                        serialization.PublicFormat.Raw)
    return {1: 1, 3: alg, -1: 6 if kind == "Ed25519" else 7, -2: raw}


def spki(key):
    public = key.public_key() if hasattr(key, "public_key") else key
    return public.public_bytes(serialization.Encoding.DER,
                               serialization.PublicFormat.SubjectPublicKeyInfo)


def sign(key, alg, data):
    _, digest, scheme = ALGORITHMS[alg]
    if scheme == "ecdsa":
        return key.sign(data, ec.ECDSA(DIGESTS[digest]()))
    if scheme == "pkcs1":
        return key.sign(data, padding.PKCS1v15(), DIGESTS[digest]())
    if scheme == "pss":
        return key.sign(data, padding.PSS(padding.MGF1(DIGESTS[digest]()),
                                          DIGESTS[digest]().digest_size),
                        DIGESTS[digest]())
    return key.sign(data)
