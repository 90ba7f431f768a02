"""The JSON contract of competing, through HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from contest.models import Attempt, Round
from contest.phases import GRACE
from tests.factories import make_person, make_round, right_answers


@pytest.fixture
def round(ha: User) -> Round:
    """Open around the real now: these tests go through views, which read the clock."""
    return make_round(ha, timezone.now())


def send(client: Client, method: str, path: str, body: Any = None) -> Any:
    if method == "get":
        return client.get(f"/api/v1/{path}")
    call = getattr(client, method)
    return call(f"/api/v1/{path}", json.dumps(body or {}), content_type="application/json")


@pytest.fixture
def started(yen_client: Client, round: Round) -> dict[str, Any]:
    return send(yen_client, "post", f"rounds/{round.pk}/attempts").json()


# -- rounds -----------------------------------------------------------------------------------


def test_contests_list_their_published_rounds(client: Client, round: Round) -> None:
    (contest,) = client.get("/api/v1/contests").json()
    assert contest["title"] == round.contest.title
    assert [(r["id"], r["state"]) for r in contest["rounds"]] == [(round.pk, "open")]


def test_a_round_for_a_visitor(client: Client, round: Round) -> None:
    body = client.get(f"/api/v1/rounds/{round.pk}").json()
    assert (body["state"], body["questions"], body["time_limit_s"]) == ("open", 5, 600)
    assert len(body["seed_commitment"]) == 64
    assert body["me"] is None
    assert datetime.fromisoformat(body["server_time"]).tzinfo is not None


def test_a_round_for_somebody_signed_in_says_what_they_may_do(
    yen_client: Client, round: Round, started: dict[str, Any]
) -> None:
    me = yen_client.get(f"/api/v1/rounds/{round.pk}").json()["me"]
    assert (me["in_progress"], me["attempts_left"], me["start_refusal"]) == (started["id"], 1, None)


def test_the_secret_of_a_round_never_leaves(client: Client, round: Round) -> None:
    assert round.secret not in client.get(f"/api/v1/rounds/{round.pk}").content.decode()


def test_drafts_do_not_exist_for_the_public(client: Client, round: Round) -> None:
    Round.objects.update(published_at=None)
    answer = client.get(f"/api/v1/rounds/{round.pk}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert client.get("/api/v1/contests").json() == []


# -- start, resume ----------------------------------------------------------------------------


def test_start_is_201_then_200_with_the_same_attempt(yen_client: Client, round: Round) -> None:
    first = send(yen_client, "post", f"rounds/{round.pk}/attempts")
    again = send(yen_client, "post", f"rounds/{round.pk}/attempts")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["paper"] == again.json()["paper"]
    assert first.json()["id"] == again.json()["id"]


def test_the_paper_holds_what_the_contract_names_and_nothing_else(
    started: dict[str, Any],
) -> None:
    item = started["paper"][0]
    assert set(item) == {
        "number", "type", "stem", "choices", "prompts", "points", "programme",
    }  # fmt: skip
    assert item["prompts"] == []
    assert [choice["key"] for choice in item["choices"]] == ["a", "b", "c", "d"]
    assert [item["number"] for item in started["paper"]] == [1, 2, 3, 4, 5]
    assert started["rev"] == 0
    assert started["answers"] == {}


def test_c1_get_gives_everything_to_go_on_from_another_device(
    yen: User, yen_client: Client, started: dict[str, Any]
) -> None:
    send(
        yen_client, "patch", f"attempts/{started['id']}/answers",
        {"rev": 1, "answers": {"2": ["c"]}},
    )  # fmt: skip
    other_device = Client()
    other_device.force_login(yen)
    resumed = other_device.get(f"/api/v1/attempts/{started['id']}").json()
    assert resumed["paper"] == started["paper"]
    assert resumed["deadline"] == started["deadline"]
    assert (resumed["answers"], resumed["rev"]) == ({"2": ["c"]}, 1)


def test_q2_the_letters_stay_whoever_asks_again(
    yen_client: Client, started: dict[str, Any]
) -> None:
    path = f"/api/v1/attempts/{started['id']}"
    papers = [yen_client.get(path).json()["paper"] for _ in range(3)]
    assert papers == [started["paper"]] * 3


# -- save -------------------------------------------------------------------------------------


def test_save_answers_with_rev_and_stored_answers(
    yen_client: Client, started: dict[str, Any]
) -> None:
    path = f"attempts/{started['id']}/answers"
    body = send(yen_client, "patch", path, {"rev": 1, "answers": {"1": ["b"]}}).json()
    assert (body["rev"], body["answers"]) == (1, {"1": ["b"]})


def test_d2_a_replay_is_answered_again(yen_client: Client, started: dict[str, Any]) -> None:
    path = f"attempts/{started['id']}/answers"
    change = {"rev": 1, "answers": {"1": ["b"]}}
    answers = [send(yen_client, "patch", path, change) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 200]
    assert len(Attempt.objects.get().journal) == 1


def test_d4_a_stale_tab_gets_409_with_the_stored_state(
    yen_client: Client, started: dict[str, Any]
) -> None:
    path = f"attempts/{started['id']}/answers"
    send(yen_client, "patch", path, {"rev": 2, "answers": {"1": ["b"]}})
    answer = send(yen_client, "patch", path, {"rev": 1, "answers": {"1": []}})
    body = answer.json()
    assert (answer.status_code, body["error"]["code"]) == (409, "stale_rev")
    assert (body["rev"], body["answers"]) == (2, {"1": ["b"]})


def test_c5_after_the_deadline_a_save_is_409_and_says_why(
    yen_client: Client, started: dict[str, Any]
) -> None:
    Attempt.objects.update(deadline=timezone.now() - GRACE - timedelta(seconds=1))
    answer = send(
        yen_client, "patch", f"attempts/{started['id']}/answers",
        {"rev": 1, "answers": {"1": ["b"]}},
    )  # fmt: skip
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "attempt_closed")
    assert "không được nhận" in error["message"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"rev": 1, "answers": {"9": ["a"]}}, "invalid_answers", "9"),
        ({"rev": 1, "answers": {"1": ["z"]}}, "invalid_answers", "1"),
        ({"rev": 0, "answers": {}}, "invalid_input", "body.rev"),
        ({"answers": {}}, "invalid_input", "body.rev"),
        ({"rev": 1, "answers": {"1": "a"}}, "invalid_input", "body.answers.1"),
        ({"rev": 1, "answers": {"1": ["ab"]}}, "invalid_input", "body.answers.1.0"),
    ],
)
def test_bad_saves_are_422_and_name_the_field(
    yen_client: Client, started: dict[str, Any], body: Any, code: str, field: str
) -> None:
    answer = send(yen_client, "patch", f"attempts/{started['id']}/answers", body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == code
    assert field in error["fields"]


def test_text_that_is_no_json_is_refused_in_the_same_shape(
    yen_client: Client, started: dict[str, Any]
) -> None:
    answer = yen_client.patch(
        f"/api/v1/attempts/{started['id']}/answers", "{", content_type="application/json"
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


# -- finish -----------------------------------------------------------------------------------


def test_finish_answers_with_the_result_and_again_with_the_same(
    yen_client: Client, started: dict[str, Any]
) -> None:
    answers = right_answers(Attempt.objects.get().paper, 4)
    body = {"rev": 1, "answers": answers, "prediction": "61.500"}
    first = send(yen_client, "post", f"attempts/{started['id']}/finish", body).json()
    again = send(yen_client, "post", f"attempts/{started['id']}/finish", body).json()
    assert first == again
    assert (first["points"], first["correct"], first["total"]) == (4, 4, 5)
    assert (first["place"], first["provisional"], first["closed_by"]) == (1, True, "person")
    assert Attempt.objects.get().prediction == 61500


def test_a_prediction_that_is_no_number_is_422_and_nothing_closes(
    yen_client: Client, started: dict[str, Any]
) -> None:
    body = {"rev": 1, "answers": {}, "prediction": "nhiều"}
    answer = send(yen_client, "post", f"attempts/{started['id']}/finish", body)
    assert answer.status_code == 422
    assert "prediction" in answer.json()["error"]["fields"]
    assert Attempt.objects.get().state == Attempt.State.IN_PROGRESS


def test_d5_after_finishing_a_save_is_409(yen_client: Client, started: dict[str, Any]) -> None:
    send(yen_client, "post", f"attempts/{started['id']}/finish", {"rev": 1})
    answer = send(
        yen_client, "patch", f"attempts/{started['id']}/answers",
        {"rev": 2, "answers": {"1": ["a"]}},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "attempt_closed")
    assert Attempt.objects.get().answers == {}


def test_starting_after_the_last_attempt_is_409(yen_client: Client, round: Round) -> None:
    for _ in range(2):
        attempt = send(yen_client, "post", f"rounds/{round.pk}/attempts").json()
        send(yen_client, "post", f"attempts/{attempt['id']}/finish", {"rev": 1})
    answer = send(yen_client, "post", f"rounds/{round.pk}/attempts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "attempts_used")


# -- what must not leak, and who may not look ---------------------------------------------------

SECRETS = ("giải thích bí mật", "trích dẫn bí mật", "explanation", "answer_key", "quote", "clause")


def test_q1_no_key_explanation_or_hint_before_its_time(
    yen_client: Client, ha: User, round: Round, started: dict[str, Any]
) -> None:
    """For every role and on every surface, while the round is open, finished or not."""
    organiser = Client()
    organiser.force_login(ha)
    own = send(organiser, "post", f"rounds/{round.pk}/attempts").json()["id"]
    send(yen_client, "post", f"attempts/{started['id']}/finish", {"rev": 1})
    answers = [
        yen_client.get(f"/api/v1/attempts/{started['id']}"),
        yen_client.get(f"/attempts/{started['id']}/"),
        organiser.get(f"/api/v1/attempts/{own}"),
        organiser.get(f"/attempts/{own}/"),
        send(organiser, "post", f"attempts/{own}/finish", {"rev": 1}),
        organiser.get(f"/attempts/{own}/"),
        yen_client.get(f"/api/v1/rounds/{round.pk}"),
        yen_client.get(f"/api/v1/rounds/{round.pk}/board"),
        yen_client.get("/api/v1/contests"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        text = answer.content.decode()
        assert [secret for secret in SECRETS[:2] if secret in text] == []
    assert yen_client.get(f"/api/v1/attempts/{started['id']}").json()["solutions"] is None


def test_q1_choices_carry_no_trace_of_the_order_in_the_bank(started: dict[str, Any]) -> None:
    """Keys say only where a choice stands on this paper."""
    attempt = Attempt.objects.get()
    assert any(item["c"] != sorted(item["c"]) for item in attempt.paper)
    assert all(
        [choice["key"] for choice in item["choices"]] == list("abcd")[: len(item["choices"])]
        for item in started["paper"]
    )


def test_t3_solutions_come_only_after_the_grace_of_the_close(
    yen_client: Client, round: Round, started: dict[str, Any]
) -> None:
    send(yen_client, "post", f"attempts/{started['id']}/finish", {"rev": 1})
    path = f"/api/v1/attempts/{started['id']}"
    Round.objects.update(closes_at=timezone.now())
    assert yen_client.get(path).json()["solutions"] is None
    Round.objects.update(closes_at=timezone.now() - GRACE)
    solutions = yen_client.get(path).json()["solutions"]
    assert [s["number"] for s in solutions] == [1, 2, 3, 4, 5]
    assert solutions[0]["explanation"].startswith("giải thích bí mật")


STRANGER_CALLS = [
    ("get", "attempts/{id}"),
    ("patch", "attempts/{id}/answers"),
    ("post", "attempts/{id}/finish"),
]


@pytest.mark.parametrize(("method", "path"), STRANGER_CALLS)
def test_a_stranger_sees_nothing_of_an_attempt(
    tai: User, started: dict[str, Any], method: str, path: str
) -> None:
    stranger = Client()
    stranger.force_login(tai)
    answer = send(stranger, method, path.format(**started), {"rev": 1, "answers": {}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert Attempt.objects.get().rev == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [*STRANGER_CALLS, ("post", "rounds/{round}/attempts"), ("get", "rounds/{round}/board/me")],
)
def test_signed_out_is_401(client: Client, started: dict[str, Any], method: str, path: str) -> None:
    answer = send(client, method, path.format(**started), {"rev": 1, "answers": {}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")


def test_a_write_without_csrf_token_is_refused(yen: User, round: Round) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(yen)
    answer = send(client, "post", f"rounds/{round.pk}/attempts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf_failed")


def test_limits_are_per_account_so_a_hall_behind_one_address_gets_in(
    round: Round, commune: Any
) -> None:
    """C7 in small: many people, one address, no refusal; one account that floods is stopped."""
    for number in range(70):
        client = Client(REMOTE_ADDR="203.0.113.7")
        client.force_login(make_person(f"p{number}", f"Người {number}", commune))
        assert send(client, "post", f"rounds/{round.pk}/attempts").status_code == 201
    flood = [send(client, "post", f"rounds/{round.pk}/attempts").status_code for _ in range(61)]
    assert flood[-1] == 429
    assert flood[:50] == [200] * 50


def test_t12_times_are_instants_with_offset_whatever_the_server_zone(
    client: Client, round: Round
) -> None:
    Round.objects.update(
        opens_at=datetime(2026, 3, 9, 2, 0, tzinfo=UTC),
        closes_at=datetime(2026, 3, 16, 2, 0, tzinfo=UTC),
    )
    body = client.get(f"/api/v1/rounds/{round.pk}").json()
    assert datetime.fromisoformat(body["opens_at"]) == datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def test_openapi_is_served_and_names_every_call(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths) >= {
        "/api/v1/contests",
        "/api/v1/rounds/{round_id}",
        "/api/v1/rounds/{round_id}/attempts",
        "/api/v1/attempts/{attempt_id}",
        "/api/v1/attempts/{attempt_id}/answers",
        "/api/v1/attempts/{attempt_id}/finish",
        "/api/v1/rounds/{round_id}/board",
        "/api/v1/rounds/{round_id}/board/me",
        "/api/v1/units",
    }


def test_a_browser_keeps_its_random_name(yen_client: Client, tai: User, round: Round) -> None:
    yen_client.post(f"/api/v1/rounds/{round.pk}/attempts")
    name = yen_client.cookies["device"].value
    yen_client.force_login(tai)  # the same phone, handed on
    yen_client.post(f"/api/v1/rounds/{round.pk}/attempts")
    assert len(name) == 32
    assert list(Attempt.objects.values_list("device", flat=True)) == [name, name]


def test_an_invented_name_is_not_taken(yen_client: Client, round: Round) -> None:
    yen_client.cookies["device"] = "x" * 400
    yen_client.post(f"/api/v1/rounds/{round.pk}/attempts")
    assert Attempt.objects.get().device == yen_client.cookies["device"].value != "x" * 400
