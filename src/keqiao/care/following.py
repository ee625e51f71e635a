"""What of this app goes over when two customers are merged."""

from keqiao.care.models import Greeting, Loss
from keqiao.customers.merging.registry import follow

follow(Greeting, "customer")
follow(Loss, "customer")
