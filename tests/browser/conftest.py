"""Chromium, and pages of synthetic records that open from disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analogbench.records.record import Record
from analogbench.report.page.write import write_page
from tests.conftest import chromium
from tests.report.conftest import grid, make
from tests.report.page.conftest import content, rich

__all__ = ["grid", "make", "rich"]

WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed before other tests: while it is open, an event loop runs in this thread."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium())
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Opens an address; afterwards nothing may have gone wrong on any page, nor been asked of another place.

    Options are those of a browser's context, such as `viewport` and `color_scheme`.
    """
    contexts: list[Any] = []
    wrong: list[str] = []
    requests: list[str] = []
    addresses: list[str] = []

    def visit(address: str, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": WIDE} | options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        addresses.append(address)
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []
    assert {url for url in requests if not url.startswith("data:")} <= set(addresses)


@pytest.fixture
def show(visit: Open, tmp_path: Path) -> Open:
    """Opens the page of records from disk: `show(records, stale=..., viewport=...)`."""

    def show(records: list[Record], **options: Any) -> Page:
        own = {name: options.pop(name) for name in ("title", "stale", "damaged", "again") if name in options}
        fragment = options.pop("fragment", "")
        return visit(write_page(content(records, **own), tmp_path).as_uri() + fragment, **options)

    return show


@pytest.fixture
def page(show: Open, rich: list[Record]) -> Page:
    """The page of `rich`, wide."""
    return show(rich)
