"""Settings, mail, clock and disk."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from helpdesk.doctor import Finding, examination, fine, look, wrong

SMTP = "django.core.mail.backends.smtp.EmailBackend"
CLOCK_LOOK, CLOCK_WRONG = timedelta(seconds=2), timedelta(seconds=30)
DISK_LOOK, DISK_WRONG = 2 * 1024**3, 300 * 1024**2


@examination("settings", needs_database=False)
def settings_are_safe() -> Iterator[Finding]:
    yield fine(f"Mode {settings.MODE}, pages at {settings.PUBLIC_URL}.")
    if settings.DEBUG:
        yield look("DEBUG is on: visitors see the insides of errors.", "Unset DEBUG.")
    if settings.PRODUCTION and not settings.HTTPS:
        yield wrong("PUBLIC_URL is not https: passwords travel in the clear.", "Put a proxy with TLS in front.")
    if "*" in settings.ALLOWED_HOSTS:
        yield look("ALLOWED_HOSTS lets in any host name.", "Name the hosts that people use.")


@examination("mail", needs_database=False)
def mail_can_be_sent() -> Iterator[Finding]:
    if settings.EMAIL_BACKEND != SMTP:
        where = settings.EMAIL_FILE_PATH or settings.EMAIL_BACKEND.split(".")[-2]
        words = f"Mail is not sent; it goes to {where}."
        mend = "Set EMAIL_URL=smtp+tls://user:password@host:587; invitations and new passwords come by mail."
        yield wrong(words, mend) if settings.PRODUCTION else fine(words)
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            yield fine(f"The mail server {server} lets us in.")
    except OSError as error:
        yield wrong(f"The mail server {server} does not let us in: {error}", "Correct EMAIL_URL.")


@examination("clock")
def clocks_agree() -> Iterator[Finding]:
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    apart = abs(there - (before + (timezone.now() - before) / 2))
    words = f"This machine's clock and the database's are {apart.total_seconds():.1f} s apart."
    if apart < CLOCK_LOOK:
        yield fine(words)
    else:
        yield (wrong if apart > CLOCK_WRONG else look)(words, "Let NTP set both clocks.")


@examination("disk", needs_database=False)
def there_is_room() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    room = shutil.disk_usage(folder if folder.exists() else folder.parent).free
    words = f"{filesizeformat(room)} free at {folder}."
    if room > DISK_LOOK:
        yield fine(words)
    else:
        yield (wrong if room < DISK_WRONG else look)(words, "Make room, or give the data a larger disk.")
