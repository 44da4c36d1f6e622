from django.urls import include, path, register_converter

from helpdesk.converters import NumberConverter
from messaging.views import attempts, conversations, replies, status, webhooks

app_name = "messaging"
register_converter(NumberConverter, "number")

inbox_urls = [  # /w/<workspace>/inbox/
    path("", conversations.InboxPage.as_view(), name="inbox"),
    path("changes/", conversations.Changes.as_view(), name="changes"),
]

conversation_urls = [  # /w/<workspace>/inbox/<number>/
    path("", conversations.ConversationPage.as_view(), name="conversation"),
    path("messages/", replies.Messages.as_view(), name="messages"),
    path("notes/", replies.Notes.as_view(), name="notes"),
    path("assignment/", status.Assignment.as_view(), name="assignment"),
    path("resolution/", status.Resolution.as_view(), name="resolution"),
    path("reopening/", status.Reopening.as_view(), name="reopening"),
    path("no-reply/", status.NoReplyNeeded.as_view(), name="no_reply"),
]

message_urls = [  # /w/<workspace>/inbox/<number>/messages/<message>/
    path("undo/", attempts.Undo.as_view(), name="undo"),
    path("retry/", attempts.Retry.as_view(), name="retry"),
    path("resend/", attempts.Resend.as_view(), name="resend"),
    path("confirmation/", attempts.Confirmation.as_view(), name="confirmation"),
    path("media/", attempts.MediaFetch.as_view(), name="media_fetch"),
    path("reaction/", replies.Reactions.as_view(), name="reaction"),
]

urlpatterns = [
    path("w/<slug:workspace>/inbox/", include(inbox_urls)),
    path("w/<slug:workspace>/inbox/<number:number>/", include(conversation_urls)),
    path("w/<slug:workspace>/inbox/<number:number>/messages/<number:message>/", include(message_urls)),
    path("webhooks/whatsapp/<str:public_id>/", webhooks.WhatsAppWebhook.as_view(), name="whatsapp_webhook"),
]
