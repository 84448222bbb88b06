# SPDX-License-Identifier: Apache-2.0
"""Random policies and requests: the program decides as the loops of naive.py do,
and the three properties of the rule hold.

CASES is how many decisions are compared; a third as many for each property."""
import collections
import copy
import json
import os
import random
import subprocess
import sys

import generate
import naive

CASES = int(os.environ.get("CASES", "3000"))
EACH = 40  # requests of one policy
SEED = int(os.environ.get("SEED", "20261128"))


class Asker:
    def __init__(self):
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen([os.environ["ASKER"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, values):
        """No more at once than both pipes hold."""
        answers = []
        for start in range(0, len(values), EACH):
            some = values[start:start + EACH]
            self.process.stdin.write("".join(json.dumps(value) + "\n" for value in some))
            self.process.stdin.flush()
            answers += [json.loads(self.process.stdout.readline()) for _ in some]
        return answers

    def decide(self, policy, requests):
        problems = self.ask([{"policy": generate.document(policy)}])[0]["problems"]
        assert problems == "", (problems, policy)
        return self.ask(requests)


def shown(**values):
    return "\n".join("%s: %s" % (name, json.dumps(value, sort_keys=True)) for name, value in values.items())


def without_words(answers):
    """Which of several faults is told may follow the order of the file."""
    return [{name: value for name, value in one.items() if name != "error"} for one in answers]


def compare(policy, requests, answers, seen):
    for request, answer in zip(requests, answers):
        expected = naive.decide(policy, request)
        error = answer.pop("error", None)
        assert (error is not None) == (answer["reason"] == "error"), shown(answer=answer)
        assert answer == expected, shown(policy=policy, request=request, answer=answer, expected=expected, error=error)
        seen[answer["outcome"]] += 1
        seen[answer["reason"]] += 1
        for reason in answer["weaker_reasons"]:
            seen[reason] += 1
        for alternative in answer["enough"]:
            seen["signals" if "signals" in alternative else "need"] += 1


def check_lower(policy, other, requests, before, after, what):
    for request, one, two in zip(requests, before, after):
        assert naive.ORDER[two["outcome"]] <= naive.ORDER[one["outcome"]], \
            what + "\n" + shown(policy=policy, other=other, request=request, before=one, after=two)


def tighten(world, policy):
    other = copy.deepcopy(policy)
    if world.chance(0.7):
        other["requires"].append(world.require(policy))
    else:
        other["forbids"].append(world.forbid(policy))
    return other


def check_properties(asker, world, policy, requests, answers, seen):
    other = tighten(world, policy)
    after = asker.decide(other, requests)
    check_lower(policy, other, requests, answers, after, "a rule more loosened")
    seen["tightened"] += sum(one["outcome"] != two["outcome"] for one, two in zip(answers, after))
    mixed = asker.decide(generate.shuffle(world.rand, policy), requests)
    assert without_words(mixed) == without_words(answers), shown(policy=policy, answers=answers, mixed=mixed)
    if not policy["exceptions"]:
        return
    other = copy.deepcopy(policy)
    gone = other["exceptions"].pop(world.rand.randrange(len(other["exceptions"])))
    kept = []
    for request in requests:
        kept.append(copy.deepcopy(request))
        if isinstance(request.get("reviews"), dict):
            kept[-1]["reviews"].pop(gone["id"], None)
    after = asker.decide(other, kept)
    check_lower(policy, other, requests, answers, after, "an exception less loosened")
    seen["unwaived"] += sum(one["outcome"] != two["outcome"] for one, two in zip(answers, after))


def satisfy(policy, request, alternative, rand):
    """The request, as an answer said that it would be enough; None where this
    test cannot make such a key."""
    better = copy.deepcopy(request)
    if "signals" in alternative:
        good = {one["id"]: one for one in policy["signals"]}
        for name in alternative["signals"]:
            signal = good[name]
            if signal["source"] == "record":
                better["record"] = {"key_state": "active", "recovered_at": None}
                continue
            value = signal["good"]
            if isinstance(value, dict):
                value = value.get("min", value.get("max"))
            better.setdefault("signals", {})[name] = {"value": value, "at": request["time"], "source": signal["source"]}
        return better
    wanted = rand.choice(alternative["classes"])
    now = naive.seconds(request["time"])
    for _ in range(200):
        facts = generate.World(rand).facts()
        facts["at"] = request["time"]
        one = naive.class_of(policy, facts, now)
        if one and one["id"] == wanted and all(naive.is_on_list(policy, name, facts, now)
                                               for name in alternative.get("aaguid_lists", [])):
            break
    else:
        return None
    better["authenticator"] = facts
    slots = alternative.get("slots", [])
    people = ["x%d" % i for i in range(max(alternative.get("approvals", 0), len(slots)))]
    better["approvals"] = [{"by": by, "slot": slots[i]} if i < len(slots) else {"by": by} for i, by in enumerate(people)]
    return better


def check_enough(asker, world, policy, requests, answers, seen):
    """Who does as they are told is let in."""
    tried = [(request, answer, satisfy(policy, request, alternative, world.rand))
             for request, answer in zip(requests, answers) for alternative in answer["enough"]]
    tried = [each for each in tried if each[2] is not None]
    for (request, answer, better), after in zip(tried, asker.decide(policy, [each[2] for each in tried])):
        assert after["outcome"] == "allow", shown(policy=policy, request=request, answer=answer, better=better, after=after)
        seen["enough"] += 1


def main():
    rand = random.Random(SEED)
    asker = Asker()
    seen = collections.Counter()
    for number in range(CASES // EACH):
        world = generate.World(rand)
        policy = world.policy()
        requests = [world.request(policy) for _ in range(EACH)]
        answers = asker.decide(policy, requests)
        compare(policy, requests, copy.deepcopy(answers), seen)
        if number % 3 == 0:
            answers = asker.decide(policy, requests)
            check_properties(asker, world, policy, requests, answers, seen)
            check_enough(asker, world, policy, requests, answers, seen)
    asker.process.stdin.close()
    assert asker.process.wait() == 0
    print(dict(seen), flush=True)
    # Each of these was put to the test, or the agreement says little.
    for name, part in (("allow", 60), ("deny", 60), ("step-up", 60), ("need-approval", 150), ("error", 60), ("forbid", 60),
                       ("no-permit", 60), ("class", 60), ("requirement", 60), ("permit", 60), ("break-glass", 600),
                       ("exception", 600), ("fallback", 600), ("restricted-class", 300), ("stronger-key-not-used", 600),
                       ("signals", 150), ("need", 60), ("tightened", 150), ("unwaived", 1500), ("enough", 60)):
        assert seen[name] >= CASES // part, "%s: only %d of %d" % (name, seen[name], CASES)


if __name__ == "__main__":
    sys.exit(main())
