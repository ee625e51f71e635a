"""Events sent to other programs: subscribed to in the browser, signed, retried, only to addresses that may be reached."""
