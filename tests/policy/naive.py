# SPDX-License-Identifier: Apache-2.0
"""The decision as its description says it, by loops over all rules: no index,
nothing combined beforehand, nothing shared with the program. A policy is what
JSON makes of the document, a request what it makes of the request."""
import datetime
import re

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
BUILT_IN = {"sign-in": "low", "step-up": "high", "admin": "privileged", "recovery": "privileged"}
RISKS = ["low", "high", "privileged"]
CERTS = ["L1", "L1plus", "L2", "L2plus", "L3", "L3plus"]
STATES = ["stock", "pending", "active", "suspended", "lost", "revoked", "retired"]
ORDER = {"deny": 0, "step-up": 1, "need-approval": 1, "allow": 2}
NOT_SLOTS = ["agent", "verifier", "releaser", "auditor", "break-glass"]
DAY = 86400


class Wrong(Exception):
    """The request cannot be decided: denied, reason error."""


def seconds(text):
    """A date, or a time in whole seconds."""
    if not isinstance(text, str):
        raise Wrong("a time")
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            read = datetime.datetime.strptime(text, form)
        except ValueError:
            continue
        if read.strftime(form) == text and read.year >= 1970:
            return int((read - datetime.datetime(1970, 1, 1)).total_seconds())
    raise Wrong("a time")


def as_list(value):
    return value if isinstance(value, list) else [value]


def selects(selector, value):
    """A selector that is left out, or "*", takes everything."""
    return selector is None or selector == "*" or value in as_list(selector)


def selects_any(selector, values):
    return selector is None or selector == "*" or any(value in as_list(selector) for value in values)


# ---- the form of a request ----

def demand(good, what):
    if not good:
        raise Wrong(what)


def is_text(value):
    return isinstance(value, str) and value != ""


def is_int(value, least):
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def check_object(value, must, may):
    demand(isinstance(value, dict), "an object")
    demand(all(name in value for name in must), "a field is missing")
    demand(all(name in must or name in may for name in value), "unknown field")


