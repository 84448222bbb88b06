# SPDX-License-Identifier: Apache-2.0
"""cbor.py - writes CBOR. Members of a map stand as they are given, so whoever calls
says whether it is canonical."""


def head(major, argument):
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 24:
            return bytes([major << 5 | argument])
        if argument < 1 << 8 * size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise ValueError(argument)


class Raw(bytes):
    """Bytes that are CBOR already."""


def encode(value):
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(
            encode(name) + encode(item) for name, item in value.items())
    raise TypeError(value)


def ordered(value):
    """The same map in canonical order of its keys."""
    return dict(sorted(value.items(), key=lambda pair: (
        len(encode(pair[0])), encode(pair[0]))))
