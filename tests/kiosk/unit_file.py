# SPDX-License-Identifier: Apache-2.0
"""A systemd unit as the tests read it: its settings, and the system calls that
its SystemCallFilter= lets through, named one by one."""
import re
import subprocess


def read(path):
    """{"Service": [("ExecStart", "..."), ...], ...}"""
    sections, rows = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            head = re.fullmatch(r"\[(\w+)\]", line)
            if head:
                rows = sections.setdefault(head[1], [])
            elif line and not line.startswith("#"):
                name, _, value = line.partition("=")
                rows.append((name, value))
    return sections


def values(unit, name, section="Service"):
    return [value for key, value in unit[section] if key == name]


def value(unit, name, section="Service"):
    return values(unit, name, section)[-1]


def members(name):
    """The calls in a set like @system-service, sets in sets opened."""
    done = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True, check=True)
    words = [line.strip() for line in done.stdout.splitlines()[1:]]
    calls = set()
    for word in words:
        if word.startswith("@"):
            calls |= members(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def system_calls(unit):
    # An allow list has these in any case: systemd.exec(5).
    calls = members("@default")
    for line in values(unit, "SystemCallFilter"):
        words = line.lstrip("~").split()
        these = set().union(*(members(word) if word.startswith("@") else {word} for word in words))
        calls = calls - these if line.startswith("~") else calls | these
    return calls
