"""How the tables came to be, step by step; each step is a file in ``versions``."""
