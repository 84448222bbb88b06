#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""completion.py FIDOTOOL KIOSK DIR: writes fidotool.bash, _fidotool (zsh),
fidotool.fish and the same for keyturn-kiosk into DIR, from what the programs
print with --help. So they know every command and option that there is, and no
others."""

import dataclasses
import os
import pathlib
import re
import subprocess
import sys

MADE = "Made by docs/completion/completion.py from what the program prints with --help."
FILES = re.compile(r"FILE|DIR|PATH|BUNDLE|SOCKET")
CHOICES = re.compile(r"[a-z0-9-]+(\|[a-z0-9-]+)*")
AGAIN = re.compile(r"may be given again|repeatable")


@dataclasses.dataclass
class Option:
    short: str  # a letter, or ""
    name: str
    value: str  # what help calls its value; "" where it takes none
    text: str

    @property
    def again(self):
        return bool(AGAIN.search(self.text))


@dataclasses.dataclass
class Command:
    path: str  # "key pin set"
    arguments: str  # "FILE", or ""
    text: str
    options: list


def kind(value):
    """How a value is completed: "file", a list of words, or None."""
    if CHOICES.fullmatch(value):
        return value.split("|")
    return "file" if FILES.search(value) else None


def read_help(program, *words):
    env = dict(os.environ, LC_ALL="C.UTF-8", LANGUAGE="")
    done = subprocess.run([program, *words, "--help"], env=env, capture_output=True, text=True, check=True)
    return done.stdout


def read_options(text):
    """The options in one command's help, --help among them."""
    found = []
    for line in text.splitlines():
        match = re.fullmatch(r"  (?:-(\w), )?--([a-z0-9-]+)(?:=(.+?))?  +(\S.*)", line)
        if match:
            found.append(Option(match[1] or "", match[2], match[3] or "", match[4]))
    return found


def read_commands(program):
    """All commands, in the order in which help shows them."""
    table = read_help(program).split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    found = []
    for line in table.splitlines():
        match = re.fullmatch(r"  ([a-z][a-z0-9 -]*[a-z0-9])((?: \S+)*?)  *  (\S.*)", line)
        if not match:
            sys.exit("completion.py: not understood: %s" % line)
        path = match[1]
        options = read_options(read_help(program, *path.split()))
        found.append(Command(path, match[2].strip(), match[3], options))
    return found


def next_words(commands):
    """For each group ("" is the top): its next words, each with a text."""
    groups = {}
    for command in commands:
        words = command.path.split()
        for n, word in enumerate(words):
            last = n == len(words) - 1
            group = groups.setdefault(" ".join(words[:n]), {})
            group.setdefault(word, command.text if last else "commands: " + " ".join(words[:n + 1]))
    return groups


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


# ---------------------------------------------------------------------- bash

BASH = r"""
_fidotool() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local path= option= words= next= values= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    _fidotool_next "$path"
    [[ " $words " == *" ${COMP_WORDS[i]} "* ]] || break
    path=${path:+$path }${COMP_WORDS[i]}
  done
  _fidotool_next "$path"
  next=$words
  _fidotool_options "$path"
  # A group may be a command, too: then its options come with a dash.
  if [[ -n $next && ( -z $words || ( $i == "$COMP_CWORD" && $cur != -* ) ) ]]; then
    ((i == COMP_CWORD)) || return
    mapfile -t COMPREPLY < <(compgen -W "$next --help" -- "$cur")
    return
  fi
  # "--option=value" comes as three words.
  if [[ $cur == '=' ]]; then
    option=$prev cur=
  elif [[ $prev == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $prev == -* ]]; then
    option=$prev
  fi
  if [[ -n $option && " $words " == *" $option= "* ]]; then
    _fidotool_values "$path" "$option"
  elif [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return
  else
    _fidotool_values "$path" ''
  fi
  if [[ $values == '<file>' ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  elif [[ -n $values ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
  fi
  return 0
}
complete -F _fidotool fidotool
"""


