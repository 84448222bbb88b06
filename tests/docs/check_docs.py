#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_docs.py FIDOTOOL RECOVERYD SOFTKEY KIOSK COMPLETION_DIR: the manual
pages, the completions and the pages in docs/ against the programs
themselves."""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
# All that a page may name outside the project's own folders.
PLACES = ("/dev/hidraw", "/dev/uhid", "/etc/keyturn/", "/run/keyturn/", "/var/lib/keyturn", "/path/to/")
PAGES = sorted(DOCS.glob("*.[18]"))


def run(*argv, stdin=None):
    env = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="")
    return subprocess.run([str(word) for word in argv], env=env, input=stdin, capture_output=True, text=True, check=False)


def help_of(program, *words):
    done = run(program, *words, "--help")
    assert done.returncode == 0, done
    return done.stdout


def read_commands(program):
    """{"case show": "CASE", ...} out of the table in --help."""
    table = help_of(program).split("Commands:\n")[1].split("\n\n")[0]
    found = {}
    for line in table.splitlines():
        words = re.split(r"  +", line.strip())[0].split() if len(line) < 49 else line[:48].split()
        path = [word for word in words if re.fullmatch("[a-z][a-z0-9-]*", word)]
        found[" ".join(path)] = " ".join(words[len(path):])
    return found


def read_options(text):
    """{"--slot": "SLOT", "--spare": ""} out of one command's --help."""
    lists = [part for part in text.split("\n\n") if re.match(r"\w+ Options:\n", part)]
    lines = [line for part in lists for line in part.strip().splitlines()[1:]]
    rows = [re.match(r"  (?:-\w, )?(--[a-z0-9-]+)(?:=(\S+))?", line) for line in lines]
    return {row[1]: row[2] or "" for row in rows}


def plain(line):
    """A line of a manual page as it is read, near enough."""
    line = re.sub(r"\\f[A-Z]", "", line).replace("\\-", "-").replace("\\e", "\\")
    macro = re.match(r"\.(BR|BI|RB|RI|IR|IB) (.*)", line)
    if macro:
        return "".join(shlex.split(macro[2].replace("'", "\\'")))
    macro = re.match(r"\.(B|I|IP|TP|SH|SS) ?(.*)", line)
    return macro[2].strip('"') if macro else line


def read_section(page, name):
    text = (DOCS / page).read_text(encoding="utf-8")
    lines = re.search(r"^\.SH %s\n(.*?)(?=^\.SH |\Z)" % name, text, re.M | re.S)[1].splitlines()
    return lines


def read_blocks(commands):
    """What fidotool.1 says of each command, by its path."""
    blocks, head = {}, None
    lines = read_section("fidotool.1", "COMMANDS")
    for before, line in zip([""] + lines, lines):
        if before == ".TP":
            words = [word for word in plain(line).split() if re.fullmatch("[a-z][a-z0-9-]*", word)]
            head = " ".join(words)
            assert head in commands and head not in blocks, "fidotool.1 describes " + head
            blocks[head] = ""
        if line.startswith(".SS"):
            head = None
        if head:
            blocks[head] += plain(line) + "\n"
    return blocks


