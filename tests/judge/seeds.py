# SPDX-License-Identifier: Apache-2.0
"""Writes seeds for the fuzz targets out of forged registrations: one of each kind, into the
folders of tests/fuzz/corpus. Run by hand when a format gets new parts; what is there
already stays as it is, since keys are made afresh each time.

    python3 tests/judge/seeds.py
"""
import os

from forge import android_key, apple, compound, fido_u2f, keys, safetynet, tpm
from forge.certificates import AT, revocations
from forge.registration import unb64url

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz", "corpus")


def write(target, name, data):
    folder = os.path.join(CORPUS, target)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.write(data)


def main():
    for name, request in (("fido-u2f", fido_u2f.make()), ("tpm-ecc", tpm.make()),
                          ("tpm-rsa", tpm.make(alg=-257)),
                          ("android-key", android_key.make()), ("apple", apple.make()),
                          ("compound", compound.make()),
                          ("compound-none", compound.make(("none", "none"))),
                          ("android-safetynet", safetynet.make())):
        write("attestation", name,
              unb64url(request["response"]["response"]["attestationObject"]))
    for name, faults in (("ecc", {}), ("rsa", {"alg": -257}), ("name", {"name_alg": "sha384"})):
        case = tpm.Case(faults)
        case.statement_alg = -257
        area = tpm.public_area(case)
        write("tpm", "area-" + name, area)
        write("tpm", "info-" + name, tpm.cert_info(case, area))
    write("tpm", "wrapped", tpm.sized(area))
    case = tpm.Case()
    write("certificate", "aik", tpm.aik(case, keys.named("AIK")))
    write("revocation", "list", revocations(case.root, [(77, AT)], reason=1))
    write("revocation", "empty", revocations(case.root))
    for name, faults in (("tee", {}), ("software", {"software": [
            android_key.SIGNS, android_key.ALL_APPLICATIONS, android_key.GENERATED]}),
                         ("short", {"tee": [], "software": []})):
        write("key-description", name, android_key.description(android_key.Case(faults)))


main()
