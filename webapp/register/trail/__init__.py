"""What happened: every version of every record, every read and write as a chain."""
