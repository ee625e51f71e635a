"""Printed matter: one description of a paper, written out as DOCX, or as PDF with its Chinese font inside.

How to print a record:

    from keqiao.documents.answers import answer
    from keqiao.documents.paper import Facts, Heading, Paper, Signatures, Table

    paper = Paper(
        title=_("岗位说明书"), number="GW-012", version="B/0", organisation=…,
        parts=(
            Facts([(label, value), …]),
            Heading(_("职责")),
            Table([head, …], [[value, …], …], widths=(2, 5, 3)),
            Signatures((_("编制"), _("审核"), _("批准"))),
        ),
    )
    return answer(actor=actor, paper=paper, kind=request.GET.get("format", "pdf"), obj=record)

`rendering.render(paper, kind)` alone gives the bytes. Every sheet carries organisation and title, number and version
above; who printed it, when, and "page x of y" below. Values are plain text: nothing in them is read as markup, and an
address in them is never fetched. A printed record is on record (`document.printed`).
"""
