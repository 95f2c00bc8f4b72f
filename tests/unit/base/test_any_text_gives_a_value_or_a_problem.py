"""The document loader under any text, and each trap it names."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.document import did_you_mean, load, scalar
from base.messages import LANGUAGES

YAMLISH = st.text(alphabet=st.sampled_from("abz019:-#*&!|>{}[],'\"\n \t$?%@~é号\u2028\x00"))


@given(st.one_of(st.text(), YAMLISH))
def test_any_text_gives_a_value_or_a_problem(text: str) -> None:
    document = load(text, "any.yaml", spoken={"prompts"})
    for problem in document.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert all(problem.text(language) for language in LANGUAGES)


WORD = st.from_regex(r"[a-z:é]{1,9}", fullmatch=True)
LEAF = st.integers(-999, 999) | st.booleans() | st.none() | WORD


def branches(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(WORD, inner, max_size=3)


@given(st.recursive(LEAF, branches))
def test_what_json_writes_is_read_back(value: object) -> None:
    assert load(json.dumps({"x": value}), "f.yaml").value == {"x": value}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on: 1", {"on": 1}),
        ("open: 9:00", {"open": "9:00"}),
        ("country: NO", {"country": "NO"}),
        ("phone: 01012345678", {"phone": "01012345678"}),
        ("hotline: +864001234567", {"hotline": "+864001234567"}),
        ("1: a", {"1": "a"}),
        ("quoted: '7'", {"quoted": "7"}),
        ("rate: 1.5", {"rate": 1.5}),
        ("none: ~", {"none": None}),
    ],
)
def test_telephone_values_stay_what_they_are(text: str, value: object) -> None:
    assert load(text, "f.yaml").value == value


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "remedy"),
    [
        ("a:\n  *: x\n", "F001", 2, 4, "star"),
        ("a:\n  #: x\n  b: 1\n", "F007", 2, 3, "hash"),
        ("a: {en: Hello, welcome}\n", "F008", 1, 16, "quotes"),
        ("prompts:\n  zh: 按 # 键\n", "F009", 2, 9, "quotes"),
        ("a: 1\na: 2\n", "F003", 2, 1, ""),
        ("a: {{x}}\n", "F002", 1, 5, "${"),
        ("a: {x: ${y}}\n", "F001", 1, 9, "${"),
        ("a: &x 1\nb: *x\n", "F012", 1, 4, ""),
        ("a: !!int 3\n", "F011", 1, 4, ""),
        ("[" * 5000, "F013", 1, 32, ""),
        ("a: 1\n---\nb: 2\n", "F014", 2, 1, ""),
        ("a:\n\t- b\n", "F001", 2, 1, "tabs"),
    ],
)
def test_each_trap_is_named_with_its_place(
    text: str, code: str, line: int, column: int, remedy: str
) -> None:
    found = [p for p in load(text, "f.yaml", spoken={"prompts"}).problems if p.code == code]
    assert [(p.line, p.column) for p in found[:1]] == [(line, column)]
    assert remedy in str(found[0].remedy or "")


def test_a_place_is_told_by_path_and_falls_back_to_the_parent() -> None:
    document = load("states:\n  menu:\n    choices: {1: sales}\n    list: [a, b]\n", "f.yaml")
    assert document.place(("states", "menu", "choices", "1")) == (3, 15)
    assert document.place(("states", "menu", "choices", "1"), value=True) == (3, 18)
    assert document.place(("states", "menu", "list", 1)) == (4, 15)
    assert document.place(("states", "menu", "absent", "x")) == (2, 3)


def test_a_huge_file_is_refused_before_it_is_built() -> None:
    assert [p.code for p in load("- a\n" * 300_000, "f.yaml").problems] == ["F013"]


def test_a_near_word_is_offered_as_remedy() -> None:
    assert str(did_you_mean("mian", ["main", "bye"])) == "did you mean 'main'?"
    assert did_you_mean("zzz", ["main"]) is None
    assert scalar("007", plain=True) == "007"
