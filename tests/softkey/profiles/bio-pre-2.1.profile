# A key with a fingerprint sensor from before CTAP 2.1: fingerprints are managed
# by a preview of the command, and the sensor is asked in the option uv, not for
# a token.
[softkey]
name = Keyturn softkey (fingerprint, CTAP 2.0)
aaguid = 6b657974-7572-4e20-8000-62696f707265
versions = U2F_V2;FIDO_2_0;FIDO_2_1_PRE
transports =
options = rk;up;uv;plat=false;clientPin;credentialMgmtPreview;userVerificationMgmtPreview
pin_protocols = 1
algorithms = -7
list_algorithms = false
max_msg_size = 1200
max_credentials_in_list = 0
max_credential_id_length = 0
firmware_version = 0
