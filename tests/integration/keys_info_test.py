# SPDX-License-Identifier: Apache-2.0
"""fidotool key info: all that a key says of itself, in words and as JSON."""
import unittest

from keys_lib import Place

# What whole-2.3 says, by the names of CTAP 2.3, section 6.4.
WHOLE = {
    "versions": ["FIDO_2_0", "FIDO_2_1", "FIDO_2_2", "FIDO_2_3"],
    "extensions": ["credBlob", "credProtect", "hmac-secret", "largeBlobKey", "minPinLength"],
    "aaguid": "6b657974-7572-4e20-8000-77686f6c6532",
    "options": {"rk": True, "up": True, "uv": False, "plat": False, "alwaysUv": False, "authnrCfg": True, "bioEnroll": False,
                "clientPin": False, "credMgmt": True, "ep": False, "largeBlobs": True, "pinUvAuthToken": True,
                "setMinPINLength": True},
    "max_msg_size": 7609,
    "pin_protocols": [2, 1],
    "max_credential_count_in_list": 16,
    "max_credential_id_length": 128,
    "transports": ["nfc", "usb"],
    "algorithms": [{"alg": -7, "type": "public-key"}, {"alg": -8, "type": "public-key"}],
    "max_serialized_large_blob_array": 4096,
    "force_pin_change": False,
    "min_pin_length": 4,
    "firmware_version": 65536,
    "max_cred_blob_length": 32,
    "max_rp_ids_for_set_min_pin_length": 2,
    "preferred_platform_uv_attempts": 3,
    "uv_modality": 2,
    "certifications": {"FIDO": 1},
    "remaining_discoverable_credentials": 64,
    "vendor_prototype_config_commands": [256, 65535],
    "attestation_formats": ["packed", "none"],
    "uv_count_since_last_pin_entry": 2,
    "long_touch_for_reset": True,
    "enc_identifier": "AQID",
    "transports_for_reset": ["usb"],
    "pin_complexity_policy": True,
    "pin_complexity_policy_url": "https://pin.example.org/x",
    "max_pin_length": 63,
    "enc_cred_store_state": "BAUG",
    "authenticator_config_commands": [1, 2, 3],
    "raw": {"127": "hello"},
}


class Info(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.place = Place()

    def tearDown(self):
        self.place.end()

    def test_all_that_a_key_can_say_is_shown(self):
        self.place.add("a", "whole-2.3")
        code, envelope = self.place.json("key", "info")
        self.assertEqual((code, envelope["result"]["canonical"], envelope["warnings"]), (0, True, []))
        self.assertEqual(envelope["result"]["info"], WHOLE)
        code, out, err = self.place.run("key", "info")
        self.assertEqual(code, 0, err)
        for name in WHOLE:
            self.assertRegex(out, rf"(?m)^{name}: .")

    def test_maps_in_a_wrong_order_are_said(self):
        self.place.add("a", self.place.profile("turned", "turned_options = true"))
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 0, envelope)
        self.assertEqual(envelope["result"]["canonical"], False)
        self.assertEqual(envelope["result"]["info"]["options"]["clientPin"], False)
        self.assertNotIn("pin", envelope["result"])
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["not-canonical"])
        code, out, err = self.place.run("key", "info")
        self.assertIn("canonical: false", out)
        self.assertIn("libfido2", err)
        # More cannot be had of it, and that is why.
        code, envelope = self.place.json("key", "pin", "status")
        self.assertEqual((code, envelope["error"]["code"]), (19, "invalid"))
        self.assertIn("canonical", envelope["error"]["text"])

    def test_a_member_out_of_order_alone_is_said_and_nothing_is_lost(self):
        self.place.add("a", self.place.profile("odd", "more_info = 31=8101;30=43040506"))
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 0, envelope)
        self.assertEqual(envelope["result"]["canonical"], False)
        self.assertEqual(envelope["result"]["info"]["authenticator_config_commands"], [1])
        self.assertEqual([one["code"] for one in envelope["warnings"]], ["not-canonical"])


if __name__ == "__main__":
    unittest.main()
