# SPDX-License-Identifier: Apache-2.0
"""swtpm.py - a software TPM that lives in a folder of its own, spoken to with tpm2-tools.
Certifying with data of one's own is not among them, so that command is put together here
and sent with tpm2_send."""
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time

TOOLS = ("swtpm", "tpm2_createprimary", "tpm2_create", "tpm2_load", "tpm2_evictcontrol",
         "tpm2_flushcontext", "tpm2_readpublic", "tpm2_send")
ATTESTS = "restricted|sign|fixedtpm|fixedparent|sensitivedataorigin|userwithauth"
SIGNS = "sign|fixedtpm|fixedparent|sensitivedataorigin|userwithauth"
NULL, ECDSA = 0x0010, 0x0018
CERTIFY, QUOTE = 0x148, 0x158
PASSWORD = struct.pack(">IHBH", 0x40000009, 0, 0, 0)  # an empty one


def missing():
    """The first tool that is not installed, or None."""
    return next((tool for tool in TOOLS if not shutil.which(tool)), None)


def sized(data):
    return struct.pack(">H", len(data)) + data


def take(data):
    """What a TPM2B at the front has, and what follows it."""
    size, = struct.unpack(">H", data[:2])
    return data[2:2 + size], data[2 + size:]


def free_ports():
    """Two ports in a row that nobody has just now."""
    for _ in range(50):
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue
    raise OSError("no two ports in a row")


class Tpm:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.next_handle = 0x81010001
        for _ in range(5):  # somebody may take the port first
            if self.start():
                break
        else:
            raise OSError("swtpm does not start")
        self.run("createprimary", "-C", "o", "-G", "ecc256", "-c", "primary.ctx")
        self.run("flushcontext", "-t")

    def start(self):
        port = free_ports()
        os.makedirs(self.folder.name + "/state", exist_ok=True)
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", "dir=%s/state" % self.folder.name,
             "--server", "type=tcp,port=%d,bindaddr=127.0.0.1" % port,
             "--ctrl", "type=tcp,port=%d,bindaddr=127.0.0.1" % (port + 1),
             "--flags", "not-need-init,startup-clear"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.env = dict(os.environ,
                        TPM2TOOLS_TCTI="swtpm:host=127.0.0.1,port=%d" % port)
        for _ in range(100):
            if self.process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", port + 1), 1).close()
                return True
            except OSError:
                time.sleep(0.05)
        self.end()
        return False

    def end(self):
        self.process.kill()
        self.process.wait()

    def run(self, tool, *arguments, data=None):
        done = subprocess.run(["tpm2_" + tool, *arguments], env=self.env, input=data,
                              cwd=self.folder.name, capture_output=True, timeout=60)
        assert done.returncode == 0, (tool, arguments, done.stderr.decode())
        return done.stdout

    def read(self, name):
        with open(os.path.join(self.folder.name, name), "rb") as file:
            return file.read()

    def new_key(self, kind, attributes):
        """A key under the primary one, at a handle that stays."""
        handle = "0x%x" % self.next_handle
        self.next_handle += 1
        self.run("create", "-C", "primary.ctx", "-G", kind, "-a", attributes,
                 "-u", "key.pub", "-r", "key.priv")
        self.run("flushcontext", "-t")
        self.run("load", "-C", "primary.ctx", "-u", "key.pub", "-r", "key.priv",
                 "-c", "key.ctx")
        self.run("evictcontrol", "-C", "o", "-c", "key.ctx", handle)
        self.run("flushcontext", "-t")
        return handle

    def public(self, handle, form):
        """The public area as "tpmt", "tss" (in a TPM2B), "der" or "pem"."""
        self.run("readpublic", "-c", handle, "-f", form, "-o", "public")
        return self.read("public")

    def send(self, code, handles, parameters):
        """The answer's parameters to a command that needs no more than empty passwords."""
        sessions = PASSWORD * len(handles)
        body = b"".join(struct.pack(">I", int(handle, 16)) for handle in handles) \
            + struct.pack(">I", len(sessions)) + sessions + parameters
        answer = self.run("send", data=struct.pack(
            ">HII", 0x8002, 10 + len(body), code) + body)
        _, _, result, size = struct.unpack(">HIII", answer[:14])
        assert result == 0, hex(result)
        return answer[14:14 + size]

    def signed(self, answer):
        """What was attested, and the signature's numbers."""
        info, rest = take(answer)
        scheme, = struct.unpack(">H", rest[:2])
        first, rest = take(rest[4:])
        second = take(rest)[0] if scheme == ECDSA else None
        return info, first, second

    def certify(self, key, attester, data):
        return self.signed(self.send(CERTIFY, (key, attester),
                                     sized(data) + struct.pack(">H", NULL)))

    def quote(self, attester, data):
        """Something else that the same key signs: no register at all."""
        return self.signed(self.send(QUOTE, (attester,), sized(data)
                                     + struct.pack(">HI", NULL, 0)))
