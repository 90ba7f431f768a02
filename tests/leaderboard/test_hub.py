"""The hub at size: one text for all, one look for everything, bounds, and what it outlives."""

from __future__ import annotations

import asyncio
import gc
import json
import secrets
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError

from contest.errors import NotFound
from contest.events import token_key
from leaderboard import feed
from leaderboard import hub as hub_module
from leaderboard.feed import current, look
from leaderboard.hub import Budget, Event, Hub, TooMany
from tests.conftest import empty_cache

WAIT_S = 20


@dataclass(frozen=True)
class Story:
    """A projection of one word that tests change."""

    round_id: int = 1
    name: str = "story"
    state: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def key(self) -> str:
        return f"{self.name}:{self.round_id}"

    def body(self) -> dict[str, Any]:
        self.state["computed"] = self.state.get("computed", 0) + 1
        time.sleep(self.state.get("takes_s", 0))
        if fault := self.state.get("fault"):
            raise fault
        return {"type": "story", "word": self.state.get("word", "một")}

    def tell(self, word: str) -> None:
        """Change, and wake whoever watches."""
        self.state["word"] = word
        cache.set(token_key(self.round_id), secrets.token_hex(4))


class Ear:
    """The ``send`` of a socket: keeps what it was sent; ``slow`` is waited for each time."""

    def __init__(self, slow: asyncio.Event | None = None) -> None:
        self.events: list[Event] = []
        self.slow = slow

    async def __call__(self, event: Event) -> None:
        self.events.append(event)
        if self.slow is not None:
            await self.slow.wait()

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(event["text"]) for event in self.events if "text" in event]

    @property
    def words(self) -> list[str]:
        return [frame["word"] for frame in self.frames]

    @property
    def version(self) -> int:
        return self.frames[-1]["version"] if self.events else 0


@pytest.fixture
def new_hub() -> Iterator[Callable[[], Hub]]:
    made: list[Hub] = []

    def make() -> Hub:
        made.append(Hub())
        return made[-1]

    yield make
    for each in made:
        each._threads.shutdown()


@pytest.fixture
def hub(new_hub: Callable[[], Hub]) -> Hub:
    return new_hub()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not holds():
            await asyncio.sleep(0.01)


async def watch(stack: AsyncExitStack, hub: Hub, story: Story, count: int = 1) -> list[Ear]:
    ears = [Ear() for _ in range(count)]
    for ear in ears:
        await stack.enter_async_context(hub.watching(story, ear))
    await until(lambda: all(ear.events for ear in ears))
    return ears


# -- one text, one look ------------------------------------------------------------------------


