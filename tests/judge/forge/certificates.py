# SPDX-License-Identifier: Apache-2.0
"""certificates.py - certificates and revocation lists in DER, every part a choice."""
import itertools

from . import der, keys

AT = 1772355600  # 2026-03-01T09:00:00Z, the tests' time
DAY = 86400
OIDS = {"C": "2.5.4.6", "O": "2.5.4.10", "OU": "2.5.4.11", "CN": "2.5.4.3"}
BASIC_CONSTRAINTS = "2.5.29.19"
SUBJECT_ALT_NAME = "2.5.29.17"
EXTENDED_KEY_USAGE = "2.5.29.37"
AAGUID = "1.3.6.1.4.1.45724.1.1.4"
serials = itertools.count(1000)


def name(**parts):
    return der.seq(*[der.set_of(der.seq(der.oid(OIDS[kind]), (
        der.printable if kind == "C" else der.utf8)(text)))
        for kind, text in parts.items()])


def extension(oid, value, critical=False):
    return der.seq(der.oid(oid), *([der.boolean(True)] if critical else []),
                   der.octets(value))


def constraints(ca):
    return extension(BASIC_CONSTRAINTS, der.seq(*([der.boolean(True)] if ca else [])),
                     True)


def aaguid_extension(aaguid, critical=False):
    return extension(AAGUID, der.octets(aaguid), critical)


def algorithm(key, digest="sha256"):
    """AlgorithmIdentifier of what the key signs, and how it signs."""
    curve = getattr(key, "curve", None)
    if curve is not None:
        return der.seq(der.oid({"sha1": "1.2.840.10045.4.1",
                                "sha256": "1.2.840.10045.4.3.2"}[digest])), \
            -7, digest
    return der.seq(der.oid({"sha1": "1.2.840.113549.1.1.5",
                            "sha256": "1.2.840.113549.1.1.11"}[digest]),
                   der.null()), -257, digest


def sign(key, digest, body):
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    chosen = keys.DIGESTS[digest]()
    if hasattr(key, "curve"):
        return key.sign(body, ec.ECDSA(chosen))
    return key.sign(body, padding.PKCS1v15(), chosen)


class Issuer:
    """A key with a name that signs certificates, and its own certificate."""

    def __init__(self, label, kind="P-256", under=None, key=None, usage=None, **more):
        self.key = key or keys.named(label, kind)
        self.name = name(CN=label)
        extensions = [constraints(True)]
        if usage is not None:
            extensions.append(extension("2.5.29.15", der.bits(usage), True))
        self.der = certificate(self.key, self.name, under or self,
                               extensions=extensions, **more)


def certificate(key, subject, issuer, extensions=(), version=2, digest="sha256",
                not_before=AT - 1000 * DAY, not_after=AT + 1000 * DAY,
                serial=None):
    signer, _, _ = algorithm(issuer.key, digest)
    parts = [der.integer(serial or next(serials)), signer, issuer.name,
             der.seq(der.time(not_before), der.time(not_after)), subject,
             keys.spki(key)]
    if version:
        parts.insert(0, der.context(0, der.integer(version)))
    if extensions:
        parts.append(der.context(3, der.seq(*extensions)))
    body = der.seq(*parts)
    return der.seq(body, signer, der.bits(sign(issuer.key, digest, body)))


def revocations(issuer, serials_at=(), this_update=AT - DAY, next_update=AT + DAY,
                reason=None, extensions=(), digest="sha256", key=None):
    """A revocation list: serials_at has (serial, seconds) pairs."""
    signer, _, _ = algorithm(key or issuer.key, digest)
    entries = []
    for serial, seconds in serials_at:
        entry = [der.integer(serial), der.time(seconds)]
        if reason is not None:
            entry.append(der.seq(extension("2.5.29.21", der.enumerated(reason))))
        entries.append(der.seq(*entry))
    parts = [der.integer(1), signer, issuer.name, der.time(this_update)]
    if next_update is not None:
        parts.append(der.time(next_update))
    if entries:
        parts.append(der.seq(*entries))
    if extensions:
        parts.append(der.context(0, der.seq(*extensions)))
    body = der.seq(*parts)
    return der.seq(body, signer, der.bits(sign(key or issuer.key, digest, body)))
