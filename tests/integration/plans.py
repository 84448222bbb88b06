# SPDX-License-Identifier: Apache-2.0
"""Plans as recoveryd signs them, and worse ones. Signed by stock ssh-keygen, so
that keyhelper is held against somebody else's signatures."""
import datetime
import hashlib
import json
import os
import subprocess

from keys_lib import unb64url

NAMESPACE = "keyturn-plan@v1"
RESET, DELETE = "key.reset", "key.credential.delete"


def time_of(minutes=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Signer:
    """A station's key for plans, in a folder of its own."""

    def __init__(self, folder, name="plan"):
        self.path = os.path.join(folder, name)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.path], check=True)
        with open(self.path + ".pub", encoding="ascii") as file:
            self.public = file.read().strip()

    def conf(self, path, rp_ids="desk.example"):
        """keyhelper's configuration, which names this key."""
        with open(path, "w", encoding="ascii") as file:
            file.write(f"[keyhelper]\nrp_ids={rp_ids}\nplan_key={self.public}\n")
        return path

    def sign(self, line, namespace=NAMESPACE):
        return subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-O", "hashalg=sha256", "-n", namespace, "-f", self.path],
                              input=line, capture_output=True, text=True, check=True).stdout

    def plan(self, act, target, cred=None, namespace=NAMESPACE, **more):
        """What a request has as `signed`."""
        line = write(act, target, cred, **more)
        return {"plan": line, "signature": self.sign(line, namespace)}


def write(act, target, cred=None, minutes=(0, 10), **more):
    """The line; cred is a credential's id in base64url."""
    fields = {"v": 1, "act": act, "log": "example.org/keyturn/st-07/1", "station": "st-07", "seq": 7,
              "nonce": os.urandom(16).hex(), "target": target, "iat": time_of(minutes[0]), "until": time_of(minutes[1])}
    if cred:
        fields["cred"] = hashlib.sha256(unb64url(cred)).hexdigest()
    fields = {name: value for name, value in (fields | more).items() if value is not None}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))
