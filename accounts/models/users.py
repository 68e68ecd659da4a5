"""The account of a person. The login name is the 身份证号, which no column holds in clear."""

import secrets
import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import id_numbers
from accounts.querysets import ID_NUMBER, UserQuerySet
from accounts.sealed_id_numbers import HasIdNumber
from partyplatform.sealing import SealedColumn, enter


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def build(self, *, name, id_number, password=None, **fields):
        """Return an unsaved account, for bulk loading. Without a password nobody can log in to it.

        Raises ValidationError (field `id_number`) for a number that is none.
        """
        number = id_numbers.normalise(id_number)
        if problem := id_numbers.problem(number, today=timezone.localdate()):
            raise ValidationError({"id_number": problem})
        user = self.model(name=name, **fields)
        user.seal_id_number(number)
        if password is None:  # an unusable one as Django spells it, without its slow way to forty random letters
            user.password = f"{UNUSABLE_PASSWORD_PREFIX}{secrets.token_urlsafe(30)}"
        else:
            user.set_password(password)
        user.password_set_at = timezone.now() if password is not None else None
        return user

    @transaction.atomic
    def create(self, *, name, id_number, password=None, **fields):
        """Save a new account; see `build`. Raises ValidationError also for a number that has an account."""
        user = self.build(name=name, id_number=id_number, password=password, **fields)
        NUMBERS.claim(id_numbers.normalise(id_number))
        if self.with_id_number(id_number).exists():
            raise ValidationError({"id_number": "该身份证号已有账号"})
        user.save(using=self.db, force_insert=True)
        return user


class User(HasIdNumber, AbstractBaseUser):
    """One person who may log in. What the person may do is in the grants (`RoleGrant`), never here.

    `uid` never changes: the 身份证号 is sealed to it, and the audit names people by it.
    """

    class TextSize(models.TextChoices):
        NORMAL = "normal", "标准字号"
        LARGE = "large", "大字版"

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200)
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, unique=True, editable=False)
    is_active = models.BooleanField("启用", default=True)
    text_size = models.CharField("字号", max_length=6, choices=TextSize, default=TextSize.NORMAL)
    list_columns = models.JSONField("列表显示的列", default=dict, blank=True, editable=False)  # {list: [columns]}
    password_set_at = models.DateTimeField("密码设置时间", null=True, editable=False)
    last_login_address = models.CharField("上次登录地址", max_length=64, blank=True, editable=False)
    session_mark = models.CharField("当前会话标记", max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "id_number_index"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(condition=Q(text_size__in=["normal", "large"]), name="user_text_size_known"),
        ]

    def __str__(self):
        return self.name


def home_of(user: User) -> int | None:
    """The organisation acts about an account belong to: that of its oldest role in force, None without one."""
    return user.grants.open().order_by("pk").values_list("organization_id", flat=True).first()


NUMBERS = enter(
    SealedColumn(
        User,
        "id_number_sealed",
        "身份证号",
        place=("accounts_user", "id_number"),
        index_field="id_number_index",
        index_column=ID_NUMBER,
        normalise=id_numbers.normalise,
        organization=home_of,
    )
)
