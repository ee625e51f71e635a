"""What of this app goes over when two customers are merged."""

from keqiao.customers.merging.registry import follow
from keqiao.visits.models import Rectification, Visit

follow(Visit, "customer")
follow(Rectification, "customer")
