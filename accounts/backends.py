"""Finds the person behind 身份证号 and password."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password

from accounts.models import User


class IdNumberBackend(BaseBackend):
    """Compares a password once, whether or not there is an account, so that both take the same time."""

    def authenticate(self, request, id_number=None, password=None):
        """Return the active account of this 身份证号 and password, None for anything else."""
        if id_number is None or password is None:
            return None
        user = User.objects.with_id_number(id_number).first()
        if user is None:
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        return next(iter(User.objects.filter(pk=user_id, is_active=True)), None)
