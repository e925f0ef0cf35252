"""The consultant's work: what follows from a call until the visit is done and counted."""
