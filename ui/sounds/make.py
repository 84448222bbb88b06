#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make.py [FOLDER]: writes the three tones. Told apart by melody, not by pitch
alone: ok rises, wrong falls and is rough, attention is one note twice."""

import math
import pathlib
import struct
import sys
import wave

RATE = 22050
# Notes: start in s, length in s, frequency in Hz, strength of the octave below
TONES = {
    "ok": [(0.00, 0.16, 659.26, 0.0), (0.11, 0.26, 987.77, 0.0)],
    "wrong": [(0.00, 0.18, 311.13, 0.5), (0.17, 0.30, 233.08, 0.5)],
    "attention": [(0.00, 0.15, 783.99, 0.2), (0.20, 0.22, 783.99, 0.2)],
}


def sample(notes, t):
    value = 0.0
    for start, length, hz, low in notes:
        at = t - start
        if 0 <= at < length:
            # Soft on both ends, or the loudspeaker clicks.
            shape = min(1, at / 0.008) * min(1, (length - at) / 0.03) * math.exp(-4 * at / length)
            value += shape * (math.sin(2 * math.pi * hz * at) + 0.3 * math.sin(4 * math.pi * hz * at)
                              + low * math.sin(math.pi * hz * at))
    return max(-1, min(1, 0.5 * value))


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for name, notes in TONES.items():
        n = int(max(start + length for start, length, _, _ in notes) * RATE)
        with wave.open(str(folder / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(b"".join(struct.pack("<h", int(32767 * sample(notes, i / RATE))) for i in range(n)))


main()
