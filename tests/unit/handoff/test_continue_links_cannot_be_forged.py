import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.links import Claims, LinkLedger, LinkRefusal, fill, sign, verify

KEY = b"k" * 32
text = st.text(max_size=30)
claims = st.builds(Claims, text, text, text, text, text, text, st.floats(1, 1e10))


@given(claims)
def test_a_link_grants_what_was_signed_until_it_expires(signed):
    token = sign(signed, KEY)
    assert verify(token, KEY, signed.expires - 1) == signed
    assert verify(token, KEY, signed.expires) is LinkRefusal.EXPIRED
    assert verify(token, b"x" * 32, 0.0) is LinkRefusal.FORGED


@given(claims, st.integers(0), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_changed_character_makes_it_forged(signed, place, sign_there):
    token = sign(signed, KEY)
    place %= len(token)
    changed = token[:place] + sign_there + token[place + 1 :]
    if changed != token:
        assert verify(changed, KEY, 0.0) is LinkRefusal.FORGED


@given(st.text(max_size=3000))
def test_any_text_is_refused_not_raised(garbage):
    assert verify(garbage, KEY, 0.0) is LinkRefusal.FORGED


def test_the_ledger_refuses_what_was_used_or_withdrawn():
    ledger = LinkLedger()
    one = Claims("l1", "call", "case", "step", "li_na", "o1/1", 600.0)
    assert ledger.refusal(one) is None
    ledger.withdraw("o1/1", 0.0)
    assert ledger.refusal(one) is LinkRefusal.WITHDRAWN
    ledger.use("l1", 600.0, 0.0)
    assert ledger.refusal(one) is LinkRefusal.USED


@pytest.mark.parametrize("evil", ["a&b=c", "../../x", "{continue}", '" onload=x'])
def test_places_are_filled_without_leaving_their_place(evil):
    filled = fill(
        "https://b.example/c/{case}?s={step}&t={continue}", case=evil, step="s", token="T"
    )
    assert filled.startswith("https://b.example/c/")
    assert filled.endswith("?s=s&t=T")
    assert filled.count("&") == 1
