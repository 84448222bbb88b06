#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fidotool policy drift: every difference of the exports in tests/data/drift by
its name, no difference where there is none, and what is refused.

FIDOTOOL names the program."""

import calendar
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "drift"
FIDOTOOL = os.environ["FIDOTOOL"]
TODAY = time.strftime("%Y-%m-%d", time.gmtime())
EXPORTS = {"entra": "entra", "okta": "okta", "keycloak": "keycloak", "bastion": "sshd", "pam": "pam", "legacy": "csv"}

# difference, journey, population, app, name; by export.
FOUND = {
    "entra": {
        ("looser", "sign-in", "admins", "wiki", "fido2"),
        ("looser", "sign-in", "admins", "wiki", "max_age_s"),
        ("stricter", "sign-in", "admins", "wiki", "attested-key"),
        ("unknown-group", None, None, None, "b0000000-0000-4000-8000-0000000000bb"),
        ("unmapped-rule", None, None, None, "Contractors: multifactor"),
        ("unmapped-rule", None, None, None, "Block other countries"),
        ("unmapped-rule", None, None, None, "Block risky sessions"),
        ("looser", "recovery", None, None, "allowedToUseSSPR"),
        ("unmapped-rule", None, None, None, "Email"),
        ("unmapped-rule", None, None, None, "Second factor each hour"),
    },
    "okta": {
        ("looser", "sign-in", "staff", "payroll", "okta_verify:push"),
        ("looser", "sign-in", "staff", "payroll", "okta_verify:totp"),
        ("looser", "sign-in", "staff", "payroll", "okta_verify:signed_nonce"),
        ("unknown", "sign-in", "staff", "payroll", "Payroll: In the office"),
        ("unknown", "sign-in", "admins", "payroll", "Payroll: In the office"),
        ("unknown-app", None, None, None, "0oaintranet1"),
        ("unmapped-rule", None, None, None, "Payroll: In the office"),
        ("looser", "recovery", None, None, "Default Policy: Default Rule"),
        ("unmapped-rule", None, None, None, "Default Global Session"),
    },
    "keycloak": {
        (kind, journey, person, "shop", name)
        for person in ("staff", "admins")
        for kind, journey, name in (
            ("looser", "sign-in", "password"), ("looser", "sign-in", "password,otp"), ("looser", "step-up", "max_age_s"),
            ("stricter", "sign-in", "synced-passkey"), ("stricter", "sign-in", "bound-key"), ("stricter", "sign-in", "attested-key"),
            ("stricter", "step-up", "bound-key"), ("stricter", "step-up", "attested-key"))
    } | {
        ("unknown-app", None, None, None, "old-portal"),
        ("unmapped-rule", None, None, None, "acme-captcha"),
        ("looser", "recovery", None, None, "resetPasswordAllowed"),
        ("unmapped-rule", None, None, None, "registrationAllowed"),
        ("unmapped-rule", None, None, None, "shop"),
    },
    "bastion": {
        ("looser", "sign-in", "staff", "bastion", "open"),
        ("looser", "sign-in", "admins", "bastion", "publickey(sk)"),
        ("unmapped-rule", None, None, None, "Match Address 192.0.2.0/24"),
        ("unknown", "sign-in", "staff", "bastion", "Match Address 192.0.2.0/24"),
        ("unknown", "sign-in", "admins", "bastion", "Match Address 192.0.2.0/24"),
        ("unmapped-rule", None, None, None, "TrustedUserCAKeys"),
        ("unmapped-rule", None, None, None, "PermitEmptyPasswords"),
    },
    "pam": {
        ("looser", "sign-in", "staff", "sudo", "open"),
        ("looser", "sign-in", "admins", "sudo", "pam_u2f"),
        ("looser", "sign-in", "admins", "sudo", "pam_unix"),
        ("unknown-app", None, None, None, "screen-lock"),
        ("unmapped-rule", None, None, None, "screen-lock"),
    },
    "legacy": {
        ("looser", "sign-in", "staff", "legacy-vpn", "password"),
        ("looser", "sign-in", "admins", "legacy-vpn", "password"),
    },
    None: {("missing-app", None, None, None, "archive")},
}


def run(*words, stdin=None):
    return subprocess.run([FIDOTOOL, "policy", *map(str, words)], input=stdin, capture_output=True, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC"), timeout=60)


class Drift(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="keyturn-drift-"))
        self.addCleanup(shutil.rmtree, self.place)
        self.kept = self.place / "kept"

    def take(self, name, *files, system=None, at="2099-01-01", code=0, words=()):
        done = run("drift", "import", "--from", system or EXPORTS[name], "--as", name, "--folder", self.kept,
                   *(("--exported-at", at) if at else ()), "--json", *words, *files)
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout)

    def take_all(self):
        for name, folder in EXPORTS.items():
            self.take(name, *sorted((DATA / folder).iterdir()), at="2026-11-20")

    def compare(self, code=21, policy=DATA / "policy.yaml", mapped=DATA / "map.json", words=()):
        done = run("drift", "--policy", policy, *(("--map", mapped) if mapped else ()), "--folder", self.kept, "--json", *words)
        self.assertEqual(done.returncode, code, done)
        return json.loads(done.stdout).get("result")

    def differences(self, **more):
        found = {}
        for row in self.compare(**more)["differences"]:
            key = tuple(row.get(name) for name in ("difference", "journey", "population", "app", "name"))
            found.setdefault(row.get("export"), {})[key] = row
        return found

    def write(self, name, text):
        path = self.place / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    # ---- what is in the exports ----

    def test_every_difference_is_found_by_name(self):
        self.take_all()
        found = self.differences(words=("--old-after", "3650"))
        self.assertEqual({name: set(rows) for name, rows in found.items()}, FOUND)

    def test_words_say_what_is_looser(self):
        self.take_all()
        found = self.differences(words=("--old-after", "3650"))
        fido2 = found["entra"][("looser", "sign-in", "admins", "wiki", "fido2")]
        self.assertEqual(fido2["detail"], "lets in passkeys that can be synced, keys whose attestation is not enforced")
        self.assertEqual(fido2["rules"], "Phishing-resistant sign-in for everybody; Administrators: fresh, listed keys; Second factor each hour")
        age = found["entra"][("looser", "sign-in", "admins", "wiki", "max_age_s")]
        self.assertEqual(age["detail"], "the policy has 3600 s, the system 14400 s")
        self.assertIn("report-only", found["entra"][("unmapped-rule", None, None, None, "Contractors: multifactor")]["detail"])
        self.assertIn('"sessionRiskLevels", which is not known', found["entra"][("unmapped-rule", None, None, None, "Block risky sessions")]["detail"])
        self.assertIn("secondaryAuthentication", found["entra"][("unmapped-rule", None, None, None, "Second factor each hour")]["detail"])
        self.assertIn("administrators", found["entra"][("looser", "recovery", None, None, "allowedToUseSSPR")]["detail"])
        self.assertIn("email, sms", found["okta"][("looser", "recovery", None, None, "Default Policy: Default Rule")]["detail"])
        self.assertIn("reset-credential-email", found["keycloak"][("looser", "recovery", None, None, "resetPasswordAllowed")]["detail"])
        self.assertIn("device grant", found["keycloak"][("unmapped-rule", None, None, None, "shop")]["detail"])
        self.assertIn("Intranet", found["okta"][("unknown-app", None, None, None, "0oaintranet1")]["detail"])

    def test_text_and_csv_have_the_same_rows(self):
        self.take_all()
        words = ("--policy", DATA / "policy.yaml", "--map", DATA / "map.json", "--folder", self.kept, "--old-after", "3650")
        text, table = run("drift", *words), run("drift", *words, "--csv")
        rows = list(csv.DictReader(io.StringIO(table.stdout, newline="")))
        self.assertEqual((text.returncode, table.returncode), (21, 21))
        self.assertEqual(len(rows), sum(map(len, FOUND.values())))
        for row in rows:
            self.assertTrue(any(line.startswith(row["difference"]) and row["name"] in line for line in text.stdout.splitlines()), row)

    def test_the_map_is_what_makes_names_known(self):
        self.take("entra", *sorted((DATA / "entra").iterdir()))
        found = self.differences(mapped=None)["entra"]
        self.assertIn(("missing", None, "staff", None, "staff"), found)
        self.assertIn(("unknown-group", None, None, None, "62e90394-69f5-4237-9190-012177145e10"), found)
        self.assertFalse([key for key in found if key[0] in ("looser", "stricter") and key[3]], "nothing is guessed")

    def test_a_rule_that_nobody_understands_makes_its_cells_unknown(self):
        export = json.loads((DATA / "okta" / "export.json").read_text())
        rules = export["policies"][0]["_embedded"]["rules"]
        rules[2]["conditions"] = {"people": {"groups": {"include": ["00gadmin0001"]}}}
        rules[2]["actions"]["appSignOn"]["verificationMethod"] = {
            "type": "AUTH_METHOD_CHAIN", "chains": [{"authenticationMethods": [{"key": "okta_password", "method": "password"}]}]}
        path = self.write("okta.json", json.dumps(export))
        rows = self.take("okta", path)["result"]["rows"]
        self.assertEqual([(row["unknown"], "accept" in row) for row in rows if row["population"] == "00gadmin0001" and row["app"] == "0oapayroll01"],
                         [(["Payroll: In the office"], False)])
        found = self.differences()["okta"]
        self.assertEqual([key[:4] for key in found if key[2] == "admins"], [("unknown", "sign-in", "admins", "payroll")])
        self.assertIn(("stricter", "sign-in", "staff", "payroll", "bound-key"), found, "others are compared as ever")
        text = run("drift", "import", "--from", "okta", "--folder", self.kept, path).stdout
        self.assertIn("sign-in, 00gadmin0001, 0oapayroll01: unknown (Payroll: In the office)", text)
        table = list(csv.DictReader(io.StringIO(run("drift", "import", "--from", "okta", "--folder", self.kept, "--csv", path).stdout, newline="")))
        self.assertIn(("00gadmin0001", "0oapayroll01", "unknown"), [(row["population"], row["app"], row["method"]) for row in table])

    def test_two_lists_of_people_at_sshd_are_unknown_where_one_has_them(self):
        self.take("bastion", self.write("sshd_config", "AllowUsers alice\nAllowGroups wheel\nAuthenticationMethods publickey\n"))
        found = self.differences()["bastion"]
        self.assertIn(("unknown", "sign-in", "admins", "bastion", "AllowUsers and AllowGroups"), found)
        self.assertIn(("unmapped-rule", None, None, None, "AllowUsers and AllowGroups"), found)
        self.assertFalse([key for key in found if key[2] == "staff"], "who is in none of them is kept out")

    def test_an_enrolment_of_okta_that_may_not_match_gives_what_the_next_one_gives_too(self):
        export = json.loads((DATA / "okta" / "export.json").read_text())
        first = json.loads(json.dumps(export["policies"][1]))
        first.update(id="rstenrol0000", name="Keys at the office", priority=0,
                     conditions=dict(first["conditions"], network={"connection": "ZONE", "include": ["nzooffice001"]}))
        first["settings"]["authenticators"] = [{"key": "webauthn", "enroll": {"self": "REQUIRED"}, "constraints": {"aaguidGroups": ["listed"]}}]
        export["policies"].append(first)
        before = self.take("okta", DATA / "okta" / "export.json")["result"]["rows"]
        result = self.take("okta", self.write("okta.json", json.dumps(export)))["result"]
        self.assertEqual([sorted({way["way"] for way in row["accept"]}) for row in result["rows"]],
                         [sorted({way["way"] for way in row["accept"]}) for row in before])
        self.assertIn("Keys at the office", {row["name"] for row in result["unmapped"]})

    def test_a_rule_of_okta_without_its_policy_is_listed(self):
        export = json.loads((DATA / "okta" / "export.json").read_text())
        export["rules"] = [{"id": "rulnowhere01", "name": "Nowhere", "actions": {"appSignOn": {"access": "ALLOW"}},
                            "_links": {"self": {"href": "https://x/api/v1/policies/rstother0001/rules/rulnowhere01"}}}]
        self.take("okta", self.write("okta.json", json.dumps(export)))
        self.assertIn(("unmapped-rule", None, None, None, "Nowhere"), self.differences()["okta"])

    def test_what_is_switched_off_is_no_way_back(self):
        realm = json.loads((DATA / "keycloak" / "realm.json").read_text())
        okta = json.loads((DATA / "okta" / "export.json").read_text())
        entra = json.loads((DATA / "entra" / "authorization.json").read_text())
        realm["resetPasswordAllowed"] = realm["registrationAllowed"] = entra["allowedToUseSSPR"] = False
        okta["passwordPolicies"][0]["_embedded"]["rules"][1]["actions"]["selfServicePasswordReset"]["access"] = "DENY"
        self.take("keycloak", self.write("realm.json", json.dumps(realm)))
        self.take("okta", self.write("okta.json", json.dumps(okta)))
        self.take("entra", DATA / "entra" / "policies.json", DATA / "entra" / "strengths.json", self.write("a.json", json.dumps(entra)))
        for name, rows in self.differences().items():
            self.assertFalse([key for key in rows if key[1] == "recovery" or key[4] == "registrationAllowed"], name)

    def test_who_may_reset_by_themselves_is_told_by_population(self):
        okta = json.loads((DATA / "okta" / "export.json").read_text())
        okta["passwordPolicies"][0]["conditions"]["people"]["groups"]["include"] = ["00gstaff0001"]
        okta["passwordPolicies"][0]["_embedded"]["rules"][1]["conditions"]["people"]["groups"] = {"exclude": ["00gadmin0001"]}
        rows = self.take("okta", self.write("okta.json", json.dumps(okta)))["result"]["rows"]
        self.assertIn(("00gstaff0001", ["email", "sms"]), [(row["population"], [way["method"] for way in row["accept"]]) for row in rows
                                                          if row["journey"] == "recovery"])
        self.assertEqual([key[2] for key in self.differences()["okta"] if key[1] == "recovery"], ["staff"])

    def test_an_older_password_policy_of_okta_says_it_by_factors(self):
        okta = json.loads((DATA / "okta" / "export.json").read_text())
        policy = okta["passwordPolicies"][0]
        policy["settings"] = {"recovery": {"factors": {"okta_email": {"status": "ACTIVE"}, "okta_call": {"status": "INACTIVE"},
                                                       "recovery_question": {"status": "ACTIVE"}}}}
        policy["_embedded"]["rules"][1]["actions"]["selfServicePasswordReset"] = {"access": "ALLOW"}
        self.take("okta", self.write("okta.json", json.dumps(okta)))
        row = self.differences()["okta"][("looser", "recovery", None, None, "Default Policy: Default Rule")]
        self.assertIn("okta_email, recovery_question", row["detail"])

    def test_a_recovery_written_by_hand_is_a_way_back(self):
        self.take("legacy", self.write("more.csv", "rule,journey,population,app,method\na,,*,legacy-vpn,otp\nb,recovery,*,*,email\n"
                                                   "c,recovery,*,*,sms\nd,recovery,*,*,none\n"))
        self.assertEqual({key[4] for key in self.differences()["legacy"] if key[1] == "recovery"}, {"b", "c"})

    def test_a_first_rule_decides_at_okta(self):
        export = json.loads((DATA / "okta" / "export.json").read_text())
        rules = export["policies"][0]["_embedded"]["rules"]
        rules[0]["priority"], rules[1]["priority"] = 1, 2
        self.take("okta", self.write("okta.json", json.dumps(export)))
        self.assertFalse([key for key in self.differences()["okta"] if key[0] == "looser" and key[3]])

    def test_attestation_that_is_enforced_is_seen_at_entra(self):
        methods = json.loads((DATA / "entra" / "methods.json").read_text())
        methods["authenticationMethodConfigurations"][0]["passkeyProfiles"][0]["attestationEnforcement"] = "registrationOnly"
        self.take("entra", DATA / "entra" / "policies.json", DATA / "entra" / "strengths.json",
                  self.write("methods.json", json.dumps(methods)))
        found = self.differences()["entra"]
        self.assertNotIn(("looser", "sign-in", "admins", "wiki", "fido2"), found)
        self.assertIn(("looser", "sign-in", "admins", "wiki", "max_age_s"), found)

    def test_no_policy_at_entra_means_no_requirement(self):
        policies = json.loads((DATA / "entra" / "policies.json").read_text())
        policies["value"] = []
        self.take("entra", self.write("none.json", json.dumps(policies)), DATA / "entra" / "methods.json")
        self.assertIn(("looser", "sign-in", "staff", "wiki", "password"), self.differences()["entra"])

    def test_a_required_key_is_no_drift_at_pam(self):
        files = {"sudo": "auth requisite pam_u2f.so pinverification=1\n@include common-auth\n",
                 "common-auth": (DATA / "pam" / "common-auth").read_text()}
        rows = self.take("pam", *(self.write(name, text) for name, text in files.items()))["result"]["rows"]
        self.assertEqual([[way["way"] for way in row["accept"]] for row in rows if row["app"] == "sudo"], [["pam_u2f,pam_unix"]])

    def test_new_hosts_have_no_more_than_a_password(self):
        for folder, ways in (("pam-debian", ["pam_unix"]), ("pam-rhel", ["pam_unix", "pam_sss"])):
            with self.subTest(folder):
                result = self.take("pam", *sorted((DATA / folder).iterdir()))["result"]
                apps = {row["app"]: [way["way"] for way in row["accept"]] for row in result["rows"]}
                self.assertEqual(apps, {path.name: ways for path in (DATA / folder).iterdir()
                                        if path.name not in ("common-auth", "system-auth", "postlogin")})
                self.assertEqual(result["unmapped"], [])
                self.assertTrue([note for note in result["notes"] if "\"su\" may let root in" in note])

    def test_a_rule_that_was_read_can_be_ignored(self):
        self.take_all()
        mapped = json.loads((DATA / "map.json").read_text())
        names = {"entra": "Block risky sessions", "okta": "Payroll: In the office", "bastion": "Match Address 192.0.2.0/24"}
        for export, name in names.items():
            mapped["exports"][export]["ignore"] = [name]
        before, found = self.differences(), self.differences(mapped=self.write("map.json", json.dumps(mapped)))
        for export, name in names.items():
            self.assertTrue([key for key in before[export] if key[4] == name])
            self.assertFalse([key for key in found[export] if key[4] == name])
        self.assertIn(("stricter", "sign-in", "staff", "payroll", "bound-key"), found["okta"], "its cells are compared again")

    # ---- what should be set there, and back again ----

    def settings(self, system, *words):
        done = run("export", "--for", system, "--policy", DATA / "policy.yaml", "--map", DATA / "map.json", "--json", *words)
        self.assertEqual(done.returncode, 0, done)
        answer = json.loads(done.stdout)
        said = {row["name"] for row in answer["result"]["cannot"]}
        self.assertTrue(said)
        self.assertEqual([row["code"] for row in answer["warnings"]], ["not-expressed"] * len(answer["result"]["cannot"]))
        return answer["result"], said

    def looser(self, name):
        return {key[1:]: row["detail"] for key, row in self.differences().get(name, {}).items() if key[0] == "looser"}

    def test_lines_for_sshd_let_in_no_more_than_sshd_can_tell(self):
        result, said = self.settings("sshd", "--as", "bastion", "--app", "bastion")
        path = self.write("sshd_config", result["text"])
        if os.access("/usr/sbin/sshd", os.X_OK) and shutil.which("ssh-keygen"):
            key = self.place / "host"
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
            done = subprocess.run(["/usr/sbin/sshd", "-t", "-h", key, "-f", path], capture_output=True, text=True, check=False)
            self.assertNotIn("Bad configuration", done.stderr)
        self.take("bastion", path)
        self.assertEqual(self.looser("bastion"), {("sign-in", "admins", "bastion", "publickey(sk)"): "lets in passkeys that can be synced"})
        self.assertIn("bastion", said)

    def test_a_group_without_a_name_in_the_map_is_told(self):
        for words in (("--map", DATA / "map.json"), ()):  # the map's names are for "bastion", not for "sshd"
            done = run("export", "--for", "sshd", "--policy", DATA / "policy.yaml", "--app", "bastion", *words)
            self.assertEqual(done.returncode, 0, done)
            self.assertIn("AllowGroups admins", done.stdout)
            self.assertIn('admins: the map has no name of it for "sshd"', done.stderr)
        done = run("export", "--for", "sshd", "--policy", DATA / "policy.yaml", "--app", "bastion", "--map", DATA / "map.json", "--as", "bastion")
        self.assertIn("AllowGroups wheel", done.stdout)
        self.assertNotIn("the map has no name", done.stderr)

    def test_lines_for_pam_ask_for_the_key(self):
        result, said = self.settings("pam", "--app", "sudo")
        self.take("pam", self.write("sudo", result["text"]))
        self.assertEqual({key[3] for key in self.looser("pam") if key[1] == "admins"}, {"pam_u2f"})
        self.assertIn("sudo", said)
        result, _ = self.settings("pam", "--app", "archive")
        self.assertIn("pam_u2f", result["text"])
        result, _ = self.settings("pam", "--app", "legacy-vpn")
        self.assertEqual([line.split()[2] for line in result["text"].splitlines()[1:]], ["pam_oath.so"])

    def test_a_part_of_a_realm_for_keycloak(self):
        result, said = self.settings("keycloak")
        self.take("keycloak", self.write("realm.json", json.dumps(dict(result["settings"], realm="acme"))))
        # A realm has one policy of passkeys: what the step-up wants besides, it cannot have.
        self.assertEqual({key[0]: detail for key, detail in self.looser("keycloak").items()},
                         {"step-up": "lets in passkeys that can be synced"})
        self.assertLessEqual({"acr", "webAuthnPolicyPasswordless"}, said)
        self.assertEqual([client["clientId"] for client in result["settings"]["clients"]], ["shop"])

    def test_rules_for_okta(self):
        result, said = self.settings("okta")
        export = result["settings"]
        export["policies"][0]["id"] = "p"
        export["apps"] = [{"id": "0oapayroll01", "label": "Payroll", "signOnMode": "OPENID_CONNECT",
                           "_links": {"accessPolicy": {"href": "https://x/api/v1/policies/p"}}}]
        export["methods"] = [{"type": "webauthn", "settings": export.pop("webauthnMethod")["settings"]}]
        self.take("okta", self.write("okta.json", json.dumps(export)))
        self.assertEqual(self.looser("okta"), {})
        self.assertIn("P4", said)

    def test_bodies_for_entra(self):
        result, said = self.settings("entra")
        body = result["settings"]
        for n, strength in enumerate(body["authenticationStrengthPolicies"]):
            strength["id"] = "(id of \"%s\")" % strength["displayName"]
        for policy in body["conditionalAccessPolicies"]:
            self.assertEqual(policy["state"], "enabledForReportingButNotEnforced")
            policy["state"] = "enabled"
        body["methods"] = {"authenticationMethodConfigurations": [
            dict(body.pop("fido2AuthenticationMethodConfiguration"), passkeyProfiles=[], isAttestationEnforced=True,
                 includeTargets=[{"id": "all_users"}])]}
        self.take("entra", self.write("entra.json", json.dumps(body)))
        self.assertEqual(self.looser("entra"), {})
        self.assertLessEqual({"state", "everybody else", "passkey profiles", "includeTargets"}, said)

    def test_an_export_needs_to_know_what_for(self):
        policy = ("--policy", DATA / "policy.yaml")
        for words in (("export",), ("export", "--for", "entra"), ("export", "--for", "csv", *policy), ("export", "--for", "sshd", *policy)):
            self.assertEqual(run(*words).returncode, 2, words)
        self.assertEqual(run("export", "--for", "pam", "--app", "nothing", *policy).returncode, 17)

    # ---- no difference; old exports ----

    SAME = ("rule,journey,population,app,method,uv,be,attested\n"
            "a,*,staff,legacy-vpn,otp,,,\n")

    def small(self):
        """A policy of one app, and an export that is the same."""
        text = (DATA / "policy.yaml").read_text()
        lines = [line for line in text.splitlines()
                 if not any(word in line for word in ("idp: entra", "idp: okta", "idp: keycloak", "{id: bastion", "{id: sudo",
                                                      "{id: archive", "{id: P1", "{id: P2", "{id: P3", "{id: R1", "{id: R2",
                                                      "{id: R3", "requires:"))]
        policy = "\n".join(lines).replace("  - {id: admins, kind: enterprise, rule: {groups: [admins]}}\n", "")
        return self.write("small.yaml", policy.replace("[staff, admins]", "[staff]"))

    def test_no_difference_is_no_drift(self):
        self.take("legacy", self.write("same.csv", self.SAME), at=TODAY)
        result = self.compare(code=0, policy=self.small(), mapped=None)
        self.assertEqual((result["differences"], result["drift"]), ([], False))
        self.assertGreater(result["cells"], 0)

    def test_an_old_export_is_told(self):
        self.take("legacy", self.write("same.csv", self.SAME), at="2020-01-01")
        rows = self.compare(policy=self.small(), mapped=None)["differences"]
        self.assertEqual([row["difference"] for row in rows], ["export-old"])

    def test_an_export_of_the_future_is_told(self):
        self.take("legacy", self.write("same.csv", self.SAME), at="2099-01-01")
        self.assertEqual(self.compare(policy=self.small(), mapped=None)["counts"]["export-old"], 1)

    def test_an_export_without_date_is_told(self):
        done = run("drift", "import", "--from", "csv", "--folder", self.kept, "-", stdin=self.SAME)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn("a time that is not known", done.stdout)
        rows = self.compare(policy=self.small(), mapped=None)["differences"]
        self.assertEqual([(row["difference"], row["detail"]) for row in rows],
                         [("export-old", "when it was exported is not known; say it with --exported-at when it is imported")])

    def test_the_time_of_a_file_is_no_date(self):
        path = self.write("same.csv", self.SAME)
        for age in (0, 20 * 365 * 86400):
            os.utime(path, (time.time() - age,) * 2)
            result = self.take("legacy", path, at=None)["result"]
            self.assertEqual((result["date_from"], result.get("exported_at")), ("unknown", None))
            self.assertEqual(self.compare(policy=self.small(), mapped=None)["counts"]["export-old"], 1)

    def test_files_of_a_host_are_of_now(self):
        for name, folder, system in (("pam", "pam-debian", "pam"), ("bastion", "sshd", "sshd")):
            files = [self.write(path.name, path.read_bytes()) for path in sorted((DATA / folder).iterdir())]
            for path in files:
                os.utime(path, (1700000000, 1700000000))
            result = self.take(name, *files, at=None, system=system)["result"]
            at = calendar.timegm(time.strptime(result["exported_at"][:19], "%Y-%m-%dT%H:%M:%S"))
            self.assertEqual((result["date_from"], abs(time.time() - at) < 3600), ("import", True))
        self.assertEqual(self.compare()["counts"]["export-old"], 0)

    def test_an_export_that_was_kept_with_the_time_of_its_file_has_no_date(self):
        self.take("legacy", self.write("same.csv", self.SAME), at=TODAY)
        kept = json.loads((self.kept / "legacy.json").read_text())
        (self.kept / "legacy.json").write_text(json.dumps(dict(kept, date_from="file")))
        self.assertEqual(self.compare(policy=self.small(), mapped=None)["counts"]["export-old"], 1)

    def test_one_more_row_is_one_more_difference(self):
        self.take("legacy", self.write("more.csv", self.SAME + "b,*,staff,legacy-vpn,sms,,,\n"), at=TODAY)
        rows = self.compare(policy=self.small(), mapped=None)["differences"]
        self.assertEqual([(row["difference"], row["name"]) for row in rows], [("looser", "sms")])

    def test_a_later_import_takes_the_place_of_the_one_before(self):
        self.take("legacy", self.write("more.csv", self.SAME + "b,*,staff,legacy-vpn,sms,,,\n"), at=TODAY)
        self.take("legacy", self.write("same.csv", self.SAME), at=TODAY)
        self.compare(code=0, policy=self.small(), mapped=None)

    # ---- what is refused ----

    def test_broken_exports_are_refused_and_not_kept(self):
        rows = (
            ("entra", b"{"), ("entra", b"[]"), ("entra", b"\xff\xfe"), ("entra", b'{"value":[1]}'),
            ("entra", b'{"value":[{"conditions":{"users":7},"state":"enabled","displayName":"a"}]}'),
            ("entra", b'{"value":[{"conditions":{"users":{"excludeGroups":"x"}},"state":"enabled","displayName":"a"}]}'),
            ("entra", b"[" * 100 + b"]" * 100),
            ("okta", b'{"policies":[]}'), ("okta", b'{"policies":{"type":"ACCESS_POLICY"}}'),
            ("okta", b'[{"type":"ACCESS_POLICY","name":5}]'),
            ("keycloak", b'{"realm":"a"}'), ("keycloak", b'{"realm":"a","clients":[{"clientId":"a"}],"browserFlow":"no"}'),
            ("keycloak", b'{"realm":"a","clients":[{"clientId":"a"}],"browserFlow":"f","authenticationFlows":[{"alias":"f",'
             b'"authenticationExecutions":[{"authenticatorFlow":true,"flowAlias":"f","requirement":"REQUIRED"}]}]}'),
            ("bastion", b"Match Group\n"), ("bastion", b"Port 22\0\n"), ("bastion", b"A" * 20000),
            ("pam", b"auth required\n"), ("pam", b"auth mandatory pam_unix.so\n"), ("pam", b"# nothing\n"),
            ("legacy", b""), ("legacy", b"app,method\n"), ("legacy", b"population,app,method,colour\n"),
            ("legacy", b'population,app,method\n"a,b,c\n'), ("legacy", b"population,app,method,uv\na,b,otp,maybe\n"),
            ("legacy", b"population,app,method,aaguids\na,b,webauthn,123\n"),
        )
        for name, text in rows:
            with self.subTest(name=name, text=text[:60]):
                answer = self.take(name, self.write("broken", text), code=19)
                self.assertTrue(answer["error"]["text"])
                self.assertFalse((self.kept / (name + ".json")).exists())

    def test_a_file_that_includes_itself_is_refused(self):
        self.take("pam", self.write("loop", "@include loop\n"), code=19)

    def test_what_makes_no_sense_is_usage(self):
        policy = ("drift", "--policy", DATA / "policy.yaml", "--folder", self.kept)
        for words in (("drift", "import", DATA / "map.json"), ("drift", "import", "--from", "ldap", DATA / "map.json"),
                      ("drift", "import", "--from", "csv"), ("drift", "import", "--from", "csv", "--as", "../x", DATA / "csv" / "legacy.csv"),
                      ("drift", "import", "--from", "csv", "--exported-at", "soon", DATA / "csv" / "legacy.csv"), ("drift",),
                      policy + ("x",), policy + ("--old-after", "-1")):
            self.assertEqual(run(*words).returncode, 2, words)
        done = run(*policy)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (17, 1), done)
        self.assertIn("no export was imported", done.stderr)
        self.assertNotIn("key?", done.stderr)

    def test_a_map_with_a_name_that_the_policy_does_not_have_is_refused(self):
        self.take("legacy", DATA / "csv" / "legacy.csv")
        for text in ('{"schema":"keyturn-drift-map/1","together":{"nobody":[]}}', '{"schema":"x"}', "[]",
                     '{"schema":"keyturn-drift-map/1","exports":{"legacy":{"apps":{"wiki":"x"}}}}',
                     '{"schema":"keyturn-drift-map/1","exports":{"legacy":{"colours":{}}}}'):
            self.compare(code=19, mapped=self.write("map.json", text))

    def test_a_broken_policy_is_told_by_line(self):
        self.take("legacy", DATA / "csv" / "legacy.csv")
        done = run("drift", "--policy", self.write("p.yaml", "schema: keyturn-policy/1\nclases: []\n"), "--folder", self.kept)
        self.assertEqual(done.returncode, 19, done)
        self.assertIn("line 2", done.stderr)

    def test_a_formula_in_a_name_stays_text(self):
        self.take("legacy", self.write("f.csv", "rule,population,app,method\n=1+1,*,legacy-vpn,=cmd\n"))
        done = run("drift", "--policy", DATA / "policy.yaml", "--folder", self.kept, "--csv")
        cells = [cell for row in csv.reader(io.StringIO(done.stdout, newline="")) for cell in row]
        self.assertFalse([cell for cell in cells if cell.startswith("=")])
        self.assertIn("\"'=cmd\"", done.stdout)


if __name__ == "__main__":
    unittest.main()
