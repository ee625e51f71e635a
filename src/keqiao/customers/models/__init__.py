"""Customers, the ways to reach them, their tags, and the batches in which they were imported."""

from keqiao.customers.models.archive import Address, Contact, CustomerRole, Relation
from keqiao.customers.models.colours import Colour
from keqiao.customers.models.consents import Consent, RestWish
from keqiao.customers.models.custom import CustomField, FieldValue
from keqiao.customers.models.customer import Customer
from keqiao.customers.models.days import ImportantDate
from keqiao.customers.models.duplicates import DuplicatePair, DuplicateRun
from keqiao.customers.models.identity import IdentityNumber
from keqiao.customers.models.imports import ImportBatch, ImportMapping, ImportRow
from keqiao.customers.models.merging import Merge, MergePart
from keqiao.customers.models.points import ContactPoint, CustomerTag, Tag
from keqiao.customers.models.requests import PrivacyRequest, PrivacySettings, RetentionRule
from keqiao.customers.models.reveals import Reveal, RevealExtra
from keqiao.customers.models.segments import Segment, StageRule
from keqiao.customers.models.settings import ArchiveSettings
from keqiao.customers.models.sharing import Ability, Holding, Pooled, ShareLine, ShareOut, ShareRule, SharingSettings
from keqiao.customers.models.territories import Poaching, Territory, Violation
from keqiao.customers.models.tiers import (
    BASE,
    CustomerTier,
    every_tier,
    forget_tiers,
    tier_choices,
    tier_colour,
    tier_name,
    tiers,
)

__all__ = [
    "Ability",
    "Address",
    "ArchiveSettings",
    "Colour",
    "Contact",
    "Consent",
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
    "PrivacyRequest",
    "PrivacySettings",
    "Relation",
    "RestWish",
    "RetentionRule",
    "Reveal",
    "RevealExtra",
    "Segment",
    "ShareLine",
    "ShareOut",
    "ShareRule",
    "SharingSettings",
    "StageRule",
    "Tag",
    "BASE",
    "CustomerTier",
    "every_tier",
    "forget_tiers",
    "tier_choices",
    "tier_colour",
    "tier_name",
    "tiers",
    "Territory",
    "Violation",
]
