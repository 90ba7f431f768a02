"""Who may compete and in which division: tables and properties, no database."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.eligibility import Eligibility, Person, division_of

YEN = Person("/04/khoi-xa-phuong/01477/", "commune", frozenset({"member", "youth_member"}), 20)


@pytest.mark.parametrize(
    ("conditions", "is_in"),
    [
        ({}, True),
        ({"units": ("01477",)}, True),
        ({"units": ("khoi-xa-phuong",)}, True),
        ({"units": ("1477",)}, False),  # a code is never matched in part
        ({"units": ("01273", "01477")}, True),
        ({"kinds": ("commune", "ward")}, True),
        ({"kinds": ("ward",)}, False),
        ({"memberships": ("youth_member",)}, True),
        ({"memberships": ("trade_union_member",)}, False),
        ({"min_age": 20}, True),
        ({"min_age": 21}, False),
        ({"max_age": 20}, True),
        ({"max_age": 19}, False),
        ({"min_age": 16, "max_age": 35, "kinds": ("commune",)}, True),
        ({"min_age": 16, "kinds": ("ward",)}, False),
    ],
)
def test_conditions(conditions: dict[str, Any], is_in: bool) -> None:
    assert Eligibility(**conditions).admits(YEN) is is_in


def test_an_unknown_age_meets_no_condition_of_age() -> None:
    nobody_knows = Person(YEN.unit_path, YEN.unit_kind)
    assert not Eligibility(min_age=1).admits(nobody_knows)
    assert not Eligibility(max_age=99).admits(nobody_knows)
    assert Eligibility(kinds=("commune",)).admits(nobody_knows)


def test_the_first_division_that_fits() -> None:
    divisions = [Eligibility(kinds=("ward",)), Eligibility(max_age=30), Eligibility()]
    assert division_of(divisions, YEN) == 1
    assert division_of(divisions[:1], YEN) is None


CONDITIONS = st.builds(
    Eligibility,
    units=st.lists(st.sampled_from(["01477", "01273"]), unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(["commune", "ward"]), unique=True).map(tuple),
    memberships=st.lists(st.sampled_from(["member", "leader"]), unique=True).map(tuple),
    min_age=st.none() | st.integers(0, 99),
    max_age=st.none() | st.integers(0, 99),
)


@given(CONDITIONS)
def test_stored_conditions_come_back_the_same(who: Eligibility) -> None:
    assert Eligibility.from_json(who.to_json()) == who
