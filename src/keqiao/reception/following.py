"""What of this app goes over when two customers are merged."""

from keqiao.customers.merging.registry import follow
from keqiao.reception.models import Entry

follow(Entry, "customer", flag="first")
