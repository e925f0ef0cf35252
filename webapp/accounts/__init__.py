"""Who may see what: the door, the sessions, the gate, and the table of what a role sees."""
