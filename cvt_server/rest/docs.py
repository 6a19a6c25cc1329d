"""The documentation page of the REST API: one self-contained page made from the description, without scripts and without other hosts."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any, Final

from cvt_server.operations.api import PREFIX, api

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
    "h2{margin-top:2.5rem;border-bottom:1px solid #d0d7de}code,pre{font:14px/1.4 ui-monospace,monospace;background:#f3f5f7;border-radius:4px}"
    "code{padding:.1em .3em}pre{padding:.8em;overflow:auto}table{border-collapse:collapse}td,th{text-align:left;padding:.2em .8em .2em 0;vertical-align:top}"
    "section{margin:1.2rem 0}h3{margin-bottom:.2rem}.m{display:inline-block;min-width:4.5em;font-weight:700}"
    "@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}code,pre{background:#161b22}a{color:#6cb6ff}h2{border-color:#30363d}}"
)


@cache
def page() -> bytes:
    """The page."""
    tree = api().spec.entry.tree
    sections = "".join(_tag(tree, tag) for tag in tree["tags"])
    info = tree["info"]
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(info["title"])}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(info['title'])} {escape(info['version'])}</h1><p>{_prose(info['description'])}</p>"
        f'<p>The description: <a href="{PREFIX}/openapi.json">JSON</a>, <a href="{PREFIX}/openapi.yaml">YAML</a>. Send the API key as <code>x-api-key</code> '
        f"or <code>Authorization: Bearer</code>.</p>{sections}</body></html>"
    )
    return text.encode()


def _tag(tree: Any, tag: Any) -> str:
    rows = (
        _operation(tree, path, item, method)
        for path, item in tree["paths"].items()
        for method in _METHODS
        if method in item and tag["name"] in item[method]["tags"]
    )
    return f"<h2>{escape(tag['name'])}</h2><p>{_prose(tag['description'])}</p>{''.join(rows)}"


def _operation(tree: Any, path: str, item: Any, method: str) -> str:
    operation = item[method]
    parameters = [_resolved(tree, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ()))]
    rows = "".join(f"<tr><td><code>{escape(one['name'])}</code><td>{one['in']}<td>{_prose(one.get('description', ''))}" for one in parameters)
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return (
        f'<section id="{escape(operation["operationId"])}"><h3><span class="m">{method.upper()}</span> <code>{PREFIX}{escape(path)}</code></h3>'
        f"<p><b>{_prose(operation['summary'])}</b> (<code>{escape(operation['operationId'])}</code>). {_prose(operation['description'])}</p>"
        f"{f'<table>{rows}</table>' if rows else ''}{_shape('Body', body)}{''.join(_answers(operation))}</section>"
    )


def _answers(operation: Any) -> list[str]:
    found = []
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if status != "default" and schema is not None:
            found.append(_shape(f"{status} {answer['description']}", schema))
    return found


def _shape(name: str, schema: Any) -> str:
    if schema is None:
        return ""
    return f"<details><summary>{_prose(name)}</summary><pre>{escape(json.dumps(schema, indent=2))}</pre></details>"


def _resolved(tree: Any, node: Any) -> Any:
    return tree["components"]["parameters"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node


def _prose(text: str) -> str:
    """Text with its `code` marked."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
