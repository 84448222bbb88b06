# SPDX-License-Identifier: Apache-2.0
"""chains.py - packed registrations whose chains are looked up in revocation lists, or cost
more than is spent. Other chains are made in C."""
from . import der, keys, packed
from .certificates import AT, DAY, Issuer, extension, revocations
from .registration import Case

LEAF, MIDDLE = 77, 88
KEY_COMPROMISE, SUPERSEDED = 1, 4


def lists(case, middle):
    """Revocation lists as the fault describes them: pairs of who and what."""
    issuers = {"root": case.root, "middle": middle}
    return [revocations(issuers[who], **what) for who, what in case.take("lists", ())]


def make_listed(**faults):
    case = Case(faults)
    middle = Issuer("Forged CA", under=case.root, serial=MIDDLE,
                    usage=case.take("usage", None))
    statement = packed.statement(case, issuer=middle, leaf_serial=LEAF,
                                 more=[middle.der])
    case.faults["crls"] = lists(case, middle)
    return case.request("packed", statement)


def make_dear(place=1, **faults):
    """Six keys on P-384, and the right root at this place among roots of its name."""
    case = Case(faults)
    root = Issuer("Dear Root", "P-384")
    chain = [root]
    for i in range(4):
        chain.append(Issuer("Dear CA %d" % i, "P-384", under=chain[-1]))
    others = [Issuer("Dear Root", key=keys.named("other %d" % i, "P-384"))
              for i in range(place - 1)]
    case.anchors = [issuer.der for issuer in others + [root]]
    return case.request("packed", packed.statement(
        case, kind="P-384", issuer=chain[-1],
        more=[issuer.der for issuer in reversed(chain[1:])]))


def make(dear=None, **faults):
    return make_dear(dear, **faults) if dear else make_listed(**faults)


def row(failed, what, *named, **more):
    wanted = {"trust": "untrusted", "statement": "valid", "reason": "revoked",
              "revocation": "revoked"} if failed else {"trust": "anchored"}
    wanted.update(more.pop("wanted", {}))
    return failed, what, {"lists": named, **more}, wanted


def said(word):
    return {"wanted": {"revocation": word}}


R21 = "registration/R21"
ROOT, CA = ("root", {}), ("middle", {})


def leaf(**more):
    """The list of who issued the leaf, with the leaf in it."""
    return "middle", {"serials_at": [(LEAF, more.pop("date", AT - 1))], **more}


# What must be found wrong, by check; the faults; anything else expected.
ROWS = [
    row(None, "no list", **said("not-checked")),
    row(None, "lists of both issuers", ROOT, CA, **said("good")),
    row(None, "the leaf's issuer's alone", CA, **said("partly-checked")),
    row(None, "a list of somebody else", ("middle", {"serials_at": [(LEAF + 1, AT - 1)]}),
        ROOT, **said("good")),
    row(None, "revoked a second later", leaf(date=AT + 1), ROOT, **said("good")),
    row(None, "superseded later", leaf(date=AT + 1, reason=SUPERSEDED), ROOT,
        **said("good")),
    row(None, "out of date", ("middle", {"next_update": AT}), ROOT,
        **said("partly-checked")),
    row(None, "to the last second", ("middle", {"next_update": AT + 1}), ROOT,
        **said("good")),
    row(None, "a list without an end", ("middle", {"next_update": None}), ROOT,
        **said("partly-checked")),
    row(None, "a later list, the leaf still valid",
        ("middle", {"this_update": AT + 500 * DAY, "next_update": AT + 501 * DAY}), ROOT,
        **said("good")),
    row(None, "a later list, the leaf expired by then",
        ("middle", {"this_update": AT + 1500 * DAY, "next_update": AT + 1501 * DAY}), ROOT,
        **said("partly-checked")),
    row(None, "signed by somebody else", leaf(key=keys.named("liar")), ROOT,
        **said("partly-checked")),
    row(None, "signed over SHA-1", leaf(digest="sha1"), ROOT, **said("partly-checked")),
    row(None, "of some certificates only",
        ("middle", {"extensions": [extension("2.5.29.28", der.seq(), True)]}), ROOT,
        **said("partly-checked")),
    row(None, "by an issuer that may not", CA, ROOT, usage=b"\x04",
        **said("partly-checked")),
    row(None, "by an issuer that may", CA, ROOT, usage=b"\x06", **said("good")),
    row(R21, "the leaf is revoked", leaf(), ROOT),
    row(R21, "the leaf is revoked, in a list that is out of date", leaf(next_update=AT)),
    row(R21, "the leaf is revoked in the second list", CA, leaf()),
    row(R21, "its key was compromised, noticed later",
        leaf(date=AT + DAY, reason=KEY_COMPROMISE)),
    row(R21, "the intermediate is revoked",
        ("root", {"serials_at": [(MIDDLE, AT - DAY)]}), CA),
    (None, "dear, the first root", {"dear": 1}, {"trust": "anchored"}),
    (None, "dear, the second root", {"dear": 2}, {"trust": "anchored"}),
    (R21, "dear, the third root", {"dear": 3},
     {"trust": "untrusted", "statement": "valid"}),
]
