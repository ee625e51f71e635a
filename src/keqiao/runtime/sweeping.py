"""What the running program no longer needs goes."""

from keqiao.runtime import idempotency, throttle
from keqiao.runtime.jobs import every


@every("41 * * * *")
def sweep() -> None:
    """Delete answers whose repetition is no longer to be expected, and counts whose window is over."""
    idempotency.sweep()
    throttle.sweep()
