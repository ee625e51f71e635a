"""What of this app goes over when two customers are merged, and what counts as contact."""

from keqiao.care.models import Greeting, Loss
from keqiao.customers.merging.registry import follow
from keqiao.customers.sharing import contact

follow(Greeting, "customer")
follow(Loss, "customer")
contact.counts("care.done")
