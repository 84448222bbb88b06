# SPDX-License-Identifier: Apache-2.0
"""fidotool metadata fetch, against servers on this machine alone: HTTPS and
nothing else, certificates checked, lengths bounded, and what came is judged."""
import http.server
import os
import ssl
import tempfile
import threading
import datetime

from cryptography.hazmat.primitives import serialization

import blobs
from blobs import Service, check, certify, new_key, payload


class Handler(http.server.BaseHTTPRequestHandler):
    pages = {}  # path: (code, headers, body)
    asked = []

    def do_GET(self):
        Handler.asked.append((self.path, self.headers.get("User-Agent", "")))
        code, headers, body = Handler.pages.get(self.path, (404, {}, b"not here"))
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for part in body if not isinstance(body, bytes) else [body]:
                self.wfile.write(part)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass

    def log_message(self, *arguments):
        pass


class Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # a client that refuses is what is tested


class Server:
    def __init__(self, folder=None, names=("127.0.0.1",), **certificate):
        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        scheme = "http"
        if folder:
            scheme = "https"
            key = new_key()
            root = certify("server %d" % self.port, key, names=names, **certificate)
            self.ca = blobs.write(folder, "ca-%d.pem" % self.port, blobs.pem(root))
            own = blobs.write(folder, "key-%d.pem" % self.port, blobs.pem(root) + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(own)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.url = "%s://127.0.0.1:%d/" % (scheme, self.port)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def endless():
    for _ in range(80 * 16):
        yield b"A" * 65536


def main():
    service = Service()
    begin, end = datetime.datetime.utcnow() - blobs.DAY, datetime.datetime.utcnow() + 30 * blobs.DAY
    with tempfile.TemporaryDirectory() as folder:
        server, plain = Server(folder, begin=begin, end=end), Server()
        root = blobs.write(folder, "root.pem", blobs.pem(service.root))
        Handler.pages = {
            "/blob": (200, {}, service.blob(payload(no=5))), "/older": (200, {}, service.blob(payload(no=4))),
            "/moved": (302, {"Location": server.url + "blob"}, b""), "/down": (302, {"Location": plain.url + "blob"}, b""),
            "/round": (302, {"Location": server.url + "round"}, b""), "/file": (302, {"Location": "file://" + root}, b""),
            "/junk": (200, {}, b"<html>sign in</html>"), "/empty": (200, {}, b""), "/broken": (500, {}, b"x"),
            "/long": (200, {"Content-Length": str(80 * 1024 * 1024)}, b"x"), "/endless": (200, {}, endless()),
            "/short": (200, {"Content-Length": "100"}, b"x"),
        }
        store = os.path.join(folder, "store")

        def fetch(url, *more, ca=server.ca):
            trust = ["--ca", ca] if ca else []
            code, envelope = blobs.run_json(["metadata", "fetch", "--url", url, "--root", root, "--signer", blobs.SIGNER, "--at", blobs.AT,
                                             *trust, *more], store)
            return code, envelope.get("error", {}).get("text", "")

        for what, url, exit_code, words in (
                ("plain http", plain.url + "blob", 2, "only https"), ("ftp", "ftp://127.0.0.1/", 2, "only https"), ("a file", "file://" + root, 2, "only https"),
                ("not there", server.url + "nothing", 1, "404"), ("the server fails", server.url + "broken", 1, "500"),
                ("down to http", server.url + "down", 1, ""), ("on to a file", server.url + "file", 1, ""), ("round and round", server.url + "round", 1, ""),
                ("nothing came", server.url + "empty", 1, "nothing"), ("announced too long", server.url + "long", 1, ""),
                ("too long without a word", server.url + "endless", 1, "more than"), ("cut off", server.url + "short", 1, ""),
                ("a page of words", server.url + "junk", 19, "metadata/M1"), ("nobody there", "https://127.0.0.1:1/", 1, "")):
            code, text = fetch(url)
            check(code == exit_code and words in text, "%s: %d, %s" % (what, code, text))
            check(not os.path.exists(os.path.join(store, "state.json")), what + ": something was kept")
        check(not any(path == "/blob" for path, _ in Handler.asked), "what is refused is not asked for")
        code, text = fetch(server.url + "blob", ca=None)
        check(code == 1 and "certificate" in text, "a server that the system does not know: %d, %s" % (code, text))
        stranger = Server(folder, begin=begin, end=end)
        check(fetch(stranger.url + "blob")[0] == 1, "another server's certificate")
        other = Server(folder, names=("127.0.0.2",), begin=begin, end=end)
        check(fetch(other.url + "blob", ca=other.ca)[0] == 1, "a certificate for another name")
        late = Server(folder, begin=begin - 9 * blobs.DAY, end=begin)
        check(fetch(late.url + "blob", ca=late.ca)[0] == 1, "a certificate that has ended")
        code, text = fetch(server.url + "moved")
        check(code == 0, "over https, once moved: %d, %s" % (code, text))
        agent = [agent for path, agent in Handler.asked if path == "/blob"][-1]
        check(agent.startswith("keyturn/"), "it says who it is: %s" % agent)
        check(blobs.run_json(["metadata", "status", "--at", blobs.AT], store)[1]["result"]["no"] == 5, "it is there")
        code, text = fetch(server.url + "older")
        check(code == 20 and "metadata/M8" in text, "an older one is refused: %d" % code)
        check(blobs.fidotool(["metadata", "fetch", server.url], store).returncode == 2, "no argument is taken")
    blobs.finish()


main()
