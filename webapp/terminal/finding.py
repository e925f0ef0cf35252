"""One thing that the doctor looked at: fine, doubtful or bad."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.terminal.speech import language
from webapp.wording import say


@dataclass(frozen=True)
class Finding:
    """What was seen, in words. ``doubtful``: it works, and somebody should see to it."""

    what: str
    fine: bool
    doubtful: bool = False

    @property
    def sign(self) -> str:
        """The entry of the wording that says it."""
        return "bad" if not self.fine else "doubtful" if self.doubtful else "fine"


def say_finding(key: str, **facts: object) -> str:
    """The words of a finding."""
    return say(f"terminal.doctor_{key}", language(), **facts)
