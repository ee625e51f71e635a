"""Customers, the ways to reach them, their tags, and the batches in which they were imported."""

from keqiao.customers.models.archive import Address, Contact, CustomerRole, Relation
from keqiao.customers.models.custom import CustomField, FieldValue
from keqiao.customers.models.customer import Customer
from keqiao.customers.models.days import ImportantDate
from keqiao.customers.models.duplicates import DuplicatePair, DuplicateRun
from keqiao.customers.models.identity import IdentityNumber
from keqiao.customers.models.imports import ImportBatch, ImportMapping, ImportRow
from keqiao.customers.models.merging import Merge, MergePart
from keqiao.customers.models.points import ContactPoint, CustomerTag, Tag
from keqiao.customers.models.reveals import Reveal, RevealExtra
from keqiao.customers.models.segments import Segment, StageRule
from keqiao.customers.models.settings import ArchiveSettings
from keqiao.customers.models.sharing import Ability, Holding, Pooled, ShareLine, ShareOut, ShareRule, SharingSettings
from keqiao.customers.models.territories import Poaching, Territory, Violation

__all__ = [
    "Ability",
    "Address",
    "ArchiveSettings",
    "Contact",
    "ContactPoint",
    "CustomField",
    "Customer",
    "FieldValue",
    "CustomerRole",
    "CustomerTag",
    "Holding",
    "IdentityNumber",
    "DuplicatePair",
    "DuplicateRun",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "ImportantDate",
    "Merge",
    "MergePart",
    "Poaching",
    "Pooled",
    "Relation",
    "Reveal",
    "RevealExtra",
    "Segment",
    "ShareLine",
    "ShareOut",
    "ShareRule",
    "SharingSettings",
    "StageRule",
    "Tag",
    "Territory",
    "Violation",
]
