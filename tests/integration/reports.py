# SPDX-License-Identifier: Apache-2.0
"""A sanitizer's report fails the test, whatever became of the program's exit code: keyhelper and
recoveryd have clients that only see them go."""

import re

REPORT = re.compile(r"(Address|Leak|UndefinedBehavior)Sanitizer|runtime error: ")


def check(text):
    """text, what a program and its children said on standard error."""
    if isinstance(text, bytes):
        text = text.decode(errors="replace")
    if REPORT.search(text):
        raise AssertionError(text)
    return text
