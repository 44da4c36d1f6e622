"""What follows from a failure, whether the provider refuses at once or says so in a status hours later."""

from django.utils.translation import gettext as _

from messaging.actions.drafts import give_text_back
from messaging.actions.reactions import refresh_reactions
from messaging.channels.whatsapp.errors import Action
from messaging.models import Channel, Contact, Conversation, Message


def follow_failure(conversation: Conversation, message: Message, *, action: Action) -> None:
    """Do what a failed message asks for besides itself. The conversation and the message are locked and saved."""
    if message.kind == Message.Kind.REACTION and message.quoted_id:
        refresh_reactions(message.quoted_id)
    if action == Action.WINDOW_SHUT:
        give_text_back(conversation, message, member=message.author)
    if action == Action.OPTED_OUT:
        Contact.objects.filter(pk=conversation.contact_id).update(marketing_opt_out=True)
    if action in (Action.ALERT, Action.STOP_TEMPLATES):
        trouble = message.failure_text or _("The provider refuses messages (%(code)s).") % {
            "code": message.failure_code
        }
        Channel.objects.filter(pk=message.channel_id).update(trouble=trouble)
