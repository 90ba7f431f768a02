"""What is offered for review: honest rounds stay within the stated rate, odd ones are found."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.irregularities.devices import shared_devices, usage
from contest.irregularities.neighbours import (
    components,
    pairs_of_different_people,
    pairs_to_compare,
    shared_weight,
)
from contest.irregularities.patterns import agreement_chances, shared_patterns
from contest.irregularities.reading import impossible_reading
from contest.irregularities.records import Finding, Sitting
from contest.irregularities.tails import adjusted, at_least
from contest.papers import PaperItem

NOON = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)
ROUNDS = 30
SEQUENCES = ["".join(keys) for keys in permutations("abcd")]
CHANCES = st.floats(0, 1)


# -- People, honest and otherwise ----------------------------------------------------------------


@cache
def paper_of(versions: tuple[int, ...]) -> list[PaperItem]:
    """These questions with their choices in order; one list for all who were given them."""
    return [{"v": version, "c": list("abcd"), "p": 1} for version in versions]


def sitting(
    attempt: int,
    answers: Sequence[str] = (),
    *,
    right: str = "a",
    versions: Sequence[int] = (),
    **changes: object,
) -> Sitting:
    """A sitting with one answer per question; "" is blank, the answer ``right`` is right."""
    paper = paper_of(tuple(versions or range(len(answers))))
    plain = Sitting(
        attempt, attempt, 1, "", NOON, NOON + timedelta(minutes=10), 600_000, paper,
        {str(n): tuple(keys) for n, keys in enumerate(answers, start=1) if keys},
        [keys == right for keys in answers], [],
    )  # fmt: skip
    return replace(plain, **changes)


class Honest:
    """Rounds in which everybody works alone.

    People differ in ability, questions in difficulty and in how attractive each wrong answer is;
    with ``slope`` the able fall for the attractive ones more than others do.
    """

    def __init__(self, seed: int, questions: int = 20, slope: float = 0.0, keys: str = "") -> None:
        self.random = random.Random(seed)
        self.slope, self.right = slope, "a"
        wrong: Sequence[str] = "bcd"
        if keys == "sequences":
            self.right, wrong = SEQUENCES[0], SEQUENCES[1:]
        self.difficulty = [self.random.gauss(0, 1) for _ in range(questions)]
        self.pull = [{key: self.random.gauss(0, 1) for key in wrong} for _ in range(questions)]

    def answer(self, version: int, ability: float) -> str:
        if self.random.random() < 1 / (1 + math.exp(self.difficulty[version] - ability)):
            return self.right
        pull = self.pull[version]
        weights = [math.exp(value * (1 + self.slope * ability)) for value in pull.values()]
        return self.random.choices(list(pull), weights)[0]

    def crowd(
        self, people: int, units: int, drawn: int = 20, able: float = 0.0, first: int = 0
    ) -> list[Sitting]:
        everybody = []
        for person in range(first, first + people):
            ability = self.random.gauss(able, 1)
            versions = self.random.sample(range(len(self.difficulty)), drawn)
            given = [self.answer(version, ability) for version in versions]
            one = sitting(person, given, right=self.right, versions=versions, unit=person % units)
            everybody.append(one)
        return everybody

    def copied(self, source: Sitting, copier: Sitting, faithful: float = 0.95) -> Sitting:
        """The copier's paper with the source's answers to the questions they have in common."""
        seen, answers = source.given(), dict(copier.answers)
        for n, item in enumerate(copier.paper, start=1):
            if item["v"] in seen and self.random.random() < faithful:
                answers[str(n)] = seen[item["v"]]
        right = [answers[str(n)] == tuple(self.right) for n in range(1, len(copier.paper) + 1)]
        return replace(copier, answers=answers, right=right)


def with_copiers(
    seed: int, *, mistakes: int = 13, copiers: int = 10, keys: str = ""
) -> tuple[list[Sitting], set[int]]:
    """A round of ten units of 40; some of unit 0 copied one with (about) so many mistakes."""
    world = Honest(seed, keys=keys)
    crowd = world.crowd(400, 10)
    unit = [s for s in crowd if s.unit == 0]
    source = min(unit, key=lambda s: (abs(len(s.wrong()) - mistakes), s.attempt))
    others = [s.attempt for s in crowd if s.unit == 0 and s is not source][: copiers - 1]
    for attempt in others:
        crowd[attempt] = world.copied(source, crowd[attempt])
    return crowd, {source.entry, *others}


# -- Tails ---------------------------------------------------------------------------------------


@given(st.lists(CHANCES, max_size=8), st.integers(-1, 9))
def test_the_tail_is_the_sum_over_all_outcomes(chances: list[float], needed: int) -> None:
    brute = sum(
        math.prod(p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True))
        for outcome in product([False, True], repeat=len(chances))
        if sum(outcome) >= needed
    )
    assert at_least(needed, chances) == pytest.approx(brute, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("n", "p", "needed"), [(40, 0.4, 25), (60, 0.35, 60), (20, 0.01, 17)])
def test_equal_chances_give_the_binomial_tail_to_the_last_digits(
    n: int, p: float, needed: int
) -> None:
    exact = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(needed, n + 1))
    assert at_least(needed, [p] * n) == pytest.approx(exact, rel=1e-9, abs=0)


def test_a_chance_stands_no_worse_than_a_larger_one() -> None:
    assert adjusted([0.04, 0.03], tests=2, most=2) == [0.04, 0.04]
    assert adjusted([0.3, 0.001, 0.02], tests=30, most=30) == pytest.approx([1.0, 0.03, 0.3])


@given(
    st.lists(st.floats(0, 0.3), max_size=12),
    st.integers(0, 10),
    st.integers(1, 12),
    st.floats(0.05, 0.5),
)
def test_adjusted_chances_find_what_the_step_up_rule_finds(
    chances: list[float], untested: int, most: int, rate: float
) -> None:
    tests = len(chances) + untested
    ranked = sorted(chances)
    lines = [rate * min(rank, most) / tests for rank in range(1, len(ranked) + 1)]
    passed = [p for p, line in zip(ranked, lines, strict=True) if p <= line * (1 - 1e-9)]
    found = [p for p, q in zip(chances, adjusted(chances, tests, most), strict=True) if q <= rate]
    assert {p for p in chances if p <= max(passed, default=-1)} <= set(found)
    nearly = [p for p, line in zip(ranked, lines, strict=True) if p <= line * (1 + 1e-9)]
    assert set(found) <= {p for p in chances if p <= max(nearly, default=-1)}


@given(st.lists(CHANCES, min_size=1, max_size=12), st.integers(1, 12))
def test_leaving_out_what_cannot_be_found_changes_nothing(chances: list[float], most: int) -> None:
    tests, rate = len(chances) + 5, 0.2
    kept = [p for p in chances if p <= rate * most / tests]
    everything = zip(chances, adjusted(chances, tests, most), strict=True)
    assert sorted((p, q) for p, q in everything if q <= rate) == sorted(
        (p, q) for p, q in zip(kept, adjusted(kept, tests, most), strict=True) if q <= rate
    )


# -- Who meets whom ------------------------------------------------------------------------------

PAPERS = st.lists(
    st.dictionaries(st.integers(0, 7), st.sampled_from("bcd").map(lambda key: (key,))), max_size=12
)


@given(PAPERS, st.lists(st.floats(0, 3), min_size=8, max_size=8), st.floats(0.1, 12))
def test_no_pair_that_could_count_is_missed(
    papers: list[dict[int, tuple[str, ...]]], weighing: list[float], least: float
) -> None:
    weights = dict(enumerate(weighing))
    heavy = {
        (i, j)
        for i, j in combinations(range(len(papers)), 2)
        if shared_weight(papers[i], papers[j], weights) >= least + 1e-9
    }
    assert heavy <= set(pairs_to_compare(papers, weights, least))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda p: p[0] != p[1])))
def test_components_are_who_can_be_reached(links: list[tuple[int, int]]) -> None:
    reach = {member: {member} for link in links for member in link}
    for _ in reach:
        for one, other in links:
            reach[one] = reach[other] = reach[one] | reach[other]
    for _ in reach:
        reach = {m: set().union(*(reach[o] for o in group)) for m, group in reach.items()}
    assert components(links) == sorted(set(map(frozenset, reach.values())), key=min)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_pairs_of_different_people_are_counted(entries: list[int]) -> None:
    assert pairs_of_different_people(entries) == sum(a != b for a, b in combinations(entries, 2))


def compared(monkeypatch: pytest.MonkeyPatch, crowd: Sequence[Sitting]) -> int:
    """How many pairs were looked at while the patterns of a round were searched."""
    counts = []

    def counting(*args: object) -> list[tuple[int, int]]:
        pairs = pairs_to_compare(*args)
        counts.append(len(pairs))
        return pairs

    monkeypatch.setattr("contest.irregularities.patterns.pairs_to_compare", counting)
    shared_patterns(crowd)
    return sum(counts)


@pytest.mark.parametrize(("questions", "able"), [(20, 0.8), (40, 0.0), (300, 0.0)])
def test_a_unit_of_5000_is_searched_without_comparing_everybody(
    monkeypatch: pytest.MonkeyPatch, questions: int, able: float
) -> None:
    crowd = Honest(1, questions).crowd(5_000, 1, able=able)
    assert compared(monkeypatch, crowd) < math.comb(5_000, 2) // 100


def test_the_work_is_bounded_even_when_everybody_makes_the_same_mistakes() -> None:
    people, mistakes = 5_000, 16
    papers = [dict.fromkeys(range(mistakes), ("b",))] * people
    pairs = pairs_to_compare(papers, dict.fromkeys(range(mistakes), 1.0), 12.0)
    assert 0 < len(pairs) <= people * 500
    assert components(pairs) == [frozenset(range(people))]


# -- Wrong answers in common ---------------------------------------------------------------------


def test_few_wrong_answers_never_make_agreeing_look_rare() -> None:
    lone, two, split = [{1: ("b",)}], [{1: ("b",)}] * 2, [{1: ("b",)}, {1: ("c",)}]
    assert agreement_chances(lone) == agreement_chances(two) == {1: 1.0}
    assert agreement_chances(split)[1] == pytest.approx(2 / 3)
    many = [{1: (key,)} for key in "b" * 600 + "c" * 300 + "d" * 100]
    assert agreement_chances(many)[1] == pytest.approx(0.46, abs=0.001)
    assert agreement_chances(many)[1] > 0.46


@pytest.mark.parametrize("slope", [0.0, 0.6])
@pytest.mark.parametrize("keys", ["", "sequences"])
def test_honest_units_are_shown_no_more_often_than_stated(slope: float, keys: str) -> None:
    crowds = [Honest(seed, slope=slope, keys=keys).crowd(200, 10) for seed in range(ROUNDS)]
    shown = {rate: sum(len(shared_patterns(c, rate)) for c in crowds) for rate in (0.01, 0.2)}
    units = 10 * ROUNDS
    assert shown[0.01] <= 0.01 * units
    assert shown[0.2] <= 0.2 * units


def test_mistakes_of_the_weak_are_no_evidence() -> None:
    crowds = [Honest(seed).crowd(200, 5, able=-1.5) for seed in range(ROUNDS)]
    assert sum(len(shared_patterns(crowd)) for crowd in crowds) <= 0.01 * 5 * ROUNDS


@pytest.mark.parametrize("keys", ["", "sequences"])
def test_ten_copiers_are_found(keys: str) -> None:
    missed = strangers = groups = 0
    for seed in range(10):
        crowd, copiers = with_copiers(seed, keys=keys)
        findings = shared_patterns(crowd)
        groups += len(findings)
        missed += len(copiers.difference(*(f.entries for f in findings)))
        strangers += sum(len(set(f.entries) - copiers) for f in findings)
        assert all(f.unit == 0 and f.false_alarm <= 0.01 for f in findings)
    assert missed <= 20, "a fifth of a hundred"
    assert strangers <= 1
    assert groups <= 12, "one for each round, or nearly"


def test_copiers_are_one_finding_with_the_figures_of_the_strongest_pair() -> None:
    crowd, copiers = with_copiers(1, mistakes=15)
    (found,) = shared_patterns(crowd)
    assert (set(found.entries), found.attempts) == (copiers, found.entries)
    strongest, chances = found.evidence["strongest"], agreement_chances(s.wrong() for s in crowd)
    one, other = (crowd[attempt] for attempt in strongest["attempts"])
    mine, theirs = one.wrong(), other.wrong()
    common = mine.keys() & theirs.keys()
    agreed = sum(mine[version] == theirs[version] for version in common)
    each = [chances[version] for version in common]
    assert (strongest["common_wrong"], strongest["agreed"]) == (len(common), agreed)
    assert strongest["chance"] == pytest.approx(at_least(agreed, each))
    assert strongest["expected"] == pytest.approx(sum(each), abs=0.01)
    assert strongest["right"] == [sum(one.right), sum(other.right)]
    pairs = found.evidence["strongest_pairs"]
    assert (pairs[0]["attempts"], len(pairs)) == (strongest["attempts"], found.evidence["pairs"])
    assert strongest["chance"] == min(pair["chance"] for pair in pairs)
    assert found.summary.startswith("10 người cùng đơn vị có bài chọn trùng đáp án sai: cặp bài")
    assert f"trùng {agreed} trên {len(common)} câu" in found.summary
    assert "không quá 1%" in found.evidence["basis"]


def test_two_copiers_are_a_pair_in_words_too() -> None:
    crowd, copiers = with_copiers(3, copiers=2, mistakes=18)
    (found,) = shared_patterns(crowd)
    assert set(found.entries) == copiers
    assert found.summary.startswith("Hai người cùng đơn vị chọn trùng đáp án sai ở ")


def with_twins(crowd: list[Sitting], **changes: object) -> list[Sitting]:
    """A round in which a second person handed in the worst paper too."""
    worst = max(crowd, key=lambda s: len(s.wrong()))
    return [*crowd, replace(worst, **{"attempt": 901, "entry": 901, **changes})]


def test_the_same_paper_twice_is_found_only_between_two_people_of_one_unit() -> None:
    crowd = Honest(4).crowd(300, 10)
    worst = max(crowd, key=lambda s: len(s.wrong()))
    assert shared_patterns(with_twins(crowd))[0].entries == (worst.entry, 901)
    assert shared_patterns(with_twins(crowd, entry=worst.entry)) == []
    assert shared_patterns(with_twins(crowd, unit=77)) == []


def test_time_and_device_of_the_strongest_pair_are_told() -> None:
    saves = [(60_000, ["1"]), (500_000, ["2"])]
    crowd = [replace(s, device="d", save_times=saves) for s in Honest(4).crowd(300, 10)]
    later = {"started_at": NOON + timedelta(seconds=500), "device": "e"}
    for changes, told in (({}, True), (later, False)):
        strongest = shared_patterns(with_twins(crowd, **changes))[0].evidence["strongest"]
        assert 901 in strongest["attempts"]
        assert (strongest["at_the_same_time"], strongest["same_device"]) == (told, told)


def test_knowing_the_same_is_no_pattern() -> None:
    crowd = Honest(5).crowd(200, 2)
    perfect = [sitting(900 + n, ["a"] * 20, unit=0) for n in range(10)]
    nearly = [sitting(950 + n, ["a"] * 17 + ["b"] * 3, unit=0) for n in range(2)]
    blank = [sitting(970 + n, [""] * 20, unit=0) for n in range(10)]
    assert shared_patterns([*crowd, *perfect, *nearly, *blank]) == []
    assert shared_patterns(perfect) == shared_patterns([]) == []


@pytest.mark.parametrize(
    ("common", "agreed", "shown"), [(4, 4, True), (4, 3, True), (4, 2, False), (3, 3, False)]
)
def test_a_pair_needs_four_common_mistakes_and_three_agreements(
    common: int, agreed: int, shown: bool
) -> None:
    wrong = SEQUENCES[1:]
    crowd = [
        sitting(n, [wrong[(n + question) % 23] for question in range(6)], unit=100 + n)
        for n in range(460)
    ]
    alike, apart = [wrong[0]] * agreed, [wrong[1]] * (common - agreed)
    rest = 6 - common
    one = sitting(900, alike + [wrong[0]] * (common - agreed) + ["a", wrong[0]][:rest] + [""] * 4)
    other = sitting(901, alike + apart + [wrong[0], "a"][:rest] + [""] * 4)
    assert bool(shared_patterns([*crowd, one, other], 0.05)) is shown


def test_when_the_whole_unit_learned_it_wrong_the_evidence_says_so() -> None:
    crowd = Honest(6).crowd(300, 10)
    taught = [
        replace(s, answers={str(n): ("c",) for n in range(1, 21)}, right=[False] * 20)
        if s.unit == 3 else s
        for s in crowd
    ]  # fmt: skip
    (found,) = shared_patterns(taught)
    assert found.evidence["people"] == 30
    for question in found.evidence["strongest"]["questions"]:
        assert (question["wrong_in_unit"], question["same_in_unit"]) == (30, 30)


# -- Devices -------------------------------------------------------------------------------------

PHONES = [1] * 800 + [2] * 130 + [3] * 40 + [4] * 20 + [6] * 10


def on_devices(accounts: Sequence[int], **changes: object) -> list[Sitting]:
    """Sittings of a round: so many accounts on each device, one after the other."""
    places = [(device, turn) for device, count in enumerate(accounts) for turn in range(count)]
    return [
        sitting(
            n, ["a"] * 20, device=f"d{device}", started_at=NOON + timedelta(minutes=15 * turn),
            save_times=[(600_000, ["1"])], **changes,
        )
        for n, (device, turn) in enumerate(places)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("accounts", "threshold"),
    [
        ([1] * 19, None),
        ([1] * 19 + [30], 5),
        ([1] * 18 + [30, 30], 31),
        ([1] * 1_000, 5),
        (PHONES, 5),
        ([*PHONES, 6], 7),
        ([1] * 900 + [8] * 90 + [9] * 10, 9),
        ([1] * 900 + [8] * 90 + [9] * 11, 10),
    ],
)
def test_what_is_unusual_is_read_from_the_round(accounts: list[int], threshold: int | None) -> None:
    found = usage(accounts)
    assert (found and found.threshold) == threshold


def test_a_helper_with_four_accounts_on_one_phone_is_not_shown() -> None:
    assert shared_devices(on_devices([1] * 500 + [4])) == []
    assert len(shared_devices(on_devices([1] * 500 + [5]))) == 1


def test_honest_rounds_show_no_more_devices_than_stated() -> None:
    for seed in range(ROUNDS):
        lots = random.Random(seed)
        accounts = [1 + int(lots.expovariate(0.9)) for _ in range(lots.randint(10, 600))]
        shown = shared_devices(on_devices(accounts))
        allowed = max(0.01 * len(accounts), min(3, 0.05 * len(accounts)))
        assert len(shown) <= allowed
        assert all(f.false_alarm <= 0.05 for f in shown)


def test_a_device_with_thirty_accounts_is_shown_with_its_place_in_the_round() -> None:
    (found,) = shared_devices(on_devices([*PHONES[:-10], 30], unit=4))
    assert (len(found.attempts), len(found.entries), found.unit) == (30, 30, 4)
    assert found.false_alarm == pytest.approx(1 / 991)
    assert found.evidence["devices_by_accounts"] == [[1, 800], [2, 130], [3, 40], [4, 20], [30, 1]]
    assert (found.evidence["accounts"], found.evidence["devices_with_as_many"]) == (30, 1)
    assert found.evidence["overlapping"] == 0
    assert found.summary == (
        "30 tài khoản dự thi trên cùng một thiết bị; cả vòng có 1 trên 991 thiết bị đông như vậy "
        "trở lên."
    )


def test_accounts_are_counted_not_sittings_and_unknown_devices_are_left_out() -> None:
    crowd = on_devices([1] * 100 + [6])
    assert shared_devices([replace(s, entry=7) if s.device == "d100" else s for s in crowd]) == []
    assert shared_devices([replace(s, device="") for s in crowd]) == []


def test_two_at_once_on_one_device_are_told() -> None:
    crowd = on_devices([1] * 100 + [6])
    shared = [s for s in crowd if s.device == "d100"]
    early = replace(shared[3], started_at=shared[2].started_at + timedelta(minutes=4))
    (found,) = shared_devices([*(s for s in crowd if s is not shared[3]), early])
    assert found.evidence["overlapping"] == 1
    assert found.evidence["longest_overlap_ms"] == 360_000
    assert found.evidence["longest_overlap_attempts"] == [shared[2].attempt, early.attempt]
    assert found.summary.endswith("trở lên, 1 lượt làm chồng giờ nhau.")


def test_one_that_was_left_lying_does_not_overlap() -> None:
    crowd = [
        replace(s, submitted_at=s.started_at + timedelta(hours=2))
        for s in on_devices([1] * 99 + [5])
    ]
    assert shared_devices(crowd)[0].evidence["overlapping"] == 0


def test_a_long_sitting_overlaps_with_all_that_began_meanwhile() -> None:
    crowd = on_devices([1] * 99 + [5])
    first = next(s for s in crowd if s.device == "d99")
    long = replace(first, save_times=[(3_000_000, ["1"])])
    (found,) = shared_devices([*(s for s in crowd if s is not first), long])
    assert found.evidence["overlapping"] == 3
    assert found.evidence["longest_overlap_ms"] == 600_000


def test_the_same_answers_on_one_device_are_counted_among_neighbours() -> None:
    crowd = on_devices([1] * 99 + [5])
    answers = ["a" * 20, "a" * 20, "a" * 19 + "b", "a" * 19 + "b", "a" * 3]
    used = [
        replace(sitting(s.attempt, list(keys)), device="d99", started_at=s.started_at)
        for s, keys in zip(crowd[-5:], answers, strict=True)
    ]
    (found,) = shared_devices([*crowd[:-5], *used])
    told = ("neighbours_compared", "identical", "identical_with_wrong")
    assert [found.evidence[name] for name in told] == [3, 2, 1]


# -- Reading -------------------------------------------------------------------------------------

STEMS = dict.fromkeys(range(20), 31)  # 24.8 s at 1,500 syllables a minute


def quick(seconds: float, right: int = 20, **changes: object) -> Sitting:
    return sitting(
        1, ["a"] * right + ["b"] * (20 - right), elapsed_ms=int(seconds * 1_000), **changes
    )


@pytest.mark.parametrize("syllables", [5, 31, 60, 200])
def test_20_questions_right_in_45_seconds_pass(syllables: int) -> None:
    crowd = [quick(45), *on_devices([1] * 50)]
    assert impossible_reading(crowd, dict.fromkeys(range(20), syllables)) == []


@pytest.mark.parametrize(
    ("seconds", "right", "syllables", "shown"),
    [
        (6, 20, 31, True),
        (6, 18, 31, True),
        (6, 17, 31, False),
        (24.7, 20, 31, True),
        (24.8, 20, 31, False),
        (44.9, 20, 60, True),
        (45, 20, 60, False),
        (6, 20, 7, False),
    ],
)
def test_shorter_than_reading_and_a_high_score_are_shown(
    seconds: float, right: int, syllables: int, shown: bool
) -> None:
    stems = dict.fromkeys(range(20), syllables)
    assert bool(impossible_reading([quick(seconds, right)], stems)) is shown


def saves(*rows: tuple[int, int, int]) -> list[tuple[int, list[str]]]:
    """Saves at a time with the questions from one number to another."""
    return [(ms, [str(n) for n in range(first, last + 1)]) for ms, first, last in rows]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([(2_900, 1, 10)], True),
        ([(2_900, 1, 9)], False),
        ([(3_000, 1, 20)], False),
        ([(300_000, 1, 20)], False),
        ([(900, 1, 4), (1_400, 5, 8), (1_900, 9, 12)], True),
        ([(100, 1, 4), (1_200, 5, 8), (2_300, 9, 12)], False),
        ([(900, 1, 8), (1_000, 1, 8)], False),
    ],
)
def test_a_burst_right_after_the_start_is_shown_whatever_the_score(
    rows: list[tuple[int, int, int]], shown: bool
) -> None:
    slow = quick(300, right=5, save_times=saves(*rows))
    found = impossible_reading([slow], STEMS)
    assert bool(found) is shown
    if found:
        assert found[0].evidence["sittings"][0]["grounds"] == ["answers_at_once"]
        assert "câu trả lời đến gần như cùng lúc" in found[0].summary


def test_a_person_is_one_finding_with_the_share_of_the_round_that_is_shown() -> None:
    slow = on_devices([1] * 197)
    quicker = quick(6, save_times=saves((2_000, 1, 4), (6_000, 5, 6)))
    again = replace(quick(9), attempt=1_001)
    other = replace(quick(6.5), attempt=1_002, entry=1_002)
    first, second = impossible_reading([other, again, *slow, quicker], STEMS)
    assert (first.entries, first.attempts, second.entries) == ((1,), (1, 1_001), (1_002,))
    assert first.false_alarm == second.false_alarm == 3 / 200
    figures = first.evidence["sittings"][0]
    assert (figures["attempt"], figures["syllables"], figures["reading_ms"]) == (1, 620, 24_800)
    assert figures["median_ms_per_answer"] == 500
    assert first.summary == (
        "Đúng 20 trên 20 câu trong 6 giây, trong khi chỉ đọc lướt hết câu hỏi đã cần 24,8 giây."
    )
    assert "3 trên 200 bài của vòng thi (1,5%)" in first.evidence["basis"]


def test_stems_of_unknown_length_and_empty_papers_show_nobody() -> None:
    assert impossible_reading([quick(6)], {}) == []
    assert impossible_reading([sitting(1, elapsed_ms=0)], {}) == []


def test_an_honest_round_has_nobody_too_quick() -> None:
    """Quick readers of 400 syllables a minute who already know most of the answers."""
    lots = random.Random(8)
    crowd = [
        quick(lots.uniform(1, 4) * 620 / 400 * 60, lots.randint(15, 20), entry=n)
        for n in range(2_000)
    ]
    assert impossible_reading(crowd, STEMS) == []


# -- All together --------------------------------------------------------------------------------


def everything(crowd: Sequence[Sitting]) -> list[Finding]:
    return [*shared_devices(crowd), *shared_patterns(crowd), *impossible_reading(crowd, STEMS)]


def odd_round() -> list[Sitting]:
    crowd, _ = with_copiers(2)
    crowd += [replace(s, attempt=s.attempt + 2_000) for s in on_devices([1] * 60 + [9, 7])]
    return [*crowd, *(replace(quick(6), attempt=5_000 + n, entry=5_000 + n) for n in range(3))]


def test_findings_do_not_depend_on_the_order_of_the_sittings() -> None:
    crowd = odd_round()
    findings = everything(crowd)
    assert Counter(f.kind for f in findings) == {
        "shared_devices": 2, "shared_patterns": 1, "impossible_reading": 3
    }  # fmt: skip
    random.Random(9).shuffle(crowd)
    assert everything(crowd) == findings


def test_evidence_is_ready_for_json_and_says_where_its_rate_comes_from() -> None:
    for found in everything(odd_round()):
        assert json.loads(json.dumps(found.evidence)) == found.evidence
        assert found.evidence["basis"].endswith(".")
        assert 0 < found.false_alarm <= 0.05
        assert (found.summary.count("."), found.summary[-1]) == (1, ".")
