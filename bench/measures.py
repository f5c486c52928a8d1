"""What a bench gives back: measures, each beside what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Measure", "over_budget", "report"]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing measured."""

    name: str
    """In words, with its unit."""
    value: float | None
    """None when there is nothing to measure."""
    budget: float | None = None
    """The most it may be; None for what is only told."""
    digits: int = 0
    """Decimals to print."""
    beside: float | None = None
    """The same of what it is compared with, where there is such a thing."""

    def written(self, value: float | None) -> str:
        """A value of this measure, as printed."""
        return "–" if value is None else f"{value:,.{self.digits}f}"


def over_budget(measures: Iterable[Measure]) -> list[str]:
    """What takes more than it may, one sentence each."""
    return [
        f"{m.name}: {m.written(m.value)}, where {m.written(m.budget)} is allowed."
        for m in measures
        if m.value is not None and m.budget is not None and m.value > m.budget
    ]


def report(title: str, measures: Iterable[Measure], *, beside: str = "") -> str:
    """Print measures and budgets in columns.

    Parameters
    ----------
    title
        What was measured.
    measures
        One a line.
    beside
        Name of what it is compared with; empty when nothing is.
    """
    measures = list(measures)
    width = max(len(title), *(len(m.name) for m in measures)) + 2
    lines = [f"{title:<{width}}{'measured':>10}{'budget':>10}{beside:>10}"]
    for m in measures:
        budget = "" if m.budget is None else m.written(m.budget)
        other = m.written(m.beside) if beside else ""
        lines.append(f"{m.name:<{width}}{m.written(m.value):>10}{budget:>10}{other:>10}")
    return "\n".join(line.rstrip() for line in lines)
