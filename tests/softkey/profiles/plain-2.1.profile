# A CTAP 2.1 key without quirks. What other profiles leave out, they take
# from here.
[softkey]
name = Keyturn softkey
aaguid = 6b657974-7572-4e20-8000-70726163746b
versions = FIDO_2_0;FIDO_2_1
extensions = credBlob;credProtect;hmac-secret;largeBlobKey;minPinLength
transports = usb
options = rk;up;plat=false;alwaysUv=false;authnrCfg;clientPin;credMgmt;ep=false;largeBlobs;pinUvAuthToken;setMinPINLength
pin_protocols = 2;1
algorithms = -7;-8
list_algorithms = true
max_msg_size = 7609
max_credentials_in_list = 16
max_credential_id_length = 128
min_pin_length = 4
firmware_version = 65536
max_min_pin_rp_ids = 2
bio_slots = 3
bio_samples = 3
max_blobs = 4096
resident_slots = 64
reset_window_ms = 10000
pin_block = true
attestation = batch
