"""`create_channel SLUG --kind whatsapp --name … --phone-number-id …`, and its three secrets."""

from argparse import ArgumentParser
from typing import Any

from helpdesk.accounts.tenancy import workspace_scope
from helpdesk.commands import Answer, OperatorCommand, workspace_named
from messaging.actions.channels import create_channel
from messaging.models import Channel


class Command(OperatorCommand):
    help = "Connect a WhatsApp number to a workspace. Give the provider the webhook address and the verify token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="the workspace")
        parser.add_argument("--kind", choices=Channel.Kind.values, default=Channel.Kind.WHATSAPP)
        parser.add_argument("--name", required=True, help="what the team calls it")
        parser.add_argument("--phone-number-id", required=True, help="the provider's id of the number")
        parser.add_argument("--app-secret", required=True, help="signs webhooks")
        parser.add_argument("--access-token", required=True, help="lets us send")
        parser.add_argument("--verify-token", required=True, help="a word of yours for the provider's handshake")
        parser.add_argument("--base-url", default="", help="a gateway's address (default: WHATSAPP_API_URL)")
        parser.add_argument("--waba-id", default="", help="the provider's id of the business account, for templates")
        parser.add_argument("--phone", default="", help="the number itself, as people read it")
        parser.add_argument(
            "--auth-header", default="Authorization", help="what carries the token; Kapso's is X-API-Key"
        )

    def work(self, **options: Any) -> Answer:
        workspace = workspace_named(options["slug"])
        given = ("kind", "name", "phone_number_id", "app_secret", "access_token", "verify_token")
        more = ("base_url", "waba_id", "phone", "auth_header")
        with workspace_scope(workspace):
            channel = create_channel(workspace, actor=None, **{name: options[name] for name in (*given, *more)})
        return {
            "workspace": workspace.slug,
            "id": channel.pk,
            "name": channel.name,
            "phone_number_id": channel.phone_number_id,
            "public_id": channel.public_id,
            "webhook_url": channel.webhook_url,
        }

    def in_words(self, answer: Answer) -> str:
        return f"Channel “{answer['name']}” made. Its webhook address is {answer['webhook_url']}"
