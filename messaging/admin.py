from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.administration.acting import act_on_each
from helpdesk.administration.base import OperatorAdmin, WorkspaceFilter, pretty
from messaging.actions.deliveries import replay_delivery
from messaging.actions.pausing import resume_channel
from messaging.models import (
    Address,
    Channel,
    Contact,
    Conversation,
    Draft,
    Message,
    ProviderEvent,
    Unread,
    WebhookDelivery,
)

SECRETS = ("app_secret", "access_token", "verify_token")


class OfChannel(OperatorAdmin):
    """Rows that name their channel: its credentials are not even read. `also` names what else a row shows."""

    also: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("workspace", "channel", *self.also)
        return rows.defer(*(f"channel__{name}" for name in SECRETS))


@admin.register(Channel)
class ChannelAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "name", "kind", "phone", "phone_number_id", "status", "trouble")
    list_select_related = ("workspace",)
    list_filter = ("kind", "status", WorkspaceFilter)
    search_fields = ("phone_number_id__exact", "public_id__exact", "name__istartswith")
    actions = ("resume",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer(*SECRETS)

    @admin.action(description=_("Resume sending"))
    def resume(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        act_on_each(self, request, queryset, lambda channel: resume_channel(channel, actor=None), deed="Resumed")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(OfChannel):
    list_display = ("pk", "received_at", "workspace", "channel", "state", "items", "attempts", "error")
    list_filter = ("state", "received_at", WorkspaceFilter)
    search_fields = ("digest__exact",)
    extra = ("body",)
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("body"))
    def body(self, delivery: WebhookDelivery) -> SafeString:
        return pretty(bytes(delivery.raw))

    @admin.action(description=_("Replay"))
    def replay(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        act_on_each(self, request, queryset, lambda delivery: replay_delivery(delivery, actor=None), deed="Replayed")


@admin.register(Contact)
class ContactAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "name", "language", "blocked", "marketing_opt_out", "created_at")
    list_select_related = ("workspace",)
    list_filter = ("blocked", "marketing_opt_out", "created_at", WorkspaceFilter)
    search_fields = ("name__istartswith",)


@admin.register(Address)
class AddressAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "kind", "phone", "username", "user_id", "email", "contact")
    list_select_related = ("workspace", "contact")
    list_filter = ("kind", WorkspaceFilter)
    search_fields = ("phone__exact", "user_id__exact", "email__exact", "username__exact")


@admin.register(Conversation)
class ConversationAdmin(OfChannel):
    list_display = ("pk", "workspace", "number", "contact", "channel", "status", "assignee", "last_message_at")
    also = ("contact", "assignee__user")
    list_filter = ("status", "priority", "last_message_at", WorkspaceFilter)
    search_numbers = ("pk", "number")


@admin.register(Message)
class MessageAdmin(OfChannel):
    list_display = ("pk", "provider_time", "workspace", "conversation", "channel", "direction", "kind", "state")
    also = ("conversation",)
    list_filter = ("state", "direction", "kind", "media_state", "created_at", WorkspaceFilter)
    search_fields = ("external_id__exact",)
    search_numbers = ("pk", "conversation__number")


@admin.register(ProviderEvent)
class ProviderEventAdmin(OfChannel):
    list_display = ("pk", "provider_time", "workspace", "channel", "kind", "side", "target")
    list_filter = ("kind", "created_at", WorkspaceFilter)
    search_fields = ("target__exact",)


@admin.register(Draft)
class DraftAdmin(OperatorAdmin):
    """What somebody has not sent is theirs: that there is a draft can be seen, its text cannot."""

    list_display = ("pk", "workspace", "member", "conversation", "kind", "updated_at")
    list_select_related = ("workspace", "member__user", "conversation")
    list_filter = ("kind", "updated_at", WorkspaceFilter)
    search_fields = ("member__user__email__exact",)
    search_numbers = ("pk", "conversation__number")
    hidden = ("text",)


@admin.register(Unread)
class UnreadAdmin(OperatorAdmin):
    list_display = ("pk", "workspace", "member", "conversation", "count")
    list_select_related = ("workspace", "member__user", "conversation")
    list_filter = (WorkspaceFilter,)
    search_fields = ("member__user__email__exact",)
    search_numbers = ("pk", "conversation__number")
