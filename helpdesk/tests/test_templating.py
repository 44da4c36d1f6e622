import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.template import engines
from django.utils import timezone, translation

from helpdesk.templating.people import filesize, hue, initials
from helpdesk.templating.rich_text import linkify, whatsapp_markup
from helpdesk.templating.times import clock, day, duration, moment, seconds_since, seconds_until, time_of_day

NOW = datetime(2026, 11, 19, 2, 46, tzinfo=UTC)  # 09:46 on a Thursday in Jakarta
LINK = '<a class="link" href="{0}" target="_blank" rel="noopener noreferrer nofollow ugc">{0}</a>'


@pytest.fixture(autouse=True)
def in_jakarta() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), timezone.override("Asia/Jakarta"), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NOW, "09:46"),
        (NOW - timedelta(hours=9, minutes=46), "00:00"),
        (NOW - timedelta(hours=9, minutes=47), "Wed"),
        (NOW - timedelta(days=6), "Fri"),
        (NOW - timedelta(days=7), "12 Nov"),
        (NOW - timedelta(days=365), "19 Nov 2025"),
        (NOW + timedelta(days=1), "20 Nov"),
        (None, ""),
    ],
)
def test_a_clock_says_as_much_as_is_needed(value: datetime | None, shown: str) -> None:
    assert clock(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NOW, "Today"),
        (NOW - timedelta(days=1), "Yesterday"),
        (NOW - timedelta(days=2), "Tuesday 17 November"),
        (NOW - timedelta(days=365), "Wednesday 19 November 2025"),
    ],
)
def test_a_day_is_named_in_full(value: datetime, shown: str) -> None:
    assert day(value) == shown


def test_a_moment_is_in_the_zone_of_the_reader() -> None:
    assert (time_of_day(NOW), moment(NOW)) == ("09:46", "19 November 2026, 09:46")

    with timezone.override("America/New_York"):
        assert (time_of_day(NOW), moment(NOW), clock(NOW)) == ("21:46", "18 November 2026, 21:46", "21:46")


def test_names_of_days_and_months_follow_the_language() -> None:
    assert day(NOW - timedelta(days=2)) == "Tuesday 17 November"

    with translation.override("id"):
        assert day(NOW - timedelta(days=2)).startswith("Selasa, 17 ")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "1m"),
        (59, "1m"),
        (120, "2m"),
        (3600, "1h"),
        (4800, "1h 20m"),
        (86399, "23h 59m"),
        (86400, "1d"),
        (timedelta(days=3, hours=5), "3d"),
    ],
)
def test_a_duration_is_short(value: float | timedelta, shown: str) -> None:
    assert duration(value) == shown


def test_seconds_count_from_now() -> None:
    assert seconds_since(NOW - timedelta(minutes=2)) == 120
    assert seconds_until(NOW + timedelta(minutes=2)) == 120


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Dewi Lestari", "DL"),
        ("Nadia Putri Rahmawati", "NR"),
        ("dewi", "DE"),
        ("+62 812-5550-0142", "42"),
        ("😀", "😀"),
        ("", ""),
        ("李 小龍", "李小"),
    ],
)
def test_initials_are_two_letters_at_most(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_a_hue_is_stable_and_one_of_eighteen() -> None:
    assert {hue(number) for number in range(1000)} == set(range(0, 360, 20))
    assert hue(7) == hue("7")


@pytest.mark.parametrize(
    ("size", "shown"),
    [(None, ""), (0, "1 KB"), (188_416, "184 KB"), (1_500_000, "1.4 MB"), (52_428_800, "50 MB")],
)
def test_a_file_size_is_rounded(size: int | None, shown: str) -> None:
    assert filesize(size) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <b> & 'c'", "a &lt;b&gt; &amp; &#39;c&#39;"),
        ("see https://a.example/x?y=1&z=2.", f"see {LINK.format('https://a.example/x?y=1&amp;z=2')}."),
        ("(http://a.example/b_(c))", f"({LINK.format('http://a.example/b_(c)')})"),
        ("javascript:alert(1) data:text/html,x //a.example", "javascript:alert(1) data:text/html,x //a.example"),
        ('https://a.example/"onmouseover="x', f"{LINK.format('https://a.example/')}&#34;onmouseover=&#34;x"),
    ],
)
def test_only_web_addresses_become_links(text: str, shown: str) -> None:
    assert linkify(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*a* _b_ ~c~", "<b>a</b> <i>b</i> <s>c</s>"),
        ("*_a_ b*", "<b><i>a</i> b</b>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* a* *a *", "* a* *a *"),
        ("*a\nb*", "*a\nb*"),
        ("```*a* <b>```", "<code>*a* &lt;b&gt;</code>"),
        ("`x` y", "<code>x</code> y"),
        ("*<i>*", "<b>&lt;i&gt;</b>"),
        ("https://a.example/a_b_c *x*", f"{LINK.format('https://a.example/a_b_c')} <b>x</b>"),
    ],
)
def test_the_marks_of_whatsapp_are_shown(text: str, shown: str) -> None:
    assert whatsapp_markup(text) == shown


@pytest.mark.parametrize(
    "piece", ["*", "_a", "*a_b~", "`", "```", "https://", "(", "*a ", "~_*", "a)", "\n*", "_x_ ", "*_x_*"]
)
def test_the_longest_message_is_shown_at_once_whatever_it_holds(piece: str) -> None:
    text = piece * (65_536 // len(piece))

    def seconds() -> float:
        started = time.process_time()
        whatsapp_markup(text)
        return time.process_time() - started

    assert min(seconds() for _attempt in range(3)) < 0.2


def test_sentences_are_translated_and_their_values_escaped() -> None:
    backend: Any = engines["jinja2"]
    environment = backend.env

    assert environment.from_string("{{ _('Today') }}").render() == "Today"
    assert environment.from_string("{{ _('From %(name)s', name='<b>') }}").render() == "From &lt;b&gt;"
    assert environment.from_string("{{ ngettext('%(num)s row', '%(num)s rows', 2) }}").render() == "2 rows"
