# SPDX-License-Identifier: Apache-2.0
"""What fidotool costs beside fido2-token on the same software key: processor
time of the start, of key list and of key info, helper and sandbox included, in
turn within one run, as the median of the ratios; and the messages that a
listing of 25 passkeys takes. fido2-token reaches the key by a library that is
preloaded (tests/integration/fido2-socket.c).

keys.py LIBRARY [--count]: with --count the messages alone, and a failure where
they are not fewer. Programs: FIDOTOOL, KEYHELPER, SOFTKEY."""
import os
import pathlib
import pty
import resource
import select
import shutil
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))

from keys_lib import HASH, LIMIT, RESULT, FIDOTOOL, Helper, Place, b64url  # noqa: E402

SECRET = "271828"
ROUNDS = 40
RPS = [f"rp{n}.example" for n in range(5)]
# libfido2 1.12 lists by the preview alone.
BOTH = "options = rk;up;plat=false;clientPin;credMgmt;credentialMgmtPreview;pinUvAuthToken"
MISSING = 77


def used_ms(argv, env):
    """Processor time of a program and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=LIMIT, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{argv}: {done.stderr.decode()}")
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def compare(name, goal, ours, theirs):
    """Each is (argv, env)."""
    used_ms(*ours), used_ms(*theirs)  # warm
    pairs = [(used_ms(*ours), used_ms(*theirs)) for _ in range(ROUNDS)]
    mine, others = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:12} ok={len(pairs)} cpu={mine:.2f}ms peer={others:.2f}ms ratio={ratio:.2f} goal={goal:.1f}"
          f"{'' if ratio <= goal else '  MISSED'}")


def preloaded(library):
    return dict(os.environ, LD_PRELOAD=library, LC_ALL="C")


def ask(argv, env):
    """fido2-token on a terminal of its own, where it asks for the PIN."""
    pid, tty = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, env)
    shown, asked = b"", False
    while select.select([tty], [], [], LIMIT)[0]:
        try:
            more = os.read(tty, 4096)
        except OSError:
            break
        if not more:
            break
        shown += more
        if not asked and b"PIN" in shown:
            os.write(tty, SECRET.encode() + b"\n")
            asked = True
    os.close(tty)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise SystemExit(f"{argv}: {shown.decode(errors='replace')}")
    return shown.decode()


def fill(place, key):
    code, _, err = place.run("key", "pin", "set", "--device", key.selector, pins=[SECRET])
    if code != 0:
        raise SystemExit(err)
    for rp in RPS:
        for n in range(5):
            frames = Helper(place).job(
                {"job": "make", "device": key.selector, "rp_id": rp, "hash": HASH, "algs": [-7], "uv": "required", "discoverable": True,
                 "skip_retries": True, "user": {"id": b64url(b"%d" % n), "name": f"user{n}", "display_name": f"User {n}"}}, [SECRET])
            if frames[-1][0] != RESULT:
                raise SystemExit(str(frames[-1]))


def messages(key, run):
    """What run() gives, CTAP messages with those that open a channel, and PIN
    tokens."""
    before = key.dump()
    found = run()
    after = key.dump()
    more = {name: after[name] - before.get(name, 0) for name in after}
    sent = sum(value for name, value in more.items() if name.startswith("command_")) + more["channels"]
    return found, sent, more["tokens"]


def list_ours(place, key):
    code, envelope = place.json("key", "credential", "list", "--device", key.selector, pins=[SECRET])
    assert code == 0, envelope
    return sorted(unpadded(one["id"]) for one in envelope["result"]["credentials"])


def list_theirs(library, key):
    """Its way: the relying parties, then those of each."""
    env = preloaded(library)
    rps = [word for line in ask(["fido2-token", "-L", "-r", key.path], env).splitlines() for word in line.split() if word in RPS]
    found = []
    for rp in rps:
        lines = ask(["fido2-token", "-L", "-k", rp, key.path], env).splitlines()
        found += [line.split()[1] for line in lines if line.split()[:1] and line.split()[0].rstrip(":").isdigit()]
    return sorted(unpadded(one.replace("+", "-").replace("/", "_")) for one in found)


def unpadded(text):
    return text.rstrip("=")


def count(library):
    place = Place()
    try:
        key = place.add("full", place.profile("both", BOTH))
        fill(place, key)
        ours, sent, tokens = messages(key, lambda: list_ours(place, key))
        theirs, sent_by_them, tokens_by_them = messages(key, lambda: list_theirs(library, key))
        assert len(ours) == 25 and ours == theirs, (ours, theirs)
        print(f"25 passkeys: {sent} messages and {tokens} PIN token, fido2-token {sent_by_them} and {tokens_by_them}; "
              f"ratio={sent / sent_by_them:.2f}")
        return tokens == 1 and sent < sent_by_them
    finally:
        place.end()


def main():
    library = os.path.abspath(sys.argv[1])
    if not shutil.which("fido2-token"):
        print("skipped: fido2-token is not installed (fido2-tools)")
        return MISSING
    if not count(library):
        return 1
    if "--count" in sys.argv:
        return 0
    place = Place()
    try:
        key = place.add("a")
        none = dict(os.environ, LC_ALL="C")
        none.pop("KEYTURN_KEYS", None)
        compare("--version", 1.5, ([FIDOTOOL, "--version"], none), (["fido2-token", "-V"], none))
        compare("key list", 3.0, ([FIDOTOOL, "key", "list"], none), (["fido2-token", "-L"], none))
        compare("key info", 3.0, ([FIDOTOOL, "key", "info"], place.env), (["fido2-token", "-I", key.path], preloaded(library)))
    finally:
        place.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
