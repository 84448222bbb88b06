#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""screens.py BUILD [LANGUAGE...]: takes the pictures in docs/screens/ again:
each screen of the kiosk, at a practice station, in English and German, light,
dark, and with text at 200 %. BUILD is a build folder with everything built.
Needs Xvfb, dbus, at-spi2-core, gir1.2-atspi-2.0, xdotool and imagemagick."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TO = ROOT / "docs" / "screens"
LOOKS = {"light": "", "dark": "dark", "large": "large"}
LANGUAGES = {"en": "English", "de": "German"}
SIZE = "1280x800"
COLOURS = 32  # text and flat areas: no more are missed
HEAD = """# The screens

Each screen of the kiosk at a practice station, 1280x800. Made again by
`tools/screens.py BUILD`; nothing here is drawn by hand. What they are for is
in [the help desk's guide](../help-desk.md).

| screen | English | | | German | | |
|---|---|---|---|---|---|---|
"""


def set_programs(build):
    for name, place in {"FIDOTOOL": "fidotool/cli/fidotool", "RECOVERYD": "recovery/service/recoveryd",
                        "SOFTKEY": "tests/softkey/softkey", "KIOSK": "kiosk/keyturn-kiosk",
                        "LOOKING": "tests/kiosk/looking-kiosk"}.items():
        path = build / place
        if not path.exists():
            sys.exit(f"{path} is not built")
        os.environ[name] = str(path)


def keep(picture, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["convert", picture, "+dither", "-colors", str(COLOURS), "-define", "png:compression-level=9",
                    "-define", "png:exclude-chunk=all", f"PNG8:{path}"], check=True)


def take(screens, language, names):
    with tempfile.TemporaryDirectory() as folder, screens.station() as place:
        with screens.Looking(place, language) as on:
            for name, _ in screens.walk(on):
                if name not in names:
                    names.append(name)
                for look, words in LOOKS.items():
                    on.look(SIZE, words, os.path.join(folder, "now"))
                    keep(os.path.join(folder, "now.png"), TO / f"{language}-{look}" / f"{name}.png")
                on.look(SIZE, "", os.path.join(folder, "now"))
                print(language, name, flush=True)


def write_index(names):
    rows = []
    for name in names:
        cells = [f"[{look}]({language}-{look}/{name}.png)" for language in LANGUAGES for look in LOOKS]
        rows.append(f"| {name} | {' | '.join(cells)} |\n")
    (TO / "README.md").write_text(HEAD + "".join(rows), encoding="utf-8")


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    set_programs(pathlib.Path(sys.argv[1]).resolve())
    sys.path.insert(0, str(ROOT / "tests" / "kiosk"))
    import screens  # pylint: disable=import-outside-toplevel  # it reads the environment
    languages, names = sys.argv[2:] or list(LANGUAGES), []
    if len(languages) > 1:  # the accessibility bus is that of the first display for good
        for language in languages:
            subprocess.run([sys.executable, __file__, sys.argv[1], language], check=True)
        return
    take(screens, languages[0], names)
    write_index(names)


if __name__ == "__main__":
    main()
