"""One's own account in the browser: the second factor from setting up to logging in, and the page's other tabs."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from keqiao.org.demo import PASSWORD
from keqiao.org.factors import totp
from keqiao.workspace.demo.people import PEOPLE
from tests.browser.checks import faults
from tests.browser.conftest import Open
from tests.browser.hands import fill, picture, press
from tests.browser.site import ADMIN, PHONE, WIDE, Watch

NAMES = frozenset(name for name, *_rest in PEOPLE)
# nobody else's test logs in as these
SOMEBODY = {WIDE: PEOPLE[-1][0], PHONE: PEOPLE[-2][0]}


def step() -> int:
    """Which half minute it is."""
    return int(time.time()) // totp.STEP


def code_of(page: Page, secret: str, after: int) -> tuple[str, int]:
    """A code of a later step than the last one used, as a telephone whose clock is half a minute off shows it."""
    while step() + 1 <= after:  # two steps ahead is refused
        page.wait_for_timeout(500)
    used = max(after + 1, step())
    return totp._totp(secret).generate(used * totp.STEP).decode(), used


def log_in(page: Page, who: str) -> None:
    page.goto("/login/")
    fill(page.locator("form.form"), username=who, password=PASSWORD)
    with page.expect_navigation():
        press(page.locator("form.form"), "登录")


def sound(page: Page, name: str) -> None:
    assert "\n".join(faults(page, NAMES)) == ""
    picture(page, f"identity-{name}-{page.viewport_size['width']}")  # type: ignore[index]


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_second_factor_from_setting_up_to_switching_off(
    visit_as: Open, watch: Watch, size: tuple[int, int], scheme: str
) -> None:
    watch.expected.add(422)
    who = SOMEBODY[size]
    page = visit_as("", size, scheme)
    log_in(page, who)
    page.goto("/me/factor/")
    sound(page, "off")
    fill(page.locator("form.form"), password="wrong")
    press(page.locator("form.form"), "开始设置")
    expect(page.get_by_text("现在的密码不对").first).to_be_visible()
    fill(page.locator("form.form"), password=PASSWORD)
    press(page.locator("form.form"), "开始设置")
    expect(page.locator("img.answer-qr")).to_be_visible()
    sound(page, "begun")
    secret = page.locator("#factor-secret").inner_text().replace(" ", "")
    code, used = code_of(page, secret, 0)
    fill(page.locator("form.form"), code=code)
    press(page.locator("form.form"), "确认开启")
    expect(page.locator(".codes li")).to_have_count(10)
    sound(page, "codes")
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="已保存好，继续").click()
    page.goto("/me/factor/")
    expect(page.get_by_text("还有 10 个恢复码可用")).to_be_visible()
    sound(page, "on")

    other = visit_as("", size, scheme)
    log_in(other, who)
    expect(other.get_by_role("heading", name="输入验证码")).to_be_visible()
    sound(other, "code")
    fill(other.locator("form.form"), code="000000")
    press(other.locator("form.form"), "登录")
    expect(other.get_by_text("验证码不对或已用过").first).to_be_visible()
    code, used = code_of(other, secret, used)
    fill(other.locator("form.form"), code=code, trusted=True)
    press(other.locator("form.form"), "登录")
    other.wait_for_url(f"{watch.base}/")
    other.context.clear_cookies(name="sessionid")
    log_in(other, who)
    other.wait_for_url(f"{watch.base}/")  # trusted: no code

    third = visit_as("", size, scheme)
    log_in(third, who)
    fill(third.locator("form.form"), code=recovery)
    press(third.locator("form.form"), "登录")
    third.wait_for_url(f"{watch.base}/")
    third.goto("/me/factor/")
    expect(third.get_by_text("还有 9 个恢复码可用")).to_be_visible()
    code, used = code_of(third, secret, used)
    fill(third.locator("form.form"), password=PASSWORD, code=code)
    press(third.locator("form.form"), "关闭两步验证")
    expect(third.get_by_text("尚未开启")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "dark"), (PHONE, "light")], ids=["wide", "phone"])
def test_every_tab_of_ones_own_account_is_sound(visit_as: Open, size: tuple[int, int], scheme: str) -> None:
    page = visit_as(ADMIN, size, scheme)
    page.goto("/me/")
    names = page.locator(".account-page .tab-link").all_inner_texts()
    assert names == ["我的资料", "密码", "两步验证", "登录设备", "接口令牌", "关联登录"]
    for name in names:
        page.locator(".account-page").get_by_role("link", name=name, exact=True).click()
        expect(page.locator(".account-page [aria-current=page]")).to_have_text(name)
        sound(page, f"tab-{names.index(name)}")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_somebody_is_invited_by_a_copied_link_and_joins(
    visit_as: Open, watch: Watch, size: tuple[int, int], scheme: str
) -> None:
    watch.expected |= {410, 422}
    page = visit_as(ADMIN, size, scheme)
    page.goto("/invitations/new/")
    address = f"new{size[0]}@haina.example"
    fill(page.locator("#form"), email=address, name="丁一")
    page.locator("[name=unit]").select_option(index=2)
    page.locator("[name=positions]").first.check()
    sound(page, "invite")
    press(page.locator("#form"), "保存")
    page.get_by_role("link", name="复制链接").click()
    press(page.locator("#dialog #form"), "生成链接")
    link = page.locator("#answer-url").inner_text()
    picture(page, f"identity-link-{size[0]}")
    guest = visit_as("", size, scheme)
    path = "/" + link.split("/", 3)[3]
    guest.goto(path)
    sound(guest, "join")
    fill(guest.locator("form.form"), username="x y", new_password="short", repeated="other")
    press(guest.locator("form.form"), "建立账号")
    expect(guest.locator(".form-errors")).to_be_visible()
    sound(guest, "join-wrong")
    name = f"d{size[0]}"
    fill(guest.locator("form.form"), username=name, new_password=PASSWORD, repeated=PASSWORD)
    press(guest.locator("form.form"), "建立账号")
    expect(guest.get_by_text("账号已建立，请登录")).to_be_visible()
    log_in(guest, name)
    guest.wait_for_url(re.compile(r"/$"))
    late = visit_as("", size, scheme)
    late.goto(path)
    sound(late, "join-void")
    page.goto("/invitations/?view=all")
    expect(page.get_by_text("已加入").first).to_be_visible()
    sound(page, "invitations")


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_the_rules_of_login_are_sound_pages(visit_as: Open, size: tuple[int, int], scheme: str) -> None:
    page = visit_as(ADMIN, size, scheme)
    for name in ("password-rules", "sso-settings"):
        page.goto(f"/{name}/")
        sound(page, name)
        page.locator("#table .row-link").first.click()
        sound(page, f"{name}-one")
        page.get_by_role("link", name="修改", exact=True).click()
        sound(page, f"{name}-edit")
    stranger = visit_as("", size, scheme)
    stranger.goto("/login/")
    stranger.get_by_role("link", name="忘记密码？").click()
    expect(stranger.get_by_text("联系管理员").first).to_be_visible()
    sound(stranger, "reset-no-mail")
