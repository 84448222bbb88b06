# A key for readers: U2F as well, no settings, no sensor; it wants no PIN for
# what is not kept on it.
[softkey]
name = Keyturn softkey (NFC)
aaguid = 6b657974-7572-4e20-8000-6e66632d322e
versions = U2F_V2;FIDO_2_0;FIDO_2_1
transports = nfc;usb
options = rk;up;plat=false;clientPin;credMgmt;makeCredUvNotRqd;pinUvAuthToken
extensions = credProtect;hmac-secret
extra_algorithms = -48;-35
max_msg_size = 1300
max_credentials_in_list = 8
resident_slots = 50
nfc_select = u2f
