"""What a refusal means and what to do about it, decided on the provider's error code.

Nearly all throttles come as HTTP 400, so the status says little. Source: Meta, Cloud API error codes.
"""

from enum import StrEnum


class Action(StrEnum):
    RETRY = "retry"  # wait, then send the same again
    RETRY_PAIR = "retry_pair"  # too many to this person: 4^n seconds, only this conversation
    RETRY_CHANNEL = "retry_channel"  # too many at all: wait, and slow every send of the channel
    WINDOW_SHUT = "window_shut"  # only a template may be sent; give the text back
    PAUSE_CHANNEL = "pause_channel"  # the token or a permission is gone: keep the queue, tell the owner
    TEMPLATE = "template"  # the template is wrong, paused or disabled: fail, and fetch the templates again
    OPTED_OUT = "opted_out"  # the person wants no marketing: fail, and remember it
    STOP_TEMPLATES = "stop_templates"  # nothing is paid for: fail, and tell the owner
    ALERT = "alert"  # fail, and tell the owner: account, number or quality
    FAIL = "fail"  # fail, with the reason
    UNCONFIRMED = "unconfirmed"  # it may have been sent; a person decides


class Failure(Exception):
    """The provider did not do it. ``text`` is the provider's reason, ``retry_after`` its wish in seconds."""

    def __init__(
        self,
        action: Action,
        *,
        code: int | None = None,
        text: str = "",
        retry_after: float | None = None,
        status: int | None = None,
    ):
        super().__init__(f"{action}: {text or code or status}")
        self.action, self.code, self.text = action, code, text
        self.retry_after, self.status = retry_after, status


class NotSent(Failure):
    """The provider certainly has not sent it."""


class Unknown(Failure):
    """It may or may not have been sent. Never repeat it without asking a person."""


class NotRead(Failure):
    """A question got no answer; asking again does no harm."""


_BY_CODE: dict[int, Action] = {
    **dict.fromkeys((0, 3, 10, 190, 131005), Action.PAUSE_CHANNEL),
    **dict.fromkeys(range(200, 300), Action.PAUSE_CHANNEL),
    **dict.fromkeys((131057, 2494100), Action.RETRY),
    **dict.fromkeys((4, 613, 80007, 130429), Action.RETRY_CHANNEL),
    131056: Action.RETRY_PAIR,
    131047: Action.WINDOW_SHUT,
    **dict.fromkeys((368, 130497, 131031, 131037, 131045, 131048, 133010), Action.ALERT),
    **dict.fromkeys((131026, 131049, 130472), Action.FAIL),
    131050: Action.OPTED_OUT,
    **dict.fromkeys((33, 100, 131008, 131009, 131021, 131051, 131052, 131053, 131062), Action.FAIL),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016), Action.TEMPLATE),
    131042: Action.STOP_TEMPLATES,
}
_OVERLOADED = frozenset({1, 2, 131000, 131016})  # with a 4xx it was refused; with a 5xx nobody knows
_BY_WORD = {"marketing_preference_stopped": Action.OPTED_OUT}  # Kapso's own
_BY_STATUS = {
    401: Action.PAUSE_CHANNEL,
    403: Action.PAUSE_CHANNEL,
    408: Action.UNCONFIRMED,
    409: Action.RETRY,  # Kapso: another message to this person is under way
    429: Action.RETRY_CHANNEL,
}


def action_for(code: int | None, status: int | None, word: str = "") -> Action:
    """What to do about an error ``code``, the HTTP ``status`` it came with, or a gateway's own ``word``.

    A late `failed` status has a code and no HTTP status.
    """
    if code in _BY_CODE:
        return _BY_CODE[code]
    if word in _BY_WORD:
        return _BY_WORD[word]
    is_refused = status is not None and 300 <= status < 500
    if code in _OVERLOADED and is_refused:
        return Action.RETRY
    if status is None:
        return Action.FAIL
    return _BY_STATUS.get(status, Action.FAIL) if is_refused else Action.UNCONFIRMED


# (first wait in seconds, factor, longest wait); Meta asks for 4^n seconds after a pair limit.
_WAITS = {
    Action.RETRY: (5, 2, 300),
    Action.RETRY_CHANNEL: (10, 2, 600),
    Action.RETRY_PAIR: (1, 4, 4_096),
}


def retry_delay(action: Action, attempt: int, retry_after: float | None = None) -> float | None:
    """Seconds until the next try after ``attempt`` failures (from 1); None when the action is not repeated."""
    if action not in _WAITS:
        return None
    first, factor, longest = _WAITS[action]
    return max(min(first * factor ** min(attempt - 1, 12), longest), retry_after or 0)
