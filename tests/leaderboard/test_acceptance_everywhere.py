"""What must be on no surface: people on duty (R6), keys (Q1), names that are hidden (O5)."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Affiliation, Unit, User
from contest.attempts import start_attempt
from contest.models import Attempt, Exclusion, Round
from contest.results.finalising import finalise_round
from contest.visibility import Names
from leaderboard.feed import current
from leaderboard.live import RoundNotices
from leaderboard.projections import BoardProjection
from tests.conftest import empty_cache
from tests.factories import make_person, make_round, make_unit
from tests.leaderboard.staging import read_all, surfaces, take
from tests.leaderboard.test_names import close, every_address

HOUR = timedelta(hours=1)
SECRETS = ("giải thích bí mật", "trích dẫn bí mật")


@pytest.fixture
def open_round(ha: User) -> Round:
    return make_round(ha, timezone.now())


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def body_of(client: Client, address: str) -> str:
    answer: Any = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


# -- R6 ------------------------------------------------------------------------------------------


def practise(round: Round, ha: User, commune: Unit) -> User:
    """Somebody on duty, somebody left out by name, and somebody to test with."""
    started = timezone.now() - timedelta(minutes=20)
    helper = make_person("thu-ky", "Tô Thị Thư Ký", commune)
    Exclusion.objects.create(contest=round.contest, user=helper, role="Tổ Thư ký")
    test = make_person("thu", "Tài Khoản Thử", make_unit("thu", "Đơn vị Thử"), is_staff=True)
    for user in (ha, helper, test):
        take(user, round, started, 5)
    return test


def test_r6_practice_changes_nothing_that_anybody_reads(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit
) -> None:
    """Boards, pages of units, rounds and contests, statistics: word for word."""
    at = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, at, 4)
    take(tai, open_round, at, 3)
    anybody, public = Client(), surfaces(open_round, "01477", "01273")
    desk = client_of(make_person("thach", "Hoàng Văn Thạch", commune, is_superuser=True))
    figures = [
        f"/organiser/rounds/{open_round.pk}/regrades/",
        f"/organiser/rounds/{open_round.pk}/irregularities/",
        "/organiser/coverage/",
    ]
    before = read_all(anybody, public), read_all(desk, figures)
    assert all(text.startswith("200") for text in before[1].values())
    test = practise(open_round, ha, commune)
    start_attempt(user=test, round=open_round, now=timezone.now())
    after = read_all(anybody, public), read_all(desk, figures)
    for earlier, later in zip(before, after, strict=True):
        assert [address for address in earlier if earlier[address] != later[address]] == []


def test_r6_nor_do_final_figures_and_exports_have_them(
    open_round: Round, ha: User, yen: User, tai: User, commune: Unit
) -> None:
    at = timezone.now() - timedelta(minutes=30)
    take(yen, open_round, at, 4)
    take(tai, open_round, at, 3)
    practise(open_round, ha, commune)
    close(open_round)
    result = finalise_round(actor=ha, round=open_round, now=timezone.now())
    names = ("entrants", "attempts", "perfect", "units")
    assert [result.figures[name] for name in names] == [2, 2, 0, 2]
    assert sum(result.figures["bands"].values()) == 2
    files = exports(open_round, ha)
    assert [row["Họ và tên"] for row in table_of(files["csv"])] == [yen.full_name, tai.full_name]
    lines = [json.loads(line) for line in files["jsonl"].splitlines()]
    assert len(lines) == 3  # a header and two rows
    for text in files.values():
        assert not [name for name in ("Thư Ký", "Tài Khoản Thử", "Đơn vị Thử") if name in text]


def exports(round: Round, organiser: User) -> dict[str, str]:
    """The files of a final round: the published one, and the table for organisers."""
    number = round.results.latest("number").number
    jsonl = f"/c/{round.contest.slug}/{round.number}/results/{number}.jsonl"
    desk = client_of(organiser)
    answer: Any = desk.post(
        f"/organiser/rounds/{round.pk}/dossier/file/", {"format": "csv", "profile": "state"}
    )
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return {"jsonl": body_of(Client(), jsonl), "csv": content.decode("utf-8-sig")}


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


# -- Q1 ------------------------------------------------------------------------------------------


def test_q1_no_explanation_for_anybody_before_the_close(
    open_round: Round, yen: User, tai: User, commune: Unit, ward: Unit
) -> None:
    """Every address of the site, for visitors, for who works, has finished or leads a unit."""
    at = timezone.now() - timedelta(minutes=5)
    done = take(yen, open_round, at, 4)
    running, _ = start_attempt(user=tai, round=open_round, now=at)
    leader = make_person("vi", "Ma Văn Vi", ward)
    Affiliation.objects.create(user=leader, unit=ward, role=Affiliation.Role.LEADER)
    clients = {user.username: client_of(user) for user in (yen, tai, leader)} | {"": Client()}
    told = []
    for name, client in clients.items():
        empty_cache()
        for attempt in (done, running):
            for address in every_address(open_round, attempt, commune):
                text = body_of(client, address)
                told += [(name, address) for secret in SECRETS if secret in text]
    assert told == []
    assert "bí mật" not in sent_by_sockets(open_round)
    assert body_of(clients["tai"], f"/api/v1/attempts/{running.pk}").count('"stem"') == 5


def test_q1_the_walk_finds_what_opens_with_the_close(open_round: Round, yen: User) -> None:
    done = take(yen, open_round, timezone.now() - timedelta(minutes=5), 4)
    Round.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    text = body_of(client_of(yen), f"/api/v1/attempts/{done.pk}")
    assert [secret in text for secret in SECRETS] == [True, True]


def sent_by_sockets(round: Round) -> str:
    """Everything that sockets of the round send to whoever listens."""
    boards = "".join(current(BoardProjection(round.pk, by)).text for by in ("people", "units"))
    return boards + current(RoundNotices(round.pk)).text


# -- O5 ------------------------------------------------------------------------------------------


def test_o5_files_and_certificates_hold_no_hidden_name(ha: User, yen: User, tai: User) -> None:
    """The published file names nobody at all, the table what the round allows, certificates and
    their pictures are the owner's."""
    round = make_round(ha, timezone.now() - HOUR, names_shown=Names.HIDDEN)
    done = take(yen, round, timezone.now() - HOUR, 5)
    close(round)
    finalise_round(actor=ha, round=round, now=timezone.now())
    files = exports(round, ha)
    assert yen.full_name not in files["jsonl"]
    assert "H. T. Yến" not in files["jsonl"]
    assert [row["Họ và tên"] for row in table_of(files["csv"])] == [
        f"Người dự thi số {done.entry_id}"
    ]
    for address in (certificate(done), f"/verify/{done.receipt}/certificate.png"):
        assert client_of(tai).get(address).status_code == 403
        assert Client().get(address).status_code == 403
        assert client_of(yen).get(address).status_code == 200
    assert yen.full_name not in sent_by_sockets(round)


def certificate(attempt: Attempt) -> str:
    return f"/verify/{attempt.receipt}/certificate/"
