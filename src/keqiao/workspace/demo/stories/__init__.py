"""What customers of an appliance maker write and say, and what comes of it when it is looked into."""

from keqiao.workspace.demo.stories.delivery import DELIVERY
from keqiao.workspace.demo.stories.plain import PLAIN
from keqiao.workspace.demo.stories.quality import QUALITY
from keqiao.workspace.demo.stories.sales import SALES
from keqiao.workspace.demo.stories.service import SERVICE
from keqiao.workspace.demo.stories.story import Matter, Story

COMPLAINTS: tuple[Story, ...] = (*QUALITY, *SERVICE, *DELIVERY, *SALES)

__all__ = ["COMPLAINTS", "PLAIN", "Matter", "Story"]
