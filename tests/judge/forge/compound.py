# SPDX-License-Identifier: Apache-2.0
"""compound.py - several statements over one registration."""
from . import packed
from .certificates import Issuer
from .registration import Case


def part(fmt, statement):
    return {"fmt": fmt, "attStmt": statement}


DEAR = Issuer("Dear", "P-384")
# What one part may be: the format and its statement.
PARTS = {
    "full": lambda case: part("packed", packed.statement(case)),
    "self": lambda case: part("packed", packed.statement(case, own=True)),
    "none": lambda case: part("none", {}),
    "wrong": lambda case: part("packed", packed.statement(case, signed=b"other")),
    "stranger": lambda case: part("packed", packed.statement(
        case, issuer=Issuer("Stranger"))),
    "serial": lambda case: part("packed", packed.statement(case, serial=b"1234")),
    "dear": lambda case: part("packed", packed.statement(
        case, kind="P-384", more=[DEAR.der] * 4, issuer=DEAR)),
    "unknown": lambda case: part("unknown", {}),
    "compound": lambda case: part("compound", [part("none", {}), part("none", {})]),
    "retired": lambda case: part("android-safetynet", {"ver": "1", "response": b"a.b.c"}),
    "bare": lambda case: {"fmt": "none"},
    "three": lambda case: {"attStmt": {}, "fmt": "none", "more": 1},
    "text": lambda case: "none",
    "number": lambda case: part(1, {}),
}


def make(parts=("full", "full"), **faults):
    case = Case(faults)
    return case.request("compound", [PARTS[name](case) for name in parts])


def row(failed, what, parts, compound=None, **wanted):
    faults = {"parts": parts}
    if compound is not None:
        faults["options"] = {"compound": compound}
    return failed, what, faults, wanted


# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    row(None, "two chains", ("full", "full"), trust="anchored", type="basic"),
    row(None, "all, by name", ("full", "full"), "all", trust="anchored"),
    row(None, "eight", ("full",) * 8, trust="anchored"),
    row(None, "any, the first", ("full", "wrong"), "any", trust="anchored"),
    row(None, "any, the last", ("wrong", "full"), "any", trust="anchored"),
    row(None, "any, beside self", ("self", "full"), "any", trust="anchored", type="basic"),
    row(None, "two of three", ("full", "wrong", "full"), 2, trust="anchored"),
    row(None, "any, beside an unknown format", ("unknown", "full"), "any"),
    row(None, "any, beside a retired one", ("retired", "full"), "any"),
    row("registration/R21", "all, one is self", ("full", "self"),
        statement="valid", trust="untrusted"),
    row("registration/R21", "self and none", ("self", "none"),
        statement="valid", trust="untrusted"),
    row("registration/R21", "all, one of a stranger", ("full", "stranger"),
        statement="valid", trust="untrusted"),
    row("packed/P9", "a serial that nobody asked for", ("full", "serial"),
        statement="valid", trust="anchored"),
    row("compound/C1", "one", ("full",)),
    row("compound/C1", "none at all", ()),
    row("compound/C1", "nine", ("none",) * 9),
    row("compound/C1", "one without statement", ("full", "bare")),
    row("compound/C1", "one with a third member", ("full", "three")),
    row("compound/C1", "one that is a text", ("full", "text")),
    row("compound/C1", "a format that is a number", ("full", "number")),
    ("compound/C1", "a map", {"statement": lambda whole: {}}),
    row("compound/C2", "compound inside", ("full", "compound")),
    row("compound/C2", "compound inside, any", ("full", "compound"), "any"),
    row("compound/C3 registration/R21", "one wrong", ("full", "wrong")),
    row("compound/C3 registration/R21", "an unknown format", ("full", "unknown")),
    row("compound/C3 registration/R21", "a retired one", ("full", "retired")),
    row("compound/C3 registration/R21", "any, all wrong", ("wrong", "wrong"), "any"),
    row("compound/C3 registration/R21", "two of three", ("full", "wrong", "wrong"), 2),
    row("compound/C3 registration/R21", "more than there are", ("full", "full"), 3),
    row("compound/C3 registration/R21", "two that would cost too much", ("dear", "dear")),
    ("compound/C3", "one wrong, nobody to vouch",
     {"parts": ("full", "wrong"), "anchored": False}),
]
