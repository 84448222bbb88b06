#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the kiosk costs beside a minimal libadwaita window and, where it is
installed, gnome-calculator: processor time and memory up to the first frame,
interleaved in one run, medians and ratios; then each change of page in a whole
case. Prints and judges nothing: numbers of a shared machine are no test.

kiosk.py FRAMES MINIMAL; programs: KIOSK and those of desk.py."""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "kiosk"))

import person  # noqa: E402
import under_display  # noqa: E402

ROUNDS = 15


def first_frame(display, frames, argv, gl):
    """(ms of processor time, MiB resident, MiB private and dirty)"""
    with tempfile.NamedTemporaryFile("r") as told:
        env = dict(display.env, LD_PRELOAD=frames, FRAMES="first", FRAMES_FILE=told.name)
        if gl:
            env.pop("GDK_DEBUG")
        subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False,
                       preexec_fn=under_display.die_with_parent)
        words = told.read().split()
    if words[:1] != ["first"]:
        raise SystemExit(f"{argv[0]}: no first frame")
    return int(words[1]) / 1000, int(words[3]) / 1024, int(words[5]) / 1024


def first_frames(frames, programs, gl):
    """programs: name -> argv. The medians of each."""
    seen = {name: [] for name in programs}
    with under_display.Display("1280x800") as display:
        for name, argv in programs.items():
            first_frame(display, frames, argv, gl)  # warm
        for _ in range(ROUNDS):
            for name, argv in programs.items():
                seen[name].append(first_frame(display, frames, argv, gl))
    return {name: [statistics.median(column) for column in zip(*rows)] for name, rows in seen.items()}


def pages(frames):
    """Milliseconds of processor time from each change of page until it is
    painted, in a whole case."""
    with tempfile.TemporaryDirectory() as folder, person.station() as place:
        told = pathlib.Path(folder, "told")
        wrapper = pathlib.Path(folder, "kiosk")
        wrapper.write_text(f'#!/bin/sh\nFRAMES=pages FRAMES_FILE="{told}" LD_PRELOAD="{frames}" exec "{os.environ["KIOSK"]}" "$@"\n')
        wrapper.chmod(0o755)
        with person.window(place, program=str(wrapper)) as on:
            person.whole_case(person.Person(on))
        return sorted(int(line.split()[1]) / 1000 for line in told.read_text().splitlines() if line.startswith("page"))


def compare(seen, how):
    print(f"{how}\nto the first frame, medians of {ROUNDS}:   ms CPU   MiB RSS   MiB private")
    for name, (ms, rss, private) in seen.items():
        print(f"{name:34} {ms:7.0f} {rss:9.0f} {private:13.0f}")
    ms, rss, _ = seen["kiosk"]
    print(f"kiosk : minimal window, CPU {ms / seen['minimal window'][0]:.2f} (goal 1.50), RSS {rss / seen['minimal window'][1]:.2f} (goal 1.25)")
    if "gnome-calculator" in seen:
        print(f"kiosk : gnome-calculator, CPU {ms / seen['gnome-calculator'][0]:.2f} (goal 1.00)")


def main():
    frames, minimal = (os.path.abspath(path) for path in sys.argv[1:])
    with person.station() as place:
        programs = {"minimal window": [minimal], "kiosk": [os.environ["KIOSK"], "--station", place.station, "--windowed"]}
        peer = shutil.which("gnome-calculator")
        if peer:
            programs["gnome-calculator"] = [peer]
        else:
            print("gnome-calculator is not installed: not compared")
        for gl, how in ((True, "as on a desktop: GTK looks for GL, then draws with cairo"), (False, "as the station's unit has it: without GL")):
            compare(first_frames(frames, programs, gl), how)
    turned = pages(frames)
    print(f"{len(turned)} pages of a whole case, from the change until painted: median {statistics.median(turned):.0f} ms CPU, "
          f"slowest {turned[-1]:.0f} (goal under 100)")


if __name__ == "__main__":
    main()
