"""Cut from a style sheet the rules that no page can use.

The theme brings Bootstrap and its own styles for every kind of page; a book uses a tenth. A rule stays when
each class, id and element its selector asks for stands in a page or in a string of a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import tinycss2

_TAG = re.compile(r"<([a-z][\w-]*)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:class|id)=\"([^\"]*)\"")
_STRING = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`")
_MADE_UP = re.compile(r"\$\{[^}]*\}")
SHORTEST_PART = 3
"""Letters that a script must write of a name that it puts together."""


@dataclass(frozen=True)
class Used:
    """Names of classes, ids and elements that are there or may come.

    Attributes
    ----------
    names
        In full.
    parts
        Patterns of names that scripts put together, as ``bs-tooltip-auto`` from ``bs-`` and ``-auto``.
    """

    names: frozenset[str]
    parts: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Whether a name is there or may come."""
        return name in self.names or any(re.fullmatch(part, name) for part in self.parts)


def used_by(pages: Iterable[str], scripts: Iterable[str]) -> Used:
    """What pages and scripts name.

    Parameters
    ----------
    pages
        Texts of HTML pages: their elements, classes and ids.
    scripts
        Texts of JavaScript: every word in a string.
    """
    names: set[str] = set()
    parts: set[str] = set()
    for page in pages:
        names.update(tag.lower() for tag in set(_TAG.findall(page)))
        names.update(*(found.split() for found in set(_NAMED.findall(page))))
    for script in scripts:
        for text in (next(filter(None, found), "") for found in _STRING.findall(script)):
            for word in re.findall(r"[\w*-]+", _MADE_UP.sub("*", text)):
                whole = re.sub(r"^-|-$", "*-" if word[0] == "-" else "-*", word)
                if "*" not in whole:
                    names.add(word)
                elif len(whole.replace("*", "")) >= SHORTEST_PART:
                    parts.add(r"[\w-]*".join(map(re.escape, whole.split("*"))))
    return Used(frozenset(names), frozenset(parts))


def cut(css: str, used: Used) -> str:
    """A style sheet without the rules that ask for what is not used, and without comments but its licence.

    Parameters
    ----------
    css
        The style sheet.
    used
        From :func:`used_by`.
    """
    return "\n".join(_cut(tinycss2.parse_stylesheet(css, skip_whitespace=True), used))


def _cut(rules: Sequence[Any], used: Used) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [one for one in _selectors(rule.prelude) if all(map(used.has, _asked(one)))]
            if kept:
                selector = ",".join(tinycss2.serialize(one).strip() for one in kept)
                yield f"{selector}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if found := "".join(_cut(inside, used)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{found}}}"
        elif rule.type != "comment" or rule.value.startswith("!"):
            yield rule.serialize()


def _selectors(prelude: Sequence[Any]) -> Iterator[list[Any]]:
    one: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield one
            one = []
        else:
            one.append(token)
    yield one


def _asked(selector: Sequence[Any]) -> Iterator[str]:
    """Elements, classes and ids that one selector cannot do without; what is in brackets is not looked at."""
    before = ""
    for token in selector:
        if token.type == "hash" or (token.type == "ident" and before != ":"):
            yield token.value if token.type == "hash" or before == "." else token.lower_value
        before = token.value if token.type == "literal" else ""
