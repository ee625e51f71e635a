"""The fixtures of the apps, for the tests that go through all of them."""

from keqiao.conftest import _fresh_process_caches, _tables_can_be_emptied, company, in_parallel
from keqiao.tickets.tests.conftest import desk

__all__ = ["_fresh_process_caches", "_tables_can_be_emptied", "company", "desk", "in_parallel"]
