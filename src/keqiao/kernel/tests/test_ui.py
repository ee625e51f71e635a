"""The parts of pages: escaping, tones, labels for phones, and what the scripts rely on."""

import re
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString

from keqiao.kernel.icons import ICONS
from keqiao.kernel.templatetags import ui, ui_charts, ui_forms

EVIL = '<script>alert("x")</script>'


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致")
    note = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    level = forms.ChoiceField(label="级别", choices=[("1", "一般"), ("2", "严重")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="同意", required=False)


def page(**more: object) -> SimpleNamespace:
    columns = [("单号", None, "", ""), ("金额", "/s", "asc", "num")]
    return SimpleNamespace(**{"columns": columns, "selection": False, "rows": [], **more})


@pytest.mark.parametrize(
    "made",
    [
        ui.badge(EVIL, "info"),
        ui.avatar(EVIL),
        ui.stat(EVIL, EVIL, EVIL, url="/x", change=EVIL),
        ui.empty(EVIL, EVIL, "/x", EVIL),
        ui.button(EVIL, "/x"),
        ui.tabs([(EVIL, "/x", True, 3)]),
        ui.stage_steps([(EVIL, "late", EVIL)]),
        ui.dl([(EVIL, EVIL)]),
        ui.table_rows(page(rows=[(EVIL, EVIL, [EVIL, EVIL])], selection=True)),
        ui_charts.chart(
            {"type": "bar", "labels": [EVIL], "series": [{"name": EVIL, "data": [1]}], "urls": ["/x"]}, "c"
        ),
    ],
)
def test_nothing_unsafe_comes_through(made: SafeString) -> None:
    assert "<script>alert" not in made


def test_what_ends_something_is_not_as_loud_as_the_main_action() -> None:
    assert 'class="btn btn-primary"' in ui.button("派发", "/x", "primary")
    assert 'class="btn btn-plain btn-danger"' in ui.button("作废", "/x", "danger"), "the form behind it is red"


def test_safe_cells_stay_as_they_are_and_carry_their_label() -> None:
    rows = ui.table_rows(page(rows=[("/t/1", 1, ["TS1", ui.badge("处理中", "info")])]))
    assert '<a class="row-link" href="/t/1">TS1</a>' in rows
    assert '<td class="num" data-label="金额"><span class="tag tag-info">处理中</span></td>' in rows
    assert "checkbox" not in rows


def test_facts_get_the_room_that_they_need() -> None:
    assert '<div class="wide"><dt>话</dt><dd>短</dd></div>' in ui.dl([("话", "短")])
    both = ui.dl([("话", "第一行\n第二行"), ("号", "1")])
    assert '<div class="wide lines"><dt>话</dt><dd>第一行\n第二行</dd></div>' in both
    assert "<div><dt>号</dt><dd>1</dd></div>" in both


def test_ticks_belong_to_the_bulk_form() -> None:
    rows = ui.table_rows(page(rows=[("/t/1", 7, ["TS1", "1"])], selection=True))
    assert re.search(r'name="pk" value="7" form="bulk-form"', rows)


def test_field_ties_label_help_and_error_to_the_widget() -> None:
    form = Sample({"name": "", "level": "1"})
    made = ui_forms.field(form["name"])
    assert '<label for="id_name">姓名<span class="req" aria-hidden="true">*</span></label>' in made
    described = re.search(r'aria-describedby="([^"]+)"', made)
    assert described
    for part in described[1].split():
        assert f'id="{part}"' in made
    assert 'aria-invalid="true"' in made


def test_choices_get_a_legend_and_long_texts_the_full_width() -> None:
    form = Sample()
    assert "<legend>级别" in ui_forms.field(form["level"])
    assert 'class="field field-wide"' in ui_forms.field(form["note"])
    assert 'class="req"' not in ui_forms.field(form["agree"])


def test_error_summary_leads_to_the_fields() -> None:
    assert ui_forms.form_errors(Sample()) == ""
    made = ui_forms.form_errors(Sample({"name": "", "level": "1"}))
    assert 'href="#id_name"' in made
    assert 'tabindex="-1"' in made
    assert "级别" not in made


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "0 字节"), (1023, "1023 字节"), (1024, "1 KB"), (3_565_158, "3.4 MB"), (20 * 1024**2, "20 MB")],
)
def test_file_sizes(size: int, said: str) -> None:
    assert ui.filesize(size) == said


def test_steps_say_where_the_matter_stands() -> None:
    made = ui.stage_steps([("受理", "done", ""), ("调查", "late", "超时 2 小时"), ("答复", "", "")])
    assert made.count('aria-current="step"') == 1
    assert "（已超时）" in made
    assert "超时 2 小时" in made


def test_a_name_keeps_its_colour() -> None:
    assert ui.avatar("张晓雯") == ui.avatar("张晓雯")
    assert len({ui.avatar(name).split('"')[1] for name in "赵钱孙李周吴郑王冯陈"}) > 2


def test_every_icon_named_in_this_module_is_in_the_sprite() -> None:
    used = set(ui.STEP_ICONS.values()) | {"late", "clock", "inbox", "add", "error"}
    assert used <= ICONS.keys()


def test_block_tags() -> None:
    boxed = Template('{% load ui %}{% card title="客户" url="/c" %}<p>{{ x }}</p>{% endcard %}')
    made = boxed.render(Context({"x": "<"}))
    assert "<h2>客户</h2>" in made
    assert "<p>&lt;</p>" in made
    assert 'href="/c"' in made
    twice = Template("{% load ui %}{% keep as t %} <b>{{ x }}</b> {% endkeep %}[{{ t }}{{ t }}]")
    assert twice.render(Context({"x": "&"})).endswith("[<b>&amp;</b><b>&amp;</b>]")


def test_what_depends_on_the_language_alone_is_drawn_once_for_each() -> None:
    drawn = Template("{% load ui_frame i18n %}{% once %}{% translate '关闭' %}{{ count }}{% endonce %}/{{ count }}")
    with translation.override("zh-hans"):
        assert drawn.render(Context({"count": 1})) == "关闭1/1"
        assert drawn.render(Context({"count": 2})) == "关闭1/2"
    with translation.override("en"):
        assert drawn.render(Context({"count": 3})) == "Close3/3"
    with translation.override("zh-hans"):
        assert drawn.render(Context({"count": 4})) == "关闭1/4"
