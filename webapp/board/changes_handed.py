"""What changed between two maps, cut to what may be handed to somebody on paper."""

from __future__ import annotations

from dataclasses import dataclass, replace

from webapp.board.changes import Changes, Key, find_changes, key_of
from webapp.board.handing import Handed, hand_board
from webapp.board.items import Item
from webapp.board.leaving import Audience
from webapp.board.state import Board
from webapp.register.house import Register


@dataclass(frozen=True)
class HandedChanges:
    """The changes, and both maps as they may go."""

    changes: Changes
    before: Handed
    after: Handed


def hand_changes(
    register: Register, before: Board, after: Board, audience: Audience
) -> HandedChanges:
    """What changed, as it may go; both maps are the caller's own and are cut.

    Who may not be told of on one of the maps is on neither.
    """
    changes = find_changes(before, after)
    keys = {id(one): key_of(one) for board in (before, after) for one in board.items.values()}
    ends = {
        id(one): _ends(board, one) for board in (before, after) for one in board.of_kind("link")
    }
    shown = [one for board in (before, after) for one in board.shown()]
    handed = [hand_board(register, board, audience) for board in (before, after)]
    hidden = {keys[id(one)] for one in shown if not one.live}

    def goes(item: Item) -> bool:
        told = {keys[id(item)], *ends.get(id(item), ())}
        return item.live and not told & hidden

    return HandedChanges(
        replace(
            changes,
            left=[one for one in changes.left if goes(one.item)],
            altered=[one for one in changes.altered if goes(one.before) and goes(one.after)],
            **{
                name: [one for one in getattr(changes, name) if goes(one)]
                for name in ("came", "lost", "gained", "bare", "reached")
            },
        ),
        *handed,
    )


def _ends(board: Board, line: Item) -> tuple[Key, ...]:
    return tuple(key_of(board.items[str(line.values[end])]) for end in ("watcher", "watched"))
