"""Why a row of a final table stands above the next one, in a sentence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from contest.ordering import ELAPSED, LOTTERY, POINTS, PREDICTION, SUBMITTED_AT
from contest.phases import VIETNAM
from contest.wording import number, stopwatch

TIED = "Bằng nhau ở mọi tiêu chí nên đồng hạng."


@dataclass(frozen=True, slots=True)
class Line:
    """What a row is compared by. Points are whole, times in ms; ``distance`` is from the
    prediction to the truth, None for nothing predicted; ``lot`` hexadecimal, "" without."""

    points: int
    elapsed_ms: int
    submitted_at: datetime
    distance: Decimal | None = None
    lot: str = ""


def why(keys: Sequence[str], upper: Line, lower: Line) -> str:
    """The first of the ranking keys in which the rows differ, with both values, after those
    they share: "Cùng 20 điểm; dự đoán lệch 12 so với 15." """
    shared: list[str] = []
    for key in keys:
        differs = _DIFFERS[key](upper, lower)
        if differs:
            said = "; ".join([", ".join(shared), differs] if shared else [differs])
            return f"{said[:1].upper()}{said[1:]}."
        shared.append(_SHARED[key](upper))
    return TIED


def plain(value: Decimal) -> str:
    """ "12" or "12,34567": no zeros after the last decimal that says something."""
    whole = value.to_integral_value()
    return number(int(whole)) if value == whole else number(value.normalize())


def moment(at: datetime, *, exact: bool = False) -> str:
    """ "08:00:01 ngày 09/03/2026"; ``exact`` to the millisecond."""
    local = at.astimezone(VIETNAM)
    split = f",{local.microsecond // 1000:03d}" if exact else ""
    return f"{local:%H:%M:%S}{split} ngày {local:%d/%m/%Y}"


def _points(upper: Line, lower: Line) -> str:
    if upper.points == lower.points:
        return ""
    return f"{number(upper.points)} điểm so với {number(lower.points)} điểm"


def _prediction(upper: Line, lower: Line) -> str:
    if upper.distance == lower.distance:
        return ""
    if upper.distance is None or lower.distance is None:
        return "có dự đoán, còn người kế tiếp không dự đoán"
    return f"dự đoán lệch {plain(upper.distance)} so với {plain(lower.distance)}"


def _elapsed(upper: Line, lower: Line) -> str:
    if upper.elapsed_ms == lower.elapsed_ms:
        return ""
    first, second = stopwatch(upper.elapsed_ms), stopwatch(lower.elapsed_ms)
    if first == second:
        first += f",{upper.elapsed_ms % 1000:03d}"
        second += f",{lower.elapsed_ms % 1000:03d}"
    return f"làm bài trong {first} so với {second}"


def _submitted(upper: Line, lower: Line) -> str:
    first, second = moment(upper.submitted_at), moment(lower.submitted_at)
    if first == second:
        first, second = (moment(line.submitted_at, exact=True) for line in (upper, lower))
    return "" if first == second else f"nộp lúc {first} so với {second}"


def _lottery(upper: Line, lower: Line) -> str:
    if upper.lot == lower.lot:
        return ""
    return f"bốc thăm được số {upper.lot[:12]}… so với {lower.lot[:12]}…"


_DIFFERS = {
    POINTS: _points,
    PREDICTION: _prediction,
    ELAPSED: _elapsed,
    SUBMITTED_AT: _submitted,
    LOTTERY: _lottery,
}
_SHARED: dict[str, Callable[[Line], str]] = {
    POINTS: lambda line: f"cùng {number(line.points)} điểm",
    PREDICTION: lambda line: (
        "cùng không dự đoán"
        if line.distance is None
        else f"dự đoán cùng lệch {plain(line.distance)}"
    ),
    ELAPSED: lambda line: f"cùng làm bài trong {stopwatch(line.elapsed_ms)}",
    SUBMITTED_AT: lambda line: f"cùng nộp lúc {moment(line.submitted_at)}",
    LOTTERY: lambda _: "cùng số bốc thăm",
}
