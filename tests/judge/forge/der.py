# SPDX-License-Identifier: Apache-2.0
"""der.py - writes DER, one function a type."""


def tlv(tag, body):
    """tag is the identifier's byte, or all its bytes."""
    tag = bytes([tag]) if isinstance(tag, int) else tag
    if len(body) < 128:
        return tag + bytes([len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return tag + bytes([0x80 | size]) + len(body).to_bytes(size, "big") + body


def seq(*items):
    return tlv(0x30, b"".join(items))


def set_of(*items):
    return tlv(0x31, b"".join(sorted(items)))


def integer(value, tag=0x02):
    size = max(1, (value.bit_length() + 8) // 8)
    return tlv(tag, value.to_bytes(size, "big", signed=True))


def enumerated(value):
    return integer(value, 0x0a)


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\x00")


def null():
    return tlv(0x05, b"")


def octets(body):
    return tlv(0x04, body)


def bits(body, unused=0):
    return tlv(0x03, bytes([unused]) + body)


def utf8(text):
    return tlv(0x0c, text.encode())


def printable(text):
    return tlv(0x13, text.encode())


def context(number, body, constructed=True):
    """[number], also beyond 30 as Android counts its tags."""
    first = 0x80 | (0x20 if constructed else 0)
    if number < 31:
        return tlv(first | number, body)
    tail = [number & 0x7f]
    while number >= 128:
        number >>= 7
        tail.insert(0, 0x80 | (number & 0x7f))
    return tlv(bytes([first | 31] + tail), body)


def oid(text):
    numbers = [int(part) for part in text.split(".")]
    out = bytearray()
    for number in [40 * numbers[0] + numbers[1]] + numbers[2:]:
        part = [number & 0x7f]
        while number >= 128:
            number >>= 7
            part.insert(0, 0x80 | (number & 0x7f))
        out += bytes(part)
    return tlv(0x06, bytes(out))


def time(seconds):
    """UTCTime or GeneralizedTime of seconds since 1970, as RFC 5280 divides them."""
    import datetime
    moment = datetime.datetime.utcfromtimestamp(seconds)
    if 1950 <= moment.year < 2050:
        return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())
