#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The screen is unplugged and plugged in again, on a page and in the middle of
a touch. The window stays where it was, hears of a key that is pulled while
nobody can see it, and nothing is shown or recorded that was not done."""
import ctypes
import time

import person

LOCKED = "Locked. Nothing is lost."


class Resources(ctypes.Structure):
    """XRRScreenResources."""
    _fields_ = [("timestamp", ctypes.c_ulong), ("config_timestamp", ctypes.c_ulong), ("ncrtc", ctypes.c_int),
                ("crtcs", ctypes.POINTER(ctypes.c_ulong)), ("noutput", ctypes.c_int), ("outputs", ctypes.POINTER(ctypes.c_ulong)),
                ("nmode", ctypes.c_int), ("modes", ctypes.c_void_p)]


class Crtc(ctypes.Structure):
    """XRRCrtcInfo."""
    _fields_ = [("timestamp", ctypes.c_ulong), ("x", ctypes.c_int), ("y", ctypes.c_int), ("width", ctypes.c_uint),
                ("height", ctypes.c_uint), ("mode", ctypes.c_ulong), ("rotation", ctypes.c_ushort), ("noutput", ctypes.c_int),
                ("outputs", ctypes.POINTER(ctypes.c_ulong))]


class Plug:
    """The cable of the display's only screen."""

    def __init__(self, display):
        self.x, self.rr = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXrandr.so.2")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.rr.XRRGetScreenResources.restype = ctypes.POINTER(Resources)
        self.rr.XRRGetCrtcInfo.restype = ctypes.POINTER(Crtc)
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(display.encode()))
        assert self.display, "no display"
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.resources = self.rr.XRRGetScreenResources(self.display, self.root)
        self.crtc = ctypes.c_ulong(self.resources.contents.crtcs[0])
        was = self.rr.XRRGetCrtcInfo(self.display, self.resources, self.crtc).contents
        assert was.mode and was.noutput == 1, "no screen to be unplugged"
        self.mode, self.output = was.mode, (ctypes.c_ulong * 1)(was.outputs[0])

    def configure(self, mode, outputs, n):
        status = self.rr.XRRSetCrtcConfig(self.display, self.resources, self.crtc, ctypes.c_ulong(0), 0, 0, ctypes.c_ulong(mode),
                                          ctypes.c_ushort(1), outputs, n)
        assert status == 0, f"RandR says {status}"
        now = self.rr.XRRGetCrtcInfo(self.display, self.resources, self.crtc).contents
        assert now.mode == mode
        time.sleep(0.5)

    def pull(self):
        self.configure(0, None, 0)

    def insert(self):
        self.configure(self.mode, self.output, 1)


def whole(me):
    """All of the page is on the screen."""
    for name in ("Stop and clear", "Speech on"):
        box = me.on.until(lambda: me.on.find(name, me.on.BUTTONS), name).get_component_iface().get_extents(me.on.atspi.CoordType.WINDOW)
        assert box.width > 0 and 0 <= box.x and box.x + box.width <= 1280 and 0 <= box.y and box.y + box.height <= 800, (name, box.x, box.y)


def on_a_page(me, plug):
    me.at("Welcome")
    plug.pull()
    me.at("Welcome")
    plug.insert()
    person.lost_key(me)
    person.sign_in(me, "ada")
    person.find(me, "Sam Fox", "Sam")
    plug.pull()
    me.at("Sam Fox")
    me.pull("ada")
    me.at(LOCKED)  # also where nobody sees it
    plug.insert()
    me.at(LOCKED)
    me.see_not("Sam Fox")
    whole(me)
    me.press("Sign in")
    person.sign_in(me, "ada")


def with_a_touch(me, plug):
    person.find(me, "Sam Fox", "Sam")
    person.open_case(me)
    person.prove(me)
    person.submit(me)
    person.hand_over(me, "ada")
    person.new_key(me, "sam-new")
    me.on.softkey("sam-new", "touch never")
    me.press("Confirm and register key")
    me.at("Touch 1 of 2")
    plug.pull()
    me.at("Touch 1 of 2")
    plug.insert()
    whole(me)
    me.on.softkey("sam-new", "touch now")
    me.at("Touch 2 of 2")
    plug.pull()
    me.on.softkey("sam-new", "touch now")
    me.at("Your new key is ready, but not active yet")
    plug.insert()
    me.at("Your new key is ready, but not active yet")
    whole(me)
    assert len(person.recorded(me.on.place, "case.made")) == 1


def main():
    with person.station() as place:
        with person.window(place) as on:
            me = person.Person(on)
            plug = Plug(on.display.env["DISPLAY"])
            for step in (on_a_page, with_a_touch):
                print(step.__name__, flush=True)
                step(me, plug)
        person.bundle_of(place)


if __name__ == "__main__":
    main()
