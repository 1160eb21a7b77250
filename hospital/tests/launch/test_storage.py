"""Style sheets leave in one piece, with names that change when they do."""

import json

import pytest
from django.core.management import call_command

from hospital.kit import collected, storage


def inlined(sheets, name="css/app.css"):
    return storage.inlined(sheets.__getitem__, name)


def test_imports_are_replaced_by_their_text_in_order():
    sheets = {
        "css/app.css": '@layer a, b;\n@import url("one.css");\n@import "parts/two.css";\n',
        "css/one.css": ".one { color: red }",
        "css/parts/two.css": '@import "three.css"; .two {}',
        "css/parts/three.css": ".three {}",
    }

    text = inlined(sheets)

    assert "@import" not in text
    assert text.index("@layer") < text.index(".one") < text.index(".three") < text.index(".two")


def test_the_layer_and_the_condition_of_an_import_stay():
    sheets = {
        "css/app.css": '@import url("print.css") layer(print) print;',
        "css/print.css": ".page {}",
    }

    assert " ".join(inlined(sheets).split()) == "@layer print { @media print { .page {} } }"


def test_addresses_stay_right_when_a_sheet_moves_up():
    sheets = {
        "css/app.css": '@import "parts/icons.css";',
        "css/parts/icons.css": ".a { background: url(../../img/a.svg) } .b { mask: url(data:x) }",
    }

    assert 'url("../img/a.svg")' in inlined(sheets)
    assert "url(data:x)" in inlined(sheets)


def test_a_commented_import_is_not_one():
    assert inlined({"css/app.css": '/* @import "gone.css"; */ .a {}'}).strip() == ".a {}"


def test_a_circle_is_refused():
    sheets = {"css/app.css": '@import "a.css";', "css/a.css": '@import "app.css";'}

    with pytest.raises(ValueError, match="circle"):
        inlined(sheets)


def test_nothing_is_imported_from_elsewhere():
    with pytest.raises(ValueError, match="elsewhere"):
        inlined({"css/app.css": '@import url("https://fonts.example.org/a.css");'})


@pytest.fixture
def production_storage(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "hospital.kit.storage.InliningManifestStorage"},
    }


@pytest.mark.usefixtures("production_storage")
def test_a_change_in_an_imported_sheet_arrives(settings, tmp_path):
    css = tmp_path / "source" / "css"
    css.mkdir(parents=True)
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [css.parent], tmp_path / "root"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    (css / "app.css").write_text('@import "one.css";')
    names = []
    for display in ("grid", "flex"):
        (css / "one.css").write_text(f".one {{ display: {display} }}")
        call_command("collectstatic", interactive=False, verbosity=0)
        manifest = json.loads((tmp_path / "root" / "staticfiles.json").read_text())
        names.append(manifest["paths"]["css/app.css"])

    assert "flex" in (tmp_path / "root" / names[1]).read_text()
    assert names[0] != names[1]


@pytest.mark.slow
@pytest.mark.usefixtures("production_storage")
def test_all_static_files_can_be_collected_for_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path

    call_command("collectstatic", interactive=False, verbosity=0)

    names = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    served = tmp_path / names["css/app.css"]
    text = served.read_text()
    assert "@import" not in text
    assert "\n" not in text
    assert "/*" not in text
    assert served.name != "app.css"
    assert served.with_name(f"{served.name}.gz").exists()


def test_static_files_are_collected_again_only_when_they_changed(settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.css").write_text(".a {}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "root"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

    before = collected.is_current()
    collected.collect()
    after = collected.is_current()
    (source / "a.css").write_text(".a { color: red }")

    assert (before, after, collected.is_current()) == (False, True, False)
