"""Studies of a planner: what is asked, of which ground, and what comes of it."""
