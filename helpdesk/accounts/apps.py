from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "helpdesk.accounts"

    def ready(self) -> None:
        from helpdesk import checks  # noqa: F401 -- registers the system checks
        from helpdesk.accounts import receivers  # noqa: F401 -- hears of sign-ins