def bash_values(command):
    rows = [(name, kind(option.value)) for option in command.options if option.value
            for name in (["--" + option.name] + (["-" + option.short] if option.short else []))]
    rows.append(("", kind(command.arguments)))
    for name, values in rows:
        if values:
            yield "%s,%s" % (command.path, name), "<file>" if values == "file" else " ".join(values)


def write_bash(commands):
    out = ["# bash completion for fidotool", "# " + MADE, "", "_fidotool_next() {", "  words=", "  case $1 in"]
    for group, words in next_words(commands).items():
        out.append("    %s) words=%s ;;" % (quote(group), quote(" ".join(words))))
    out += ["  esac", "}", "", "_fidotool_options() {", "  words=", "  case $1 in"]
    for command in commands:
        names = ["--" + option.name + ("=" if option.value else "") for option in command.options]
        names += ["-" + option.short + "=" for option in command.options if option.short and option.value]
        out.append("    %s) words=%s ;;" % (quote(command.path), quote(" ".join(names))))
    out += ["  esac", "}", "", "_fidotool_values() {", "  values=", "  case $1,$2 in"]
    for command in commands:
        for name, values in bash_values(command):
            out.append("    %s) values=%s ;;" % (quote(name), quote(values)))
    return "\n".join(out + ["  esac", "}"]) + BASH


# ----------------------------------------------------------------------- zsh

ZSH = r"""
_fidotool() {
  local path_= n=1
  local -a next
  while ((n < CURRENT)); do
    _fidotool_next "$path_"
    ((${next[(I)${words[n + 1]}:*]})) || break
    ((n++))
    path_=${path_:+$path_ }${words[n]}
  done
  _fidotool_next "$path_"
  # A group may be a command, too: then its options come with a dash.
  if ((${#next})) && ! { _fidotool_is_both "$path_" &&
      { ((n + 1 < CURRENT)) || [[ ${words[CURRENT]} == -* ]] } }; then
    ((n == CURRENT)) && n=$((CURRENT - 1))
    ((n + 1 == CURRENT)) && _describe command next
    return
  fi
  words=("$path_" "${(@)words[n + 1,-1]}")
  ((CURRENT -= n - 1))
  _fidotool_command "$path_"
}

_fidotool "$@"
"""


def zsh_text(text):
    return re.sub(r"([\[\]:\\])", r"\\\1", text)


def zsh_action(value):
    values = kind(value)
    action = "_files" if values == "file" else "(%s)" % " ".join(values) if values else " "
    return ":%s:%s" % (zsh_text(value), action)


def zsh_option(option):
    names = ["--" + option.name] + (["-" + option.short] if option.short else [])
    before = "*" if option.again else "(%s)" % " ".join(names)
    for name in names:
        sign = ("=" if name.startswith("--") else "+") if option.value else ""
        action = zsh_action(option.value) if option.value else ""
        yield quote("%s%s%s[%s]%s" % (before, name, sign, zsh_text(option.text), action))


def write_zsh(commands):
    out = ["#compdef fidotool", "# " + MADE, "", "_fidotool_next() {", "  next=()", "  case $1 in"]
    for group, words in next_words(commands).items():
        out.append("    %s) next=(" % quote(group))
        out += ["      " + quote("%s:%s" % (word, text.replace(":", "\\:"))) for word, text in words.items()]
        out.append("    ) ;;")
    both = [command.path for command in commands if command.path in next_words(commands)]
    out += ["  esac", "}", "", "_fidotool_is_both() {",
            "  [[ -n $1 && $1 == (%s) ]]" % "|".join(quote(path) for path in both or ["-"]),
            "}", "", "_fidotool_command() {", "  case $1 in"]
    for command in commands:
        specs = [spec for option in command.options for spec in zsh_option(option)]
        if command.arguments:
            specs.append(quote(("*" if "..." in command.arguments else "1") + zsh_action(command.arguments)))
        out.append("    %s) _arguments -s \\" % quote(command.path))
        out.append("      " + " \\\n      ".join(specs) + " ;;")
    return "\n".join(out + ["  esac", "}"]) + ZSH


# ---------------------------------------------------------------------- fish