class Pages(unittest.TestCase):
    def test_every_command_is_in_the_manual_and_no_other(self):
        self.assertEqual(sorted(COMMANDS), sorted(read_blocks(COMMANDS)))

    def test_every_option_of_a_command_is_in_the_manual(self):
        common = "\n".join(plain(line) for line in read_section("fidotool.1", "COMMON OPTIONS"))
        shared = set(OPTION.findall(common))
        for path, text in read_blocks(COMMANDS).items():
            options = read_options(help_of(FIDOTOOL, *path.split()))
            here = set(OPTION.findall(text))
            self.assertEqual(set(), set(options) - here - shared, path)
            self.assertEqual(set(), here - set(options), path + " has no such option")

    def test_values_are_called_what_help_calls_them(self):
        text = "\n".join(plain(line) for line in (DOCS / "fidotool.1").read_text(encoding="utf-8").splitlines())
        for path in COMMANDS:
            for name, value in read_options(help_of(FIDOTOOL, *path.split())).items():
                if value:
                    self.assertIn(name + "=" + value, text, path)

    def test_exit_codes_are_those_of_the_headers(self):
        headers = [ROOT / "fidotool" / "error.h", ROOT / "recovery" / "error.h"]
        codes = {0} | {int(code) for path in headers for code in re.findall(r"_ERROR_\w+ = (\d+)", path.read_text())}
        rows = [int(row) for line in read_section("fidotool.1", "EXIT STATUS")
                for row in re.findall(r"^(\d+)\t", line)]
        self.assertEqual(sorted(codes), rows)

    def test_environment_is_in_the_manual(self):
        told = set(re.findall(r"[A-Z_]{4,}", "".join(path.read_text(encoding="utf-8") for path in PAGES)))
        for path in [*ROOT.glob("fidotool/**/*.c"), *ROOT.glob("recovery/**/*.c")]:
            for name in re.findall(r'g_getenv\("(\w+)"\)', path.read_text(encoding="utf-8")):
                self.assertIn(name, told, path)

    def test_options_of_the_other_programs(self):
        usage = run(SOFTKEY).stderr
        for page, options in (("recoveryd.8", set(read_options(help_of(RECOVERYD)))),
                              ("keyturn-kiosk.1", set(read_options(help_of(KIOSK)))),
                              ("softkey.1", set(OPTION.findall(usage)))):
            lines = read_section(page, "OPTIONS")
            told = {option for before, line in zip(lines, lines[1:]) if before == ".TP"
                    for option in OPTION.findall(plain(line))}
            self.assertEqual(options, told, page)

    def test_the_kiosks_values_are_called_what_help_calls_them(self):
        text = "\n".join(plain(line) for line in read_section("keyturn-kiosk.1", "OPTIONS"))
        for name, value in read_options(help_of(KIOSK)).items():
            if value:
                self.assertIn(name + "=" + value, text)

    def test_settings_of_the_kiosk_are_in_the_manual(self):
        table = re.findall(r'^  \{ "(\w+)", +offsetof.*?(true|false), *(\d+), (\d+), (\d+) \},$',
                           (ROOT / "kiosk" / "config.c").read_text(encoding="utf-8"), re.M)
        lines = read_section("keyturn-kiosk.1", "CONFIGURATION")
        told, head = {}, None
        for before, line in zip([""] + lines, lines):
            head = plain(line) if before == ".TP" else head
            told[head] = told.get(head, "") + " " + plain(line)
        self.assertEqual({row[0] for row in table}, set(told) - {None})
        for name, is_text, least, most, usual in table:
            if is_text == "false":
                self.assertIn("%s to %s" % (least, most), told[name], name)
                self.assertRegex(told[name], r"\b%s,? when not" % usual, name)

    def test_pages_name_the_version(self):
        version = run(FIDOTOOL, "--version").stdout.split()[-1]
        for path in PAGES:
            self.assertIn('"Keyturn %s"' % version, path.read_text(encoding="utf-8"), path.name)

    def test_pages_are_good_roff(self):
        for argv in (["groff", "-t", "-man", "-Tutf8", "-ww", "-z"], ["mandoc", "-T", "lint"]):
            for path in PAGES if shutil.which(argv[0]) else []:
                done = run(*argv, path)
                self.assertEqual((0, ""), (done.returncode, done.stdout + done.stderr), argv[0])

    def test_links_lead_somewhere(self):
        for path in [ROOT / "README.md", *DOCS.glob("*.md")]:
            for link in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
                if "://" not in link:
                    self.assertTrue((path.parent / link).exists(), "%s: %s" % (path.name, link))

    def test_pages_name_no_place_outside_the_project(self):
        for path in [ROOT / "README.md", *DOCS.glob("*.md"), *PAGES]:
            for place in re.findall(r"(?<![\w.~/$}>):*\"|-])/[a-z][\w./-]+", path.read_text(encoding="utf-8")):
                self.assertTrue(place.startswith(PLACES), "%s: %s" % (path.name, place))


