# SPDX-License-Identifier: Apache-2.0
"""recoveryd's own language, spoken by hand: for programs that do not mean well.
One line is one connection, with the roles that were activated on it."""
import json

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

OBJECT_PATH = "/org/keyturn/Recovery1"
INTERFACE = "org.keyturn.Recovery1"


class Line:
    def __init__(self, path):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            f"unix:path={path}", Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT, None, None)

    def call(self, method, request):
        answer = self.bus.call_sync(None, OBJECT_PATH, INTERFACE, method, GLib.Variant("(s)", (json.dumps(request),)),
                                    GLib.VariantType("(s)"), Gio.DBusCallFlags.NONE, 60000, None)
        return json.loads(answer.unpack()[0])

    def propose(self, act, **fields):
        return self.call("Propose", dict(fields, act=act))

    def submit(self, **request):
        return self.call("Submit", request)

    def query(self, what, **fields):
        return self.call("Query", dict(fields, what=what))

    def close(self):
        self.bus.close_sync(None)
