#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""guest.py JOB SOURCE BUILD: runs tests/vm/job_JOB.py as root of a virtual
machine. Its kernel and udev come out of Debian's packages, which are unpacked
below BUILD and not installed; its root is this machine's, read-only; the
station in it is what -Dstation=true --prefix=/usr would install.

The processor is emulated (never KVM): that is the same everywhere."""

import contextlib
import ctypes
import fcntl
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ["qemu-system-x86", "busybox-static", "cpio", "kmod"]
# Unpacked for the machine alone; none of them is installed here.
UNPACKED = ["acl", "udev", "openssh-server", "libwrap0", "polkitd", "libpolkit-agent-1-0", "libpolkit-gobject-1-0", "libduktape207"]
PROGRAMS = ["qemu-system-x86_64", "busybox", "cpio", "depmod", "dpkg-deb", "apt-get"]
MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_rng"]
LIMIT = 600  # seconds; ends what hangs, never a measure
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
SKIPPED = 77


def skip(words):
    print(words)
    sys.exit(SKIPPED)


def run(*argv, **more):
    return subprocess.run([str(word) for word in argv], check=True, capture_output=True, text=True,
                          env=dict(os.environ, PATH=PATH, LC_ALL="C"), **more).stdout


# The parts of the machine, kept below the build folder.

def kernel_package():
    """The metapackage names today's kernel; Debian drops old ones."""
    names = re.findall(r"Depends: (linux-image-[0-9]\S+)", run("apt-cache", "depends", "linux-image-amd64"))
    if not names:
        skip("no kernel package is known here: apt-get update")
    return names[0]


def fetch(folder, package):
    """A package's file; a damaged one is fetched anew, once."""
    for _ in range(2):
        for old in folder.glob(f"{package}_*.deb"):
            if subprocess.run(["dpkg-deb", "--info", str(old)], capture_output=True).returncode == 0:
                return old
            old.unlink()
        try:
            run("apt-get", "download", package, cwd=folder)
        except subprocess.CalledProcessError as error:
            skip(f"the package {package} cannot be had: {error.stderr.strip()[-300:]}")
    return skip(f"the package {package} comes damaged")


def unpack(package, base):
    """Into base, as a merged /usr has it: base lies over a root where /lib is
    a link."""
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        run("dpkg-deb", "-x", package, folder)
        for top in ("lib", "bin", "sbin"):
            if os.path.isdir(os.path.join(folder, top)):
                run("cp", "-al", f"{folder}/{top}", base / "usr")
        for top in ("usr", "etc", "boot"):
            if os.path.isdir(os.path.join(folder, top)):
                run("cp", "-al", f"{folder}/{top}", base)


