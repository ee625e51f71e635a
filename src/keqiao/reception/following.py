"""What of this app goes over when two customers are merged, and what counts as contact."""

from keqiao.customers.merging.registry import follow
from keqiao.customers.sharing import contact
from keqiao.reception.models import Entry

follow(Entry, "customer", flag="first")
contact.counts("reception.registered", "reception.followed")
