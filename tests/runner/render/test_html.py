from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from cvt_runner.render.page import environment
from cvt_runner.render.registry import RenderOptions, render
from tests.runner.render import sample

_VOID = {"meta", "input", "br", "col"}


class _Page(HTMLParser):
    """Collects elements and checks that each is closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data


def _page(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    page.close()
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def hostile() -> str:
    return render("html", sample.hostile(), RenderOptions(repository_url='https://code.example/a"><script>alert(1)</script>'))


def test_nothing_is_loaded_and_no_handler_is_inline(hostile: str) -> None:
    for text in (hostile, render("html", sample.full())):
        page = _page(text)
        names = [tag for tag, _ in page.tags]
        assert names.count("script") == names.count("style") == 1
        assert not {"link", "img", "iframe", "object", "embed", "base", "form", "svg", "video"} & set(names)
        attributes = [name for _, attrs in page.tags for name in attrs]
        assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name in attributes)


def test_policy_allows_exactly_our_script_and_style(hostile: str) -> None:
    page = _page(hostile)
    policy = next(attrs["content"] or "" for tag, attrs in page.tags if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for element in ("script", "style"):
        digest = b64encode(sha256(page.text[element].encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_hostile_text_is_shown_and_never_obeyed(hostile: str) -> None:
    assert "<script>alert" not in hostile
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", hostile)
    assert "\\u202e" in hostile
    assert not any("evil" in str(attrs.values()) for _, attrs in _page(hostile).tags)


def test_the_template_engine_itself_lets_no_control_character_through() -> None:
    assert environment().from_string("<p>{{ text }}</p>").render(text="<\u202e\x1b>") == "<p>&lt;\\u202e\\x1b&gt;</p>"


def test_links_lead_only_to_the_repository() -> None:
    page = _page(render("html", sample.full(), RenderOptions(repository_url="https://code.example/shop/api")))
    links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    assert any(link.startswith(f"https://code.example/shop/api/blob/{sample.HEAD_SHA}/api/openapi.yaml#L") for link in links)
    assert any(f"/blob/{sample.BASE_SHA}/" in link for link in links)
    assert all(link.startswith(("https://code.example/shop/api/blob/", "#")) for link in links)


def test_every_label_heading_and_filter_is_in_place() -> None:
    page = _page(render("html", sample.full()))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    labels = {attrs["for"] for tag, attrs in page.tags if tag == "label" and "for" in attrs}
    assert labels == {"show-breaking", "show-error", "show-warning", "show-info"} <= ids
    assert ("html", {"lang": "en"}) in page.tags
    assert [tag for tag, _ in page.tags].count("h1") == 1
    style = page.text["style"]
    assert all(f"#{name}:not(:checked) ~ main" in style for name in labels)
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def test_old_and_new_stand_side_by_side() -> None:
    text = render("html", sample.full())
    assert re.search(r"<del>maximum: 100</del></td>\s*<td class=\"n\">17</td><td class=\"c ins\"><ins>maximum: 50</ins>", text)
