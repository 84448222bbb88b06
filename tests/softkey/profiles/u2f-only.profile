# A key from before FIDO2: U2F and nothing else. It has no CTAP2 at all, so what
# would describe it is never said.
[softkey]
name = Keyturn softkey (U2F)
aaguid = 00000000-0000-0000-0000-000000000000
versions = U2F_V2
algorithms = -7
options =
extensions =
