# SPDX-License-Identifier: Apache-2.0
"""android_key.py - registrations of Android's key store: the key description and the leaf
that carries it."""
from . import der, keys
from .certificates import certificate, constraints, extension, name
from .registration import Case, with_, without

DESCRIPTION = "1.3.6.1.4.1.11129.2.1.17"
SOFTWARE_ROOT = "Android Keystore Software Attestation Root"
SOFTWARE, TEE, STRONGBOX = 0, 1, 2


def purpose(*numbers):
    return der.context(1, der.set_of(*[der.integer(number) for number in numbers]))


def origin(number):
    return der.context(702, der.integer(number))


ALL_APPLICATIONS = der.context(600, der.null())
SIGNS, GENERATED = purpose(2), origin(0)
# What else stands in the lists of a real key: algorithm, key size, curve, a time, the root
# of trust, versions.
BEFORE = [der.context(2, der.integer(3)), der.context(3, der.integer(256)),
          der.context(10, der.integer(1)), der.context(503, der.null())]
AFTER = [der.context(704, der.seq(der.octets(bytes(32)), der.boolean(True),
                                  der.enumerated(0), der.octets(bytes(32)))),
         der.context(705, der.integer(150000)), der.context(706, der.integer(202602))]


def description(case):
    tee = case.take("tee", [SIGNS] + BEFORE + [GENERATED] + AFTER)
    software = case.take("software", [der.context(701, der.integer(1772355000000)),
                                      der.context(709, der.octets(b"package"))])
    return der.seq(
        der.integer(case.take("version", 300)), der.enumerated(case.take("level", TEE)),
        der.integer(300), der.enumerated(case.take("key_level", TEE)),
        der.octets(case.take("challenge", case.hash)), der.octets(b""),
        der.seq(*software), der.seq(*tee), *case.take("more", [])) \
        + case.take("description_tail", b"")


def make(**faults):
    case = Case(faults)
    leaf_key = keys.named(case.take("leaf_key", "credential"),
                          keys.ALGORITHMS[case.take("statement_alg", case.alg)][0])
    text = case.take("description", None)
    text = description(case) if text is None else text
    extensions = [extension(DESCRIPTION, text)] * case.take("descriptions", 1)
    leaf = certificate(leaf_key, name(CN="Android Keystore Key"), case.root,
                       extensions + case.take("leaf_more", []))
    alg = case.take("statement_alg", case.alg)
    sig = keys.sign(keys.named(case.take("signer", case.take("leaf_key", "credential")),
                               keys.ALGORITHMS[alg][0]), alg,
                    case.take("signed", case.signed))
    leaves = case.take("leaves", 1)
    root = [case.root.der] if case.take("root_sent", False) else []
    return case.request("android-key", {
        "alg": case.take("named_alg", alg), "sig": sig + case.take("tail", b""),
        "x5c": [leaf] * leaves + root[:leaves]})


HARDWARE = {"options": {"hardware_key": 1}}
# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    (None, "right", {}, {"type": "basic", "trust": "anchored", "result": {"attested": {
        "security_level": "tee", "key_level": "tee", "os_version": 150000,
        "os_patch_level": 202602}}}),
    (None, "in a StrongBox, hardware asked for",
     {"level": STRONGBOX, "key_level": STRONGBOX, **HARDWARE}),
    (None, "RSA", {"alg": -257}),
    (None, "what it may do only in software",
     {"software": [SIGNS], "tee": [GENERATED]}),
    (None, "said in both lists", {"software": [SIGNS, GENERATED]}),
    (None, "a software attestation is weak", {"level": SOFTWARE, "key_level": SOFTWARE},
     {"warnings": ["android-key/K6"]}),
    (None, "the software root is weak", {"root": SOFTWARE_ROOT},
     {"warnings": ["android-key/K6"]}),
    (None, "no origin is a warning", {"tee": [SIGNS]}, {"warnings": ["android-key/K5"]}),
    (None, "no purpose is a warning", {"tee": [GENERATED]},
     {"warnings": ["android-key/K5"]}),
    ("android-key/K1", "signed by another key", {"signer": "other"}),
    ("android-key/K1", "over other bytes", {"signed": b"other"}),
    ("android-key/K1", "a byte after the signature", {"tail": b"\0"}),
    ("android-key/K1", "alg of another key", {"named_alg": -257}),
    ("android-key/K1", "no alg", {"statement": without("alg")}),
    ("android-key/K1", "no sig", {"statement": without("sig")}),
    ("android-key/K1", "no x5c", {"statement": without("x5c")}),
    ("android-key/K1", "x5c empty", {"leaves": 0}),
    ("android-key/K1", "a fourth member", {"statement": with_(more=1)}),
    ("android-key/K1", "an array", {"statement": lambda whole: list(whole.values())}),
    ("android-key/K2", "the leaf of another key", {"leaf_key": "other"}),
    ("android-key/K2", "the leaf of another kind of key", {"statement_alg": -257}),
    ("android-key/K3", "another challenge", {"challenge": bytes(32)}),
    ("android-key/K3", "an empty challenge", {"challenge": b""}),
    ("android-key/K3", "no description", {"descriptions": 0,
                                          "leaf_more": [constraints(False)]}),
    ("android-key/K3", "two descriptions", {"descriptions": 2}),
    ("android-key/K3", "a description of junk", {"description": b"junk"}),
    ("android-key/K3", "bytes after the description", {"description_tail": b"\0"}),
    ("android-key/K3", "a ninth member", {"more": [der.null()]}),
    ("android-key/K3", "the origin twice", {"tee": [SIGNS, GENERATED, GENERATED]}),
    ("android-key/K3", "the purpose twice", {"tee": [SIGNS, SIGNS, GENERATED]}),
    ("android-key/K3", "a member without tag", {"tee": [SIGNS, GENERATED, der.null()]}),
    ("android-key/K4", "for all applications, by hardware",
     {"tee": [SIGNS, ALL_APPLICATIONS, GENERATED]}),
    ("android-key/K4", "for all applications, by software",
     {"software": [ALL_APPLICATIONS]}),
    ("android-key/K5", "imported", {"tee": [SIGNS, origin(2)]}),
    ("android-key/K5", "imported, says software", {"software": [origin(2)]}),
    ("android-key/K5", "no origin, hardware asked for", {"tee": [SIGNS], **HARDWARE}),
    ("android-key/K5", "no purpose, hardware asked for", {"tee": [GENERATED], **HARDWARE}),
    ("android-key/K5", "decrypts too", {"tee": [purpose(1, 2), GENERATED]}),
    ("android-key/K5", "verifies, does not sign", {"tee": [purpose(3), GENERATED]}),
    ("android-key/K5", "empty purpose", {"tee": [purpose(), GENERATED]}),
    ("android-key/K5", "only software says so, hardware asked for",
     {"tee": [], "software": [SIGNS, GENERATED], **HARDWARE}),
    ("android-key/K6", "the attestation in software, hardware asked for",
     {"level": SOFTWARE, **HARDWARE}, {"statement": "valid"}),
    ("android-key/K6", "the key in software, hardware asked for",
     {"key_level": SOFTWARE, **HARDWARE}, {"statement": "valid"}),
    ("android-key/K6", "a level that nobody knows, hardware asked for",
     {"level": 3, **HARDWARE}, {"statement": "valid"}),
    ("android-key/K6", "the software root, hardware asked for",
     {"root": SOFTWARE_ROOT, **HARDWARE}, {"statement": "valid"}),
    ("registration/R19", "the model has to be named", {"options": {"model_needed": 1}}),
]
