from pathlib import Path

from helpdesk.bundles import HTMX, BundleFinder


def test_the_style_begins_with_the_order_of_its_layers() -> None:
    style = Path(BundleFinder().find("app.css")).read_text()

    assert style.startswith("@layer reset, tokens, base, layout, components, screens, util;")
    assert style.count("@layer reset {") == 1


def test_htmx_comes_before_what_uses_it() -> None:
    script = Path(BundleFinder().find("app.js")).read_text()

    assert script.startswith(HTMX.read_text()[:100])
    assert script.index("customElements.define") >= HTMX.stat().st_size - 100


def test_both_bundles_are_listed_for_collecting() -> None:
    listed = {path: storage.exists(path) for path, storage in BundleFinder().list(None)}

    assert listed == {"app.css": True, "app.js": True}


def test_other_names_are_left_to_other_finders() -> None:
    assert BundleFinder().find("icons/icons.svg") == []


def test_a_bundle_is_built_anew_when_a_source_has_changed() -> None:
    finder = BundleFinder()
    built = Path(finder.find("app.css"))
    built.write_text("old")

    finder.find("app.css")

    assert "@layer tokens" in built.read_text()
