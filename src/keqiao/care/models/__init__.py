"""Care plans and greetings."""

from keqiao.care.models.care import TRANSITIONS, CarePlan, Greeting

__all__ = ["TRANSITIONS", "CarePlan", "Greeting"]
