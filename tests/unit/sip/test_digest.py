import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.instant import Instant
from base.virtual import SeededIds
from switch.sip.digest import Authorization, Digest, Verdict, ha1, response_of
from switch.sip.message import Request
from tests.scenarios.sip_peers import Passwords

NOW = Instant(1000.0, 2_000_000_000.0)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616_section_3_9_1(algorithm: str, expected: str) -> None:
    given = Authorization.parse(
        'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", '
        f"algorithm={algorithm}, "
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
        'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, '
        f'response="{expected}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    assert given
    secret = ha1("Mufasa", "http-auth@example.org", "Circle of Life", algorithm)
    assert response_of(given, secret, "GET") == given.response == expected


class Device:
    """Answers challenges as a phone does."""

    def __init__(self, password: str = "secret", algorithm: str = "SHA-256") -> None:
        self.digest = Digest("segue", Passwords(), SeededIds())
        self.password = password
        self.algorithm = algorithm
        self.nonce = self.fresh_nonce(NOW)

    def fresh_nonce(self, now: Instant) -> str:
        return self.digest.challenge(now)[0][1].partition('nonce="')[2].partition('"')[0]

    def verdict(
        self, now: Instant = NOW, *, nc: str = "00000001", user: str = "1001", qop: str = "auth"
    ) -> Verdict:
        given = Authorization(
            user, "segue", self.nonce, "sip:segue", "", self.algorithm, qop, nc, "c"
        )
        answer = response_of(given, ha1(user, "segue", self.password, self.algorithm), "REGISTER")
        value = (
            f'Digest username="{user}", realm="segue", nonce="{self.nonce}", uri="sip:segue", '
            f'response="{answer}", algorithm={self.algorithm}, qop={qop}, nc={nc}, cnonce="c"'
        )
        request = Request("REGISTER", "sip:segue", [("authorization", value)])
        return self.digest.check(request, "1001", now)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_the_right_password_is_good(algorithm: str) -> None:
    assert Device(algorithm=algorithm).verdict() is Verdict.GOOD


def test_a_wrong_password_and_an_unknown_account_are_bad() -> None:
    assert Device("guess").verdict() is Verdict.BAD
    assert Device().verdict(user="9999") is Verdict.BAD


def test_one_account_cannot_speak_for_another() -> None:
    device = Device()
    request = Request(
        "REGISTER", "sip:segue", [("authorization", 'Digest username="1001", realm="segue"')]
    )
    assert device.digest.check(request, "1002", NOW) is Verdict.BAD


def test_both_algorithms_are_offered_the_stronger_first() -> None:
    values = [value for _, value in Device().digest.challenge(NOW)]
    assert [v.partition("algorithm=")[2] for v in values] == ["SHA-256", "MD5"]


def test_a_nonce_count_works_once() -> None:
    device = Device()
    assert device.verdict() is Verdict.GOOD
    assert device.verdict() is Verdict.STALE
    assert device.verdict(nc="0000000a") is Verdict.GOOD
    assert device.verdict(nc="00000009") is Verdict.STALE


def test_an_old_nonce_is_stale_and_its_count_is_forgotten() -> None:
    device = Device()
    assert device.verdict() is Verdict.GOOD
    assert device.verdict(NOW.later(301), nc="00000002") is Verdict.STALE
    device.nonce = device.fresh_nonce(NOW.later(301))
    assert device.verdict(NOW.later(302)) is Verdict.GOOD
    assert len(device.digest._counts) == 1


def test_a_nonce_that_is_not_ours_is_stale_even_with_the_right_password() -> None:
    device = Device()
    device.nonce = Device().fresh_nonce(NOW)[:-1] + "0"
    other = device.nonce
    assert device.verdict() is Verdict.STALE
    device.nonce = other[::-1]
    assert device.verdict() is Verdict.STALE


def test_without_qop_there_is_no_defence_against_replay() -> None:
    assert Device().verdict(qop="") is Verdict.BAD
    assert Device().verdict(nc="1") is Verdict.BAD


@given(st.text(max_size=80))
def test_any_authorization_is_judged(value: str) -> None:
    value = "Digest realm=segue, username=1001, " + value.replace('"', "")
    request = Request("REGISTER", "sip:segue", [("authorization", value)])
    assert Device().digest.check(request, "1001", NOW) is not Verdict.GOOD
