"""What an entry can be turned into: apps above offer it here. The action of such a way calls `actions.turn`."""

from keqiao.kernel.doors import Doors
from keqiao.reception.models import Entry

DOORS: Doors[Entry] = Doors()
