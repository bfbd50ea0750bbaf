"""The page as its reader uses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from analogbench.records.record import Record
from analogbench.report.page.write import write_page
from tests.browser.conftest import PHONE, WIDE, Open
from tests.report.conftest import MakeRecord
from tests.report.page.conftest import content

pytestmark = pytest.mark.browser

EVIL = "<script>alert(1)</script></script><img src=x onerror=alert(2)>"


def labels(page: Page) -> list[str]:
    """Of the rows that are shown, in their order."""
    return [" × ".join(row.locator(".c1 button, .c2").all_inner_texts()) for row in shown(page)]


def shown(page: Page) -> list[Locator]:
    return page.locator(".row:visible").all()


def header(page: Page, board: str, name: str) -> Locator:
    return page.locator(f"#{board} thead").get_by_role("button", name=name, exact=True)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def any_width(request: pytest.FixtureRequest, show: Open, rich: list[Record]) -> Page:
    return show(rich, viewport=request.param)


def test_the_leaderboards_are_there_without_scripts(show: Open, rich: list[Record]) -> None:
    page = show(rich, java_script_enabled=False)
    expect(page.get_by_role("table")).to_have_count(2)
    expect(page.get_by_role("row", name="sgd digital")).to_contain_text("95.10 ± 0.10")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_sorting(page: Page) -> None:
    ranked = labels(page)
    error = header(page, "line-quick", "error")
    rank = page.locator("#line-quick th.c0")
    expect(rank).to_have_attribute("aria-sort", "ascending")
    header(page, "line-quick", "seeds").click()
    expect(rank).to_have_attribute("aria-sort", "none")
    expect(page.locator("#line-quick th.c8")).to_have_attribute("aria-sort", "ascending")
    assert labels(page)[:4] == ["b × hard", "a[tau=10] × soft", "a[tau=2] × soft", "b × soft"]
    error.click()
    assert labels(page)[3] == "b × hard"  # what has no number comes last …
    error.click()
    expect(page.locator("#line-quick th.c3")).to_have_attribute("aria-sort", "descending")
    assert labels(page)[3] == "b × hard"  # … either way
    assert labels(page)[4:] == ranked[4:]  # the other table keeps its order


def test_the_first_click_on_a_metric_puts_the_best_first(page: Page) -> None:
    header(page, "mnist-quick", "algorithm").click()
    header(page, "mnist-quick", "test accuracy [%]").click()
    expect(page.locator("#mnist-quick th.c3")).to_have_attribute("aria-sort", "descending")
    assert labels(page)[4] == "sgd × digital"


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({"Algorithm": "tiki-taka"}, ["tiki-taka × ideal", "tiki-taka × pulsed"]),
        ({"Algorithm": "a"}, ["a[tau=10] × soft", "a[tau=2] × soft"]),
        ({"Device": "pulsed", "Status": "some seed failed"}, ["tiki-taka × pulsed"]),
        ({"Task": "line", "Status": "every seed ok"}, ["a[tau=10] × soft", "a[tau=2] × soft", "b × soft"]),
        ({"Status": "some crashed"}, ["b × hard"]),
        ({"Status": "some stale"}, ["sgd × digital"]),
        ({"Task": "line", "Device": "pulsed"}, []),
    ],
)
def test_filters(show: Open, rich: list[Record], choices: dict[str, str], expected: list[str]) -> None:
    page = show(rich, stale={rich[0].identity})
    for name, value in choices.items():
        page.get_by_label(name, exact=True).select_option(value)
    assert sorted(label.replace(" §", "") for label in labels(page)) == expected
    expect(page.locator("#shown")).to_have_text(f"{len(expected)} of 9 rows")
    expect(page.locator("#nothing")).to_be_visible(visible=not expected)
    boards = page.locator(".board:visible").all()
    assert all(board.locator(".row:visible").count() for board in boards)
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("#shown")).to_have_text("9 rows")


def test_text_filter_and_the_way_back(page: Page) -> None:
    page.get_by_label("Label contains").fill("tau=10 LINE")
    assert labels(page) == ["a[tau=10] × soft"]
    page.get_by_label("Label contains").fill("nothing has this")
    page.get_by_role("button", name="Clear them").click()
    expect(page.locator("#shown")).to_have_text("9 rows")


def test_a_row_opens_its_cells_curves_provenance_and_command(any_width: Page) -> None:
    page = any_width
    opener = page.get_by_role("button", name="a[tau=2]")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    details = page.locator(f"#{opener.get_attribute('aria-controls')}")
    for title in ("Seeds", "Learning curves", "Run it again", "Provenance", "Parameters"):
        expect(details.get_by_role("heading", name=title)).to_be_visible()
    expect(details.get_by_role("table").first.locator("tbody tr")).to_have_count(4)
    expect(details.locator("code")).to_have_text("analogbench run -a 'a[tau=2]' --seeds 0,1,2,3")
    chart = details.get_by_role("img", name="error of a[tau=2] × soft")
    expect(chart).to_be_visible()
    expect(chart.locator("path.seed")).to_have_count(4)
    details.locator("summary", has_text="the numbers").click()
    numbers = details.get_by_role("region", name="error of a[tau=2] × soft, numbers")
    rows = [text.split() for text in numbers.locator("tbody tr").all_inner_texts()]
    assert rows == [["0", *["1"] * 4], ["10", *["0.1"] * 4], ["20", "0.01", "1e-3", "1e-4", "1e-5"]]
    opener.click()
    expect(details).to_have_count(0)


def test_a_click_anywhere_on_a_row_opens_it(page: Page) -> None:
    row = page.locator(".row", has_text="tiki-taka").first
    row.locator(".c8").click()
    expect(page.locator(".details")).to_have_count(1)
    expect(page.locator("path.reference")).to_have_count(3)  # the seeds of sgd × digital, for comparison


def test_failures_show_the_end_of_the_traceback(page: Page) -> None:
    page.locator(".row", has_text="hard").get_by_role("button").click()
    details = page.locator(".details")
    expect(details.locator(".failure")).to_have_text("seed 0: crashed · ValueError: no")
    details.locator("summary", has_text="end of the traceback").click()
    expect(details.get_by_role("region", name="Traceback of seed 0")).to_contain_text("ValueError: no")


def test_missing_seeds_and_stale_records_are_said(show: Open, rich: list[Record]) -> None:
    page = show(rich, stale={rich[0].identity}, damaged=["records/x.json: empty"])
    page.get_by_role("button", name="a[tau=10]").click()
    expect(page.locator(".details .bad")).to_have_text("No record of seed 2, 3, which other rows of the table have.")
    expect(page.locator("#summary .alarm")).to_have_text(
        [
            "§ 1 of 26 records are stale: made by other code than was installed when this page was made",
            "no record, and not counted: records/x.json: empty",
        ]
    )
    page.get_by_role("button", name="sgd §", exact=True).click()
    assert page.locator(".details").last.locator("tbody td:nth-child(2)").all_inner_texts() == ["ok §", "ok", "ok"]


def test_an_open_row_moves_and_hides_with_its_row(page: Page) -> None:
    page.get_by_role("button", name="a[tau=2]").click()
    header(page, "line-quick", "seeds").click()
    assert page.locator("#line-quick .details").evaluate("e => e.previousElementSibling.textContent").count("tau=2")
    page.get_by_label("Task").select_option("mnist")
    expect(page.locator(".details")).to_be_hidden()
    page.get_by_label("Task").select_option("line")
    expect(page.locator(".details")).to_be_visible()


def test_an_address_shows_the_same_again(page: Page, visit: Open) -> None:
    page.get_by_label("Task").select_option("line")
    header(page, "line-quick", "seeds").click()
    page.get_by_role("button", name="b", exact=True).first.click()
    other = visit(page.url)
    assert labels(other) == labels(page)
    expect(other.get_by_label("Task")).to_have_value("line")
    expect(other.locator(".details")).to_have_count(1)
    for address in ("#mnist-quick", "#?sort=x", "#?sort=line-quick:77:ascending&open=zz&task=none"):
        visit(page.url.partition("#")[0] + address)


def test_the_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the leaderboards")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="line · a line · quick").first).to_be_focused()
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(header(page, "line-quick", "error")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#line-quick th.c3")).to_have_attribute("aria-sort", "ascending")
    outline = header(page, "line-quick", "error").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
    opener = page.locator(".row .opener").first
    while not opener.evaluate("e => e === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.locator(".details").get_by_role("region").first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_until_chosen(show: Open, rich: list[Record], scheme: str) -> None:
    page = show(rich, color_scheme=scheme)
    back = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = "rgb(252, 252, 250)", "rgb(21, 23, 26)"
    assert page.evaluate(back) == (light if scheme == "light" else dark)
    button = page.get_by_role("button", name="Theme")
    button.click()
    assert page.evaluate(back) == light
    button.click()
    assert page.evaluate(back) == dark
    page.reload()
    expect(button).to_have_text("Theme: dark")
    assert page.evaluate(back) == dark


def test_nothing_that_a_record_says_runs(show: Open, make: MakeRecord) -> None:
    kw = {"reason": EVIL, "traceback": EVIL, "provenance": {"command": EVIL, "cpu": EVIL}}
    curve = {"step": [0.0, 1.0], "epoch": [0.0, 1.0], EVIL: [1.0, 2.0]}
    made = [make("a", "x", status="crashed", **kw), make("a", "x", seed=1, curve=curve), make("b", "y", curve=curve)]
    names = made[0].labels.model_copy(update=dict.fromkeys(("algorithm", "device", "task", "data"), EVIL))
    metric = (made[1].metric or made[2].metric).model_copy(update={"title": EVIL, "unit": EVIL})  # type: ignore[union-attr]
    records = [record.model_copy(update={"labels": names, "metric": metric}) for record in made[:2]]
    cell = made[2].cell.model_copy(update={"algorithm": made[2].cell.algorithm.model_copy(update={"name": EVIL})})
    page = show([*records, made[2].model_copy(update={"cell": cell})], title=EVIL, damaged=[EVIL])
    for opener in page.locator(".opener").all():
        opener.click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    expect(page.locator(".details pre").last).to_contain_text("analogbench run")
    expect(page.locator(".failure")).to_contain_text(EVIL)
    expect(page.locator("h1")).to_have_text(EVIL)
    assert page.locator("script").count() == 2
    assert page.locator("img").count() == 0


def test_injected_scripts_are_refused(browser: Browser, rich: list[Record], tmp_path: Path) -> None:
    """Even if a text became an element, it would not run: the policy names the page's own script only."""
    page = browser.new_page()
    page.goto(write_page(content(rich), tmp_path).as_uri())
    ran = page.evaluate(
        """() => new Promise((done) => {
            const made = document.createElement("script");
            made.textContent = "window.ran = true";
            document.addEventListener("securitypolicyviolation", () => done(window.ran ?? false));
            document.body.append(made);
            setTimeout(() => done(window.ran), 3000);
        })"""
    )
    page.close()
    assert ran is False


def test_no_sideways_scrolling_of_the_page(any_width: Page) -> None:
    page = any_width
    for opener in page.locator(".opener").all():
        opener.click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    inside = page.locator(".inside").first.bounding_box()
    assert inside is not None
    assert inside["width"] <= width[1]


def test_an_empty_page(show: Open) -> None:
    page = show([])
    expect(page.locator(".empty").first).to_contain_text("Nothing is recorded here yet.")
    expect(page.locator("#filters")).to_be_hidden()


def test_on_a_phone_filters_open_on_demand(show: Open, rich: list[Record]) -> None:
    page = show(rich, viewport=PHONE)
    task = page.get_by_label("Task", exact=True)
    expect(task).to_be_hidden()
    page.locator("summary", has_text="Filter").click()
    task.select_option("line")
    page.reload()
    expect(task).to_have_value("line")
    expect(task).to_be_visible()


def test_in_print_there_is_paper_and_no_buttons(show: Open, rich: list[Record]) -> None:
    page = show(rich, color_scheme="dark")
    page.get_by_role("button", name="a[tau=2]").click()
    page.emulate_media(media="print")
    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator(".details")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
