# A key with enterprise attestation; its maker wrote one relying party into it.
[softkey]
name = Keyturn softkey (enterprise)
aaguid = 6b657974-7572-4e20-8000-656e7465722e
enterprise_rp_ids = corp.example.org
