"""Times as people read them, in the reader's zone and language; cheap, because a list shows a hundred of them."""

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, gettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Words:
    """The names and patterns of one language, looked up once."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    time: str
    date: str
    date_with_year: str
    long_date: str
    moment: str
    today: str
    yesterday: str
    days: str
    hours: str
    hours_minutes: str
    minutes: str


@lru_cache
def words(language: str | None) -> Words:
    """Return the words of the active language, which `language` names."""
    return Words(
        weekdays=tuple(str(WEEKDAYS[number]) for number in range(7)),
        short_weekdays=tuple(str(WEEKDAYS_ABBR[number]) for number in range(7)),
        months=tuple(str(MONTHS[number]) for number in range(1, 13)),
        short_months=tuple(str(MONTHS_3[number]).title() for number in range(1, 13)),
        time=pgettext("time of day", "%(hour)02d:%(minute)02d"),
        date=pgettext("date in this year", "%(day)s %(month)s"),
        date_with_year=pgettext("date in another year", "%(day)s %(month)s %(year)s"),
        long_date=pgettext("date with its weekday", "%(weekday)s %(date)s"),
        moment=pgettext("date and time", "%(date)s, %(time)s"),
        today=gettext("Today"),
        yesterday=gettext("Yesterday"),
        days=pgettext("duration", "%(days)sd"),
        hours=pgettext("duration", "%(hours)sh"),
        hours_minutes=pgettext("duration", "%(hours)sh %(minutes)sm"),
        minutes=pgettext("duration", "%(minutes)sm"),
    )


def clock(value: datetime | None) -> str:
    """Return 09:44 for today, Wed within the last week, 12 Nov this year, else 12 Nov 2025."""
    if value is None:
        return ""
    text, local, today = words(get_language()), timezone.localtime(value), timezone.localtime()
    age = today.toordinal() - local.toordinal()
    if age == 0:
        return _time(local, text)
    if 0 < age < 7:
        return text.short_weekdays[local.weekday()]
    return _date(local, today.year, text, text.short_months)


def time_of_day(value: datetime) -> str:
    """Return 09:44, whatever the day."""
    return _time(timezone.localtime(value), words(get_language()))


def day(value: datetime) -> str:
    """Return the words between two days of a thread: Today, Yesterday, Tuesday 17 November."""
    text, local, today = words(get_language()), timezone.localtime(value), timezone.localtime()
    age = today.toordinal() - local.toordinal()
    if age in (0, 1):
        return text.yesterday if age else text.today
    return text.long_date % {
        "weekday": text.weekdays[local.weekday()],
        "date": _date(local, today.year, text, text.months),
    }


def day_key(value: datetime) -> str:
    """Return the local date as 2026-11-22."""
    return timezone.localtime(value).date().isoformat()


def day_start(value: datetime) -> int:
    """Return the milliseconds since 1970 at which the local day of `value` began."""
    return milliseconds(timezone.localtime(value).replace(hour=0, minute=0, second=0, microsecond=0))


def moment(value: datetime) -> str:
    """Return the full date and time, for a tooltip."""
    text, local = words(get_language()), timezone.localtime(value)
    return text.moment % {"date": _date(local, 0, text, text.months), "time": _time(local, text)}


def duration(value: timedelta | float) -> str:
    """Return 2m, 1h 20m or 1d for a timedelta or a number of seconds; never less than a minute."""
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    text = words(get_language())
    if seconds >= DAY:
        return text.days % {"days": seconds // DAY}
    hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    if hours:
        return (text.hours_minutes if minutes else text.hours) % {"hours": hours, "minutes": minutes}
    return text.minutes % {"minutes": max(minutes, 1)}


def seconds_since(value: datetime) -> float:
    """Return the seconds from `value` until now."""
    return time.time() - value.timestamp()


def seconds_until(value: datetime) -> float:
    """Return the seconds from now until `value`."""
    return value.timestamp() - time.time()


def milliseconds(value: datetime) -> int:
    """Return the milliseconds since 1970, as browsers count."""
    return int(value.timestamp() * 1000)


def _time(local: datetime, text: Words) -> str:
    return text.time % {"hour": local.hour, "minute": local.minute}


def _date(local: date, this_year: int, text: Words, months: tuple[str, ...]) -> str:
    pattern = text.date if local.year == this_year else text.date_with_year
    return pattern % {"day": local.day, "month": months[local.month - 1], "year": local.year}
