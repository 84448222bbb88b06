#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An approval that travels as QR codes: to the approver's machine and back.
The parts are made here anew, from docs/record.md alone."""
import hashlib
import json
import os
import random
import struct
import subprocess
import sys
import zlib

import desk
from whole_case import prepare

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(data):
    text = ""
    for i in range(0, len(data) - 1, 2):
        n = data[i] * 256 + data[i + 1]
        text += LETTERS[n % 45] + LETTERS[n // 45 % 45] + LETTERS[n // 2025]
    if len(data) % 2:
        text += LETTERS[data[-1] % 45] + LETTERS[data[-1] // 45]
    return text


def split(text, size=400):
    data = text.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    whole = packer.compress(data) + packer.flush()
    tag = hashlib.sha256(data).hexdigest()[:8].upper()
    pieces = [whole[i:i + size] for i in range(0, len(whole), size)]
    return [f"KT1:{n}/{len(pieces)}:{tag}:{base45(piece + struct.pack('>I', zlib.crc32(piece)))}"
            for n, piece in enumerate(pieces, 1)]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def to_approval(place):
    case = place.session("ada", "agent", 'case open --person "Sam Fox"')[-1]["case"]
    for words in (("case", "proof", case, "--branch", "c", "--ial", "1"),
                  ("case", "evidence", case, "--type", "passport", "--method", "visual",
                   "--result", "ok"),
                  ("case", "submit", case),
                  ("case", "make", case, "--key", place.selector("sam-new"))):
        place.act(*words, "--as", "ada")
    proposal = os.path.join(place.top, "proposal.json")
    place.act("propose", "case.approve", f"case={case}", "slot=other-team", "contact=called_back",
              "--as", "cleo", "--out", proposal)
    return case, proposal


def sign_parts(place, proposal, signed):
    """Any order, a part twice, an empty line, a damaged and a foreign part."""
    parts = split(read(proposal))
    assert len(parts) > 3, parts
    lines = random.Random(5).sample(parts, len(parts))
    lines[1:1] = [lines[0], "", lines[0][:-1] + "/", split("{}")[0]]
    place.act("sign", "-", "--out", signed, "--machine", place.machine,
              lines="\r\n".join(lines) + "\r\n")


def sign_is_satisfied_with_all_parts(place, proposal):
    """Nobody ends standard input; the last part does."""
    with desk.pin_file() as pins:
        process = subprocess.Popen(
            [os.environ["FIDOTOOL"], "sign", "-", *place.YES, "--machine", place.machine,
             f"--pin-fd={pins.fileno()}"], env=place.env, pass_fds=[pins.fileno()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write("\n".join(split(read(proposal))) + "\n")
        process.stdin.flush()
        try:
            code = process.wait(60)
        finally:
            process.kill()
            out, err = process.communicate()
    assert code == 0, err
    assert "missing: " in err, err
    return json.loads(out)


def sign_as_codes(place, proposal, signed):
    out = place.act("sign", proposal, "--machine", place.machine, "--out", signed, "--qr", text=True)
    lines = out.splitlines()
    captions = [line for line in lines if " of " in line]
    assert captions[0] == f"1 of {len(captions)}" and len(captions) > 1, captions
    assert max(map(len, lines)) <= 80, max(map(len, lines))
    assert set("".join(line for line in lines if line not in captions)) <= set(" ▄▀█"), out
    place.run("sign", proposal, "--qr", *place.YES, expect=2)  # and --json


def main():
    with desk.Desk() as place:
        prepare(place)
        case, proposal = to_approval(place)
        signed = os.path.join(place.top, "signed.json")
        parts = split(read(proposal))
        # a series that is not whole names what is missing, and no key is asked
        words = subprocess.run([os.environ["FIDOTOOL"], "sign", "-", "--machine", place.machine],
                               input="\n".join(parts[:1] + parts[2:]), env=place.env,
                               capture_output=True, text=True, check=False)
        assert words.returncode == 19, words
        assert f"missing: part 2 of {len(parts)}" in words.stderr, words.stderr
        sign_as_codes(place, proposal, signed)
        assert sign_is_satisfied_with_all_parts(place, proposal)["machine_sig"]
        sign_parts(place, proposal, signed)
        # a proposal that was changed on its way is no better for being whole
        wrong = read(proposal).replace("Sam Fox", "Eve Fox")
        assert wrong != read(proposal)
        place.act("sign", "-", "--machine", place.machine, expect=19,
                  lines="\n".join(split(wrong)) + "\n")
        answer = place.run("submit", "-", lines="\n".join(split(read(signed))[::-1]) + "\n")
        assert answer[-1]["case"] == case, answer
        slots = place.act("case", "show", case, "--as", "ada")["slots"]
        filled = {slot["slot"]: slot.get("machine") for slot in slots}
        assert filled == {"helpdesk-lead": None, "other-team": "desk-cleo"}, filled
    print("signed in parts: fine")


if __name__ == "__main__":
    sys.exit(main())
