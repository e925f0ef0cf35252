"""The map that a workshop draws: its strokes, their journal, what the board shows after each.

The journal is the truth; a board is its entries, one after the other. Nothing is drawn
before it is on the disk.
"""
