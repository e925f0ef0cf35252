"""The command line, one file per kind of work; `webapp.cli` puts them together."""
