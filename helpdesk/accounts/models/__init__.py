from .counter import Counter, next_number
from .member import Member
from .team import Team, TeamMembership
from .user import User
from .workspace import Workspace

__all__ = ["Counter", "Member", "Team", "TeamMembership", "User", "Workspace", "next_number"]
