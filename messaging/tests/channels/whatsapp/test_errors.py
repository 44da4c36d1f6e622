import pytest

from messaging.channels.whatsapp.errors import Action, action_for, retry_delay

BY_CODE = [
    (Action.PAUSE_CHANNEL, [0, 190, 3, 10, 131005, 200, 250, 299]),
    (Action.RETRY, [131057, 2494100]),
    (Action.RETRY_CHANNEL, [4, 80007, 130429, 613]),
    (Action.RETRY_PAIR, [131056]),
    (Action.ALERT, [131048, 368, 130497, 131031, 131037, 131045, 133010]),
    (Action.WINDOW_SHUT, [131047]),
    (Action.FAIL, [131026, 131049, 130472, 100, 131008, 131009, 33, 131021, 131051, 131062, 131052, 131053]),
    (Action.OPTED_OUT, [131050]),
    (Action.TEMPLATE, [132000, 132001, 132005, 132007, 132012, 132015, 132016]),
    (Action.STOP_TEMPLATES, [131042]),
]


@pytest.mark.parametrize(("action", "code"), [(action, code) for action, codes in BY_CODE for code in codes])
def test_the_code_decides_whatever_the_status(action, code):
    assert {action_for(code, status) for status in (200, 400, 403, 429, 500, 503, None)} == {action}


@pytest.mark.parametrize("code", [1, 2, 131000, 131016])
def test_an_overload_is_certain_only_when_it_was_refused(code):
    assert action_for(code, 400) == Action.RETRY
    assert action_for(code, 500) == Action.UNCONFIRMED
    assert action_for(code, 503) == Action.UNCONFIRMED
    assert action_for(code, None) == Action.FAIL


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (301, Action.FAIL),
        (400, Action.FAIL),
        (401, Action.PAUSE_CHANNEL),
        (403, Action.PAUSE_CHANNEL),
        (404, Action.FAIL),
        (408, Action.UNCONFIRMED),
        (409, Action.RETRY),
        (413, Action.FAIL),
        (429, Action.RETRY_CHANNEL),
        (500, Action.UNCONFIRMED),
        (502, Action.UNCONFIRMED),
        (503, Action.UNCONFIRMED),
        (504, Action.UNCONFIRMED),
        (200, Action.UNCONFIRMED),
        (204, Action.UNCONFIRMED),
        (None, Action.FAIL),
    ],
)
@pytest.mark.parametrize("code", [None, 999999])
def test_without_a_known_code_the_status_decides(code, status, action):
    assert action_for(code, status) == action


def test_a_gateways_own_word():
    assert action_for(None, 422, "marketing_preference_stopped") == Action.OPTED_OUT


@pytest.mark.parametrize(
    ("action", "waits"),
    [
        (Action.RETRY, [5, 10, 20, 40]),
        (Action.RETRY_CHANNEL, [10, 20, 40, 80]),
        (Action.RETRY_PAIR, [1, 4, 16, 64]),
        (Action.FAIL, [None, None, None, None]),
        (Action.UNCONFIRMED, [None, None, None, None]),
    ],
)
def test_how_long_to_wait(action, waits):
    assert [retry_delay(action, attempt) for attempt in (1, 2, 3, 4)] == waits


def test_the_wait_is_bounded_and_the_providers_wish_is_kept():
    assert retry_delay(Action.RETRY, 1_000) == 300
    assert retry_delay(Action.RETRY_PAIR, 1_000) == 4_096
    assert retry_delay(Action.RETRY_CHANNEL, 1, retry_after=3_600) == 3_600
    assert retry_delay(Action.RETRY_CHANNEL, 3, retry_after=1) == 40