class Completions(unittest.TestCase):
    def complete(self, lines):
        """What bash offers for the last word of each line."""
        script = 'compopt() { :; }\nsource "$1"\nwhile IFS= read -r line; do IFS=" " read -ra COMP_WORDS <<<"$line"\n' \
                 '[[ $line == *" " ]] && COMP_WORDS+=("")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()\n' \
                 '_fidotool\necho "${COMPREPLY[*]}"\ndone'
        done = run("bash", "-c", script, "bash", COMPLETION / "fidotool.bash", stdin="\n".join(lines) + "\n")
        self.assertEqual("", done.stderr)
        return [line.split() for line in done.stdout.split("\n")[:-1]]

    def test_bash_offers_every_command(self):
        lines, wanted = [], []
        for path in COMMANDS:
            words = path.split()
            for n, word in enumerate(words):
                lines.append(" ".join(["fidotool"] + words[:n]) + " ")
                wanted.append(word)
        for line, word, offered in zip(lines, wanted, self.complete(lines)):
            self.assertIn(word, offered, line)

    def test_bash_offers_every_option(self):
        offers = self.complete("fidotool %s -" % path for path in COMMANDS)
        for path, offered in zip(COMMANDS, offers):
            options = read_options(help_of(FIDOTOOL, *path.split()))
            wanted = {name + ("=" if value else "") for name, value in options.items()}
            self.assertEqual(set(), wanted - set(offered), path)

    def test_bash_offers_values_but_no_persons_or_cases(self):
        lines = ["fidotool case approve --contact ", "fidotool case approve --contact = c", "fidotool case show ",
                 "fidotool case approve c-1 --as ", "fidotool case approve c-1 --device ", "fidotool no such "]
        self.assertEqual([["seen", "called-back", "none"], ["called-back"], [], [], [], []], self.complete(lines))

    def test_the_kiosks_options_are_offered(self):
        options = read_options(help_of(KIOSK))
        script = 'compopt() { :; }\nsource "$1"\nCOMP_WORDS=(keyturn-kiosk -) COMP_CWORD=1\n_keyturn_kiosk\n' \
                 'echo "${COMPREPLY[*]}"\nCOMP_WORDS=(keyturn-kiosk --language = d) COMP_CWORD=3\n_keyturn_kiosk\necho "${COMPREPLY[*]}"\n'
        done = run("bash", "-c", script, "bash", COMPLETION / "keyturn-kiosk.bash")
        all_options, languages = done.stdout.splitlines()
        self.assertEqual({name + ("=" if value else "") for name, value in options.items()}, set(all_options.split()))
        self.assertEqual("de", languages)
        zsh = (COMPLETION / "_keyturn-kiosk").read_text(encoding="utf-8")
        fish = (COMPLETION / "keyturn-kiosk.fish").read_text(encoding="utf-8")
        for name in options:
            self.assertRegex(zsh, re.escape(name) + r"[=\[]")
            self.assertRegex(fish, r"(?m)^complete -c keyturn-kiosk (-s \w )?-l %s " % name[2:])

    def test_zsh_and_fish_know_every_command_and_option(self):
        zsh = (COMPLETION / "_fidotool").read_text(encoding="utf-8")
        fish = (COMPLETION / "fidotool.fish").read_text(encoding="utf-8")
        for path in COMMANDS:
            block = re.search(r"^    '%s'\) _arguments.*?;;$" % path, zsh, re.M | re.S)
            self.assertTrue(block, path)
            for name in read_options(help_of(FIDOTOOL, *path.split())):
                self.assertRegex(block[0], re.escape(name) + r"[=\[]", path)
                self.assertRegex(fish, r"(?m)^complete -c fidotool -n '__fidotool_at %s' (-s \w )?-l %s " %
                                 (path, name[2:]), path)
            *group, word = path.split()
            at = " ".join(["__fidotool_at", *group])
            self.assertIn("complete -c fidotool -n '%s' -a %s -d " % (at, word), fish)

    def test_shells_can_read_them(self):
        for shell, name in (("bash", "fidotool.bash"), ("zsh", "_fidotool"), ("fish", "fidotool.fish"),
                            ("bash", "keyturn-kiosk.bash"), ("zsh", "_keyturn-kiosk"), ("fish", "keyturn-kiosk.fish")):
            if shutil.which(shell):
                done = run(shell, "-n", COMPLETION / name)
                self.assertEqual((0, ""), (done.returncode, done.stderr), shell)


if __name__ == "__main__":
    FIDOTOOL, RECOVERYD, SOFTKEY, KIOSK, COMPLETION = map(pathlib.Path, sys.argv[1:6])
    COMMANDS = read_commands(FIDOTOOL)
    unittest.main(argv=sys.argv[:1], verbosity=1)
