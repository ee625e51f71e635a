"""What of this app goes over when two customers are merged."""

from keqiao.customers.merging.registry import follow
from keqiao.services.models import Service

follow(Service, "customer")
