"""The only table of the interface: keys of forms that have been used."""

from django.db import models


class UsedFormKey(models.Model):
    """A form's one-time key, and where its first sending led to."""

    key = models.CharField("表单键", max_length=32)
    user_uid = models.CharField("用户", max_length=64)
    location = models.TextField("结果地址", default="", blank=True)
    created_at = models.DateTimeField("使用时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "已使用的表单键"
        constraints = [models.UniqueConstraint(fields=["user_uid", "key"], name="ui_form_key_once")]

    def __str__(self):
        return self.location
