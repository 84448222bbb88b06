# SPDX-License-Identifier: Apache-2.0
"""fidotool verify --batch: each line judged as its file would be, in order, by
all workers, whatever the lines are and whatever becomes of a worker."""
import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import judges
from judges import AT_TEXT, check

WORKER = """#!%s
import os, select, struct, sys
def exactly(n):
    data = b""
    while len(data) < n:
        more = os.read(0, n - len(data))
        if not more:
            os._exit(0)
        data += more
    return data
def read():
    if not select.select([0], [], [], 0)[0]:
        sys.stdout.buffer.flush()
    return exactly(struct.unpack(">I", exactly(5)[1:])[0])
def write(data):  # it leaves with the others, as the judge's own answers do
    sys.stdout.buffer.write(b"\\x01" + struct.pack(">I", len(data)) + data)
if b"no-begin" in read():
    os._exit(1)
write(b'{"error":""}')
sys.stdout.buffer.flush()
while True:
    text = read()
    if b"poison" in text:
        os._exit(9)
    if b"nonsense" in text:
        write(b"00{}\\n")
    write(b'00{"result":{"said":"%%s"}}' %% text)
""" % sys.executable


def arguments(rows, folder):
    path = os.path.join(folder, "roots.pem")
    with open(path, "wb") as file:
        for text in rows[0]["request"]["anchors"]:
            file.write(b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(base64.b64decode(text))
                       + b"-----END CERTIFICATE-----\n")
    return ["--trust", path, "--at", AT_TEXT]


def batch(kind, more, data, program=None, **options):
    return subprocess.run([program or judges.program("FIDOTOOL"), "verify", kind, "--batch", *more],
                          input=data, capture_output=True, check=False, **options)


def line_of(request):
    return json.dumps({key: request[key] for key in ("options", "response", "credential") if key in request}).encode()


def single(more, line):
    """The exit code and the result of the line as a file."""
    done = subprocess.run([judges.program("FIDOTOOL"), "verify", "registration", "--json", *more, "-"],
                          input=line, capture_output=True, check=False)
    return done.returncode, json.loads(done.stdout).get("result")


def each_line_is_judged_like_its_file(lines, more):
    told = [single(more, line) for line in lines]
    check(len({code for code, _ in told}) > 2, "the samples differ")
    done = batch("registration", more, b"\n".join(lines * 40))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check(len(answers) == len(lines) * 40, "one answer for each line")
    for i, answer in enumerate(answers):
        code, result = told[i % len(lines)]
        check(answer["line"] == i + 1, f"line {i + 1} has its number")
        check(answer["exit"] == code, f"line {i + 1}: exit {answer['exit']}, not {code}")
        check(answer["result"] == result, f"line {i + 1}: another result than the file's")
    check(done.returncode == 19, f"what weighs most: exit {done.returncode}")
    good = batch("registration", more, lines[0])
    check(good.returncode == 0, "one good line, without an end")
    check(b"1 lines: 1 good, 0 invalid" in good.stderr, "it is counted")


def what_is_no_ceremony_is_told_and_passed(lines, more):
    broken = [b"{", b"\xff\xfe", b"[]", b"null", b'{"a":"\0"}', b'{"response":1}', b'{"response":{}}',
              b'{"options":[],"response":{}}', b"[" * 1000, b'"' + b"x" * (700 * 1024), b'{"response":{"id":1}}']
    mixed = [part for bad in broken for part in (bad, b" \t", b"", lines[0])]
    done = batch("registration", more, b"\n".join(mixed) + b"\n" + b"y" * (1 << 20))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    numbers = [i + 1 for i, line in enumerate(mixed) if line.strip()] + [len(mixed) + 1]
    check([answer["line"] for answer in answers] == numbers, "blank lines count and are not answered")
    good = [answer for answer in answers if answer["exit"] == 0]
    check(len(good) == len(broken), "the lines beside the broken ones are good")
    for answer in answers:
        check(answer["exit"] == 0 or answer.get("error", {}).get("message") or answer["result"]["statement"]["result"] != "valid",
              f"line {answer['line']} says why")
    check(answers[-1]["error"]["message"] == "the line is too long", "the last one is too long")
    check(done.returncode == 2, f"exit {done.returncode}")
    check(b"not understood" in done.stderr, "they are counted")


