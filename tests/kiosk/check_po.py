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


class Refusals(unittest.TestCase):
    """Whatever recoveryd says no with: a text of ours, whole, or a message with named places (recovery/format/message.h)."""

    # Which arguments of a constructor are said.
    SAID = {"recovery_refusal_new": (1, 2), "recovery_rule_refuse": (0, 1), "recovery_message_new": (0,),
            "recovery_refusal_of": (1, 2), "recovery_message_of": (0,), "recovery_message_list": (0,)}
    # Not written where they are handed on, but marked with N_() in a table, or said by a refusal that is itself looked at.
    HANDED_ON = {"low", "word", "format", "enough", "refusal->text", "refusal->enough", "plan->enough"}

    @staticmethod
    def arguments(source, start):
        """The arguments of the call whose bracket opened before start."""
        out, depth, begin, i = [], 0, start, start
        while True:
            char = source[i]
            if char == '"':
                i = re.compile(r'"(?:[^"\\]|\\.)*"').match(source, i).end()
                continue
            if char in "({[":
                depth += 1
            elif char in ")}]" and depth:
                depth -= 1
            elif char in ",)" and not depth:
                out.append(source[begin:i].strip())
                begin = i + 1
                if char == ")":
                    return out
            i += 1

    def said(self):
        """(where, argument) of each call."""
        for path in sorted((ROOT / "recovery").glob("*.c")):
            source = path.read_text(encoding="utf-8")
            for call in re.finditer(r"(?<![\w])(%s)\(" % "|".join(self.SAID), source):
                if source[: call.start()].endswith("\n"):
                    continue  # the function itself
                arguments = self.arguments(source, call.end())
                for i in self.SAID[call[1]]:
                    # Either of two is two.
                    for one in re.split(r"\?|(?<!:) : ", arguments[i])[-2:] if "?" in re.sub(r'"[^"]*"', "", arguments[i]) else [arguments[i]]:
                        yield path.name, one.strip()

    def test_each_is_said_in_german(self):
        done = {message["msgid"] for message in LANGUAGES["de"] if all(texts(message))}
        literal, handed_on = [], set()
        for where, argument in self.said():
            text = re.fullmatch(r'(?:N_\()?((?:\s*"(?:[^"\\]|\\.)*")+)\s*\)?', argument)
            if text:
                literal.append((where, "".join(ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\]|\\.)*"', text[1]))))
            else:
                handed_on.add(argument)
        self.assertGreater(len(literal), 150)
        self.assertEqual(set(), handed_on - self.HANDED_ON)
        self.assertEqual([], [row for row in literal if row[1] and row[1] not in done])

    def test_no_other_way_to_say_no(self):
        for path in sorted((ROOT / "recovery").rglob("*.c")):
            if path.name != "policy.c":
                self.assertIsNone(re.search(r"refusal->(?:text|enough) = |g_new0\(RecoveryRefusal", path.read_text(encoding="utf-8")), path)


if __name__ == "__main__":
    unittest.main()
