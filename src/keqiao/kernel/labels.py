"""The words of choices, looked up once per language instead of once per cell."""

from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language


@lru_cache(maxsize=1024)
def _words(field: Any, language: str | None) -> dict[Any, str]:
    return {value: str(label) for value, label in field.flatchoices}


class Labelled(models.Model):
    """A model whose `get_…_display()` is a dictionary look-up; lists call it hundreds of times for a page."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> str:
        value = getattr(self, field.attname)
        return _words(field, get_language()).get(value, "" if value is None else str(value))
