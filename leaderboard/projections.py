"""The boards of a round as they are watched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from contest.access import visible_round
from contest.errors import BoardHidden
from contest.models import Round
from contest.visibility import is_frozen
from leaderboard.access import board_division, board_unit
from leaderboard.boards import PAGE, Page, people_board, units_board
from leaderboard.feed import KEPT_ONCE_S, KEPT_S
from leaderboard.finals import final_table

BOARDS = {"people": people_board, "units": units_board}


@dataclass(frozen=True, slots=True)
class BoardProjection:
    """A page of a round's board of ``people`` or ``units``.

    ``unit`` is the code of a unit to whose subtree the board is limited, "" for all;
    ``division`` that of a division, "" for the first one of people and for all of units. Who
    may look at it is asked before, with ``leaderboard.access``.
    """

    round_id: int
    by: str
    offset: int = 0
    limit: int = PAGE
    unit: str = ""
    division: str = ""
    # The round's ``board_shown`` under which somebody was let in: once boards are shown to
    # others, nobody renews this text any more. "" where nobody stays.
    shown: str = ""

    @property
    def key(self) -> str:
        part = f"{self.offset}:{self.limit}:{self.unit}:{self.division}:{self.shown}"
        return f"board:{self.round_id}:{self.by}:{part}"

    @property
    def kept_s(self) -> int:
        """Only first pages are watched; of the others there may be as many as somebody asks."""
        return KEPT_S if self.offset == 0 and not self.unit else KEPT_ONCE_S

    def body(self) -> dict[str, Any]:
        """The board now, without version. Raises ``NotFound`` for what nobody may see, and
        ``BoardHidden`` when boards are shown to others than when it was let in to."""
        round, now = visible_round(self.round_id), timezone.now()
        if self.shown and self.shown != round.board_shown:
            raise BoardHidden
        division = board_division(round, self.division, self.by)
        page = Page(self.offset, self.limit, board_unit(self.unit), division)
        return {
            "type": "board",
            "round": round.pk,
            "division": division.code if division else "",
            **_standing(round, now),
            **BOARDS[self.by](round, now, page),
        }


def _standing(round: Round, now: datetime) -> dict[str, Any]:
    """Whether the board is provisional, stands still, or is the final table of a number."""
    table = final_table(round, now)
    frozen = round.frozen_at if is_frozen(round.visibility, now) else None
    return {
        "provisional": table is None,
        "frozen_at": frozen.isoformat() if frozen else None,
        "result": table.number if table else None,
    }
