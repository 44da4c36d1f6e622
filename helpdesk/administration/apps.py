from django.contrib.admin import site
from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin with our site, and without what other packages would let people change behind the rules."""

    default_site = "helpdesk.administration.site.AdministrationSite"

    def ready(self) -> None:
        super().ready()
        from allauth.account.models import EmailAddress
        from django.contrib.auth.models import Group
        from procrastinate.contrib.django.models import ProcrastinateJob

        from helpdesk.administration.jobs import JobAdmin

        site.unregister([EmailAddress, Group, ProcrastinateJob])
        site.register(ProcrastinateJob, JobAdmin)
