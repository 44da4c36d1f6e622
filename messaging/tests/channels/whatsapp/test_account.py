"""What is about people, numbers, templates and the account instead of a message."""

import pytest

from messaging.channels.whatsapp.events import (
    AccountNotice,
    Call,
    ContactSynced,
    Echo,
    Party,
    Preference,
    TemplateChanged,
    UserIdChanged,
)
from messaging.tests.channels.whatsapp.bodies import (
    NUMBER_ID,
    OWN,
    SARI,
    SENT_AT,
    WABA,
    body,
    change,
    entry,
    message,
    only,
    read,
)


def told(field, **facts):
    return body(entry({"field": field, "value": facts}))


def test_what_the_business_wrote_on_its_phone():
    written = message(id="e1", to="6281234500001", **{"from": OWN})

    found = only(body(entry(change("smb_message_echoes", contacts=[SARI], message_echoes=[written]))))

    assert isinstance(found, Echo)
    assert (found.external_id, found.text, found.backfill) == ("e1", "Selamat pagi", False)
    assert found.recipient == Party(phone="+6281234500001", profile_name="Sari Wulandari")


def test_an_echo_to_somebody_whose_phone_is_hidden():
    written = {key: item for key, item in message(to_user_id="ID.77").items() if key != "from"}

    found = only(body(entry(change("smb_message_echoes", message_echoes=[written]))))

    assert found.recipient == Party(user_id="ID.77")


@pytest.mark.parametrize(("chosen", "opted_out"), [("stop", True), ("resume", False), ("signup", False)])
def test_a_marketing_preference(chosen, opted_out):
    item = {"wa_id": "6281234500001", "category": "marketing_messages", "value": chosen, "timestamp": 1767225600}

    found = only(body(entry(change("user_preferences", contacts=[SARI], user_preferences=[item]))))

    assert isinstance(found, Preference)
    assert (found.party.phone, found.opted_out, found.category) == ("+6281234500001", opted_out, "marketing_messages")
    assert found.provider_time == SENT_AT


def test_a_preference_from_the_future_is_not_guessed():
    parsed = read(body(entry(change("user_preferences", user_preferences=[{"wa_id": "1", "value": "maybe"}]))))

    assert len(parsed.reasons) == 1


def test_a_new_user_id():
    item = {"wa_id": "6281234500001", "detail": "d", "user_id": {"previous": "ID.1", "current": "ID.2"}}
    written = body(entry(change("user_id_update", user_id_update=[item])))

    found = only(written)

    assert isinstance(found, UserIdChanged)
    assert (found.phone, found.previous, found.current, found.text) == ("+6281234500001", "ID.1", "ID.2", "d")
    assert found.external_id == only(written).external_id != ""


def test_a_call_from_a_customer_and_one_to_a_customer():
    inbound = {"id": "wacid.1", "from": "6281234500001", "to": OWN, "event": "connect", "direction": "USER_INITIATED"}
    outbound = {
        "id": "wacid.2",
        "from": OWN,
        "to": "6281234500001",
        "event": "terminate",
        "direction": "BUSINESS_INITIATED",
    }

    found = read(body(entry(change("calls", contacts=[SARI], calls=[inbound, outbound])))).events

    assert [type(event) for event in found] == [Call, Call]
    assert [(event.from_customer, event.event) for event in found] == [(True, "connect"), (False, "terminate")]
    assert {event.party.phone for event in found} == {"+6281234500001"}


def test_the_address_book_of_the_businesss_phone():
    book = [
        {"type": "contact", "contact": {"full_name": "Sari W", "phone_number": "6281234500001"}, "action": "add"},
        {"type": "contact", "contact": {"phone_number": "6281234500002", "username": "@b"}, "action": "remove"},
    ]

    found = read(body(entry(change("smb_app_state_sync", state_sync=book)))).events

    assert all(isinstance(event, ContactSynced) for event in found)
    assert [(event.name, event.is_removed) for event in found] == [("Sari W", False), ("", True)]
    assert found[1].party == Party(phone="+6281234500002", username="b")


def test_a_reviewed_template():
    found = only(
        told(
            "message_template_status_update",
            event="REJECTED",
            message_template_id=905507,
            message_template_name="promo",
            message_template_language="id",
            reason="INVALID_FORMAT",
            rejection_info={"reason": "A variable stands at the end."},
        )
    )

    assert found == TemplateChanged(
        waba_id=WABA,
        field="message_template_status_update",
        template_id="905507",
        name="promo",
        language="id",
        status="REJECTED",
        reason="INVALID_FORMAT: A variable stands at the end.",
    )


def test_a_template_of_another_category_or_quality():
    category = only(told("template_category_update", message_template_name="p", new_category="MARKETING"))
    quality = only(told("message_template_quality_update", message_template_name="p", new_quality_score="RED"))
    components = only(told("message_template_components_update", message_template_name="p"))

    assert (category.category, category.status) == ("MARKETING", "")
    assert quality.quality == "RED"
    assert components.name == "p"


def test_trouble_of_the_account_names_its_code():
    error = {"code": 130429, "title": "Rate limit hit", "error_data": {"details": "Too many messages"}}

    found = only(body(entry(change(errors=[error]))))

    assert found == AccountNotice(
        field="errors",
        text="Too many messages",
        code=130429,
        is_alert=True,
        payload=error,
        phone_number_id=NUMBER_ID,
        waba_id=WABA,
    )


@pytest.mark.parametrize(
    ("field", "facts", "is_alert", "text"),
    [
        (
            "account_update",
            {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}},
            True,
            "Account: event ACCOUNT_VIOLATION; violation type SPAM",
        ),
        ("account_update", {"event": "PARTNER_ADDED"}, False, "Account: event PARTNER_ADDED"),
        ("account_review_update", {"decision": "REJECTED"}, True, "Account review: decision REJECTED"),
        (
            "account_alerts",
            {"alert_severity": "CRITICAL", "alert_type": "x"},
            True,
            "Account alert: alert severity CRITICAL; alert type x",
        ),
        (
            "phone_number_quality_update",
            {"event": "UPGRADE", "current_limit": "TIER_1K"},
            False,
            "Number quality: event UPGRADE; current limit TIER_1K",
        ),
        (
            "phone_number_name_update",
            {"decision": "APPROVED", "rejection_reason": None},
            False,
            "Display name: decision APPROVED",
        ),
        (
            "business_capability_update",
            {"max_daily_conversation_per_phone": 1000},
            False,
            "Account limits: max daily conversation per phone 1000",
        ),
        ("security", {"event": "PIN_CHANGED"}, False, "Security: event PIN_CHANGED"),
    ],
)
def test_fields_that_only_tell(field, facts, is_alert, text):
    found = only(told(field, **facts))

    assert isinstance(found, AccountNotice)
    assert (found.field, found.is_alert, found.text, found.payload) == (field, is_alert, text, facts)


def test_what_happened_to_a_group():
    found = only(body(entry(change("group_lifecycle_update", groups=[{"type": "group_create", "subject": "Panitia"}]))))

    assert (found.field, found.text, found.is_alert) == ("group_create", "Panitia", False)
