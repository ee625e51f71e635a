"""What of this app goes over when two customers are merged."""

from keqiao.customers.merging.registry import follow
from keqiao.suggestions.models import Suggestion

follow(Suggestion, "customer")
