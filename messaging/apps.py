from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from helpdesk.accounts import handover
        from helpdesk.files import announce
        from messaging.actions.handover import hand_over_conversations
        from messaging.actions.media import show_copies

        handover.register(hand_over_conversations)
        announce.register(show_copies)
