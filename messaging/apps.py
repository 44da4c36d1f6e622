from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self) -> None:
        from helpdesk.accounts import handover
        from messaging.actions.handover import hand_over_conversations

        handover.register(hand_over_conversations)
