from hypothesis import given
from hypothesis import strategies as st

from handoff.match import Candidate, Keys, ambiguous, rank

WANG = Candidate("case-w", "C1", "8613800138000", True, 10.0)
LI = Candidate("case-l", "C2", "8613800138000", True, 20.0)
CHEN = Candidate("case-c", "C3", "8613900139000", True, 30.0)


def test_each_key_has_its_confidence():
    proofs = {
        "token": Keys(token="case-w"),
        "code": Keys(code="case-w"),
        "customer": Keys(customer="C1"),
        "number": Keys(number="8613800138000", trusted_number=True),
    }
    found = {by: rank(keys, [WANG])[0] for by, keys in proofs.items()}
    assert {by: match.confidence for by, match in found.items()} == {
        "token": 1.0,
        "code": 0.95,
        "customer": 0.9,
        "number": 0.6,
    }
    assert {by for by, match in found.items() if match.sure} == {"token", "code", "customer"}
    assert all(match.by == by and match.reasons for by, match in found.items())


def test_a_number_proves_less_when_untrusted_and_less_again_when_shared():
    trusted = Keys(number="8613800138000", trusted_number=True)
    untrusted = Keys(number="8613800138000")
    assert rank(untrusted, [WANG])[0].confidence == 0.3
    shared = rank(trusted, [WANG, LI, CHEN])
    assert [match.confidence for match in shared] == [0.3, 0.3]
    assert ambiguous(shared)
    assert "2" in shared[0].reasons[0].text("en")


def test_cases_of_one_customer_do_not_share_the_number_and_the_open_newest_goes_first():
    older = Candidate("old", "C1", "8613800138000", True, 1.0)
    closed = Candidate("closed", "C1", "8613800138000", False, 99.0)
    keys = Keys(number="8613800138000", trusted_number=True)
    matches = rank(keys, [closed, older, WANG])
    assert [match.case for match in matches] == ["case-w", "old", "closed"]
    assert not ambiguous(matches)
    assert matches[0].confidence == 0.6


def test_a_token_wins_over_the_number_of_another_customer():
    keys = Keys(token="case-c", number="8613800138000", trusted_number=True)
    matches = rank(keys, [WANG, CHEN])
    assert (matches[0].case, matches[0].confidence) == ("case-c", 1.0)
    assert not ambiguous(matches)


words = st.sampled_from(["", "a", "b", "c"])
candidates = st.builds(Candidate, words, words, words, st.booleans(), st.floats(0, 9))
optional = st.none() | words
keys = st.builds(Keys, optional, optional, optional, optional, st.booleans())


@given(keys, st.lists(candidates, max_size=6))
def test_a_number_alone_never_makes_a_match_sure_and_no_key_makes_none(keys, known):
    for match in rank(keys, known):
        proved = {keys.token == match.case, keys.code == match.case}
        proved.add(bool(keys.customer) and keys.customer == match.customer)
        assert match.sure == (True in proved)
        assert match.sure or match.confidence <= 0.6
    assert rank(Keys(trusted_number=True), known) == ()
