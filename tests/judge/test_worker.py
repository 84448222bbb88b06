# SPDX-License-Identifier: Apache-2.0
"""The judge worker: a fresh one, a used one and fidotool give the same result
byte for byte; whatever it is fed, it answers or ends, and says why."""
import os
import resource
import select
import signal
import time

import judges
from judges import Worker, check, frame


def the_result_is_the_same_everywhere(rows):
    used = Worker()
    for turn in (1, 2):
        for row in rows:
            request = row["request"]
            name = "%s, turn %d" % (row["name"], turn)
            fresh = Worker()
            first = fresh.judge(request)
            check(fresh.end() == 0, name + ": a fresh worker ends well")
            again = used.judge(request)
            check(first == again, name + ": fresh and used differ")
            check(first["statement"] == row["statement"], name + ": statement")
            check(first["trust"] == row["trust"], name + ": trust")
            if turn == 1:
                _, text = judges.fidotool_result(request)
                check(text == first["result"], name + ": fidotool differs")
    check(used.end() == 0, "a used worker ends well")


def nonsense_is_answered(good):
    worker = Worker()
    for text in (b"", b"{", b"[]", b"null", b"\xff\xfe", b"\0",
                 b"[" * 100000, b'{"kind":"registration"}',
                 b'{"a":' * 1000, b" " * (1 << 20)):
        worker.send(frame(text))
        answer = worker.receive()
        check(answer is not None and b'"error":"' in answer
              and b'"error":""' not in answer, "nonsense %r" % text[:20])
    check(worker.judge(good)["statement"] == "valid", "judges after nonsense")
    check(worker.end() == 0, "ends well after nonsense")


def bad_frames_end_it():
    for data in (b"\x02\0\0\0\x02{}", b"\x01\0\x10\0\x01", b"\x01\xff\xff\xff\xff",
                 b"GET / HTTP/1.0\r\n\r\n", b"\x01\0\0\0\x05{}", b"\x01\0"):
        worker = Worker()
        worker.send(data)
        check(worker.end() == 19, "bad frame %r: exit 19" % data)
        check("keyturn-judge: " in worker.words, "bad frame %r: words" % data)


def it_ends_with_its_reader(good):
    worker = Worker()
    worker.process.stdout.close()
    worker.process.stdout = open(os.devnull, "rb")
    try:
        worker.judge(good)
    except (TypeError, ValueError, BrokenPipeError):
        pass
    check(worker.end() != 0, "a worker without reader ends")


def a_killed_worker_is_an_end(good):
    worker = Worker()
    check(worker.judge(good)["error"] == "", "judges before it is killed")
    worker.process.send_signal(signal.SIGKILL)
    check(worker.receive() is None, "a killed worker gives no answer")
    check(worker.end() == -signal.SIGKILL, "killed")


def it_takes_no_arguments():
    import subprocess
    run = subprocess.run([judges.program("KEYTURN_JUDGE"), "--help"],
                         capture_output=True, timeout=60)
    check(run.returncode == 2, "an argument is a usage error")


def it_is_walled_in(good):
    """Read from outside: its filter, its limits, its descriptors."""
    worker = Worker()
    worker.judge(good)
    base = "/proc/%d/" % worker.process.pid
    with open(base + "status") as file:
        status = dict(line.rstrip("\n").split(":\t", 1)
                      for line in file if ":\t" in line)
    check(status["Seccomp"] == "2", "a filter is on")
    check(status["NoNewPrivs"] == "1", "no new privileges")
    soft, hard = resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE)
    check(hard <= 4, "descriptors are limited")
    check(resource.prlimit(worker.process.pid, resource.RLIMIT_CPU)[1] <= 60,
          "CPU time is limited")
    if not os.environ.get("SANITIZED"):
        check(resource.prlimit(worker.process.pid, resource.RLIMIT_AS)[1]
              <= 256 << 20, "memory is limited")
    check(worker.end() == 0, "ends well")


def it_leaves_its_parent(good):
    ours, theirs = os.pipe()
    worker = Worker(pass_fds=[theirs])
    os.close(theirs)
    worker.judge(good)
    check(select.select([ours], [], [], 0)[0] == [ours] and os.read(ours, 1) == b"",
          "what its parent had open is closed")
    os.close(ours)
    check(worker.end() == 0, "ends well")


def it_ends_after_a_thousand(good):
    worker = Worker()
    tiny = frame(b"{}")
    for _ in range(1000):
        worker.send(tiny)
        check(worker.receive() is not None, "an answer of a thousand")
    check(worker.receive() is None, "no answer after a thousand")
    check(worker.end() == 0, "ends well after a thousand")


def main():
    begin = time.monotonic()
    rows = judges.samples()
    good = rows[0]["request"]
    the_result_is_the_same_everywhere(rows)
    nonsense_is_answered(good)
    bad_frames_end_it()
    it_ends_with_its_reader(good)
    a_killed_worker_is_an_end(good)
    it_takes_no_arguments()
    it_is_walled_in(good)
    it_leaves_its_parent(good)
    it_ends_after_a_thousand(good)
    print("%.1f s" % (time.monotonic() - begin))
    judges.finish()


main()
