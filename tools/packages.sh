# SPDX-License-Identifier: Apache-2.0
# packages.sh - what a fresh Debian 12 lacks, and how it is installed. Sourced
# by ./run and ./check.

# To build and to run.
build_packages="gcc libc6-dev meson ninja-build pkg-config python3 libglib2.0-dev
  libglib2.0-dev-bin libssl-dev libcbor-dev libseccomp-dev libsqlite3-dev
  libyaml-dev libfido2-dev libhidapi-dev libusb-1.0-0-dev libpcsclite-dev
  libqrencode-dev libcurl4-openssl-dev libcmocka-dev libgtk-4-dev
  libadwaita-1-dev libspeechd-dev
  libgsound-dev gettext openssh-client openssl zlib1g-dev adwaita-icon-theme"
# To test besides.
test_packages="clang llvm libclang-rt-14-dev binutils fido2-tools python3-fido2
  python3-cryptography python3-yaml strace procps util-linux sqlite3 jq xvfb
  xdotool dbus at-spi2-core python3-gi gir1.2-atspi-2.0 fonts-dejavu-core
  systemd xauth cage libpam-u2f pamtester pcscd vsmartcard-vpcd iproute2 swtpm
  tpm2-tools libjansson-dev"

# For the tests in a virtual machine (tests/vm), which are none of the quick
# ones. Kernel and udev are fetched and unpacked there, never installed.
vm_packages="qemu-system-x86 busybox-static cpio kmod pcscd pamu2fcfg"

# Runs a command as root, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "root is needed, or sudo: $*" >&2
    return 1
  fi
}

# Installs those of the named packages that are missing; says so first.
need_packages() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  echo "Installing what is missing:$missing"
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    { as_root apt-get update -qq >/dev/null &&
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; } ||
    { echo "These packages could not be installed:$missing" >&2; return 1; }
}

# For the relying party in tests/integration: whatever Node there is, or
# Debian's.
need_node() {
  command -v node >/dev/null || need_packages nodejs
  command -v npm >/dev/null || need_packages npm
}
