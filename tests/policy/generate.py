# SPDX-License-Identifier: Apache-2.0
"""Policies and requests at random, out of a world so small that rules meet. The
same seed gives the same ones."""
import json

AAGUIDS = ["00000000-0000-4000-8000-00000000000%d" % i for i in range(1, 4)]
CLASSES = ["otp", "sms", "synced", "bound", "attested", "listed"]
STATUSES = ["REVOKED", "USER_VERIFICATION_BYPASS", "UPDATE_AVAILABLE"]
SLOTS = ["helpdesk-lead", "other-team", "security", "owner"]
NOW = "2026-11-15T12:00:00Z"
TIMES = ["2026-10-01", "2026-11-01", "2026-11-14T12:00:00Z", "2026-11-15T11:00:00Z", "2026-11-15T11:59:00Z", NOW,
         "2026-11-15T12:00:01Z", "2026-12-01", "2027-01-01"]
DATES = ["2026-09-01", "2026-10-20", "2026-11-01", "2026-11-10", "2026-11-15T12:00:00Z", "2026-11-20", "2026-12-01", "2027-06-01"]


class World:
    def __init__(self, rand):
        self.rand = rand
        self.count = 0

    def chance(self, part):
        return self.rand.random() < part

    def some(self, values, least=1):
        return self.rand.sample(values, self.rand.randint(least, len(values)))

    def next_id(self, letter):
        """Ids that sort otherwise than they were made."""
        self.count += 1
        return "%s%d" % (letter, self.rand.randrange(1000) * 1000 + self.count)

    # ---- what rules are about ----

    def match(self, name):
        if name in ("otp", "sms"):
            return {"method": name}
        match = {"be": name == "synced"}
        if self.chance(0.7):
            match["uv"] = True
        if name in ("attested", "listed"):
            match["attested"] = True
        if name == "listed":
            match["aaguid_list"] = self.rand.choice(["models", "others"])
        if name in ("attested", "listed") and self.chance(0.3):
            match["min_cert"] = self.rand.choice(["L1", "L2"])
        if self.chance(0.15):
            match["mds_status_not"] = self.some(STATUSES)
        if self.chance(0.15):
            match["transports"] = self.some(["usb", "nfc", "internal"])
        if self.chance(0.1):
            match["bs"] = self.chance(0.5)
        return match

    def classes(self):
        ranks = self.rand.sample(range(1, 100), len(CLASSES))
        if self.chance(0.7):
            ranks.sort()
        classes = [{"id": name, "rank": rank, "match": self.match(name)} for name, rank in zip(CLASSES, ranks)]
        for one in classes:
            if self.chance(0.15):
                one["restricted"] = {"alternative": "a", "notice": "b", "risk_assessment": "c", "migration_plan": "d"}
        classes.append({"id": "roster", "use": "roster", "match": {"attested": True, "be": False}})
        return classes

    def entry(self):
        entry = {"aaguid": self.rand.choice(AAGUIDS)}
        if self.chance(0.4):
            entry["min_fw"] = self.rand.choice(["5.7.0", "5.10", "5.9"])
        if self.chance(0.3):
            entry["until"] = self.rand.choice(DATES)
        return entry

    def signals(self):
        signals = [
            {"id": "managed", "good": True, "source": "mdm", "max_age_s": self.rand.choice([0, 60, 86400])},
            {"id": "score", "good": self.rand.choice([{"min": 5}, {"max": 5}, {"min": 3, "max": 7}, 5]), "source": "soc",
             "max_age_s": 3600},
            {"id": "place", "good": self.rand.choice(["office", "home", "5"]), "source": "net", "max_age_s": 3600}]
        if self.chance(0.5):
            signals.append({"id": "key_active", "good": True, "source": "record", "max_age_s": 0})
        if self.chance(0.5):
            signals.append({"id": "recovery_settled", "good": True, "source": "record", "max_age_s": 0})
        return signals

    def populations(self):
        populations = [
            {"id": "staff", "kind": "enterprise", "rule": {"groups": ["staff", "admins"]}},
            {"id": "admins", "kind": "enterprise", "rule": {"groups": ["admins"]}},
            {"id": "guests", "kind": "public", "rule": {"attributes": {"employment": "guest"}}},
            {"id": "abroad", "kind": "enterprise", "rule": {"groups": ["staff"], "attributes": {"country": ["fr", "it"]}}},
            {"id": "odd", "kind": "enterprise", "rule": {"attributes": {"country": ["de", "fr"], "employment": ["guest", "temp"]}}}]
        return self.some(populations, 2)

    def scope(self, policy, transaction=True):
        scope = {}
        for name, values in (("journey", ["sign-in", "admin", "step-up", "recovery", "join"]),
                             ("population", [one["id"] for one in policy["populations"]]),
                             ("app", ["wiki", "payroll", "vpn"])):
            if self.chance(0.6):
                continue
            kind = self.rand.random()
            scope[name] = "*" if kind < 0.1 else self.rand.choice(values) if kind < 0.6 else self.some(values)
        if transaction and self.chance(0.35):
            kind = self.rand.random()
            scope["transaction"] = "*" if kind < 0.4 else self.rand.choice(["pay", "export"]) if kind < 0.8 else ["pay", "export"]
        return scope

    # ---- rules ----

    def permit(self, policy):
        return dict({"id": self.next_id("P"), "accept": self.some(CLASSES, 2)}, **self.scope(policy))

    def fallback(self, policy):
        return dict(self.permit(policy), max_risk=self.rand.choice(["low", "high", "privileged", "privileged"]),
                    expires=self.rand.choice(DATES[2:]), uses_per_30d=self.rand.randint(1, 4))

    def require(self, policy):
        rule = dict({"id": self.next_id("R")}, **self.scope(policy))
        parts = {"min_class": self.rand.choice(CLASSES), "max_age_s": self.rand.choice([0, 60, 3600, 86400]),
                 "approvals": self.rand.randint(1, 3), "slots": self.rand.sample(SLOTS, self.rand.randint(1, 2)),
                 "aaguid_list": self.rand.choice(["models", "others"])}
        for name in self.rand.choices(list(parts), weights=[4, 4, 3, 1, 1], k=self.rand.randint(1, 2)):
            rule[name] = parts[name]
        if self.chance(0.4):
            rule["unless_good"] = self.rand.choice(policy["signals"])["id"]
        return rule

    def forbid(self, policy):
        rule = dict({"id": self.next_id("F"), "why": "because"}, **self.scope(policy))
        if self.chance(0.7):
            rule["unless_good"] = self.rand.choice(policy["signals"])["id"]
        return rule

    def exception(self, policy):
        waives = [one["id"] for one in policy["requires"]]
        return dict({"id": self.next_id("E"), "waives": self.rand.sample(waives, self.rand.randint(1, min(3, len(waives)))),
                     "owner": "owner", "approved_by": ["one", "two"], "reason": "r", "compensating": "c",
                     "from": self.rand.choice(DATES[1:4]), "until": self.rand.choice(DATES[4:]),
                     "review_every_d": self.rand.choice([7, 14, 30])}, **self.scope(policy))

    def policy(self):
        policy = {
            "schema": "keyturn-policy/1",
            "policy": {"id": "random", "version": 3, "owner": "o", "valid_from": self.rand.choice(["2026-01-01", "2026-11-01"])},
            "aaguid_lists": [{"id": name, "entries": [self.entry() for _ in range(self.rand.randint(1, 3))]}
                             for name in ("models", "others")],
            "classes": self.classes(), "signals": self.signals(), "populations": self.populations(),
            "journeys": [{"id": "join", "kind": "enrol", "risk": self.rand.choice(["low", "high"])}],
            "apps": [{"id": name, "capabilities": {"webauthn": name != "vpn", "acr": True, "max_age": True}}
                     for name in ("wiki", "payroll", "vpn")],
            "transactions": [{"id": "pay", "kind": "payment", "apps": ["payroll", "wiki"]},
                             {"id": "export", "kind": "export", "apps": "payroll"}],
            "recovery": {"risk_analysis_ref": "r", "routine_check_pct": 0, "standard": tier(24), "remote": tier(48)},
            "retention": [{"class": "record", "keep": "7y", "purge": "whole-epoch"},
                          {"class": "personal", "keep": "90d-after-close", "purge": "shred-subject"}]}
        if self.chance(0.8):
            policy["policy"]["review_by"] = self.rand.choice(["2026-11-10", "2027-02-01"])
        if self.chance(0.3):
            policy["journeys"].append({"id": "sign-in", "kind": "sign-in", "risk": "high"})
        policy["permits"] = [self.permit(policy) for _ in range(self.rand.choice([1, 3, 5, 7]))]
        policy["fallbacks"] = [self.fallback(policy) for _ in range(self.rand.randint(0, 4))]
        policy["requires"] = [self.require(policy) for _ in range(self.rand.randint(0, 6))]
        policy["forbids"] = [self.forbid(policy) for _ in range(self.rand.choice([0, 0, 1, 2]))]
        policy["exceptions"] = [self.exception(policy) for _ in range(self.rand.randint(0, 5)) if policy["requires"]]
        return policy

    # ---- requests ----

    def facts(self, method=None):
        facts = {"method": method or self.rand.choice(["webauthn"] * 6 + ["otp", "sms"])}
        for name, part in (("uv", 0.95), ("be", 0.3), ("bs", 0.3), ("attested", 0.6)):
            if self.chance(0.98):
                facts[name] = self.chance(part)
        for name, values in (("aaguid", AAGUIDS), ("fw", ["5.7.0", "5.7", "5.10", "5.9.9", "6"]), ("cert", ["L1", "L1plus", "L3"])):
            if self.chance(0.8):
                facts[name] = self.rand.choice(values)
        for name, values in (("mds_status", STATUSES + ["NEW_WORD"]), ("transports", ["usb", "nfc", "internal", "carrier-pigeon"])):
            if self.chance(0.8):
                facts[name] = self.some(values, 0)
        if self.chance(0.95):
            facts["at"] = self.rand.choice(["2026-11-15T11:59:30Z"] * 15 + TIMES)
        return facts

    def person(self):
        person = {"id": "p-sam"}
        if self.chance(0.99):
            person["groups"] = None if self.chance(0.05) else self.some(["staff", "admins", "others"], 1)
        if self.chance(0.99):
            person["attributes"] = None if self.chance(0.05) else {
                "employment": self.rand.choice(["guest", "temp", "fixed", None, ["fixed", "guest"]]),
                "country": self.rand.choice(["de", "fr", "us", None])}
        if self.chance(0.4):
            person["keys"] = [{"state": self.rand.choice(["active", "active", "lost"]), "facts": self.facts("webauthn")}
                              for _ in range(self.rand.randint(0, 2))]
        return person

    def signal_values(self):
        values = {"managed": [True, True, False, 1, "true"], "score": [1, 5, 6, 9, "5", True], "place": ["office", "home", 5, "5"],
                  "unheard-of": [1]}
        sources = {"managed": "mdm", "score": "soc", "place": "net", "unheard-of": "x"}
        return {name: {"value": self.rand.choice(values[name]), "at": self.rand.choice(["2026-11-15T12:00:00Z"] * 4 + TIMES),
                       "source": sources[name] if self.chance(0.95) else "record"}
                for name in values if self.chance(0.6)}

    def record(self):
        record = {}
        if self.chance(0.99):
            record["key_state"] = self.rand.choice(["active"] * 6 + ["lost", "pending"])
        if self.chance(0.99):
            record["recovered_at"] = self.rand.choice([None] * 4 + TIMES)
        if record.get("recovered_at") or self.chance(0.1):
            record["recovered_tier"] = self.rand.choice(["standard", "remote"] * 15 + ["privileged", None])
        return record

    def request(self, policy):
        request = {"id": self.next_id("q"), "time": NOW if self.chance(0.9) else self.rand.choice(TIMES),
                   "journey": self.rand.choice(["sign-in", "sign-in", "admin", "step-up", "recovery", "join"]),
                   "app": self.rand.choice(["wiki", "payroll", "payroll", "vpn"]), "person": self.person(),
                   "authenticator": self.facts(), "signals": self.signal_values(), "record": self.record()}
        if request["app"] == "vpn" and self.chance(0.95):
            request["authenticator"]["method"] = self.rand.choice(["otp", "sms"])
        if request["app"] != "vpn" and self.chance(0.3):
            request["transaction"] = "pay" if request["app"] == "wiki" and self.chance(0.9) else self.rand.choice(["pay", "export"])
        if self.chance(0.6):
            names = self.rand.sample(["a", "b", "c", "p-sam"], self.rand.randint(0, 3))
            request["approvals"] = [{"by": name, "slot": self.rand.choice(SLOTS[:2])} if self.chance(0.5) else {"by": name}
                                    for name in names]
        request["uses"] = {one["id"]: self.rand.randint(0, 4) for one in policy["fallbacks"] if self.chance(0.8)}
        request["reviews"] = {one["id"]: self.rand.choice(DATES) for one in policy["exceptions"] if self.chance(0.7)}
        if self.chance(0.1):
            request["break_glass"] = self.chance(0.7)
        if self.chance(0.06):
            self.damage(request)
        return request

    def damage(self, request):
        """One thing is wrong with it."""
        where = self.rand.choice([request, request["person"], request["authenticator"], request["record"]])
        kind = self.rand.randrange(5)
        if kind == 0 and where:
            del where[self.rand.choice(list(where))]
        elif kind == 1 and where:
            where[self.rand.choice(list(where))] = self.rand.choice([None, 1, 1.5, True, "", "x", [], [1], {}, {"a": 1}])
        elif kind == 2:
            where["extra"] = 1
        elif kind == 3:
            request[self.rand.choice(["journey", "app", "transaction"])] = "unheard-of"
        else:
            request["approvals"] = [{"by": "a"}, self.rand.choice([{"by": "a"}, {"by": "b", "slot": "no-such-slot"}, {"slot": "security"}])]


def tier(hours):
    return {"issue": ["attested"], "slots": ["helpdesk-lead", "other-team"], "off_kiosk": 1, "wait_h": 0, "restrict_h": hours,
            "evidence": "n21", "min_keys": 1}


def shuffle(rand, policy):
    """The same policy in another order."""
    sections = list(policy.items())
    rand.shuffle(sections)
    other = {}
    for name, section in sections:
        if isinstance(section, list):
            section = [dict(rand.sample(list(one.items()), len(one))) for one in section]
            for one in section:
                for field in ("accept", "waives", "app", "population", "journey", "transaction", "slots"):
                    if isinstance(one.get(field), list):
                        one[field] = rand.sample(one[field], len(one[field]))
            rand.shuffle(section)
        other[name] = section
    return other


def document(policy):
    """JSON is YAML too, if no text in it could be taken for something else."""
    return json.dumps(policy)
