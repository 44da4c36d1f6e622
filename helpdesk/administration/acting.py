"""Actions of the product, done from the admin: the same rules, and a line in the admin's own log of who did it."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from helpdesk.errors import RuleViolation

Row = TypeVar("Row", bound=models.Model)


def act_on_each(
    model_admin: ModelAdmin, request: HttpRequest, rows: QuerySet[Row], act: Callable[[Row], object], *, deed: str
) -> None:
    """Do `act` to each row; what a rule refuses is told with its sentence, and the others are done."""
    done = 0
    for row in rows.order_by("pk"):
        try:
            with transaction.atomic():
                act(row)
        except RuleViolation as refusal:
            model_admin.message_user(request, f"{row}: {refusal.sentence}", messages.ERROR)
        else:
            done += 1
            model_admin.log_change(request, row, deed)
    if done:
        sentence = ngettext("Done for %(count)d row.", "Done for %(count)d rows.", done) % {"count": done}
        model_admin.message_user(request, sentence, messages.SUCCESS)
