"""党组织编码: given once by the system, never changed, never given again."""

from django.conf import settings
from django.db.models import F

from orgs.models import CodeSequence, Organization

CODE_LENGTH = 12


def next_codes(count: int = 1) -> list[str]:
    """Return `count` fresh 12-digit codes. The caller holds the tree lock and a transaction.

    The digits after the installation's prefix are a running number: the code says nothing about the place in
    the tree, so it survives every move. Source: manual part 4, section 1; screens.md 2.3.
    """
    prefix = settings.ORG_CODE_PREFIX
    sequence, _ = CodeSequence.objects.get_or_create(prefix=prefix)
    CodeSequence.objects.filter(pk=sequence.pk).update(last=F("last") + count)
    sequence.refresh_from_db()
    width = CODE_LENGTH - len(prefix)
    if sequence.last >= 10**width:
        raise RuntimeError(f"no code left under the prefix {prefix}")
    return [f"{prefix}{number:0{width}d}" for number in range(sequence.last - count + 1, sequence.last + 1)]


def keep_clear_of(codes: list[str]) -> None:
    """Move the sequence past codes that came with an imported tree, so none of them is given again."""
    prefix = settings.ORG_CODE_PREFIX
    taken = [int(code[len(prefix) :]) for code in codes if code.startswith(prefix)]
    if not taken:
        return
    sequence, _ = CodeSequence.objects.get_or_create(prefix=prefix)
    CodeSequence.objects.filter(pk=sequence.pk, last__lt=max(taken)).update(last=max(taken))


def is_free(code: str) -> bool:
    """Has no organisation, living or dissolved, ever carried this code?"""
    return not Organization.objects.filter(code=code).exists()
