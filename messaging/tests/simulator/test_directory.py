"""What the stand-in learns from the product's tables, and the clock that both share."""

from datetime import UTC, datetime, timedelta

import pytest

from conftest import add_channel
from helpdesk.accounts.tenancy import workspace_scope
from messaging.models import Address, Contact, Conversation, Message
from messaging.simulator import directory
from messaging.simulator.clock import shift_window
from messaging.simulator.facts import facts_about

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
HERE = "http://127.0.0.1:8999"


@pytest.fixture
def known(settings, monkeypatch, workspace, agent):
    """A simulated channel with one conversation, and one of a real provider."""
    settings.SIMULATOR_URL = HERE
    # The stand-in asks on threads of its own; here it must not close the test's connection.
    monkeypatch.setattr(directory.connection, "close", lambda: None)
    channel = add_channel(workspace, "100200300", base_url=HERE + "/", phone="+62 21 5000 1000")
    add_channel(workspace, "55", base_url="https://graph.facebook.com")
    with workspace_scope(workspace):
        contact = Contact.objects.create(workspace=workspace, name="Maya", notes="Café owner\nlong story")
        address = Address.objects.create(workspace=workspace, contact=contact, kind="whatsapp", phone="+62811")
        conversation = Conversation.objects.create(
            workspace=workspace,
            number=7,
            contact=contact,
            channel=channel,
            address=address,
            assignee=agent,
            last_message_at=AT,
            last_inbound_at=AT,
        )
        shared = {"workspace": workspace, "conversation": conversation, "channel": channel, "provider_time": AT}
        asked = Message.objects.create(**shared, direction="in", kind="text", text="Pagi", external_id="wamid.in")
        Message.objects.create(**shared, direction="internal", kind="note", text="Careful")
        Message.objects.create(**shared, direction="out", kind="text", text="Soon", state="queued")
        Message.objects.create(
            **shared,
            direction="out",
            kind="text",
            text="Siap",
            state="read",
            external_id="wamid.out",
            quoted=asked,
            reactions=[{"side": "in", "emoji": "👍"}],
        )
    return conversation


def test_simulated_channels_come_with_their_customers_and_history(known, workspace):
    (account,) = directory.DatabaseDirectory().accounts()

    assert (account["phone_number_id"], account["token"]) == ("100200300", "access-token")
    assert account["display_phone_number"] == "622150001000"
    assert account["webhook_url"].endswith(f"/webhooks/whatsapp/{known.channel.public_id}/")
    (customer,) = account["customers"]
    assert (customer["phone"], customer["name"], customer["about"]) == ("+62811", "Maya", "Café owner")
    assert [(each["wamid"], each["side"], each["content"]) for each in customer["history"]] == [
        ("wamid.in", "customer", {"body": "Pagi"}),
        ("wamid.out", "business", {"body": "Siap"}),
    ]
    assert customer["history"][1]["quoted"] == "wamid.in"
    assert customer["history"][1]["reactions"] == {"customer": "👍"}


def test_one_customer_is_found_by_number(known):
    found = directory.DatabaseDirectory()

    maya = found.customer("100200300", "62811")
    assert maya is not None
    assert maya["name"] == "Maya"
    assert found.customer("100200300", "62899") is None
    assert found.customer("55", "62811") is None


def test_what_it_tells_fits_the_stand_in(known, provider):
    (account,) = directory.DatabaseDirectory().accounts()
    customers = account.pop("customers")

    provider.register(**account)
    phone = provider.customer(customers[0].pop("phone"), **customers[0])

    assert [message.wamid for message in phone.chat.messages] == ["wamid.in", "wamid.out"]
    assert phone.chat.window_from == AT.timestamp()


@pytest.mark.usefixtures("in_workspace")
def test_the_shared_clock_moves_the_window_of_one_customer(known, workspace):
    assert shift_window(known.channel, phone="62811") == 1
    assert shift_window(known.channel, phone="62899") == 0

    known.refresh_from_db()
    assert known.last_inbound_at == AT - timedelta(hours=25)


def test_the_page_learns_where_a_message_landed(known):
    facts = facts_about(known.channel, phone="62811", wamids=["wamid.in", "wamid.other"])

    assert facts.conversation == 7
    assert facts.landings["wamid.in"].conversation == 7
    assert facts.landings["wamid.in"].assignee == "Dewi Lestari"
    assert set(facts.landings) == {"wamid.in"}
