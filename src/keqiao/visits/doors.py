"""What may follow from a visit: apps above offer it here."""

from keqiao.kernel.doors import Doors
from keqiao.visits.models import Visit

DOORS: Doors[Visit] = Doors()