def make_initrd(base, version, target):
    """busybox, init, and the modules that reach the root, in their order."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        top, order = pathlib.Path(folder), []
        for name in ("bin", "modules"):
            (top / name).mkdir()
        shutil.copy(shutil.which("busybox", path=PATH), top / "bin" / "busybox")
        shutil.copy(HERE / "init", top / "init")
        (top / "init").chmod(0o755)
        for module in MODULES:
            shown = run("modprobe", "-d", base / "usr", "-S", version, "--show-depends", module)
            order += [path for path in re.findall(r"^insmod (\S+)", shown, re.M) if path not in order]
        for path in order:
            shutil.copy(path, top / "modules")
        (top / "modules" / "order").write_text("".join(os.path.basename(path) + "\n" for path in order))
        names = "\n".join(str(path.relative_to(top)) for path in top.rglob("*"))
        archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=top, input=names.encode(),
                                 capture_output=True, check=True).stdout
        target.write_bytes(archive)


@contextlib.contextmanager
def locked(vm):
    """What the jobs of one build share is made by one of them at a time."""
    vm.mkdir(exist_ok=True)
    with open(vm / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(vm, initrd):
    """Kernel, initramfs and the base folder; the last made once for each version."""
    kernel = kernel_package()
    version = kernel.removeprefix("linux-image-")
    base = vm / "-".join(["base", version, *UNPACKED])
    if not base.exists():
        making = vm / "making"
        shutil.rmtree(making, ignore_errors=True)
        (making / "usr").mkdir(parents=True)
        for package in (kernel, *UNPACKED):
            unpack(fetch(vm, package), making)
        # Names of hardware that is not there.
        shutil.rmtree(making / "usr/lib/udev/hwdb.d", ignore_errors=True)
        run("depmod", "-b", making / "usr", version)
        making.rename(base)
    make_initrd(base, version, initrd)
    return base / "boot" / f"vmlinuz-{version}", base


# The station, as it would be installed.

def install(source, build, vm, top):
    """Copies what `meson install` would, from a second configuration that is
    never compiled: the programs are those of the build under test."""
    station = vm / "station"
    if not (station / "meson-info").exists():
        shutil.rmtree(station, ignore_errors=True)
        run("meson", "setup", station, source, "--prefix=/usr", "-Dstation=true")
    else:
        run("meson", "setup", "--reconfigure", station, source)
    programs = 0
    for origin, place in json.loads(run("meson", "introspect", "--installed", station)).items():
        if place.startswith(("/usr/bin/", "/usr/libexec/")):
            origin = build / os.path.relpath(origin, station)
            programs += os.path.isfile(origin)
        # What belongs to this machine alone: no manuals, no icons, no links.
        if not os.path.isfile(origin) or "/share/" in place and "/polkit-1/" not in place:
            continue
        target = top / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(origin, target)
        target.chmod(0o755 if os.access(origin, os.X_OK) else 0o644)
    if programs < 4:
        raise AssertionError("the programs were not found")


def add_job(source, build, top, job, nonce):
    inside = top / "usr/lib/keyturn-vm"
    inside.mkdir(parents=True)
    for path in [*HERE.glob("*.py"), HERE / "keyturn-vm.service", source / "tests/integration/keys_lib.py",
                 source / "tests/integration/plans.py",
                 source / "tests/integration/keys_tool_test.py", source / "tests/integration/reports.py",
                 source / "tests/integration/verbs_tour.py", build / "tests/softkey/softkey"]:
        shutil.copy(path, inside)
    shutil.copytree(source / "tests/softkey/profiles", inside / "profiles")
    (inside / "env").write_text(
        f"JOB={job}\nNONCE={nonce}\nPYTHONDONTWRITEBYTECODE=1\nLC_ALL=C.UTF-8\nFIDOTOOL=/usr/bin/fidotool\n"
        "KEYHELPER=/usr/libexec/keyturn/keyhelper\nSOFTKEY=/usr/lib/keyturn-vm/softkey\n")
    for path in top.rglob("*"):
        if path.is_dir():
            path.chmod(0o755)


# The machine.

def export(name, folder):
    return ["-fsdev", f"local,id={name},path={folder},security_model=none,readonly=on,multidevs=remap",
            "-device", f"virtio-9p-pci,fsdev={name},mount_tag={name}"]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def boot(kernel, initrd, exports, console, words):
    argv = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-smp", "1", "-m", "1024", "-nodefaults",
            "-no-user-config", "-display", "none", "-no-reboot", "-kernel", kernel, "-initrd", initrd,
            "-serial", f"file:{console}", "-serial", f"file:{words}", "-device", "virtio-rng-pci",
            "-append", "console=ttyS0 quiet panic=-1"]
    for name, folder in exports.items():
        argv += export(name, folder)
    words.unlink(missing_ok=True)
    process = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, preexec_fn=die_with_parent, env=dict(os.environ, PATH=PATH))
    try:
        errors = process.communicate(timeout=LIMIT)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        errors = process.communicate()[1] + b"\nit did not end"
    return words.read_text(errors="replace").replace("\r", ""), errors.decode(errors="replace")


def judge(text, nonce):
    """Faults in what the guest said: one line for each test, `NONCE NAME CODE`,
    and one before them that says how many. Nothing else counts."""
    lines = re.findall(rf"^{nonce} (\S+) (\d+)$", text, re.M)
    if not lines or lines[0][0] != "tests":
        return ["the guest did not begin"]
    faults = [f"{name}: {code}" for name, code in lines[1:] if code != "0"]
    if len(lines) - 1 != int(lines[0][1]) or len(lines) < 2:
        faults.append(f"{lines[0][1]} tests were announced, {len(lines) - 1} ended")
    return faults


def main():
    job, source, build = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
    missing = [name for name in PROGRAMS if not shutil.which(name, path=PATH)]
    if missing:
        skip(f"missing: {' '.join(missing)}; apt-get install --no-install-recommends {' '.join(PACKAGES)}")
    vm = build / "vm"
    initrd = vm / f"initrd-{job}"
    with locked(vm):
        kernel, base = prepare(vm, initrd)
    console, words, nonce = vm / f"console-{job}", vm / f"words-{job}", secrets.token_hex(8)
    with tempfile.TemporaryDirectory(dir=vm) as folder:
        top = pathlib.Path(folder) / "root"
        top.mkdir()
        with locked(vm):
            install(source, build, vm, top)
        add_job(source, build, top, job, nonce)
        text, errors = boot(kernel, initrd, {"host": "/", "base": base, "station": top}, console, words)
    faults = judge(text, nonce)
    print(text)
    if faults:
        print(errors[-2000:], console.read_text(errors="replace")[-6000:], sep="\n")
        print(f"{job}:", *faults, sep="\n  ")
        sys.exit(1)


if __name__ == "__main__":
    main()