FISH = r"""
# True when the words so far name this command or group.
function __fidotool_at
    set -l path
    set -l words (commandline -opc)
    for word in $words[2..-1]
        contains -- (string join ' ' -- $path $word) $__fidotool_paths; or break
        set -a path $word
    end
    test "$path" = "$argv"
end

complete -c fidotool -f
"""


def fish_quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_value(value):
    values = kind(value)
    return "" if not value else " -r -F" if values == "file" else " -x" + (
        " -a " + fish_quote(" ".join(values)) if values else "")


def write_fish(commands):
    groups = next_words(commands)
    paths = sorted({path for path in list(groups) + [command.path for command in commands] if path})
    out = ["# fish completion for fidotool", "# " + MADE, "",
           "set -g __fidotool_paths " + " ".join(fish_quote(path) for path in paths)]
    rows = []
    for group, words in groups.items():
        rows += ["complete -c fidotool -n %s -a %s -d %s" % (
            fish_quote(("__fidotool_at " + group).strip()), word, fish_quote(text)) for word, text in words.items()]
    for command in commands:
        at = "complete -c fidotool -n %s" % fish_quote("__fidotool_at " + command.path)
        rows += ["%s%s -l %s%s -d %s" % (at, " -s " + option.short if option.short else "", option.name,
                                         fish_value(option.value), fish_quote(option.text))
                 for option in command.options]
        if kind(command.arguments) == "file":
            rows.append(at + " -F")
    return "\n".join(out) + "\n" + FISH + "\n".join(rows) + "\n"


# ----------------------------------------------- a program without commands

PLAIN_BASH = r"""
_NAME() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
  local option= values=
  # "--option=value" comes as three words.
  if [[ $cur == '=' ]]; then
    option=$prev cur=
  elif [[ $prev == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $prev == -* ]]; then
    option=$prev
  fi
  case $option in
VALUES
    *)
      mapfile -t COMPREPLY < <(compgen -W 'OPTIONS' -- "$cur")
      [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
      return 0
      ;;
  esac
  if [[ $values == '<file>' ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  elif [[ -n $values ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")
  fi
  return 0
}
complete -F _NAME PROGRAM
"""


def write_plain_bash(name, options):
    rows = []
    for option in options:
        values = kind(option.value) if option.value else None
        if option.value:
            rows.append("    --%s) values=%s ;;" % (option.name, quote("<file>" if values == "file" else " ".join(values or []))))
    names = " ".join("--" + option.name + ("=" if option.value else "") for option in options)
    text = PLAIN_BASH.replace("VALUES", "\n".join(rows)).replace("OPTIONS", names)
    text = text.replace("PROGRAM", name).replace("_NAME", "_" + name.replace("-", "_"))
    return "# bash completion for %s\n# %s\n%s" % (name, MADE, text)


def write_plain_zsh(name, options):
    specs = [spec for option in options for spec in zsh_option(option)]
    return "#compdef %s\n# %s\n\n_arguments -s \\\n  %s\n" % (name, MADE, " \\\n  ".join(specs))


def write_plain_fish(name, options):
    rows = ["complete -c %s%s -l %s%s -d %s" % (name, " -s " + option.short if option.short else "", option.name,
                                                fish_value(option.value), fish_quote(option.text)) for option in options]
    return "# fish completion for %s\n# %s\n\ncomplete -c %s -f\n%s\n" % (name, MADE, name, "\n".join(rows))


def main():
    fidotool, kiosk, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    commands = read_commands(fidotool)
    for name, write in [("fidotool.bash", write_bash), ("_fidotool", write_zsh), ("fidotool.fish", write_fish)]:
        (folder / name).write_text(write(commands), encoding="utf-8")
    options = read_options(read_help(kiosk))
    for name, write in [("keyturn-kiosk.bash", write_plain_bash), ("_keyturn-kiosk", write_plain_zsh),
                        ("keyturn-kiosk.fish", write_plain_fish)]:
        (folder / name).write_text(write("keyturn-kiosk", options), encoding="utf-8")


if __name__ == "__main__":
    main()
