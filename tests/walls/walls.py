#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""walls.py CHECK BUILD: what each program and library may reach, read off the
linker's and the compiler's own output.

CHECK is links (archives and shared libraries of each program), undefined
(symbols that each static library needs from outside), names (what a file
exports begins with its name), headers (each compiles alone) or pages (the
kiosk's pages hold no rule and no stock entry).
`undefined --write` renews the lists; read the difference before it goes in."""

import concurrent.futures
import fnmatch
import itertools
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent

# Static libraries, where they are built, and which of ours they may need.
LIBRARIES = {
    "base": ("fidotool", []),
    "judge": ("fidotool/judge", ["advisory", "base"]),
    "format": ("recovery/format", ["base"]),
    "device": ("fidotool/device", ["base"]),
    "sandbox": ("fidotool/helper", ["base"]),
    "helperproto": ("fidotool/helper", ["base"]),
    "helper": ("fidotool/helper", ["base", "format", "device", "helperproto", "sandbox"]),
    "helperclient": ("fidotool/helper", ["base", "helperproto"]),
    "advisory": ("fidotool/advisory", ["base"]),
    "export": ("fidotool/export", ["base", "format", "judge"]),
    "diagnosis": ("fidotool/cli", ["base"]),
    "metadata": ("fidotool/cli", ["base", "judge"]),
    "keynames": ("fidotool/cli", ["base"]),
    "act": ("fidotool/act", ["base", "format", "helperclient"]),
    "station": ("fidotool/station", []),
    "frame": ("fidotool/worker", ["base"]),
    "worker": ("fidotool/worker", ["base", "judge"]),
    "workerclient": ("fidotool/worker", ["base", "frame"]),
    "audit": ("recovery/audit", ["base", "format", "judge", "policy"]),
    "policy": ("recovery/policy", ["base", "format"]),
    "drift": ("recovery/policy/drift", ["base", "format", "policy"]),
    "recovery": ("recovery", ["base", "format", "policy"]),
    "recoveryclient": ("recovery/service", ["base", "format", "recoverycommon", "recoveryprogram"]),
    "recoverycommon": ("recovery/service", ["base"]),
    "recoveryprogram": ("recovery/service", []),
    "kioskpresenter": ("kiosk", ["base"]),
    "kioskwidgets": ("kiosk/widgets", ["base"]),
    "kiosk": ("kiosk", ["base", "format", "act", "helperclient", "recoveryclient", "recoverycommon", "recoveryprogram", "kioskpresenter", "kioskwidgets"]),
    "softkey_core": ("tests/softkey", []),
}

# GLib is one big name space: what of it the libraries must not use.
PURE = ["act", "advisory", "base", "export", "judge", "format", "device", "frame", "station", "worker", "audit", "drift", "policy", "recovery", "kioskpresenter",
        "softkey_core"]
DENIED = ["g_socket*", "g_dbus*", "g_spawn*", "g_resolver*", "g_object_*", "g_signal_*", "g_main_*", "g_timeout_*",
          "g_task*", "g_get_real_time", "g_date_time_new_now*", "g_random_*"]
# A presenter sees no clock either: what time it is, it is told.
UNSEEN = {"kioskpresenter": ["g_get_monotonic_time", "g_settings_*", "g_thread_*", "g_file_set_contents*"]}
# Whatever opens a window, a program, a dialog or a menu that is not a page of
# the kiosk; and stock entries, whose text anybody on the accessibility bus reads.
WAYS_OUT = ["g_spawn_*", "g_subprocess*", "g_app_info_*", "g_desktop_app_info_*", "g_network_*", "g_resolver_*", "g_proxy_*",
            "g_settings_*", "g_dbus_*", "g_action_map_*", "g_module_*", "g_volume_*", "g_mount_*", "gtk_show_uri*", "gtk_uri_launcher*",
            "gtk_link_button_*", "gtk_file_*", "gtk_color_*", "gtk_font_*", "gtk_app_chooser_*", "gtk_about_*", "gtk_popover*",
            "gtk_menu_button_*", "gtk_recent_*", "gtk_print_unix_*", "gtk_page_setup_unix_*", "gtk_shortcuts_*", "gtk_message_dialog_*",
            "gtk_dialog_*", "gtk_native_dialog_*", "gtk_emoji_*", "gtk_text_view_*", "gtk_entry_*", "gtk_password_entry_*",
            "gtk_search_entry_*", "gtk_spin_button_*", "gtk_window_set_interactive_debugging", "gtk_label_set_selectable",
            "adw_entry_row_*", "adw_password_entry_row_*", "adw_about_*", "adw_message_dialog_*", "adw_toast_*"]
SHOWN = ["kiosk", "kioskwidgets"]

# Programs: the archives they may take from, and direct shared libraries.
COMMON = ["libc", "libglib-2.0", "libcrypto"]
GIO = ["libgio-2.0", "libgobject-2.0"]
PROGRAMS = {
    "recovery/service/recoveryd": (
        ["recovery", "policy", "recoveryservice", "recoverycommon", "recoveryprogram", "recoverybus", "format", "base", "sandbox"],
        COMMON + GIO + ["libsqlite3", "libyaml-0", "libseccomp"]),
    "fidotool/worker/keyturn-judge": (
        ["worker", "frame", "judge", "advisory", "base", "sandbox"], COMMON + ["libseccomp", "libcbor"]),
    "fidotool/helper/keyhelper": (
        ["helper", "helperproto", "device", "format", "base", "sandbox"],
        COMMON + ["libfido2", "libhidapi-hidraw", "libcbor", "libseccomp", "libusb-1.0", "libpcsclite", "libz"]),
    # No OpenSSL: only what signs or reads metadata needs it.
    "fidotool/cli/fidotool": (
        ["advisory", "diagnosis", "helperclient", "helperproto", "keynames", "metadata", "format", "station", "workerclient", "frame",
         "recoveryprogram", "base"],
        ["libc", "libglib-2.0"]),
    "fidotool/cli/fidotool-whole": (
        ["act", "advisory", "diagnosis", "metadata", "export", "helperclient", "helperproto", "keynames", "recoveryclient", "recoverycommon",
         "recoveryprogram", "judge", "format", "audit", "drift", "policy", "station", "workerclient", "frame", "base"],
        COMMON + GIO + ["libqrencode", "libyaml-0", "libz"]),
    # The only one with a network, and nothing of ours in it.
    "fidotool/fetch/keyturn-fetch": ([], ["libc", "libcurl"]),
    "kiosk/keyturn-kiosk": (
        ["kiosk", "kioskpresenter", "kioskwidgets", "act", "helperclient", "helperproto", "recoveryclient", "recoverycommon",
         "recoveryprogram", "format", "base"],
        COMMON + GIO + ["libgtk-4", "libadwaita-1", "libpango-1.0", "libpangocairo-1.0", "libcairo", "libgdk_pixbuf-2.0", "libgsound",
                        "libspeechd", "libqrencode", "libz"]),
    "tests/softkey/softkey": (["softkey_core"], COMMON + ["libcbor"]),
}

# Never, not even through another library (reference table of programs).
NETWORK = ["libcurl*", "libldap*", "libmicrohttpd*", "libsoup*", "libnghttp*", "librelp*"]
KEYS = ["libfido2*", "libhidapi*", "libusb*", "libpcsclite*"]
NEVER = {
    "recovery/service/recoveryd": KEYS + NETWORK + ["libgtk*"],
    "fidotool/worker/keyturn-judge": KEYS + NETWORK + ["libsqlite3*", "libgio*", "libgtk*"],
    "fidotool/helper/keyhelper": NETWORK + ["libsqlite3*", "libgtk*", "libhidapi-libusb*"],
    "fidotool/cli/fidotool": KEYS + NETWORK + ["libsqlite3*", "libgio*", "libgtk*"],
    "fidotool/cli/fidotool-whole": KEYS + NETWORK + ["libsqlite3*", "libgtk*"],
    "fidotool/fetch/keyturn-fetch": KEYS + ["libsqlite3*", "libgtk*", "libgio*", "libglib*"],
    # What GTK brings is as it is; it brings none of these.
    "kiosk/keyturn-kiosk": KEYS + NETWORK + ["libsqlite3*", "libcbor*", "libyaml*", "libgtk-3*", "libwebkit*", "libjavascriptcore*",
                                             "libtracker*"],
    "tests/softkey/softkey": NETWORK + ["libsqlite3*", "libgtk*"],
}

# Folders whose exported names must begin with <word>_<file>_.
NAMED = {"fidotool": "fidotool", "recovery": "recovery", "kiosk": "kiosk", "tests/softkey": "softkey", "tests/attack": "attack"}


def run(*argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def archive(build, name):
    return build / LIBRARIES[name][0] / f"lib{name}.a"


def check_links(build):
    faults = []
    for program, (archives, shared) in PROGRAMS.items():
        path = build / program
        if not path.exists():
            faults.append(f"{program}: not built")
            continue
        link_map = path.with_name(path.name + ".map")
        if link_map.exists():
            seen = set(re.findall(r"lib([A-Za-z0-9_]+)\.a[(.]", link_map.read_text(errors="replace")))
            for name in sorted(seen - set(archives)):
                if name in LIBRARIES or name.startswith(("recovery", "fidotool", "kiosk")):
                    faults.append(f"{program}: takes from lib{name}.a")
        else:
            faults.append(f"{program}: has no link map")
        needed = re.findall(r"NEEDED.*\[(.+?)\]", run("readelf", "-d", str(path)))
        for name in needed:
            base = name.split(".so")[0]
            if base not in shared and not base.startswith(("libasan", "libubsan", "ld-linux", "libclang_rt", "libm", "libgcc_s")):
                faults.append(f"{program}: is linked with {name}")
        for name in re.findall(r"^\s*(\S+) =>", run("ldd", str(path)), re.M):
            if any(fnmatch.fnmatch(name, never) for never in NEVER[program]):
                faults.append(f"{program}: loads {name}")
    return faults


def outside_symbols(build, name):
    def symbols(flag, path):
        return set(re.findall(r"^(?:[0-9a-f]+ )?\s*[A-Za-z] (\S+)$", run("nm", flag, str(path)), re.M)) if path.exists() else set()
    needed = symbols("-u", archive(build, name))
    for mine in [name] + LIBRARIES[name][1]:
        needed -= symbols("--defined-only", archive(build, mine))
    return {s.split("@")[0] for s in needed if not s.startswith(("__asan", "__ubsan", "__sanitizer", "__odr"))}


def denied(name):
    return (DENIED if name in PURE else []) + UNSEEN.get(name, []) + (WAYS_OUT if name in SHOWN else [])


def check_undefined(build, write=False):
    faults = []
    for name in LIBRARIES:
        if not archive(build, name).exists():
            faults.append(f"lib{name}.a: not built")
            continue
        listed = HERE / f"{name}.allow"
        symbols = outside_symbols(build, name)
        if write:
            globs = [l for l in (listed.read_text().split("\n") if listed.exists() else []) if "*" in l]
            rest = sorted(s for s in symbols if not any(fnmatch.fnmatch(s, g) for g in globs))
            listed.write_text("\n".join(globs + rest) + "\n")
        allowed = listed.read_text().split()
        for symbol in sorted(symbols):
            if any(fnmatch.fnmatch(symbol, pattern) for pattern in denied(name)):
                faults.append(f"lib{name}.a: must not use {symbol}")
            elif not any(fnmatch.fnmatch(symbol, pattern) for pattern in allowed):
                faults.append(f"lib{name}.a: needs {symbol}")
    return faults


def prefixes(word, stem):
    """Names a file may export: its own, or those of the file it belongs to."""
    parts = stem.split("-")
    return [f"{word}_{'_'.join(parts[:i])}" for i in range(len(parts), 0, -1)]


def check_names(build):
    faults, files = [], 0
    for obj in sorted(build.glob("**/*.o")):
        target = obj.parent.name
        folder = str(obj.parent.parent.relative_to(build))
        word = next((w for f, w in NAMED.items() if folder == f or folder.startswith(f + "/")), None)
        source = obj.name.removesuffix(".o")
        if word is None or not source.endswith(".c") or "meson-generated" in source or target.startswith(("test-", "libcut.so")) or "recovery-bus" in source:
            continue
        stem = source.removesuffix(".c").rsplit("_", 1)[-1]
        files += 1
        for line in run("nm", "-g", "--defined-only", str(obj)).splitlines():
            symbol = line.split()[-1]
            if symbol == "main" or symbol.startswith(("__", "LLVMFuzzer")) or symbol.endswith("_quark"):
                continue
            if not any(symbol == p or symbol.startswith(p + "_") for p in prefixes(word, stem)):
                if not constructor(word, stem, symbol):
                    faults.append(f"{folder}/{stem}.c: exports {symbol}")
    if files < 50:
        faults.append(f"only {files} object files were looked at")
    return faults


def constructor(word, stem, symbol):
    """Types whose file has a longer name than their functions; each on purpose."""
    known = {
        "recovery/trial": ["recovery_session_"], "recovery/rule": ["recovery_rule_"],
        "recovery/policy": ["recovery_refusal_"], "recovery/store-head": ["recovery_store_"],
    }
    return any(symbol.startswith(p) for p in known.get(f"{word}/{stem}", []))


# Presenters are compiled without GTK: their headers know nothing of it.
PLAIN = ["config.h", "plain.h", "words.h", "presenter-*.h"]


def is_first_of_its_own(header):
    """Included first by the file of its name, so the build has compiled it alone."""
    own = header.with_suffix(".c")
    if not own.exists():
        return False
    first = re.search(r'^#include ["<](.*)[">]', own.read_text(), re.M)
    return first is not None and first[1] == str(header.relative_to(SOURCE))


def check_headers(build):
    faults = []
    plain = run("pkg-config", "--cflags", "glib-2.0", "gio-2.0", "gio-unix-2.0", "libcrypto").split()
    shown = run("pkg-config", "--cflags", "gtk4", "libadwaita-1", "gsound", "speech-dispatcher").split()
    headers = [pathlib.Path(h) for f in ("fidotool", "recovery", "kiosk", "tests") for h in sorted(SOURCE.glob(f"{f}/**/*.h"))]
    generated = [f"-I{build / d}" for d in ("recovery", "recovery/service", "fidotool/cli")]
    def look(header):
        is_shown = "kiosk" in header.relative_to(SOURCE).parts and not any(fnmatch.fnmatch(header.name, p) for p in PLAIN)
        probe = subprocess.run(
            ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-x", "c", "-Wall", "-Wextra",
             "-Wno-unused-function", f"-I{SOURCE}", *generated, *plain, *(shown if is_shown else []), "-include", str(header),
             "/dev/null"],
            capture_output=True, text=True)
        if probe.returncode != 0 or probe.stderr:
            return [f"{header.relative_to(SOURCE)}: {probe.stderr.splitlines()[0]}"]
        return []

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(look, itertools.filterfalse(is_first_of_its_own, headers)):
            faults += found
    if len(headers) < 30:
        faults.append("hardly any headers were looked at")
    return faults


# What a page may call of ours: the model, the words, the widgets; it reads what
# the model holds and asks nobody else.
PAGE_CALLS = ["kiosk_*", "fidotool_json_*", "fidotool_secret_*", "recovery_viewer_*"]
PAGE_NEVER = ["kiosk_station_*", "kiosk_presenter_flow_*", "fidotool_json_parse"]
# What a page may see: no table of acts, states, roles or policy.
PAGE_HEADERS = ["kiosk/*", "fidotool/json.h", "fidotool/secret.h", "recovery/format/viewer.h"]
PAGE_HEADERS_NEVER = ["kiosk/station.h", "kiosk/session-private.h"]
# Widgets of GTK that have a menu, a chooser or a text of their own.
STOCK = ["Gtk*Entry", "GtkText", "GtkTextView", "GtkSpinButton", "GtkLinkButton", "GtkMenuButton", "GtkPopover*", "Gtk*Chooser*", "Gtk*Dialog*",
         "GtkEmoji*", "GtkDropDown", "GtkComboBox*", "GtkScaleButton", "GtkVolumeButton", "GtkVideo", "GtkMediaControls", "GtkShortcut*",
         "Gtk*Window", "Adw*EntryRow", "AdwComboRow", "AdwAbout*", "AdwToast*", "AdwMessageDialog", "AdwPreferencesWindow"]
STOCK_FINE = ["GtkScrolledWindow"]


def pages():
    """A page, and what is a part of one."""
    parts = ["key-panel.c", "act-input.c", "view-rows.c"]
    return [p for p in sorted((SOURCE / "kiosk").glob("*.c")) if p.name.endswith("-page.c") or p.name in parts]


def rule_words():
    """Names of states, and ids of rules, out of the tables that hold them."""
    states = re.search(r"names\[\] = \{(.*?)\};", (SOURCE / "recovery/format/state.c").read_text(), re.S).group(1)
    rules = re.findall(r'^  \{ "([a-z0-9-]+)",', (SOURCE / "recovery/rule.c").read_text(), re.M)
    return set(re.findall(r'"([a-z_]+)"', states)) | set(rules)


def compared(text):
    """Literals that something is compared with."""
    calls = re.findall(r"\b(?:str\w*cmp\w*|g_strcmp0|g_str_equal|g_str_has_prefix|g_str_has_suffix|g_strv_contains)\s*\(([^;{]*)", text)
    return {literal for call in calls for literal in re.findall(r'"([^"\n]*)"', call)}


def check_pages(build):
    faults, words = [], rule_words()
    objects = {o.name.removesuffix(".o"): o for o in (build / "kiosk").glob("libkiosk.a.p/*.o")}
    for page in pages():
        text = page.read_text()
        for header in re.findall(r'^#include "([^"]+)"', text, re.M):
            if not any(fnmatch.fnmatch(header, p) for p in PAGE_HEADERS) or header in PAGE_HEADERS_NEVER:
                faults.append(f"{page.name}: includes {header}")
        for literal in sorted(compared(text) & words):
            faults.append(f'{page.name}: decides by "{literal}"? what may happen is said by recoveryd')
        if page.name not in objects:
            faults.append(f"{page.name}: was not built")
            continue
        for symbol in run("nm", "-u", str(objects[page.name])).split():
            ours = symbol.startswith(("kiosk_", "fidotool_", "recovery_"))
            if any(fnmatch.fnmatch(symbol, p) for p in PAGE_NEVER) or (ours and not any(fnmatch.fnmatch(symbol, p) for p in PAGE_CALLS)):
                faults.append(f"{page.name}: calls {symbol}")
    for template in sorted((SOURCE / "ui").glob("*.ui")):
        text = template.read_text()
        for name in sorted(set(re.findall(r'<object class="(\w+)"', text))):
            if any(fnmatch.fnmatch(name, p) for p in STOCK) and name not in STOCK_FINE:
                faults.append(f"{template.name}: has a {name}")
        for word in re.findall(r'<property name="(?:selectable|use-markup)">(?i:true|yes|1)<', text):
            faults.append(f"{template.name}: a label with a menu or links of its own: {word}")
    if len(words) < 60:
        faults.append(f"only {len(words)} states and rules were found")
    return faults


def main():
    check, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if check == "undefined":
        faults = check_undefined(build, "--write" in sys.argv)
    else:
        checks = {"links": check_links, "names": check_names, "headers": check_headers, "pages": check_pages}
        faults = checks[check](build)
    for fault in faults:
        print(fault)
    print(f"walls, {check}: {len(faults)} faults" if faults else f"walls, {check}: fine")
    sys.exit(1 if faults else 0)


os.environ["LC_ALL"] = "C"
main()
