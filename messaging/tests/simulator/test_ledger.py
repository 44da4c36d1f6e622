"""The ledger: on disk before anyone is told, whole lines only, and countable."""

import os
from pathlib import Path

import pytest

from messaging.simulator.provider.ledger import Ledger, read_ledger, sends_by_callback

from .conftest import text_to


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def watch_fsync(monkeypatch, told) -> None:
    """Calls `told` after each fsync."""
    fsync = os.fsync

    def watched(number: int) -> None:
        fsync(number)
        told()

    monkeypatch.setattr(os, "fsync", watched)


def test_a_line_is_synced_to_disk_when_append_returns(path, monkeypatch):
    synced: list[bytes] = []
    watch_fsync(monkeypatch, lambda: synced.append(path.read_bytes()))

    Ledger(path).append("send", callback="one")

    assert b'"callback": "one"' in synced[-1]


def test_the_answer_comes_after_the_line_is_on_disk(api, provider, maya, monkeypatch):
    order: list[str] = []
    maya.sends_text("Pagi")
    assert provider.settle()
    watch_fsync(monkeypatch, lambda: order.append("synced"))

    api.post("/100200300/messages", json=text_to(biz_opaque_callback_data="one"))
    order.append("answered")

    assert order.index("synced") < order.index("answered")
    assert sends_by_callback(provider.ledger()) == {"one": 1}


def test_a_line_is_there_even_when_the_answer_is_never_given(api, provider, maya):
    maya.sends_text("Pagi")
    provider.reset_next(accepted=True)

    with pytest.raises(Exception, match=r"reset|disconnected"):
        api.post("/100200300/messages", json=text_to(biz_opaque_callback_data="one"))

    assert sends_by_callback(provider.ledger()) == {"one": 1}


def test_what_got_through_twice_is_counted(api, provider, maya):
    maya.sends_text("Pagi")

    for callback in ("one", "two", "two"):
        api.post("/100200300/messages", json=text_to(biz_opaque_callback_data=callback))

    assert provider.sent_twice() == {"two": 2}


def test_half_a_line_of_a_crash_is_dropped_and_numbers_go_on(path):
    Ledger(path).append("send", callback="one")
    with path.open("ab") as file:
        file.write(b'{"seq": 2, "kind": "se')
    assert [line["seq"] for line in read_ledger(path)] == [1]

    Ledger(path).append("send", callback="two")

    assert [(line["seq"], line["callback"]) for line in read_ledger(path)] == [(1, "one"), (2, "two")]


def test_every_webhook_stands_in_it_with_its_fate(provider, maya, product):
    product.answers = [500]

    maya.sends_text("Pagi")
    provider.settle()

    kinds = [(line["kind"], line.get("attempt")) for line in provider.ledger()]
    assert kinds == [("webhook", None), ("webhook_acknowledged", 2)]
