#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A station's leave to take something off a key, with the real programs: who
gets it, what stands in the record, stock ssh-keygen over it, the key that it is
for and another one; and both verifiers over what comes of it."""
import json
import os
import socket
import subprocess

import desk
import whole_case
from keys_lib import HASH, LIMIT, RESULT, Helper, b64url, wait_for

NAMESPACE = "keyturn-practice-plan@v1"


def entries(bundle):
    with open(os.path.join(bundle, "data", "entries.jsonl"), encoding="utf-8") as file:
        return [one for one in map(json.loads, file) if one["act"] == "key.plan"]


def check_signature(place, document):
    """By ssh-keygen, under the key that the status tells."""
    public = place.run("station", "status")["plan_key"]
    allowed, signature = (os.path.join(place.top, name) for name in ("plan.allowed", "plan.sig"))
    for path, text in ((allowed, f"st-01 {public}\n"), (signature, document["signature"])):
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    command = ["ssh-keygen", "-Y", "verify", "-f", allowed, "-I", "st-01", "-n", NAMESPACE, "-s", signature]
    for line, good in ((document["plan"], True), (document["plan"].replace("st-01", "st-02"), False)):
        done = subprocess.run(command, input=line, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == good, done.stderr


def say(place, name, line):
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(LIMIT)
        one.connect(os.path.join(place.control, name))
        one.sendall(line.encode() + b"\n")
        assert one.recv(4096).startswith(b"ok"), line


def make_passkey(place, name, user):
    frames = Helper(place).job({"job": "make", "rp_id": "example.org", "hash": HASH, "algs": [-7], "uv": "required",
                                "discoverable": True, "user": {"id": b64url(user.encode()), "name": user},
                                "device": place.selector(name)}, [desk.PIN])
    assert frames[-1][0] == RESULT, frames
    return frames[-1][1]["cred"]


def fingerprint(place, name):
    done = subprocess.run([os.environ["FIDOTOOL"], "key", "info", "--json", "--device", place.selector(name)],
                          env=place.env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["device"]["fingerprint"]


def who_gets_one(place):
    target = ("--device", place.selector("used"))
    place.refused("role", "key", "plan", "reset", *target, "--as", "ben", "--role", "helpdesk-lead")
    place.refused("role", "key", "plan", "reset", *target, "--as", "ria", "--role", "releaser")
    place.act("key", "plan", "reset", *target, expect=2)  # nobody asks
    place.act("key", "plan", "reset", *target, "--as", "sid", "--role", "security")


def a_passkey_goes(place):
    cred = make_passkey(place, "used", "sam")
    other = make_passkey(place, "used", "eve")
    plan = os.path.join(place.top, "delete.json")
    target = ("--device", place.selector("used"))
    named = (*target, "--fingerprint", fingerprint(place, "used"), "--plan", plan)
    document = place.act("key", "plan", "delete", cred, *target, "--as", "ada", "--out", plan)
    check_signature(place, document)
    place.act("key", "credential", "delete", other, *named, expect=21)
    place.act("key", "credential", "delete", cred, *named)
    place.act("key", "credential", "delete", cred, *named, expect=17)
    place.act("key", "credential", "show", other, *target)


def a_key_is_reset(place):
    """Asked for in a session: one signature, then the key."""
    plan = os.path.join(place.top, "reset.json")
    target = place.selector("used")
    answers = place.session("ada", "agent", f"key plan reset --device {target} --out {plan} --json")
    check_signature(place, answers[-1])
    command = [os.environ["FIDOTOOL"], "key", "reset", "--events", "--yes", "--plan", plan, "--device"]
    with desk.pin_file() as pins:
        other = subprocess.run([*command, place.selector("fresh"), "--fingerprint", fingerprint(place, "fresh"),
                                "--pin-fd", str(pins.fileno())], env=place.env, pass_fds=[pins.fileno()],
                               capture_output=True, text=True, check=False)
    assert other.returncode == 21 and "another key" in other.stderr, other.stderr
    process = subprocess.Popen([*command, target, "--fingerprint", fingerprint(place, "used")], env=place.env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(process.stdout, "waiting_remove")
    say(place, "used", "unplug")
    wait_for(process.stdout, "waiting_insert")
    say(place, "used", "plug")
    _, err = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, err
    status = place.run("key", "pin", "status", "--device", target)
    assert status["state"] == "not-set", status


def main():
    with desk.Desk() as place:
        whole_case.prepare(place)
        place.add_key("used")
        place.set_pin("used")
        place.add_key("fresh")  # it has no PIN: without serial numbers its state alone tells it apart
        who_gets_one(place)
        a_passkey_goes(place)
        a_key_is_reset(place)
        bundle = whole_case.check_bundle(place)
        rows = entries(bundle)
        assert [(row["actor"], row["method"]) for row in rows] == [
            ("sid", "key.reset"), ("ada", "key.credential.delete"), ("ada", "key.reset")], rows


if __name__ == "__main__":
    main()
