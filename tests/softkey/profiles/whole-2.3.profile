# A key that says all of itself that there is to say, up to CTAP 2.3, and one
# thing that nobody knows. What is in more_info has no effect on what it does.
[softkey]
name = Keyturn softkey (whole)
aaguid = 6b657974-7572-4e20-8000-77686f6c6532
versions = FIDO_2_0;FIDO_2_1;FIDO_2_2;FIDO_2_3
transports = nfc;usb
attestation_formats = packed;none
options = rk;up;uv;plat=false;alwaysUv=false;authnrCfg;bioEnroll;clientPin;credMgmt;ep=false;largeBlobs;pinUvAuthToken;setMinPINLength
# uv attempts, certifications {"FIDO": 1}, vendor commands, uses of the sensor,
# long touch, identifier, transports for a reset, rules of PINs and where they
# stand, longest PIN, state of the store, config commands; 127 is unknown
more_info = 17=03;19=a1644649444f01;21=8219010019ffff;23=02;24=f5;25=43010203;26=8163757362;27=f5;28=581968747470733a2f2f70696e2e6578616d706c652e6f72672f78;29=183f;30=43040506;31=83010203;127=6568656c6c6f
