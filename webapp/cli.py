"""``welfaremap``: the same work from the terminal."""

from __future__ import annotations

import click

from webapp.terminal.accounts import invite, token
from webapp.terminal.audit import audit
from webapp.terminal.backups import backup, backup_key, migrate, restore
from webapp.terminal.country import study_country
from webapp.terminal.doctor import doctor
from webapp.terminal.duplicates import keep_two_apart, list_duplicates, merge_two
from webapp.terminal.ending import Terminal
from webapp.terminal.forgetting import erase, retain
from webapp.terminal.hall import hall
from webapp.terminal.imports import import_file
from webapp.terminal.keys import key
from webapp.terminal.maps import draw_map
from webapp.terminal.questions import suggest, uncovered
from webapp.terminal.serving import demo, init, serve
from webapp.terminal.speech import word
from webapp.terminal.undoings import list_imports, undo_import
from webapp.terminal.visits import visits
from webapp.wording import LANGUAGES


@click.group(cls=Terminal, help=word("about"))
@click.option("--lang", type=click.Choice(LANGUAGES), default=None, help=word("lang"))
@click.version_option(package_name="welfaremap")
def main(lang: str | None) -> None:
    """Put the commands together; ``lang`` is read by `webapp.terminal.speech`."""
    del lang


for _command in (list_imports, undo_import, list_duplicates, merge_two, keep_two_apart):
    main.add_command(_command)

for _command in (demo, init, import_file, suggest, uncovered, draw_map, serve, hall, doctor, audit):
    main.add_command(_command)

for _command in (backup, backup_key, restore, migrate, retain, erase):
    main.add_command(_command)

for _command in (invite, token):
    main.add_command(_command)

main.add_command(study_country)
main.add_command(key)
main.add_command(visits)

if __name__ == "__main__":
    main()
