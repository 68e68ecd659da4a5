from accounts.models.activation_codes import ActivationCode
from accounts.models.api_tokens import ApiToken
from accounts.models.certificates import Authority, Certificate
from accounts.models.challenges import Challenge
from accounts.models.former_passwords import FormerPassword
from accounts.models.grants import RoleGrant
from accounts.models.hand_overs import HandOver
from accounts.models.initial_tries import InitialTry
from accounts.models.login_counters import LoginCounter
from accounts.models.notes import AccountNote
from accounts.models.users import User
from accounts.models.webhooks import Webhook

__all__ = [
    "AccountNote",
    "ActivationCode",
    "ApiToken",
    "Authority",
    "Certificate",
    "Challenge",
    "FormerPassword",
    "HandOver",
    "InitialTry",
    "LoginCounter",
    "RoleGrant",
    "User",
    "Webhook",
]
