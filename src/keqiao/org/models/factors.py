"""The second factor: a secret shared with the person's phone, codes for when the phone is lost, devices that are trusted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from keqiao.org.models.people import Employee


class SecondFactor(models.Model):
    """The secret from which a phone makes codes (RFC 6238), sealed; it counts once it is confirmed by a code."""

    employee = models.OneToOneField(Employee, models.CASCADE, related_name="second_factor")
    key = models.CharField(max_length=20, db_index=True, help_text="name of the key that sealed the secret")
    sealed = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0, help_text="of the last code that was accepted; no code opens twice")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("两步验证")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class RecoveryCode(models.Model):
    """A code for once, instead of the phone; 80 random bits, of which only the hash is kept."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("恢复码")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class TrustedDevice(models.Model):
    """A browser that is asked for the password only, for some weeks; it holds a random token, we its hash."""

    employee = models.ForeignKey(Employee, models.CASCADE, related_name="trusted_devices")
    digest = models.CharField(max_length=64, unique=True)
    agent = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("信任的设备")

    def __str__(self) -> str:
        return str(self._meta.verbose_name)
