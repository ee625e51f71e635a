"""Demonstration data: half a year of an appliance maker's service department, made by the program's own actions."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone

from keqiao.workspace.demo import archives, clock, customers, fates, reception, rules
