"""Care plans and greetings, lost customers."""

from keqiao.care.models.care import TRANSITIONS, CarePlan, Greeting
from keqiao.care.models.losses import LOSS_TRANSITIONS, Loss, LossReason

__all__ = ["LOSS_TRANSITIONS", "TRANSITIONS", "CarePlan", "Greeting", "Loss", "LossReason"]
