# A key from before CTAP 2.1: one PIN protocol, tokens without permissions,
# few limits listed.
[softkey]
name = Keyturn softkey (CTAP 2.0)
aaguid = 6b657974-7572-4e20-8000-70726520322e
versions = U2F_V2;FIDO_2_0;FIDO_2_1_PRE
transports =
options = rk;up;plat=false;clientPin;credentialMgmtPreview
pin_protocols = 1
algorithms = -7
list_algorithms = false
max_msg_size = 1200
max_credentials_in_list = 0
max_credential_id_length = 0
firmware_version = 0
