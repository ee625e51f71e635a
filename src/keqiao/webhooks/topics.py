"""What can be subscribed to: deeds that have words, about records that have a list. Found in what the apps declare."""

from keqiao.audit import wording
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Resource, resources

# who came in and may do what, what was looked at or taken away: for the audit alone
CLOSED = {
    "employee", "unit", "position", "session", "token", "event", "mail", "webhook", "notice", "export", "reveal", "list",
    "identity", "file",
}  # fmt: skip
LOOKS = ("revealed", ".phone_shown", ".viewed", ".exported", ".printed", ".downloaded", ".copied")
STAR = ".*"


def home(noun: str) -> Resource | None:
    """The list that the noun of a deed names: ticket → tickets."""
    return next((one for one in resources() if one.name in {noun, f"{noun}s", f"{noun}es"}), None)


def groups(actor: Actor | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, [(code, words)]) of what may be subscribed to, by an actor: of lists that the actor may open."""
    found: dict[str, list[tuple[str, str]]] = {}
    titles: dict[str, str] = {}
    for verb in wording.known():
        noun, _dot, _deed = verb.partition(".")
        resource = None if noun in CLOSED or verb.endswith(LOOKS) else home(noun)
        if resource is None or (actor is not None and not resource.allowed(actor, "list", None)):
            continue
        titles[noun] = str(resource.title)
        found.setdefault(noun, []).append((verb, wording.verb(verb)))
    return [(titles[noun], sorted(deeds, key=lambda pair: pair[1])) for noun, deeds in found.items()]


def known(actor: Actor | None = None) -> dict[str, str]:
    """Words by code, "工单：办结"."""
    return {code: f"{title}：{words}" for title, deeds in groups(actor) for code, words in deeds}


def wanted(events: list[str], verb: str) -> bool:
    """Whether a subscription to these hears of the deed."""
    return verb in events or f"{verb.partition('.')[0]}{STAR}" in events
