"""What of surveys goes over when two customers are merged."""

from keqiao.customers.merging.registry import follow
from keqiao.surveys.models import Invitation, Response

follow(Invitation, "customer")
follow(Response, "customer")
