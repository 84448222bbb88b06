#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_po.py: the catalogues against the sources. German lacks nothing, Arabic
nothing that is said to users, and what is put into a text is in each
language's too."""

import ast
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"\{[a-z]+\}|%[-0-9.]*[a-z]")
# Commands and options stay as they are typed.
TYPED = re.compile(r"fidotool (?:(?:case|roster|station) [a-z]+|sign)|--(?:op|branch|ial|reason)(?: recover| c| 2)?|station\.found|Contest code")
ROW = re.compile(r'^  \{ "([a-z.]+)", NP?_\(("(?:[^"\\]|\\.)*").*\b(ALL|USER) \},$', re.M)


def read(language):
    """[{"msgid": ..., "msgstr[0]": ..., ...}], the header left out."""
    messages = []
    for block in (ROOT / "po" / (language + ".po")).read_text(encoding="utf-8").split("\n\n"):
        message, field = {"flags": ""}, None
        for line in block.splitlines():
            start = re.fullmatch(r'(msg[a-z_]+(?:\[\d\])?) (".*")', line)
            if line.startswith("#,"):
                message["flags"] += line[2:]
            elif start:
                field = start[1]
                message[field] = ast.literal_eval(start[2])
            elif line.startswith('"'):
                message[field] += ast.literal_eval(line)
        if message.get("msgid"):
            messages.append(message)
    return messages


def texts(message):
    return [text for name, text in message.items() if name.startswith("msgstr")]


LANGUAGES = {language: read(language) for language in ("de", "ar")}


class Catalogues(unittest.TestCase):
    def test_sources_and_catalogues_agree(self):
        done = subprocess.run([ROOT / "tools" / "update-po.sh", "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, "run tools/update-po.sh and translate:\n" + done.stdout[-6000:] + done.stderr)

    def test_nothing_is_fuzzy(self):
        for language, messages in LANGUAGES.items():
            for message in messages:
                self.assertNotIn("fuzzy", message["flags"], "%s: %s" % (language, message["msgid"]))

    def test_german_is_complete(self):
        for message in LANGUAGES["de"]:
            self.assertTrue(all(texts(message)), message["msgid"])

    def test_arabic_has_what_users_are_told(self):
        done = {message["msgid"] for message in LANGUAGES["ar"] if all(texts(message))}
        rows = ROW.findall((ROOT / "kiosk" / "words.c").read_text(encoding="utf-8"))
        self.assertGreater(len(rows), 50)
        lacks = [row[0] for row in rows if ast.literal_eval(row[1]) not in done]
        self.assertEqual([], lacks)

    def test_what_is_put_in_is_in_each_language(self):
        for language, messages in LANGUAGES.items():
            for message in messages:
                # One of something may do without its number.
                wanted = [sorted(PLACEHOLDER.findall(message[name])) for name in ("msgid", "msgid_plural") if name in message]
                for text in filter(None, texts(message)):
                    self.assertIn(sorted(PLACEHOLDER.findall(text)), wanted, "%s: %s" % (language, text))

    def test_what_is_typed_stays_as_it_is_typed(self):
        for message in LANGUAGES["de"]:
            for text in texts(message):
                self.assertEqual(sorted(TYPED.findall(message["msgid"])), sorted(TYPED.findall(text)), text)

    def test_german_says_sie(self):
        for message in LANGUAGES["de"]:
            for text in texts(message):
                self.assertNotRegex(text, r"\b([Dd]u|[Dd]ein\w*|[Dd]ich|[Dd]ir)\b")

    def test_sentences_end_like_the_original(self):
        ends = {".": ".", "?": "?؟", ":": ":"}
        for language, messages in LANGUAGES.items():
            for message in messages:
                end = ends.get(message["msgid"][-1])
                for text in filter(None, texts(message)):
                    if end:
                        self.assertIn(text[-1], end, "%s: %s" % (language, text))
                    else:
                        self.assertNotEqual(".", text[-1], "%s: %s" % (language, text))


if __name__ == "__main__":
    unittest.main()
