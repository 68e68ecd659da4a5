from accounts.models.grants import RoleGrant
from accounts.models.login_counters import LoginCounter
from accounts.models.users import User

__all__ = ["LoginCounter", "RoleGrant", "User"]
