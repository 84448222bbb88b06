# SPDX-License-Identifier: Apache-2.0
"""fidotool advisory: software keys that claim models and versions."""
import json
import os
import unittest

from keys_lib import Place

NFC = "2fc0579f-8113-47ea-b116-bb5a8db9202a"  # YubiKey 5 NFC
BIO = "d8522d9f-575b-4866-88a9-ba99fa02f35b"
AFFECTED, UNKNOWN = 20, 25


class Case(unittest.TestCase):
    def setUp(self):
        self.place = Place()
        self.addCleanup(self.place.end)

    def claim(self, aaguid, firmware, name="a"):
        """A key that says so of itself; 0 is no version at all."""
        return self.place.add(name, self.place.profile(name, f"aaguid = {aaguid}", f"firmware_version = {firmware}"))

    def check(self, *words):
        code, envelope = self.place.json("advisory", "check", *words)
        return code, envelope["result"], envelope


class Keys(Case):
    def test_an_affected_key(self):
        self.claim(NFC, 0x050402)
        code, result, envelope = self.check()
        self.assertEqual((code, result["status"], result["reason"]), (AFFECTED, "affected", "version-affected"))
        self.assertEqual(result["firmware"], {"number": 0x050402, "source": "self-reported"})
        self.assertEqual(result["aaguid"], NFC)
        finding, = result["advisories"]
        self.assertEqual((finding["id"], finding["matched_by"], finding["below"]), ("YSA-2024-03", "aaguid", "5.7.0"))
        self.assertEqual(finding["versions"], [{"version": "5.4.2", "source": "self-reported"}])
        self.assertTrue(finding["sources"][0].startswith("https://www.yubico.com/"))
        self.assertEqual(envelope["device"]["aaguid"], NFC)
        code, out, err = self.place.run("advisory", "check")
        self.assertEqual((code, err), (AFFECTED, ""))
        self.assertIn("YSA-2024-03", out)
        self.assertIn("version: 5.4.2 (self-reported: the key says so, and nothing proves it)", out)
        self.assertIn("\nAffected.\n", out)

    def test_a_key_with_the_fix(self):
        self.claim(NFC, 0x050700)
        code, result, _ = self.check()
        self.assertEqual((code, result["status"]), (0, "not-affected"))
        self.assertIn("Not affected, if its version is what it says.", self.place.run("advisory", "check")[1])

    def test_each_model_has_a_fix_of_its_own(self):
        self.claim(BIO, 0x050701)
        self.assertEqual(self.check()[0], AFFECTED)

    def test_no_version_is_not_fine(self):
        self.claim(NFC, 0)
        code, result, _ = self.check()
        self.assertEqual((code, result["status"], result["reason"]), (UNKNOWN, "unknown", "version-unknown"))
        self.assertEqual(result["firmware"], {"source": "unknown"})
        self.assertEqual([one["id"] for one in result["advisories"]], ["YSA-2024-03"])
        out = self.place.run("advisory", "check")[1]
        self.assertIn("version: unknown", out)
        self.assertIn("\nNot known.\n", out)

    def test_a_model_that_nobody_names_is_not_fine(self):
        self.place.add()
        code, result, _ = self.check()
        self.assertEqual((code, result["status"], result["reason"], result["advisories"]),
                         (UNKNOWN, "unknown", "model-not-listed", []))
        self.assertIn("does not mean that it has no fault", self.place.run("advisory", "check")[1])

    def test_a_key_that_says_no_model_is_not_fine(self):
        self.place.add("a", "u2f-only")
        code, result, _ = self.check()
        self.assertEqual((code, result["reason"]), (UNKNOWN, "model-not-listed"))
        self.assertNotIn("aaguid", result)
        known = self.place.write("info.json", self.place.json("key", "info")[1])
        self.assertEqual(self.check("--info", known)[0], UNKNOWN)

    def test_the_key_that_is_meant(self):
        first, second = self.claim(NFC, 0x050402, "a"), self.claim(NFC, 0x050701, "b")
        self.assertEqual(self.place.run("advisory", "check")[0], 4)
        self.assertEqual(self.check("--device", first.selector)[0], AFFECTED)
        self.assertEqual(self.check("--device", second.selector)[0], 0)

    def test_no_key(self):
        self.assertEqual(self.place.run("advisory", "check")[0], 3)

    def test_the_doctor_mentions_it(self):
        key = self.claim(NFC, 0x050402)
        code, envelope = self.place.json("doctor")
        found = [one for one in envelope["result"]["findings"] if one["id"] == "advisory"]
        self.assertEqual((code, [(one["place"], one["exit"]) for one in found]), (0, [(key.selector, 0)]))
        self.place.keys.pop().end()
        self.claim(NFC, 0x050700)
        findings = self.place.json("doctor")[1]["result"]["findings"]
        self.assertNotIn("advisory", [one["id"] for one in findings])

    def test_neither_touch_nor_pin(self):
        key = self.claim(NFC, 0x050402)
        key.say("touch never")
        self.assertEqual(self.check()[0], AFFECTED)
        self.assertEqual((key.dump()["touches"], key.dump()["tokens"]), (0, 0))


