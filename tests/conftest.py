"""The fixtures of the apps, for the tests that go through all of them."""

from keqiao.conftest import _fresh_process_caches, company, in_parallel
from keqiao.tickets.tests.conftest import desk

__all__ = ["_fresh_process_caches", "company", "desk", "in_parallel"]
