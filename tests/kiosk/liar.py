# SPDX-License-Identifier: Apache-2.0
"""A recoveryd that lies: listens on a socket like the real one, speaks D-Bus by
hand, and answers what it likes. It can pass calls on to the real one and change
an answer on its way back.

What it does with a call is a function (method, request) -> one of
    a value        sent as JSON
    a str          sent as it stands
    Error(...)     a D-Bus error
    NEVER          no answer
    CLOSE          the connection ends
    Raw(bytes)     these bytes in place of a message"""
import json
import os
import socket
import struct
import threading

NEVER, CLOSE = object(), object()
GUID = "0123456789abcdef0123456789abcdef"


class Error:
    def __init__(self, name="org.keyturn.Recovery1.Error.Failed", words="no"):
        self.name, self.words = name, words


class Raw:
    def __init__(self, data):
        self.data = data


class Instead:
    """What is said in place of passing a call on."""

    def __init__(self, answer):
        self.answer = answer


class Typed:
    """An answer of another D-Bus type than a string."""

    def __init__(self, signature, body):
        self.signature, self.body = signature, body


def pad(data, to):
    return data + bytes(-len(data) % to)


def text(value):
    data = value.encode("utf-8", "surrogateescape")
    return struct.pack("<I", len(data)) + data + b"\0"


def message(kind, serial, fields, body):
    """fields: [(code, signature, bytes)]"""
    array = b""
    for code, signature, value in fields:
        array = pad(array, 8)
        array += bytes([code, len(signature)]) + signature.encode() + b"\0"
        if signature in ("s", "o", "u"):
            array = pad(array, 4)
        array += value
    head = struct.pack("<BBBBIII", ord("l"), kind, 1, 1, len(body), serial, len(array)) + array
    return pad(head, 8) + body


def answer_bytes(serial, reply_to, answer):
    reply = (5, "u", struct.pack("<I", reply_to))
    if isinstance(answer, Error):
        return message(3, serial, [(4, "s", text(answer.name)), reply, (8, "g", b"\1s\0")], text(answer.words))
    if isinstance(answer, Typed):
        signature = bytes([len(answer.signature)]) + answer.signature.encode() + b"\0"
        return message(2, serial, [reply, (8, "g", signature)] if answer.signature else [reply], answer.body)
    words = answer if isinstance(answer, str) else json.dumps(answer)
    return message(2, serial, [reply, (8, "g", b"\1s\0")], text(words))


class Liar:
    """With no function it says nothing at all, not even who it is."""

    def __init__(self, path, answer=None, greeting=True):
        self.path, self.answer, self.greeting = path, answer, greeting
        self.heard = []  # (method, request)
        self.connections = []
        self.lock = threading.Lock()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        self.socket.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(one)
            threading.Thread(target=self.serve, args=(one,), daemon=True).start()

    def serve(self, one):
        try:
            self.talk(one)
        except (OSError, EOFError, struct.error):
            pass
        finally:
            one.close()

    def talk(self, one):
        if self.greeting is not True:
            if isinstance(self.greeting, bytes):
                one.sendall(self.greeting)
            if self.greeting is CLOSE:
                return
            while one.recv(4096):
                pass
            return
        stream = one.makefile("rb")
        self.authenticate(one, stream)
        serial = 0
        while True:
            sent, method, request = self.read_call(stream)
            self.heard.append((method, request))
            answer = self.answer(method, request)
            if answer is CLOSE:
                return
            serial += 1
            if isinstance(answer, Raw):
                one.sendall(answer.data)
            elif answer is not NEVER:
                one.sendall(answer_bytes(serial, sent, answer))

    @staticmethod
    def authenticate(one, stream):
        while True:
            line = stream.readline()
            if not line:
                raise EOFError
            line = line.lstrip(b"\0").strip()
            if line.startswith(b"AUTH EXTERNAL"):
                one.sendall(f"OK {GUID}\r\n".encode())
            elif line.startswith(b"AUTH"):
                one.sendall(b"REJECTED EXTERNAL\r\n")
            elif line == b"NEGOTIATE_UNIX_FD":
                one.sendall(b"ERROR\r\n")
            elif line == b"BEGIN":
                return

    @staticmethod
    def read_call(stream):
        def exactly(n):
            data = stream.read(n)
            if len(data) != n:
                raise EOFError
            return data

        head = exactly(16)
        order = "<" if head[:1] == b"l" else ">"
        body_len, serial, fields_len = struct.unpack(order + "III", head[4:])
        fields = exactly(fields_len)
        exactly(-(16 + fields_len) % 8)
        body = exactly(body_len)
        method = next((name for name in ("Propose", "Submit", "Query", "Export") if f"{name}\0".encode() in fields), "?")
        if body_len < 4:
            return serial, method, {}
        length = struct.unpack(order + "I", body[:4])[0]
        return serial, method, json.loads(body[4:4 + length])

    def shout(self, data):
        """Bytes to everybody who is there."""
        for one in self.connections:
            try:
                one.sendall(data)
            except OSError:
                pass

    def drop(self):
        for one in self.connections:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.connections.clear()

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
        self.drop()
        os.unlink(self.path)


class Between:
    """In front of the real one: each connection of the kiosk is one of its own
    there, with the roles that were activated on it. change is called with
    (method, request, answer) and returns what is said instead."""

    def __init__(self, path, real):
        import station_line
        self.real, self.new_line = real, station_line.Line
        self.lines = threading.local()
        self.change = None
        self.said = {}  # the last true answer to each act or question
        self.forward = lambda method, request: request
        self.liar = Liar(path, self.answer)

    def answer(self, method, request):
        from gi.repository import GLib
        if not hasattr(self.lines, "line"):
            self.lines.line = self.new_line(self.real)  # one thread is one connection
        asked = self.forward(method, request)
        if isinstance(asked, Instead):
            return asked.answer
        try:
            answer = self.lines.line.call(method, asked)
        except GLib.Error as error:
            answer = Error(words=error.message)
        self.said[request.get("act", request.get("what"))] = answer
        return answer if self.change is None else self.change(method, request, answer)

    def close(self):
        self.liar.close()