class Files(Case):
    def info(self, **more):
        """What `key info --json` prints, with a change."""
        self.claim(NFC, 0x050402)
        code, envelope = self.place.json("key", "info")
        self.assertEqual(code, 0)
        self.place.keys.pop().end()
        envelope["device"] |= more
        return envelope

    def test_a_description_instead_of_a_key(self):
        envelope = self.info()
        for part in (envelope, envelope["result"], envelope["result"]["info"]):
            code, result, _ = self.check("--info", self.place.write("info.json", part))
            self.assertEqual((code, result["status"]), (AFFECTED, "affected"))

    def test_the_usb_descriptor_counts_too(self):
        envelope = self.info(vid=0x1050, pid=0x0407, usb={"release": "5.71"})
        code, result, answer = self.check("--info", self.place.write("info.json", envelope))
        self.assertEqual(code, AFFECTED)
        self.assertEqual([one["source"] for one in result["advisories"][0]["versions"]], ["self-reported", "usb"])
        self.assertEqual([one["code"] for one in answer["warnings"]], ["versions-differ"])
        del envelope["result"]["info"]["firmware_version"]
        code, result, answer = self.check("--info", self.place.write("info.json", envelope))
        self.assertEqual((code, result["firmware"]["source"], answer["warnings"]), (0, "usb", []))
        envelope["result"]["info"]["aaguid"] = "00000000-0000-0000-0000-000000000000"
        code, result, _ = self.check("--info", self.place.write("info.json", envelope))
        self.assertEqual((code, result["reason"], result["advisories"][0]["matched_by"]), (UNKNOWN, "model-not-certain", "usb"))

    def test_what_is_no_description(self):
        for value in ({}, [], {"info": {}}, {"result": {"info": {"aaguid": 5}}}):
            self.assertEqual(self.place.run("advisory", "check", "--info", self.place.write("info.json", value))[0], 19, value)
        self.assertEqual(self.place.run("advisory", "check", "--info", os.path.join(self.place.top, "nowhere"))[0], 2)
        self.assertEqual(self.place.run("advisory", "check", "--info", "x", "--device", "y")[0], 2)

    def own(self, **more):
        row = {"models": "softkeys", "aaguids": ["6b657974-7572-4e20-8000-70726163746b"], "below": "2.0.0"}
        one = {"id": "OWN-1", "title": "A fault of one's own", "about": "key", "published": "2026-01-01", "vendor": "Keyturn",
               "summary": "What \u001b[31mit is.", "advice": "Throw it away.", "sources": ["here"],
               "versions": {"getinfo": "bytes"}, "affects": [row]}
        return self.place.write("own.json", {"schema": "keyturn.advisories/1", "name": "own", "updated": "2026-01-02",
                                             "advisories": [one | more]})

    def test_a_file_of_ones_own(self):
        self.place.add()  # version 1.0.0
        code, result, _ = self.check("--file", self.own())
        self.assertEqual((code, [one["id"] for one in result["advisories"]]), (AFFECTED, ["OWN-1"]))
        self.assertEqual([one["name"] for one in result["lists"]], ["Keyturn", "own"])
        out = self.place.run("advisory", "check", "--file", self.own())[1]
        self.assertIn("what to do: Throw it away.", out)
        self.assertNotIn("\x1b", out)
        # Without its scheme the number is no version.
        self.assertEqual(self.check("--file", self.own(versions={}))[0], UNKNOWN)

    def test_it_can_take_the_place_of_a_built_in_one(self):
        self.claim(NFC, 0x050402)
        code, result, _ = self.check("--file", self.own(id="YSA-2024-03"))
        self.assertEqual((code, result["reason"]), (UNKNOWN, "model-not-listed"))

    def test_a_file_that_is_not_understood(self):
        self.place.add()
        for more in ({"sources": []}, {"affects": []}, {"about": "dog"}, {"versions": {"getinfo": "x"}}):
            code, out, err = self.place.run("advisory", "check", "--file", self.own(**more))
            self.assertEqual((code, out), (19, ""), err)

    def test_the_list(self):
        code, envelope = self.place.json("advisory", "list")
        self.assertEqual(code, 0)
        found = {one["id"]: one for one in envelope["result"]["advisories"]}
        self.assertIn("YSA-2024-03", found)
        self.assertTrue(all(one["sources"] for one in found.values()))
        code, out, _ = self.place.run("advisory", "list", "--file", self.own())
        self.assertEqual(code, 0)
        for word in (*found, "OWN-1"):
            self.assertIn(word, out)

    def test_the_committed_file_is_the_one_that_is_built_in(self):
        with open(os.environ["ADVISORIES"], encoding="utf-8") as file:
            committed = json.load(file)
        result = self.place.json("advisory", "list")[1]["result"]
        self.assertEqual(result["advisories"], committed["advisories"])
        self.assertEqual(result["lists"], [{"name": committed["name"], "updated": committed["updated"]}])


if __name__ == "__main__":
    unittest.main()
