"""`replay_webhooks [--workspace SLUG] [--state kept|failed] [--since WHEN]`"""

from argparse import ArgumentParser
from typing import Any

from helpdesk.accounts.tenancy import system_scope, workspace_scope
from helpdesk.commands import Answer, OperatorCommand, moment, workspace_named
from messaging.actions.deliveries import replay_delivery
from messaging.models import WebhookDelivery

STATES = (WebhookDelivery.State.KEPT.value, WebhookDelivery.State.FAILED.value)


class Command(OperatorCommand):
    help = (
        "Put webhook bodies that were kept or failed back into the intake, for the worker to handle. "
        "What a body brought already is not brought twice."
    )
    undoes_itself = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--workspace", metavar="SLUG", help="only this workspace's")
        parser.add_argument("--state", choices=STATES, help="only those kept with a reason, or only those that failed")
        parser.add_argument("--since", type=moment, metavar="WHEN", help="received since: 2026-11-21, or 6h ago")

    def work(self, **options: Any) -> Answer:
        found = self._found(options)
        if not options["dry_run"]:
            for pk, workspace_id in self.track(found, "Replaying", options):
                with workspace_scope(workspace_id):
                    self._replay(pk)
        return {"replayed": len(found)}

    def in_words(self, answer: Answer) -> str:
        return f"{answer['replayed']} deliveries are with the intake again."

    def _found(self, options: Answer) -> list[tuple[int, int]]:
        wanted: dict[str, Any] = {"state__in": [options["state"]] if options["state"] else STATES}
        if options["workspace"]:
            wanted["workspace"] = workspace_named(options["workspace"])
        if options["since"]:
            wanted["received_at__gte"] = options["since"]
        with system_scope("find webhook deliveries to replay"):
            return list(WebhookDelivery.objects.filter(**wanted).order_by("pk").values_list("pk", "workspace_id"))

    def _replay(self, pk: int) -> None:
        delivery = WebhookDelivery.objects.select_for_update().filter(pk=pk, state__in=STATES).first()
        if delivery:
            replay_delivery(delivery, actor=None)
