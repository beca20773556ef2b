"""How the site is built: ``make site``; every warning is an error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from safescore.version import VERSION

project = "safescore"
version = release = VERSION
language = "en"
extensions = ["myst_parser"]
exclude_patterns = ["**/README.md"]
nitpicky = True

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
myst_links_external_new_tab = False

highlight_language = "text"
html_theme = "furo"
html_title = f"safescore {VERSION}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False


def spoken(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Say of a Chinese page that it is Chinese, so that it breaks and is read aloud as such."""
    if page.endswith(".zh"):
        context["language"] = "zh-CN"


def setup(app: Any) -> dict[str, bool]:
    """Join what is the site's own to the build."""
    app.connect("html-page-context", spoken)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
