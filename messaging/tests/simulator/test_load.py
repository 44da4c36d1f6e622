"""Many customers at once: what is posted, how failures count, and how the command ends."""

import asyncio
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from messaging.channels.whatsapp.signature import verify_signature
from messaging.simulator import load
from messaging.simulator.load import Load, deliver, planned


def run(account, **how):
    wanted = Load(**how)
    return asyncio.run(deliver(account, planned(account, wanted), wanted))


def test_every_message_is_posted_signed_and_by_its_contact(account, product):
    report = run(account, contacts=3, messages=9)

    assert report.is_complete
    assert len(product.messages) == len({message["id"] for message in product.messages}) == 9
    assert len({message["from"] for message in product.messages}) == 3
    assert all(verify_signature(request.body, request.headers, account.app_secret) for request in product.heard)


def test_duplicates_are_byte_for_byte_the_same(account, product):
    report = run(account, contacts=2, messages=40, duplicates=0.5, seed=4)

    assert len(product.heard) == 40 + report.duplicates
    assert 10 < report.duplicates < 30
    assert len({request.body for request in product.heard}) == 40
    assert report.summary()["acknowledged"] == 40


def test_the_same_seed_sends_the_same_messages(account):
    first, second = (planned(account, Load(contacts=2, messages=5, duplicates=0.3, seed=9)) for _ in range(2))
    other = planned(account, Load(contacts=2, messages=5, seed=10))

    assert first == second
    assert {delivery.wamid for delivery in first}.isdisjoint(delivery.wamid for delivery in other)


def test_shuffling_keeps_all_and_changes_their_order(account):
    ordered = planned(account, Load(contacts=2, messages=30, seed=1))
    shuffled = planned(account, Load(contacts=2, messages=30, seed=1, shuffle=True))

    assert shuffled != ordered
    assert sorted(delivery.wamid for delivery in shuffled) == [delivery.wamid for delivery in ordered]


def test_refusals_are_tried_again_and_counted(account, product, monkeypatch):
    monkeypatch.setattr(load, "PAUSES", (0.01, 0.01))
    product.answers = [500, 503]

    report = run(account, contacts=1, messages=1)

    assert (report.errors, report.is_complete) == (2, True)


def test_a_product_that_is_down_leaves_messages_unacknowledged(account, monkeypatch):
    monkeypatch.setattr(load, "PAUSES", (0.01,))
    account.webhook_url = "http://127.0.0.1:9/"

    report = run(account, contacts=1, messages=2)

    assert (report.errors, len(report.acknowledged), report.is_complete) == (4, 0, False)


def test_the_rate_is_kept(account):
    report = run(account, contacts=1, messages=10, rate=50)

    assert report.seconds >= 9 / 50


@pytest.fixture
def command(channel, product):
    """Runs the command against the writing-down product; the channel is that of the workspace."""

    def called(*options: str) -> dict:
        out = StringIO()
        arguments = ["--workspace", "eagle", "--url", product.url, "--json", *options]
        call_command("simulate_whatsapp", *arguments, stdout=out)
        return json.loads(out.getvalue())

    return called


def test_the_command_prints_its_figures(command, product, channel):
    figures = command("--contacts", "2", "--messages", "5", "--duplicates", "100%", "--clients", "2")

    assert (figures["sent"], figures["acknowledged"], figures["duplicates"], figures["errors"]) == (5, 5, 5, 0)
    assert 0 < figures["ack_median_ms"] <= figures["ack_p99_ms"] <= figures["ack_max_ms"]
    assert {value["metadata"]["phone_number_id"] for value in product.values} == {channel.phone_number_id}


def test_a_dry_run_sends_nothing(command, product):
    assert command("--messages", "7", "--dry-run") == {"sent": 7, "duplicates": 0}
    assert product.heard == []


def test_for_people_it_is_a_table(channel, product):
    out = StringIO()

    call_command("simulate_whatsapp", "--workspace", "eagle", "--url", product.url, "--messages", "2", stdout=out)

    assert "acknowledged" in out.getvalue()


def test_what_was_not_acknowledged_ends_with_1(channel, monkeypatch):
    monkeypatch.setattr(load, "PAUSES", ())

    with pytest.raises(SystemExit) as ended:
        call_command("simulate_whatsapp", "--workspace", "eagle", "--url", "http://127.0.0.1:9/", "--messages", "1")

    assert ended.value.code == 1


@pytest.mark.parametrize(
    "options", [["--workspace", "nobody"], ["--workspace", "eagle", "--channel", "000"]], ids=["workspace", "channel"]
)
def test_without_a_channel_it_cannot_begin(channel, options):
    with pytest.raises(CommandError) as refused:
        call_command("simulate_whatsapp", *options)

    assert refused.value.returncode == 2


def test_in_production_it_wants_to_be_forced(settings, command, product):
    settings.PRODUCTION = True

    with pytest.raises(CommandError):
        command("--messages", "1")
    assert product.heard == []
    assert command("--messages", "1", "--force")["acknowledged"] == 1


@pytest.mark.parametrize("options", [["--duplicates", "1.5"], ["--contacts", "0"], ["--rate", "fast"]])
def test_nonsense_is_refused(command, options):
    with pytest.raises(CommandError):
        command(*options)