def nothing_is_no_line(more):
    done = batch("registration", more, b"")
    check(done.returncode == 0 and done.stdout == b"" and b"0 lines" in done.stderr, "nothing in, nothing out")
    done = batch("registration", more + ["/nowhere/at/all"], b"")
    check(done.returncode == 2 and b"/nowhere/at/all" in done.stderr, "a file that is not there")
    done = batch("registration", more + ["--at", "yesterday"], b"")
    check(done.returncode == 2 and b"--at" in done.stderr, "a wrong option")


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def workers_may_be_killed(lines, more):
    """All at one time, so that no line meets two that die: what they held is
    judged by the next."""
    many = lines * 600
    process = subprocess.Popen([judges.program("FIDOTOOL"), "verify", "registration", "--batch", *more],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    process.stdin.write(b"\n".join(many[:50]) + b"\n")
    process.stdin.flush()
    first = process.stdout.readline()  # answers do not wait for the end
    victims = children(process.pid)
    check(victims, "there are workers")
    os.kill(process.pid, signal.SIGSTOP)
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    os.kill(process.pid, signal.SIGCONT)
    out, _ = process.communicate(b"\n".join(many[50:]))
    answers = [json.loads(line) for line in (first + out).splitlines()]
    check([answer["line"] for answer in answers] == list(range(1, len(many) + 1)), "every line is answered, in order")
    check(all("result" in answer for answer in answers), "and judged")


def peak(more, lines):
    """The largest resident size of fidotool itself, kB."""
    process = subprocess.Popen([judges.program("FIDOTOOL"), "verify", "registration", "--batch", *more],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.stdin.write(b"\n".join(lines) + b"\n")
    process.stdin.close()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_maxrss


def memory_stays(lines, more):
    some, many = peak(more, lines * 50), peak(more, lines * 1000)
    check(many <= some * 1.5, f"peak {some} kB with {len(lines) * 50} lines, {many} kB with twenty times as many")


def it_reads_no_further_than_it_has_room_for(lines, more):
    """With workers that stand still, whoever feeds it has to wait."""
    process = subprocess.Popen([judges.program("FIDOTOOL"), "verify", "registration", "--batch", *more],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
    process.stdin.write(lines[0] + b"\n")
    process.stdout.readline()
    workers = children(process.pid)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    os.set_blocking(process.stdin.fileno(), False)
    many, taken = b"\n".join(lines * 10) + b"\n", 0
    end = time.monotonic() + 2
    while time.monotonic() < end and taken < 16 << 20:
        n = process.stdin.write(many)  # None: the pipe is full
        if n is None:
            time.sleep(0.01)
        taken += n or 0
    process.kill()
    for worker in workers:  # they cannot see that it is gone
        os.kill(worker, signal.SIGKILL)
    process.communicate()
    check(taken < 4 << 20, f"{taken} bytes were taken while nothing was judged")


def a_reader_that_leaves_ends_it(lines, more):
    process = subprocess.Popen([judges.program("FIDOTOOL"), "verify", "registration", "--batch", *more],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    try:
        process.stdin.write(b"\n".join(lines * 1000))
        process.stdin.close()
    except BrokenPipeError:
        pass
    words = process.stderr.read()
    check(process.wait(timeout=60) == 1 and b"cannot be written" in words, "it ends and says why")


def a_bad_worker_is_found_out(folder):
    """A worker of our own beside a copy of fidotool: it is believed nothing."""
    program = shutil.copy(judges.program("FIDOTOOL") + "-whole", os.path.join(folder, "fidotool"))
    worker = os.path.join(folder, "keyturn-judge")
    with open(worker, "w", encoding="ascii") as file:
        file.write(WORKER)
    os.chmod(worker, 0o700)
    done = batch("registration", [], b"a\npoison\nb\nnonsense\nc\n", program=program)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check([answer["exit"] for answer in answers] == [0, 1, 0, 1, 0], f"the two alone fail: {answers}")
    check([answer.get("result", {}).get("said") for answer in answers] == ["a", None, "b", None, "c"],
          "the others have their own answers")
    check(done.returncode == 2, "exit")
    rows = [b"x%d" % i for i in range(100)]
    rows[40] = b"poison"
    done = batch("registration", [], b"\n".join(rows), program=program)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check([i for i, answer in enumerate(answers) if answer["exit"] != 0] == [40], "its neighbours, judged or not, pay nothing for it")
    check([answer.get("result", {}).get("said", "poison").encode() for answer in answers] == rows, "and are answered in order")
    done = batch("registration", ["--challenge", "no-begin"], b"a\n", program=program)
    check(done.returncode == 1 and b"before it has begun" in done.stderr, "one that never begins")


def an_assertion_too(rows, folder):
    """Each brings its credential, or --registration has it for all."""
    pairs = [row["request"] for row in rows if row["name"] == "assertion"]
    lines = []
    for request in pairs:
        stored = request["stored"]
        credential = {"publicKey": judges.b64url(base64.b64decode(stored["public_key"]))}
        if stored.get("id"):
            credential["id"] = judges.b64url(base64.b64decode(stored["id"]))
        lines.append(json.dumps({"options": request["options"], "response": request["response"],
                                 "credential": credential}).encode())
    done = batch("assertion", [], b"\n".join(lines * 20 + [b"{}"]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    check([answer["exit"] for answer in answers] == [0] * (20 * len(lines)) + [19], f"assertions: {answers[-1]}")
    bad = os.path.join(folder, "bad.json")
    with open(bad, "w", encoding="ascii") as file:
        file.write("{}")
    done = batch("assertion", ["--registration", bad], b"\n".join(lines))
    check(done.returncode == 19 and b"the registration: " in done.stderr and not done.stdout, "a bad registration ends it at once")


def main():
    rows = judges.samples()
    lines = [line_of(row["request"]) for row in rows if row["request"]["kind"] == "registration"]
    with tempfile.TemporaryDirectory() as folder:
        more = arguments(rows, folder)
        each_line_is_judged_like_its_file(lines, more)
        what_is_no_ceremony_is_told_and_passed(lines, more)
        nothing_is_no_line(more)
        workers_may_be_killed(lines, more)
        if not os.environ["SANITIZED"]:  # which keeps what was freed
            memory_stays(lines, more)
        it_reads_no_further_than_it_has_room_for(lines, more)
        a_reader_that_leaves_ends_it(lines, more)
        a_bad_worker_is_found_out(folder)
        an_assertion_too(rows, folder)
    judges.finish()


main()