def check_facts(facts):
    check_object(facts, [], ["method", "uv", "be", "bs", "attested", "aaguid", "fw", "cert", "mds_status", "transports", "at"])
    for name in ("uv", "be", "bs", "attested"):
        demand(isinstance(facts.get(name, True), bool), name)
    demand("method" not in facts or (is_text(facts["method"]) and ID.match(facts["method"])), "method")
    demand("cert" not in facts or facts["cert"] in CERTS, "cert")
    demand("aaguid" not in facts or (is_text(facts["aaguid"]) and
                                     re.match(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", facts["aaguid"])), "aaguid")
    demand("fw" not in facts or (is_text(facts["fw"]) and re.match(r"(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8}))*\Z", facts["fw"])), "fw")
    for name in ("mds_status", "transports"):
        demand(isinstance(facts.get(name, []), list) and all(is_text(word) for word in facts.get(name, [])), name)
    if "at" in facts:
        seconds(facts["at"])


def check_person(person):
    check_object(person, ["id"], ["groups", "attributes", "keys"])
    demand(is_text(person["id"]), "person.id")
    groups, attributes = person.get("groups"), person.get("attributes")
    demand(groups is None or (isinstance(groups, list) and all(is_text(group) for group in groups)), "groups")
    demand(attributes is None or isinstance(attributes, dict), "attributes")
    for value in (attributes or {}).values():
        demand(value is None or is_text(value) or (isinstance(value, list) and all(is_text(each) for each in value)), "attribute")
    demand(isinstance(person.get("keys", []), list), "keys")
    for key in person.get("keys", []):
        check_object(key, ["state", "facts"], [])
        demand(key["state"] in STATES, "state")
        check_facts(key["facts"])


def check_request(request):
    check_object(request, ["id", "time", "journey", "app", "person", "authenticator"],
                 ["transaction", "policy_version", "signals", "record", "approvals", "uses", "reviews", "break_glass"])
    for name in ("id", "journey", "app"):
        demand(is_text(request[name]), name)
    demand(is_text(request.get("transaction", "x")), "transaction")
    demand(is_int(request.get("policy_version", 1), 1), "policy_version")
    demand(isinstance(request.get("break_glass", False), bool), "break_glass")
    seconds(request["time"])
    check_person(request["person"])
    check_facts(request["authenticator"])
    demand(isinstance(request.get("signals", {}), dict), "signals")
    for signal in request.get("signals", {}).values():
        check_object(signal, ["value", "at", "source"], [])
        demand(isinstance(signal["value"], (bool, int, str)), "value")
        seconds(signal["at"])
        demand(is_text(signal["source"]), "source")
    record = request.get("record", {})
    check_object(record, [], ["key_state", "recovered_at", "recovered_tier"])
    demand(record.get("key_state", "lost") in STATES, "key_state")
    if record.get("recovered_at") is not None:
        seconds(record["recovered_at"])
    demand(record.get("recovered_tier") is None or is_text(record["recovered_tier"]), "recovered_tier")
    demand(isinstance(request.get("approvals", []), list), "approvals")
    for approval in request.get("approvals", []):
        check_object(approval, ["by"], ["slot"])
        demand(is_text(approval["by"]) and is_text(approval.get("slot", "x")), "approval")
    demand(isinstance(request.get("uses", {}), dict) and all(is_int(n, 0) for n in request.get("uses", {}).values()), "uses")
    demand(isinstance(request.get("reviews", {}), dict), "reviews")
    for when in request.get("reviews", {}).values():
        seconds(when)


# ---- facts ----

def by_id(policy, section, wanted):
    for item in policy.get(section, []):
        if item["id"] == wanted:
            return item
    return None


def is_met(firmware, least):
    left, right = ([int(part) for part in text.split(".")] for text in (firmware, least))
    length = max(len(left), len(right))
    return left + [0] * (length - len(left)) >= right + [0] * (length - len(right))


def is_on_list(policy, name, facts, now):
    if facts.get("attested") is not True or "aaguid" not in facts:
        return False
    for entry in by_id(policy, "aaguid_lists", name)["entries"]:
        if entry["aaguid"] != facts["aaguid"]:
            continue
        if "until" in entry and now >= seconds(entry["until"]):
            continue
        if "min_fw" in entry and ("fw" not in facts or not is_met(facts["fw"], entry["min_fw"])):
            continue
        return True
    return False


def matches(policy, one, facts, now):
    match = one["match"]
    if facts.get("method") != match.get("method", "webauthn"):
        return False
    for name in ("uv", "be", "bs", "attested"):
        if name in match and facts.get(name) is not match[name]:
            return False
    if "aaguid_list" in match and not is_on_list(policy, match["aaguid_list"], facts, now):
        return False
    if "min_cert" in match and ("cert" not in facts or CERTS.index(facts["cert"]) < CERTS.index(match["min_cert"])):
        return False
    if "mds_status_not" in match:
        if "mds_status" not in facts or any(word in facts["mds_status"] for word in match["mds_status_not"]):
            return False
    if "transports" in match:
        if "transports" not in facts or not any(word in facts["transports"] for word in match["transports"]):
            return False
    return True


def class_of(policy, facts, now):
    best = None
    for one in policy["classes"]:
        if one.get("use") == "roster" or not matches(policy, one, facts, now):
            continue
        if best is None or one["rank"] > best["rank"]:
            best = one
    return best


def populations_of(policy, person):
    found = []
    for population in policy.get("populations", []):
        rule = population["rule"]
        good = True
        if "groups" in rule:
            demand("groups" in person, "groups are not there")
            good = any(group in rule["groups"] for group in person["groups"] or [])
        for name, wanted in rule.get("attributes", {}).items():
            demand("attributes" in person, "attributes are not there")
            if person["attributes"] is None:
                good = False
                continue
            demand(name in person["attributes"], "an attribute is not there")
            has = person["attributes"][name]
            has = [] if has is None else as_list(has)
            good = good and any(value in as_list(wanted) for value in has)
        if good:
            found.append(population["id"])
    return found


def same(a, b):
    return type(a) is type(b) and a == b


def is_good_value(good, value):
    if isinstance(good, dict):
        if isinstance(value, bool) or not isinstance(value, int):
            return False
        return good.get("min", value) <= value <= good.get("max", value)
    return same(good, value)


def record_value(policy, signal, record, now):
    if signal["id"] == "key_active":
        demand("key_state" in record, "key_state")
        return record["key_state"] == "active"
    demand("recovered_at" in record, "recovered_at")
    if record["recovered_at"] is None:
        return True
    tier = record.get("recovered_tier")
    demand(tier in ("standard", "remote", "privileged") and tier in policy["recovery"], "recovered_tier")
    return now >= seconds(record["recovered_at"]) + policy["recovery"][tier]["restrict_h"] * 3600


def good_signals(policy, request, now):
    good = set()
    for signal in policy.get("signals", []):
        if signal["source"] == "record":
            value = record_value(policy, signal, request.get("record", {}), now)
            if is_good_value(signal["good"], value):
                good.add(signal["id"])
            continue
        told = request.get("signals", {}).get(signal["id"])
        if told is None or told["source"] != signal["source"]:
            continue
        if 0 <= now - seconds(told["at"]) <= signal["max_age_s"] and is_good_value(signal["good"], told["value"]):
            good.add(signal["id"])
    return good


def known_slots(policy):
    slots = set()
    for rule in policy.get("requires", []):
        slots.update(rule.get("slots", []))
    for tier in ("standard", "remote", "privileged"):
        slots.update(policy["recovery"].get(tier, {}).get("slots", []))
    slots.update(role["id"] for role in policy.get("roles", []) if role["id"] not in NOT_SLOTS)
    return slots


# ---- the decision ----

class Case:
    """One request under one policy: what every rule is looked at with."""

    def __init__(self, policy, request):
        check_request(request)
        self.policy, self.request = policy, request
        self.now = seconds(request["time"])
        demand(self.now >= seconds(policy["policy"]["valid_from"]), "not valid yet")
        demand(request.get("policy_version", policy["policy"]["version"]) == policy["policy"]["version"], "version")
        self.journey, self.app, self.transaction = request["journey"], request["app"], request.get("transaction")
        self.risks = dict(BUILT_IN, **{one["id"]: one["risk"] for one in policy.get("journeys", [])})
        demand(self.journey in self.risks, "journey")
        app = by_id(policy, "apps", self.app)
        demand(app, "app")
        self.webauthn = app["capabilities"]["webauthn"]
        if self.transaction is not None:
            transaction = by_id(policy, "transactions", self.transaction)
            demand(transaction and self.app in as_list(transaction["apps"]), "transaction")
        self.populations = populations_of(policy, request["person"])
        self.read_approvals()
        demand(all(by_id(policy, "fallbacks", one) for one in request.get("uses", {})), "uses")
        demand(all(by_id(policy, "exceptions", one) for one in request.get("reviews", {})), "reviews")
        self.good = good_signals(policy, request, self.now)
        self.read_authenticator()

    def read_approvals(self):
        approvals = self.request.get("approvals", [])
        names = [approval["by"] for approval in approvals]
        demand(len(set(names)) == len(names), "a second approval")
        demand(all(one["slot"] in known_slots(self.policy) for one in approvals if "slot" in one), "slot")
        others = [one for one in approvals if one["by"] != self.request["person"]["id"]]
        self.persons = len(others)
        self.slots = {one["slot"] for one in others if "slot" in one}

    def read_authenticator(self):
        facts = self.request["authenticator"]
        self.age = None
        if "at" in facts:
            self.age = self.now - seconds(facts["at"])
            demand(self.age >= 0, "the future")
        demand(self.webauthn or facts.get("method") != "webauthn", "no webauthn")
        self.kind = class_of(self.policy, facts, self.now)
        demand(self.kind, "no class")

    def covers(self, rule):
        return (selects(rule.get("journey"), self.journey) and selects(rule.get("app"), self.app) and
                selects_any(rule.get("population"), self.populations) and selects(rule.get("transaction"), self.transaction))

    def permits_here(self, rule):
        """A permit without a transaction opens none."""
        if rule.get("transaction") is None and self.transaction is not None:
            return False
        return self.covers(rule)

    def applies(self, rule):
        return self.covers(rule) and not ("unless_good" in rule and rule["unless_good"] in self.good)

    def is_live(self, fallback):
        uses = self.request.get("uses", {}).get(fallback["id"])
        return (RISKS.index(self.risks[self.journey]) <= RISKS.index(fallback["max_risk"]) and
                self.now < seconds(fallback["expires"]) and uses is not None and uses < fallback["uses_per_30d"])

    def due(self, exception):
        last = seconds(exception["from"])
        reviewed = self.request.get("reviews", {}).get(exception["id"])
        if reviewed is not None and seconds(reviewed) <= self.now:
            last = max(last, seconds(reviewed))
        return last + exception["review_every_d"] * DAY

    def is_there(self, exception):
        return seconds(exception["from"]) <= self.now < seconds(exception["until"]) and self.now < self.due(exception)

    def is_short(self, rule):
        """In class, age or list."""
        facts = self.request["authenticator"]
        if "min_class" in rule and self.kind["rank"] < by_id(self.policy, "classes", rule["min_class"])["rank"]:
            return True
        if "max_age_s" in rule and (self.age is None or self.age > rule["max_age_s"]):
            return True
        return "aaguid_list" in rule and not is_on_list(self.policy, rule["aaguid_list"], facts, self.now)

    def lacks_approval(self, rule):
        needed = max(rule.get("approvals", 0), len(rule.get("slots", [])))
        return self.persons < needed or any(slot not in self.slots for slot in rule.get("slots", []))


def weaker_reasons(case, permits, accepted, waived):
    reasons = []
    if case.request.get("break_glass"):
        reasons.append("break-glass")
    if waived:
        reasons.append("exception")
    if not any(case.kind["id"] in one["accept"] for one in permits):
        reasons.append("fallback")
    if "restricted" in case.kind:
        reasons.append("restricted-class")
    for key in case.request["person"].get("keys", []):
        other = class_of(case.policy, key["facts"], case.now)
        if key["state"] == "active" and other and other["rank"] > case.kind["rank"] and other["id"] in accepted:
            reasons.append("stronger-key-not-used")
            break
    return reasons


def find_need(case, accepted, requires):
    """All that is asked, as one alternative; none where no class would do."""
    policy = case.policy
    rank = max([by_id(policy, "classes", one["min_class"])["rank"] for one in requires if "min_class" in one], default=0)
    classes = [one["id"] for one in policy["classes"] if one["id"] in accepted and one["rank"] >= rank and
               (case.webauthn or one["match"].get("method", "webauthn") != "webauthn")]
    if not classes:
        return []
    need = {"classes": sorted(classes)}
    ages = [one["max_age_s"] for one in requires if "max_age_s" in one]
    lists = sorted({one["aaguid_list"] for one in requires if "aaguid_list" in one})
    slots = sorted({slot for one in requires for slot in one.get("slots", [])})
    approvals = max([one.get("approvals", 0) for one in requires] + [len(slots)])
    if ages:
        need["max_age_s"] = min(ages)
    if lists:
        need["aaguid_lists"] = lists
    if approvals:
        need["approvals"] = approvals
    if slots:
        need["slots"] = slots
    return [need]


def find_signals(rules):
    """Where every rule that falls short would be lifted by a signal."""
    if not rules or any("unless_good" not in one for one in rules):
        return []
    return [{"signals": sorted({one["unless_good"] for one in rules})}]


def utc(text):
    if text is None:
        return None
    return datetime.datetime.fromtimestamp(seconds(text) if isinstance(text, str) else text,
                                           datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def ids(rules):
    return sorted(one["id"] for one in rules)


def weigh(case, answer):
    """Fills in the answer for a request that can be decided."""
    policy = case.policy
    answer["class"] = case.kind["id"]
    permits = [one for one in policy.get("permits", []) if case.permits_here(one)]
    fallbacks = [one for one in policy.get("fallbacks", []) if case.permits_here(one) and case.is_live(one)]
    opening = permits + fallbacks
    accepting = [one for one in opening if case.kind["id"] in one["accept"]]
    accepted = {name for one in opening for name in one["accept"]}
    requires = [one for one in policy.get("requires", []) if case.applies(one)]
    live = [one for one in policy.get("exceptions", []) if case.covers(one) and case.is_there(one)]
    used = [one for one in live if any(rule["id"] in one["waives"] for rule in requires)]
    waived = [one for one in requires if any(one["id"] in exception["waives"] for exception in used)]
    requires = [one for one in requires if one not in waived]
    short = [one for one in requires if case.is_short(one) or case.lacks_approval(one)]
    forbids = [one for one in policy.get("forbids", []) if case.applies(one)]
    if forbids:
        answer.update(reason="forbid", decided=ids(forbids), why=[one["why"] for one in sorted(forbids, key=lambda one: one["id"])])
        if accepting:
            answer["enough"] = find_signals(forbids + short) if all("unless_good" in one for one in forbids) else []
        return
    answer["accepted"] = sorted(accepted)
    if not accepting:
        answer.update(reason="class" if opening else "no-permit", decided=ids(opening),
                      enough=find_need(case, accepted, requires))
        return
    answer.update(waived=ids(waived))
    if used:
        answer["waived_by"] = ids(used)
        dates = [seconds(policy["policy"]["review_by"])] if "review_by" in policy["policy"] else []
        answer["next_review"] = utc(min(dates + [case.due(one) for one in used]))
    if any(case.is_short(one) for one in requires):
        answer.update(outcome="step-up", reason="requirement", decided=ids(one for one in requires if case.is_short(one)))
    elif short:
        answer.update(outcome="need-approval", reason="requirement", decided=ids(short))
    else:
        answer.update(outcome="allow", reason="permit", decided=ids(accepting + requires))
    if answer["outcome"] != "allow":
        answer["enough"] = find_need(case, accepted, requires) + find_signals(short)
    if answer["outcome"] != "step-up":
        answer["weaker_reasons"] = weaker_reasons(case, permits, accepted, waived)
        answer["weaker"] = bool(answer["weaker_reasons"])


def decide(policy, request):
    review_by = policy["policy"].get("review_by")
    answer = {"id": request.get("id") if is_text(request.get("id")) else None, "outcome": "deny", "reason": "error",
              "decided": [], "waived": [], "class": None, "accepted": [], "enough": [], "weaker": False, "weaker_reasons": [],
              "stale_policy": False, "next_review": utc(review_by)}
    try:
        check_request(request)
        answer["stale_policy"] = review_by is None or seconds(request["time"]) >= seconds(review_by)
        weigh(Case(policy, request), answer)
    except Wrong:
        answer["reason"] = "error"
    return answer
