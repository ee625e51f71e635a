"""What can be subscribed to: deeds that have words, about records that have a list. Found in what the apps declare."""

from django.utils.translation import gettext as _

from keqiao.audit import wording
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Resource, resources

# who came in and may do what, what was looked at or taken away, how the house sorts: for the audit alone
CLOSED = {
    "employee", "unit", "position", "session", "token", "event", "mail", "webhook", "notice", "export", "reveal", "list",
    "identity", "file", "cause", "category", "deadline", "duplicate", "segment", "tag",
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
        if resource is not None and resource.name == noun and noun.endswith("s"):
            continue  # of many at once, with no record of its own
        if resource is None or (actor is not None and not resource.allowed(actor, "list", None)):
            continue
        titles[noun] = str(resource.title)
        found.setdefault(noun, []).append((verb, wording.verb(verb)))
    return [(titles[noun], sorted(deeds, key=lambda pair: pair[1])) for noun, deeds in found.items()]


def known(actor: Actor | None = None) -> dict[str, str]:
    """Words by code, "工单：办结"."""
    return {code: _("：").join((title, words)) for title, deeds in groups(actor) for code, words in deeds}


def stars() -> dict[str, str]:
    """The headings by the code that stands for all of their deeds."""
    return {star_of(deeds[0][0]): title for title, deeds in groups()}


def star_of(verb: str) -> str:
    """The code of all deeds of the same noun."""
    return verb.partition(".")[0] + STAR


def wanted(events: list[str], verb: str) -> bool:
    """Whether a subscription to these hears of the deed."""
    return verb in events or star_of(verb) in events
