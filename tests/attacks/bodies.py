"""What a stranger sends: nothing, and something for every field."""

from typing import Any

FILLED: tuple[dict[str, Any], ...] = (
    {},
    {
        "name": "改名", "reason": "好奇", "note": "改", "text": "改", "owner": 1, "units": [1], "instructions": "改",
        "answer": "改", "proof": "改", "words": "改", "result": "改", "plan": "改", "findings": "改", "founded": "0",
        "explanation": "改", "satisfaction": "5", "solved": "true", "said": "改", "outcome": "busy", "effective": "1",
        "kind": "phone", "value": "13911112222", "title": "改", "demand": "改", "severity": "1", "passed": "1",
        "assignee": 1, "due_at": "2030-01-01T10:00", "due_on": "2030-01-01", "how": "phone", "customer_reply": "改",
        "category": 1, "cause": 1, "responsible_unit": 1, "new_tags": "改", "channel": "phone", "measure": "改",
        "minutes": 1, "warn_percent": 1, "compensation_limit": "1", "effect_days": 1, "password": "right-horse-battery",
    },
)  # fmt: skip
