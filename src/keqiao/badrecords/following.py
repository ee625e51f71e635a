"""What of this app goes over when two customers are merged."""

from keqiao.badrecords.models import BadRecord
from keqiao.customers.merging.registry import follow

follow(BadRecord, "customer")
