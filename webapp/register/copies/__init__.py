"""Copies of the register: one encrypted file, put back elsewhere, compared row by row."""
