"""A content security policy in every page: the site's own scripts run, and nothing else does.

The theme writes a few scripts and two handlers into its pages. They are taken out as a
page is written, and ``static/page.js`` does what they did.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        # Drawings carry styles of their own; a style runs nothing and, by the rest of this, loads nothing.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    ]
)
"""In a page itself, because a book may be read from a folder or a host that sets no headers."""

_INLINE = re.compile(r"<script(?![^>]*\b(?:src|type)=)[^>]*>.*?</script>\s*", re.DOTALL)
_HANDLERS = {"window.print()": "print", "toggleFullScreen()": "fullscreen"}
"""What the theme's buttons call, and the name ``page.js`` knows it by."""


def with_policy(page: str) -> str:
    """A page of the theme without scripts and handlers in it, and with the policy."""
    page = _INLINE.sub("", page)
    for call, name in _HANDLERS.items():
        page = page.replace(f'onclick="{call}"', f'data-page="{name}"')
    return page.replace(
        "<head>", f'<head>\n<meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1
    )


def _wrap_renderer(app: Sphinx) -> None:
    """Have every page pass through :func:`with_policy` as it leaves the templates."""
    if app.builder.format != "html":
        return
    templates = app.builder.templates
    render = templates.render

    def rendered(template: str, context: Mapping[str, Any]) -> str:
        text = render(template, context)
        return with_policy(text) if template.endswith(".html") else text

    templates.render = rendered


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    app.connect("builder-inited", _wrap_renderer)
