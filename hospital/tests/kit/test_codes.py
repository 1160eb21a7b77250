"""One list of codes: whatever is raised anywhere stands in it, and nothing else does."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import get_default_password_validators

from hospital.kit import codes
from hospital.kit.codes import Code
from hospital.kit.errors import SAME_CODE
from hospital.kit.records import Record

HOUSE = [Path(settings.BASE_DIR) / app for app in settings.FIRST_PARTY_APPS]
SOURCES = [
    path
    for root in HOUSE
    for path in root.rglob("*.py")
    if not {"tests", "migrations", "bench", "demo"} & set(path.relative_to(root.parent).parts)
]
# Where a code stands in a call: the place of the argument, or its name.
FIRST = {"RuleError", "Refusal", "sentence"}
SECOND = {"ValidationError", "ModelValidationError"}
NAMED = {"code", "violation_error_code", "refusal_code"}
CODE = re.compile(r"[a-z][a-z0-9_]+\Z")


def literals_in(node):
    """The codes that one call or assignment names outright."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        places = [*(node.args[:1] if name in FIRST else node.args[1:2] if name in SECOND else [])]
        if name in FIRST | SECOND | {"Denied", "UniqueConstraint", "CheckConstraint"}:
            places += [word.value for word in node.keywords if word.arg in NAMED]
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        is_code = any(getattr(target, "id", "") in NAMED - {"code"} for target in targets)
        places = [node.value] if is_code else []
    else:
        return set()
    constants = [each for place in places if place for each in ast.walk(place)]
    return {
        each.value
        for each in constants
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CODE.match(each.value)
    }


def raised():
    """Every code named where something is refused: code -> the files that do."""
    found: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for code in literals_in(node):
                found.setdefault(code, set()).add(str(path.relative_to(settings.BASE_DIR)))
    return found


def known():
    return {code.code for code in codes.every()}


def test_every_code_that_is_raised_is_declared(count):
    found = raised()
    count("codes raised in the sources", len(found))
    assert len(found) > 40, "the walk over the sources finds nothing any more"
    assert {code: files for code, files in found.items() if code not in known()} == {}


def test_every_declared_code_is_raised_somewhere():
    """A word that appears in no source outside the lists of codes is a promise without a maker."""
    texts = [path.read_text("utf-8") for path in SOURCES if path.name != "codes.py"]
    words = {word for text in texts for word in re.findall(r"""["']([a-z][a-z0-9_]+)["']""", text)}
    of_django = {*of_fields(), *of_passwords()} | {"unique"}
    assert sorted(known() - words - of_django) == []


def of_fields():
    """What Django's own checks of our fields may answer."""
    found = {}
    for model in apps.get_models():
        if issubclass(model, Record) and model._meta.app_label in settings.FIRST_PARTY_APPS:
            for field in model._meta.concrete_fields:
                checks = {getattr(check, "code", "invalid") for check in field.validators}
                found |= dict.fromkeys(
                    {*field.error_messages, *checks}, f"{model._meta.label}.{field.name}"
                )
    return found


def of_passwords():
    return {
        "password_too_short", "password_too_common", "password_too_similar", "password_context_word",
    }  # fmt: skip


def test_what_django_itself_refuses_on_our_fields_is_declared():
    # Of what no field of ours is: unique per day, a list, a yes or no that may be absent.
    never = {"unique_for_date", "invalid_list", "limit_value", "invalid_nullable"}
    found = {SAME_CODE.get(code, code): where for code, where in of_fields().items()}
    missing = {code: where for code, where in found.items() if code not in known() | never}
    assert missing == {}


def test_what_a_password_may_be_refused_for_is_declared():
    names = {type(validator).__name__ for validator in get_default_password_validators()}
    assert names == {
        "MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator",
        "ContextWordsValidator",
    }, "a new validator: declare its code and name it in of_passwords()"  # fmt: skip
    assert of_passwords() <= known()


def test_a_code_is_a_word_a_status_and_a_sentence_for_a_person():
    for code in codes.every():
        assert CODE.match(code.code)
        assert code.status in {
            400,
            401,
            403,
            404,
            405,
            409,
            410,
            412,
            413,
            415,
            422,
            428,
            429,
            500,
            503,
        }
        sentence = str(code.sentence)
        assert sentence[0].isupper() or sentence.startswith("%(")
        assert sentence.endswith((".", "%(problem)s", '".'))


def test_the_same_code_cannot_mean_two_things():
    first = codes.every()[0]
    codes.register(first)
    with pytest.raises(ValueError, match="already taken"):
        codes.register(Code(first.code, 418, "Something else."))


def test_an_undeclared_code_is_a_programming_error():
    with pytest.raises(KeyError):
        codes.get("no_such_code")
    assert codes.find("no_such_code") is None


def test_the_walk_sees_every_way_a_code_is_written():
    """The control: each of these is found, so that an undeclared one could not hide in it."""
    written = """
raise RuleError("one_a", links=())
raise ValidationError({"x": ValidationError(sentence("two_a"), "two_b")})
raise Denied(permission, code="three_a")
models.UniqueConstraint(fields=["x"], violation_error_code="four_a")
refusal_code = "five_a"
code = "six_a" if x else "six_b"
raise Refusal("seven_a" if x else "seven_b")
"""
    found = {code for node in ast.walk(ast.parse(written)) for code in literals_in(node)}
    assert found == {
        "one_a", "two_a", "two_b", "three_a", "four_a", "five_a", "seven_a", "seven_b",
    }  # fmt: skip
