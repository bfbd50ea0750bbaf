"""The live page takes over what is new, and leaves the reader where he is."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from analogbench.records.record import Record
from analogbench.report.page.document import Live, document
from analogbench.report.page.server import PageServer
from tests.browser.conftest import Open
from tests.report.conftest import MakeRecord
from tests.report.page.conftest import content

pytestmark = pytest.mark.browser


class Site:
    """A server whose page is that of `records`."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.server = PageServer("127.0.0.1", 0, self.page)

    def page(self) -> str:
        done = len(self.records)
        return document(content(self.records), Live(("2 cells running: process 7 on here",), (("done", done),), 0.05))


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with site.server:
        thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield site
        site.server.shutdown()
        thread.join()


def test_what_the_reader_chose_stays(site: Site, visit: Open, rich: list[Record], make: MakeRecord) -> None:
    site.records = rich
    page = visit(site.server.url)
    page.get_by_label("Task").select_option("line")
    page.locator("#line-quick thead").get_by_role("button", name="seeds").click()
    page.get_by_role("button", name="a[tau=10]").click()
    page.get_by_label("Label contains").fill("soft")
    curve = {"step": [0.0, 10.0], "epoch": [0.0, 10.0], "error": [1.0, 0.5]}
    metric = next(record.metric for record in rich if record.labels.task == "line")
    kw = {"metric": metric, "data": "a line", "curve": curve}
    site.records = [*rich, *(make("newcomer", "soft", "line", value=0.5, seed=seed, **kw) for seed in range(5))]
    expect(page.get_by_role("button", name="newcomer")).to_be_visible()
    rows = page.locator("#line-quick .row:visible button.opener").all_inner_texts()
    assert rows == ["a[tau=10]", "a[tau=2]", "b", "newcomer"]
    expect(page.get_by_role("button", name="a[tau=10]")).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".details .bad")).to_contain_text("seed 2, 3, 4")  # made anew, too
    expect(page.get_by_label("Label contains")).to_be_focused()
    assert "newcomer" in page.get_by_label("Algorithm").locator("option").all_inner_texts()
    expect(page.locator(".progress .done b")).to_have_text(str(len(site.records)))


def test_what_comes_before_the_page_first_asks_is_not_missed(
    site: Site, visit: Open, rich: list[Record], make: MakeRecord
) -> None:
    site.records, first, asked = rich, site.page(), 0

    def page() -> str:
        nonlocal asked
        asked += 1
        return first if asked == 1 else site.page()

    site.server.page = page
    site.records = [*rich, make("newcomer", "ideal")]
    shown = visit(site.server.url)
    expect(shown.get_by_role("button", name="newcomer")).to_be_visible()
    assert asked > 1


def test_nothing_is_replaced_where_nothing_is_new(site: Site, visit: Open, rich: list[Record]) -> None:
    site.records, may_ask, asked = rich, threading.Event(), []

    def page() -> str:
        assert not asked or may_ask.wait(10)
        asked.append(None)
        return site.page()

    site.server.page = page
    shown = visit(site.server.url)
    board = shown.locator(".board").first.element_handle()
    may_ask.set()
    while len(asked) < 4:
        shown.wait_for_timeout(10)
    assert board.evaluate("board => board.isConnected")


def test_from_nothing(site: Site, visit: Open, rich: list[Record]) -> None:
    page = visit(site.server.url)
    expect(page.locator(".empty").first).to_contain_text("Rows appear as cells end.")
    site.records = rich
    expect(page.get_by_role("table")).to_have_count(2)
    expect(page.get_by_label("Task").locator("option")).to_have_count(3)
    expect(page.get_by_role("contentinfo")).to_be_visible()
    page.get_by_role("button", name="a[tau=2]").click()
    expect(page.locator(".details h3").first).to_have_text("Seeds")


def test_what_was_opened_inside_a_row_stays_unless_it_has_changed(
    site: Site, visit: Open, rich: list[Record], make: MakeRecord
) -> None:
    site.records = rich
    page = visit(site.server.url)
    page.locator(".row", has_text="hard").get_by_role("button").click()
    summary = page.locator(".details summary", has_text="end of the traceback")
    summary.click()
    site.records = [*rich, make("newcomer", "ideal", "a-task")]  # other lists of axes and parts than before
    expect(page.get_by_role("button", name="newcomer")).to_be_visible()
    expect(page.locator(".details pre", has_text="Traceback")).to_be_visible()
    expect(summary).to_be_focused()
    site.records = [*site.records, rich[-1].model_copy(update={"identity": "f" * 64, "reason": "another"})]
    expect(page.locator(".failure")).to_contain_text("another")
    expect(page.locator(".details pre", has_text="Traceback")).to_be_hidden()


def test_focus_on_an_open_row_stays(site: Site, visit: Open, rich: list[Record], make: MakeRecord) -> None:
    site.records = rich
    page = visit(site.server.url)
    opener = page.get_by_role("button", name="tiki-taka").first
    opener.focus()
    page.keyboard.press("Enter")
    site.records = [*rich, make("newcomer", "ideal")]
    expect(page.get_by_role("button", name="newcomer")).to_be_visible()
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".details")).to_have_count(0)
