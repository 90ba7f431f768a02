"""What an organiser types: a contest, a round, its lines and prizes. Shape only.

Times are read and shown in Vietnam's time, whatever zone the server runs in.
"""

from contest.forms.about import ContestForm
from contest.forms.fields import VietnamDateTimeField
from contest.forms.problems import Problem, problems, problems_of
from contest.forms.ranking import FAMILIES, rearranged, unchecked
from contest.forms.round import RoundForm
from contest.forms.rows import LineForm, LineFormSet, PrizeForm, PrizeFormSet
from contest.forms.values import (
    MOST_SUGGESTED,
    SUGGESTED,
    blocks,
    draft_lines,
    draft_prizes,
    draft_values,
    line_values,
    new_round_values,
    next_week,
    prize_values,
    round_values,
    suggested_values,
)

__all__ = [
    "FAMILIES",
    "MOST_SUGGESTED",
    "SUGGESTED",
    "ContestForm",
    "LineForm",
    "LineFormSet",
    "PrizeForm",
    "PrizeFormSet",
    "Problem",
    "RoundForm",
    "VietnamDateTimeField",
    "blocks",
    "draft_lines",
    "draft_prizes",
    "draft_values",
    "line_values",
    "new_round_values",
    "next_week",
    "prize_values",
    "problems",
    "problems_of",
    "rearranged",
    "round_values",
    "suggested_values",
    "unchecked",
]
