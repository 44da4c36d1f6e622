from django.db import models

from helpdesk.accounts.models.member import Member
from helpdesk.accounts.tenancy import TenantModel


class Team(TenantModel):
    """Members who share work."""

    name = models.CharField(max_length=80)
    members = models.ManyToManyField(Member, through="TeamMembership", related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_unique")]

    def __str__(self) -> str:
        return self.name


class TeamMembership(TenantModel):
    team = models.ForeignKey(Team, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "team", "member"], name="team_member_unique")]
