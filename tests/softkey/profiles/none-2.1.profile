# A key without any attestation.
[softkey]
name = Keyturn softkey (none)
aaguid = 6b657974-7572-4e20-8000-6e6f6e652e32
attestation = none
