"""Drawing papers and reading answers against them."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.papers import (
    Candidate,
    Line,
    Lots,
    PaperItem,
    answer_faults,
    attempt_seed,
    bank_keys,
    draw,
    merged,
    seed_commitment,
    settled,
    shortfalls,
    shown_letters,
)

POOL = {v: Candidate(v, ("a", "b", "c", "d")) for v in range(1, 31)}
ALL = tuple(POOL)
SEED = attempt_seed("secret", 7, 1)


def test_the_same_seed_draws_the_same_paper() -> None:
    blueprint = [Line(5, 1, ALL), Line(2, 3, (1, 2, 3))]
    assert draw(blueprint, POOL, SEED) == draw(blueprint, POOL, SEED)
    assert draw(blueprint, POOL, SEED) != draw(blueprint, POOL, attempt_seed("secret", 7, 2))


def test_a_known_seed_draws_this_very_paper() -> None:
    """Published papers are recomputed from the rule; it must never change silently."""
    paper = draw([Line(2, 1, (1, 2, 3, 4))], POOL, bytes(32))
    assert paper == [
        {"v": 4, "c": ["b", "a", "d", "c"], "p": 1},
        {"v": 3, "c": ["a", "b", "c", "d"], "p": 1},
    ]


@given(seed=st.binary(max_size=200), sizes=st.lists(st.integers(1, 60), max_size=40))
def test_lots_are_the_numbers_that_the_contract_names(seed: bytes, sizes: list[int]) -> None:
    lots, stream = Lots(seed, len(sizes)), hashlib.shake_256(seed).digest(8 * 50)
    for turn, size in enumerate(sizes):
        hat = list(range(size))
        drawn = lots.take(hat)
        assert drawn == int.from_bytes(stream[8 * turn : 8 * turn + 8], "big") % size
        assert sorted([*hat, drawn]) == list(range(size))


@given(seed=st.binary(min_size=32, max_size=32))
def test_every_line_is_filled_from_its_own_pool_without_repeats(seed: bytes) -> None:
    narrow, wide = (1, 2, 3), ALL
    paper = draw([Line(20, 1, wide), Line(3, 5, narrow)], POOL, seed)
    drawn = [item["v"] for item in paper]
    assert len(drawn) == len(set(drawn)) == 23
    assert {item["v"] for item in paper if item["p"] == 5} == set(narrow)
    assert all(sorted(item["c"]) == ["a", "b", "c", "d"] for item in paper)


def test_every_question_and_every_place_of_the_key_is_about_equally_likely() -> None:
    papers = [draw([Line(10, 1, ALL)], POOL, attempt_seed("s", 1, n)) for n in range(600)]
    drawn = [item for paper in papers for item in paper]
    counts = [sum(item["v"] == v for item in drawn) for v in ALL]
    places = [sum(item["c"].index("a") == place for item in drawn) for place in range(4)]
    assert min(counts) > 150  # 200 expected
    assert max(counts) < 250
    assert min(places) > 1350  # 1500 expected
    assert max(places) < 1650


def test_fixed_choices_keep_their_order() -> None:
    pool = {1: Candidate(1, ("a", "b"), fixed=True)}
    assert all(
        draw([Line(1, 1, (1,))], pool, attempt_seed("s", 1, n))[0]["c"] == ["a", "b"]
        for n in range(20)
    )


@pytest.mark.parametrize(
    ("blueprint", "missing"),
    [
        ([Line(5, 1, ALL)], {}),
        ([Line(31, 1, ALL)], {0: 1}),
        ([Line(28, 1, ALL), Line(3, 1, (1, 2, 3))], {0: 1}),
        ([Line(27, 1, ALL), Line(3, 1, (1, 2, 3))], {}),
        ([Line(4, 1, (1, 2, 3)), Line(1, 1, ALL)], {0: 1}),
        ([Line(1, 1, ())], {0: 1}),
    ],
)
def test_q8_shortfalls_count_what_lines_take_from_each_other(
    blueprint: list[Line], missing: dict[int, int]
) -> None:
    assert shortfalls(blueprint) == missing


@given(
    counts=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    sizes=st.lists(st.integers(0, 12), min_size=6, max_size=6),
)
def test_a_blueprint_without_shortfall_can_always_be_drawn(
    counts: list[int], sizes: list[int]
) -> None:
    """Pools nest, as a difficulty nests in its programme."""
    blueprint = [Line(c, 1, ALL[: sizes[i]]) for i, c in enumerate(counts)]
    if shortfalls(blueprint):
        with pytest.raises(ValueError, match="needs"):
            draw(blueprint, POOL, SEED)
    else:
        assert len(draw(blueprint, POOL, SEED)) == sum(counts)


@pytest.mark.parametrize(
    ("type", "letters", "keys"),
    [
        ("single", ["b"], ("a",)),
        ("multiple", ["a", "d"], ("c", "b")),
        ("order", ["d", "a", "c", "b"], ("b", "c", "d", "a")),
        ("match", ["c", "d", "b", "a"], ("d", "b", "a", "c")),
    ],
)
def test_letters_and_bank_keys_are_inverse(
    type: str, letters: list[str], keys: tuple[str, ...]
) -> None:
    item: PaperItem = {"v": 1, "c": ["c", "a", "d", "b"], "p": 1}
    assert bank_keys(item, letters) == keys
    assert shown_letters(item, keys, type) == letters
    assert shown_letters(item, sorted(keys), "multiple") == sorted(letters)


def test_a_prompt_not_yet_matched_stays_a_gap() -> None:
    item: PaperItem = {"v": 1, "c": ["c", "a", "b"], "p": 1}
    assert bank_keys(item, ["", "a"]) == ("", "c")


PAPER: list[PaperItem] = [
    {"v": 1, "c": ["a", "b", "c", "d"], "p": 1},
    {"v": 2, "c": ["a", "b"], "p": 1},
    {"v": 3, "c": ["d", "b", "c", "a"], "p": 1},
    {"v": 4, "c": ["c", "b", "a"], "p": 1},
    {"v": 5, "c": ["b", "a", "d", "c"], "p": 1},
]
TYPES = {1: "multiple", 2: "true_false", 3: "order", 4: "match", 5: "fill"}
ORDER, MATCH = "3", "4"


@pytest.mark.parametrize(
    ("answers", "faulty"),
    [
        ({"1": ["a", "c"], "2": ["b"]}, []),
        ({"1": []}, []),
        ({"2": ["a", "b"]}, ["2"]),
        ({"2": ["c"]}, ["2"]),
        ({"1": ["a", "a"]}, ["1"]),
        ({"0": ["a"]}, ["0"]),
        ({"01": ["a"]}, ["01"]),
        ({"6": ["a"]}, ["6"]),
        ({"x": ["a"]}, ["x"]),
        ({"²": ["a"]}, ["²"]),
        ({"-1": ["a"]}, ["-1"]),
        ({"1": [""]}, ["1"]),
        ({"2": [""]}, ["2"]),
        ({ORDER: ["d", "a"]}, []),
        ({ORDER: ["d", "a", "c", "b"]}, []),
        ({ORDER: ["d", "", "c"]}, [ORDER]),
        ({ORDER: ["d", "e"]}, [ORDER]),
        ({ORDER: ["d", "a", "d"]}, [ORDER]),
        ({MATCH: ["", "a"]}, []),
        ({MATCH: ["c", "b", "a"]}, []),
        ({MATCH: ["", "", ""]}, []),
        ({MATCH: ["d"]}, [MATCH]),
        ({MATCH: ["a", "", "a"]}, [MATCH]),
        ({MATCH: ["a", "", "b", ""]}, [MATCH]),
        ({"5": ["d"]}, []),
        ({"5": ["a", "b"]}, ["5"]),
    ],
)
def test_answers_that_do_not_fit_the_paper_are_named(
    answers: dict[str, list[str]], faulty: list[str]
) -> None:
    assert list(answer_faults(PAPER, TYPES, answers)) == faulty


def test_a_choice_used_twice_is_told_in_the_words_of_the_question() -> None:
    faults = answer_faults(PAPER, TYPES, {ORDER: ["a", "a"], MATCH: ["b", "b"]})
    assert faults == {
        ORDER: "Mỗi phương án chỉ được xếp một lần.",
        MATCH: "Mỗi phương án chỉ được ghép với một vế.",
    }


def test_settled_answers_are_sorted_but_for_sequences() -> None:
    answers = {"1": ["d", "a"], "2": [], ORDER: ["d", "a", "c"], MATCH: ["", "a", ""]}
    assert settled(PAPER, TYPES, answers) == {
        "1": ["a", "d"], "2": [], ORDER: ["d", "a", "c"], MATCH: ["", "a"],
    }  # fmt: skip


@given(letters=st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=3))
def test_settling_twice_changes_nothing_and_gaps_alone_are_a_blank(letters: list[str]) -> None:
    once = settled(PAPER, TYPES, {MATCH: letters})
    assert settled(PAPER, TYPES, once) == once
    assert once[MATCH] == letters[: len(once[MATCH])]
    assert merged({MATCH: ["c"]}, once) == ({MATCH: once[MATCH]} if any(letters) else {})


def test_merging_replaces_only_what_changed_and_blank_clears() -> None:
    stored = {"1": ["a"], "2": ["b"], ORDER: ["a", "b"]}
    assert merged(stored, {"2": [], ORDER: ["d", "a"], MATCH: ["", "a"]}) == {
        "1": ["a"], ORDER: ["d", "a"], MATCH: ["", "a"],
    }  # fmt: skip


def test_the_commitment_is_the_hash_of_the_secret() -> None:
    assert seed_commitment("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
