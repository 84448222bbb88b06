# A key with a fingerprint sensor.
[softkey]
name = Keyturn softkey (fingerprint)
aaguid = 6b657974-7572-4e20-8000-62696f2e3231
options = rk;up;uv;plat=false;alwaysUv=false;authnrCfg;bioEnroll;clientPin;credMgmt;pinUvAuthToken;setMinPINLength
