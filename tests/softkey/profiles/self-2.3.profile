# A key that vouches for itself: packed attestation without a certificate. On a
# reader it gives no name, and its errors stand in the status word.
[softkey]
name = Keyturn softkey (self)
aaguid = 6b657974-7572-4e20-8000-73656c662e32
versions = FIDO_2_0;FIDO_2_1;FIDO_2_2;FIDO_2_3
pin_protocols = 1;2
attestation = self
options = rk;up;plat=false;alwaysUv=false;authnrCfg;clientPin;credMgmt;ep=false;largeBlobs;perCredMgmtRO;pinUvAuthToken;setMinPINLength
nfc_select = empty
nfc_status_in_word = true
