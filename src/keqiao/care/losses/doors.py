"""What may follow from a loss: apps above offer it here."""

from keqiao.care.models import Loss
from keqiao.kernel.doors import Doors

DOORS: Doors[Loss] = Doors()
