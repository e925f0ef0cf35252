"""A proof of the trail in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from webapp.register.trail.verify import Proof
from webapp.wording import Language, say


def proof_sentences(proof: Proof, lang: Language) -> Iterator[str]:
    """What was found, what is still proven, and what cannot be."""
    if proof.whole:
        yield say("trail.whole", lang, events=proof.events)
    else:
        yield say("trail.broken", lang, count=proof.fault_count)
        if proof.first_at_fault is not None:
            yield say("trail.first_fault", lang, sequence=proof.first_at_fault)
        for fault in proof.faults:
            yield say(f"trail.fault_{fault.code}", lang, sequence=fault.sequence, until=fault.until)
        key = "trail.proven" if proof.proven_to else "trail.proven_none"
        yield say(key, lang, last=proof.proven_to)
    if proof.held_to:
        yield say("trail.held", lang, last=proof.held_to, count=proof.anchors)
    elif proof.events:
        yield say("trail.held_none", lang)
