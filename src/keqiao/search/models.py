"""The texts that are searched, one row for each record. The full text index over `tokens` belongs to the database."""

import zlib

from django.db import models

ID_BITS = 40
MAX_OBJECT_ID = (1 << ID_BITS) - 1


def span(label: str) -> tuple[int, int]:
    """First and last document id of a label.

    Each label has its own stretch of ids, and within it a document's id follows the record's. So the index itself
    answers "tickets only, newest first", without reading a document. The stretch is the label's checksum, which needs
    no table; registry.register refuses two labels with the same one.
    """
    first = (zlib.crc32(label.encode()) >> 10) << ID_BITS
    return first, first + MAX_OBJECT_ID


class Document(models.Model):
    """What is searched and shown of one record. Its id stands for label and record, see `span`."""

    id = models.BigIntegerField(primary_key=True)
    label = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=200)
    subtitle = models.CharField(max_length=200, default="")
    body = models.TextField(default="")
    tokens = models.TextField(default="")

    def __str__(self) -> str:
        return self.title
