# SPDX-License-Identifier: Apache-2.0
"""fidotool key info where metadata were taken in: what others say of the model
that a key says it is; and key list, which asks nobody."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "metadata"))

import blobs  # noqa: E402
from keys_lib import Place  # noqa: E402

REPORTS = [{"status": "FIDO_CERTIFIED_L2", "effectiveDate": "2024-01-01"},
           {"status": "USER_VERIFICATION_BYPASS", "effectiveDate": "2025-01-01"}]


class Info(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = blobs.Service()

    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)
        self.folder = os.path.join(self.place.top, "metadata")
        self.place.env["KEYTURN_METADATA"] = os.path.join(self.folder, "store")
        os.mkdir(self.folder)
        self.place.add()
        self.aaguid = self.info()["info"]["aaguid"]

    def words(self, *arguments):
        process = self.place.start(*arguments)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, err)
        return out.decode()

    def info(self):
        return json.loads(self.words("key", "info", "--json"))["result"]

    def take(self, *entries):
        store = blobs.Store(self.folder, self.service)
        code, envelope = store.take(self.service.blob(blobs.payload(entries=list(entries))))
        self.assertEqual(code, 0, envelope)

    def test_without_metadata_nothing_is_said(self):
        self.assertNotIn("metadata", self.info())
        self.assertNotIn("model", self.words("key", "info"))

    def test_a_known_model_is_named_with_its_standing(self):
        self.take(dict(blobs.entry(1, REPORTS, description="A key for tests"), aaguid=self.aaguid))
        told = self.info()["metadata"]
        self.assertEqual((told["name"], told["known"], told["no"]), ("A key for tests", True, 10))
        self.assertEqual((told["now"]["certification"], told["now"]["bad"]), ("L2", ["USER_VERIFICATION_BYPASS"]))
        words = self.words("key", "info")
        self.assertIn("model: A key for tests\n", words)
        self.assertIn("model_standing: certification L2; bad: USER_VERIFICATION_BYPASS\n", words)

    def test_an_unknown_model_is_said_to_be_unknown(self):
        self.take(blobs.entry(1))
        self.assertIs(self.info()["metadata"]["known"], False)
        self.assertIn("model: not in the metadata\n", self.words("key", "info"))

    def test_a_list_of_keys_asks_nobody(self):
        """Metadata that cannot be read would be told by whoever looked."""
        before = self.words("key", "list", "--json")
        self.take(blobs.entry(1))
        os.chmod(self.place.env["KEYTURN_METADATA"], 0o777)
        after = self.words("key", "list", "--json")
        for text in (before, after):
            self.assertNotIn("metadata", text.replace(self.folder, ""))

    def test_damaged_metadata_do_not_hide_the_key(self):
        self.take(blobs.entry(1))
        blobs.write(self.place.env["KEYTURN_METADATA"], "state.json", b"damaged")
        self.assertEqual(self.info()["info"]["aaguid"], self.aaguid)


if __name__ == "__main__":
    unittest.main()
