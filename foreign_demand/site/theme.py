"""Cut the theme down to what the pages use, and serve all of it from the site itself.

The theme comes with FontAwesome twice, as 540 kB of JavaScript and as fonts with
thousands of icons. Here its templates load neither: ``static/icons.css`` names the
icons in use and this module cuts their font from the theme's. Scripts no longer
hold up the first paint, and what asks another host (thebe, comments) is left out
of the extensions in ``_config.yml``.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pydata_sphinx_theme
from sphinx.application import Sphinx
from sphinx.config import Config

from foreign_demand.site import files, styles
from foreign_demand.site.drawing import dark_media, dark_rules
from foreign_demand.site.parallel import beside

HERE = Path(__file__).parent
ASSETS = (
    "book.css",
    "calculator.js",
    "claims.js",
    "embed.js",
    "favicon.svg",
    "following.css",
    "foreign-demand.js",
    "gallery.js",
    "headlines.js",
    "icons.css",
    "page.js",
    "redline.js",
)
PLAIN = ("figures", "editions")
"""Folders whose pages load no style sheet, or their own copy of it."""
LIBRARIES = ("vega.js", "headlines-data.js")
"""Scripts that write no HTML of the theme's."""
CUT = "/* Rules that no page of this site can use are left out. */"
FONT_AWESOME = next(Path(pydata_sphinx_theme.__file__).parent.glob("theme/*/static/vendor/fontawesome/*"))


def icon_font(css: str, target: Path) -> None:
    r"""Write a font with the characters that a style sheet names, cut from FontAwesome Free.

    Parameters
    ----------
    css
        Style sheet; characters are written in it as ``"\f0c9"``.
    target
        WOFF file to write. Copyright and licence stay in it, FontAwesome's reserved
        name does not.
    """
    from fontTools import subset  # here: most builds cut no font

    options = subset.Options(flavor="woff", name_IDs=[0, 13, 14], layout_features=[], notdef_outline=True)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[int(code, 16) for code in re.findall(r'"\\(f[0-9a-f]{3})"', css)])
    with subset.load_font(str(FONT_AWESOME / "webfonts" / "fa-solid-900.ttf"), options) as font:
        cut.subset(font)
        subset.save_font(font, str(target), options)


def _use_templates(app: Sphinx, config: Config) -> None:
    config.templates_path.insert(0, str(HERE / "templates"))


def _defer_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Let the page be drawn before scripts run."""
    for script in context["script_files"]:
        if script.filename:
            script.attributes.setdefault("defer", "defer")


def _add_assets(app: Sphinx) -> None:
    # Jupyter Book loads everything below the book's own _static by itself: ours stays elsewhere.
    made = Path(app.doctreedir) / "theme"
    made.mkdir(parents=True, exist_ok=True)
    for name in ASSETS:
        files.write(made / name, (HERE / "static" / name).read_bytes())
    style = (HERE / "static" / "foreign-demand.css").read_text(encoding="utf-8")
    dark = dark_rules('html[data-theme="dark"] .fd-view')
    files.write(made / "foreign-demand.css", f"{style}\n@media screen {{\n{dark}\n}}\n")
    plain = (HERE / "static" / "plain-page.css").read_text(encoding="utf-8")
    files.write(made / "plain-page.css", f"{plain}{dark_media('.fd-view')}\n")
    icons, cut = (made / "icons.css").read_text(encoding="utf-8"), files.Made(made / ".made.json")
    if cut.again("icons", files.digest(icons)) is None:
        icon_font(icons, made / "icons.woff")
        cut.note("icons", files.digest(icons), [made / "icons.woff"])
    cut.save()
    files.write(made / "icons-licence.txt", (FONT_AWESOME / "LICENSE.txt").read_bytes())
    app.config.html_static_path.append(str(made))


def _remove_unused(app: Sphinx, exception: Exception | None) -> None:
    """What the theme copies and no page loads, and the rules of its style sheets that none can use."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    shutil.rmtree(static / "vendor", ignore_errors=True)
    for unused in (*static.glob("*webpack-macros.html"), *static.rglob("*.css.map")):
        unused.unlink()
    _cut_styles(Path(app.outdir), Path(app.doctreedir))


def _cut_styles(site: Path, made: Path) -> None:
    """Cut every style sheet of others to what the pages and scripts of the site name."""
    pages = [page for page in site.rglob("*.html") if page.relative_to(site).parts[0] not in PLAIN]
    scripts = [script for script in site.glob("_static/**/*.js") if script.name not in LIBRARIES]
    used = styles.used_by(*([file.read_text("utf-8") for file in found] for found in (pages, scripts)))
    for sheet in site.glob("_static/**/*.css"):
        if (made / "theme" / sheet.name).exists():
            continue  # the book's own
        css = sheet.read_text("utf-8")
        if not css.startswith(CUT):  # else it is as an earlier build left it, which wrote no page since
            kept = made / "cut-styles" / f"{files.digest(css, sorted(used.names), sorted(used.parts))}.css"
            if not kept.exists():
                files.write(kept, f"{CUT}\n{styles.cut(css, used)}\n")
            files.write(sheet, kept.read_bytes())
            shutil.copystat(kept, sheet)  # MyST-NB writes its own in every build


def setup(app: Sphinx) -> None:
    """Connect to Sphinx."""
    # Jupyter Book sets these whether or not the extensions that read them are there.
    for name in ("comments_config", "thebe_config"):
        app.add_config_value(name, {}, "")
    app.connect("config-inited", _use_templates)
    app.connect("html-page-context", _defer_scripts, priority=900)
    app.connect("builder-inited", _add_assets)
    app.connect("build-finished", beside(_remove_unused))
    for name in ("icons.css", "book.css"):
        app.add_css_file(name)
    for name in ("bootstrap", "pydata-sphinx-theme"):
        app.add_js_file(f"scripts/{name}.js", priority=900)
