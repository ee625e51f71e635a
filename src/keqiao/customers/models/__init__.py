"""Customers, the ways to reach them, their tags, and the batches in which they were imported."""

from keqiao.customers.models.customer import Customer
from keqiao.customers.models.imports import ImportBatch, ImportMapping, ImportRow
from keqiao.customers.models.points import ContactPoint, CustomerTag, Tag

__all__ = ["ContactPoint", "Customer", "CustomerTag", "ImportBatch", "ImportMapping", "ImportRow", "Tag"]
