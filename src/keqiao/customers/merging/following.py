"""What of this app, and of the services below it, goes over with a customer."""

from django.utils.translation import gettext_lazy as _

from keqiao.approvals.models import Approval
from keqiao.customers.actions import keep_phone
from keqiao.customers.addresses import copy_down
from keqiao.customers.merging.registry import follow, stay
from keqiao.customers.models import (
    Address,
    Consent,
    Contact,
    ContactPoint,
    Customer,
    CustomerRole,
    CustomerTag,
    FieldValue,
    IdentityNumber,
    ImportantDate,
    ImportRow,
    Merge,
    PrivacyRequest,
    Relation,
    RestWish,
)
from keqiao.files.models import Attachment
from keqiao.notices.models import Todo

OWN = "customers.customer"


def declare() -> None:
    """Called when the app is ready."""
    follow(ContactPoint, "customer", flag="primary", each=("kind",), group="points", refresh=keep_phone)
    follow(Address, "customer", flag="default", group="addresses", refresh=copy_down)
    follow(CustomerTag, "customer", _("标签"), group="tags")
    follow(CustomerRole, "customer")
    follow(Contact, "customer", flag="main")
    follow(Relation, "first")
    follow(Relation, "second")
    follow(ImportantDate, "customer")
    follow(IdentityNumber, "customer")
    follow(FieldValue, "customer")
    follow(Consent, "customer")  # the latest word counts, whichever archive it was written in
    follow(RestWish, "customer")
    follow(PrivacyRequest, "customer")
    follow(Customer, "merged_into", _("以前并入的档案"))
    follow(Attachment, "owner_id", where={"owner_label": OWN})
    follow(Todo, "object_id", where={"label": OWN})
    follow(Approval, "object_id", where={"label": OWN})
    stay(ImportRow, "customer", "says which archive a line of a file made")
    stay(Merge, "survivor", "says what was merged")
    stay(Merge, "merged", "says what was merged")
