# SPDX-License-Identifier: Apache-2.0
"""opinions.py - what another tool says of registrations beside what we say. Where they differ,
the reason why we do stands in a table, or the test fails; so it does where a reason is no
longer needed."""
from judges import check


class Opinions:
    """One tool's. reasons: by format and words, or failed check, or "good" for what is right."""

    def __init__(self, tool, reasons):
        self.tool, self.reasons = tool, reasons
        self.used, self.accepted, self.refused, self.otherwise = set(), 0, 0, 0

    def hear(self, fmt, failed, words, theirs, ours, why=""):
        """failed: the checks, by space, of which one or more explain our refusal."""
        if theirs == ours:
            self.accepted += ours
            self.refused += not ours
            return
        names = (words,) + tuple((not ours and failed or "good").split())
        reason = next(((fmt, name) for name in names if (fmt, name) in self.reasons), None)
        check(reason, "%s on %s: %s: %s: we say %s; %s" % (
            self.tool, fmt, failed or "good", words, "right" if ours else "wrong", why))
        self.used.add(reason)
        self.otherwise += 1

    def end(self):
        for reason in sorted(set(self.reasons) - self.used):
            check(False, "%s: %s is not needed" % (self.tool, reason))
        check(self.accepted, self.tool + " accepts nothing that we do")
        check(self.refused, self.tool + " refuses nothing that we do")
        print("%s: %d accepted as by us, %d refused, %d otherwise and why" % (
            self.tool, self.accepted, self.refused, self.otherwise))
