"""axe-core finds nothing to object to, in any width and either theme, closed and open."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from analogbench.records.record import Record
from tests.browser.conftest import PHONE, WIDE, Open

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page).response
    nodes = [(one["id"], node) for one in found["violations"] for node in one["nodes"]]
    return [f"{rule}: {node['target']} {node['failureSummary']}" for rule, node in nodes]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_no_violations(show: Open, rich: list[Record], viewport: Any, scheme: str) -> None:
    # axe is a script, which the page's policy refuses as it refuses any other
    page = show(
        rich, viewport=viewport, color_scheme=scheme, stale={rich[0].identity}, damaged=["x: empty"], bypass_csp=True
    )
    assert violations(page) == []
    for opener in page.locator(".opener").all():
        opener.click()
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert violations(page) == []


def test_an_empty_page(show: Open) -> None:
    assert violations(show([], bypass_csp=True)) == []