async def test_a_change_is_computed_and_encoded_once_for_everybody(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        ears = await watch(stack, hub, story, 500)
        computed = story.state["computed"]
        story.tell("hai")
        await until(lambda: all(ear.words[-1] == "hai" for ear in ears))
        assert story.state["computed"] == computed + 1
        assert len({id(ear.events[-1]) for ear in ears}) == 1
        assert {len(ear.events) for ear in ears} == {2}


class Counting:
    """The cache, and how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, verb: str) -> Any:
        self.asked.append(verb)
        return getattr(cache, verb)


@pytest.mark.parametrize("count", [1, 60])
def test_a_look_is_one_read_whatever_is_watched(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = [Story(round_id=number % 7, name=f"story{number}") for number in range(count)]
    versions = {story: current(story).version for story in stories}
    counting = Counting()
    monkeypatch.setattr(feed, "cache", counting)
    sights = look(stories)
    assert counting.asked == ["get_many"]
    assert {story: sight.version for story, sight in sights.items()} == versions
    assert all(sight.due_in_s > 0 for sight in sights.values())


async def test_what_nobody_watches_is_not_computed(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        await watch(stack, hub, story)
    computed = story.state["computed"]
    story.tell("hai")
    await asyncio.sleep(1)
    assert story.state["computed"] == computed


# -- who joins and leaves ----------------------------------------------------------------------


async def test_who_joins_during_a_broadcast_gets_exactly_the_newest(hub: Hub) -> None:
    story, gate = Story(), asyncio.Event()
    async with AsyncExitStack() as stack:
        [early] = await watch(stack, hub, story)
        slow = Ear(gate)
        gate.set()
        await stack.enter_async_context(hub.watching(story, slow))
        gate.clear()
        story.tell("hai")
        await until(lambda: len(slow.events) == 2)  # the broadcast stands here
        late = Ear()
        await stack.enter_async_context(hub.watching(story, late))
        assert late.words == ["hai"]
        story.tell("ba")
        gate.set()
        await until(lambda: late.words[-1] == early.words[-1] == "ba")
        assert (late.words, slow.words) == (["hai", "ba"], ["một", "hai", "ba"])


async def test_a_broadcast_waits_for_itself_and_holds_up_no_other_board(hub: Hub) -> None:
    stuck, other, gate = Story(name="stuck"), Story(name="other"), asyncio.Event()
    async with AsyncExitStack() as stack:
        gate.set()
        slow = Ear(gate)
        await stack.enter_async_context(hub.watching(stuck, slow))
        [ear] = await watch(stack, hub, other)
        await until(lambda: slow.events != [])
        gate.clear()
        stuck.tell("hai")
        await until(lambda: slow.words[-1] == "hai")  # its broadcast stands here
        stuck.tell("ba")
        for word in ("hai", "ba"):
            other.tell(word)
            await until(lambda word=word: ear.words[-1] == word)
        assert slow.words == ["một", "hai"]
        gate.set()
        await until(lambda: slow.words == ["một", "hai", "ba"])


async def test_ten_thousand_sockets_that_come_and_go_leave_nothing_behind(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        [ear] = await watch(stack, hub, story)
        gone = []
        for _ in range(10_000):
            passing = Ear()
            gone.append(weakref.ref(passing))
            async with hub.watching(story, passing):
                assert len(passing.events) == 1
        del passing
        story.tell("hai")
        await until(lambda: ear.words[-1] == "hai")
        gc.collect()
        assert not any(each() for each in gone)
    for number in range(300):  # each the first and the last of its board
        async with hub.watching(Story(name=f"story{number}"), Ear()):
            pass
    await until(lambda: len(asyncio.all_tasks()) == 1)
    assert (hub._watched, hub._computing) == ({}, set())


async def test_a_failing_socket_harms_nobody(hub: Hub) -> None:
    class Broken(Ear):
        async def __call__(self, event: Event) -> None:
            await super().__call__(event)
            raise ConnectionError

    story = Story()
    async with AsyncExitStack() as stack:
        broken = Broken()
        await stack.enter_async_context(hub.watching(story, broken))
        ears = await watch(stack, hub, story, 20)
        story.tell("hai")
        await until(lambda: all(ear.words[-1] == "hai" for ear in ears))
        assert broken.words == ["một", "hai"]


async def test_a_board_that_is_no_more_ends_with_a_code(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        ears = await watch(stack, hub, story, 20)
        story.state["fault"] = NotFound()
        story.tell("hai")
        await until(lambda: all(len(ear.events) == 2 for ear in ears))
        assert {ear.events[-1]["code"] for ear in ears} == {4404}
        assert hub._watched == {}


# -- bounds ------------------------------------------------------------------------------------


async def test_a_process_watches_only_so_many_boards(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "MOST_WATCHED", 2)
    first, second, third = (Story(name=name) for name in ("a", "b", "c"))
    async with AsyncExitStack() as stack:
        await watch(stack, hub, first)
        async with hub.watching(second, Ear()):
            with pytest.raises(TooMany):
                async with hub.watching(third, Ear()):
                    pass
            await watch(stack, hub, first)  # what is watched already takes no place
        await watch(stack, hub, third)


def test_a_budget_is_spent_saved_and_overdrawn() -> None:
    budget = Budget(0.25, 0.5, now=1000.0)
    budget.spend(1.0)  # half a second more than there was
    assert budget.is_empty(1000.0)
    assert budget.is_empty(1001.9)
    assert not budget.is_empty(1002.1)
    assert not budget.is_empty(9000.0)
    budget.spend(0.6)  # no more than half a second was saved
    assert budget.is_empty(9000.0)


async def test_an_empty_budget_makes_boards_rarer_but_opens_new_ones(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        [ear] = await watch(stack, hub, story)
        hub._budget.spend(1000)
        story.tell("hai")
        assert (await watch(stack, hub, Story(name="other")))[0].words == ["một"]
        await asyncio.sleep(1.5)
        assert ear.words == ["một"]
        hub._budget.spend(-1000)
        await until(lambda: ear.words == ["một", "hai"])


# -- versions, caches and databases that fail --------------------------------------------------


async def test_two_processes_over_one_cache_send_the_same(new_hub: Callable[[], Hub]) -> None:
    story = Story(state={"takes_s": 0.2})  # long enough for both to find it due
    async with AsyncExitStack() as stack:
        ears = [*await watch(stack, new_hub(), story, 3), *await watch(stack, new_hub(), story, 3)]
        for word in ("hai", "ba", "tư"):
            story.tell(word)
            await until(lambda word=word: all(ear.words[-1] == word for ear in ears))
            assert len({ear.events[-1]["text"] for ear in ears}) == 1
        assert story.state["computed"] == 4  # one process computes for both, the other waits


async def test_versions_never_go_back_when_everything_was_lost(
    new_hub: Callable[[], Hub],
) -> None:
    """As when server and cache restart together."""
    story = Story()
    async with AsyncExitStack() as stack:
        [before] = await watch(stack, new_hub(), story)
        empty_cache()
        [after] = await watch(stack, new_hub(), story)
        assert after.version >= before.version


async def test_a_cache_that_forgets_or_comes_back_older_is_overtaken(hub: Hub) -> None:
    story = Story()
    async with AsyncExitStack() as stack:
        [ear] = await watch(stack, hub, story)
        sent = ear.version
        old_head, old_text = cache.get(story.key), cache.get(f"{story.key}:text")
        story.tell("hai")
        await until(lambda: ear.words[-1] == "hai")
        story.state["word"] = "một"  # and back again, while the cache was away
        older = feed.Head(sent - 5000, *_rest(old_head))
        cache.set_many({story.key: older, f"{story.key}:text": (sent - 5000, old_text[1])})
        await until(lambda: ear.words == ["một", "hai", "một"])
        versions = [frame["version"] for frame in ear.frames]
        assert versions == sorted(set(versions))


def _rest(head: feed.Head) -> tuple[Any, ...]:
    return (head.digest, head.token, head.computed_at, head.took_s)


class Away:
    """A cache that nobody reaches."""

    def __getattr__(self, verb: str) -> Any:
        def refuse(*_: Any) -> None:
            raise ConnectionError("connection refused")

        return refuse


async def test_boards_go_on_after_the_cache_failed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RETRY_S", 0.3)
    story = Story()
    async with AsyncExitStack() as stack:
        [ear] = await watch(stack, hub, story)
        with monkeypatch.context() as away:
            away.setattr(feed, "cache", Away())
            story.tell("hai")
            await asyncio.sleep(1)
            assert ear.words == ["một"]
        await until(lambda: ear.words == ["một", "hai"])


async def test_boards_go_on_after_the_database_was_away(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RETRY_S", 1.5)
    story = Story()
    async with AsyncExitStack() as stack:
        [ear] = await watch(stack, hub, story)
        story.state["fault"] = OperationalError("server closed the connection")
        story.tell("hai")
        computed = story.state["computed"]
        await until(lambda: story.state["computed"] > computed)
        await asyncio.sleep(1)
        assert story.state["computed"] == computed + 1  # it is tried again, but not all the time
        del story.state["fault"]
        await until(lambda: ear.words[-1] == "hai")


def test_a_stored_text_of_another_release_is_made_anew() -> None:
    story = Story()
    cache.set_many({story.key: "something else", f"{story.key}:text": (1, "{}")})
    assert json.loads(current(story).text)["word"] == "một"


def test_equal_versions_are_equal_texts() -> None:
    """A text is a function of version and content: whoever made it, ETags tell the truth."""
    story = Story()
    first = current(story)
    head = cache.get(story.key)
    empty_cache()
    cache.set(story.key, feed.Head(head.version, head.digest, "", head.computed_at - 60, ()))
    assert current(story).text == first.text


def test_a_reader_who_is_ahead_gets_a_newer_version() -> None:
    story = Story()
    ahead = current(story).version + 5000
    assert current(story, ahead).version > ahead
