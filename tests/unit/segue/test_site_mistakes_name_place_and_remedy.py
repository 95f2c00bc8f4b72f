from pathlib import Path

import pytest

from base.problem import errors
from segue.reload import check_site
from segue.site import load_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text("flow: main\n")
    (tmp_path / "numbers.yaml").write_text('"6000": {flow: main, open: true}\n')
    (tmp_path / "extensions.yaml").write_text('"1001": {name: Li Na, agent: li_na}\n')
    (tmp_path / "queues.yaml").write_text("support: {agents: [{name: li_na}]}\n")
    return tmp_path


def told(folder: Path, language: str = "en") -> list[str]:
    _, problems = load_site(folder)
    return [problem.text(language) for problem in problems]


def test_a_good_site_has_no_problems(site: Path) -> None:
    snapshot, problems = load_site(site)
    assert not problems
    assert snapshot is not None
    assert snapshot.switch.numbers["6000"].open
    assert snapshot.switch.queues["support"].ring_s == 20.0


def test_an_unknown_agent_is_named_with_a_guess(site: Path) -> None:
    (site / "queues.yaml").write_text("support:\n  agents:\n    - {name: lina}\n")
    (line,) = told(site)
    assert "queues.yaml:3:14: error S013" in line
    assert "did you mean 'li_na'?" in line


def test_an_unknown_flow_is_named_with_a_guess(site: Path) -> None:
    (site / "numbers.yaml").write_text('"6000": {flow: mian}\n')
    (line,) = told(site)
    assert "numbers.yaml:1:16: error S014" in line
    assert "did you mean 'main'?" in line


def test_a_misspelt_option_and_a_bad_time_are_both_shown(site: Path) -> None:
    (site / "queues.yaml").write_text("support: {rng: 3s}\nsales: {ring: 20}\n")
    lines = told(site)
    assert len(lines) == 2
    assert "queues.yaml:1:11: error S017" in lines[0]
    assert "queues.yaml:2:15" in lines[1]
    assert "5s, 2m" in lines[1]


def test_two_seats_of_one_agent_are_refused(site: Path) -> None:
    (site / "extensions.yaml").write_text(
        '"1001": {name: A, agent: li_na}\n"1002": {name: B, agent: li_na}\n'
    )
    (line,) = told(site)
    assert "extensions.yaml:2:26: error S016" in line


def test_problems_are_told_in_chinese(site: Path) -> None:
    (site / "queues.yaml").write_text("support: {agents: [{name: lina}]}\n")
    assert "没有名为“lina”的坐席" in told(site, "zh")[0]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    snapshot, problems = load_site(tmp_path / "nowhere")
    assert snapshot is None
    assert problems[0].code == "S010"


def test_a_file_that_is_not_yaml_keeps_its_place(site: Path) -> None:
    (site / "queues.yaml").write_text("support: {agents: [\n")
    assert any("queues.yaml:" in line and "error F0" in line for line in told(site))


def test_a_number_whose_flow_cannot_run_here_is_told(site: Path) -> None:
    (site / "flows" / "main.yaml").write_text(
        "flow: main\nstart: later\nstates:\n"
        "  later: {callback: '${caller}', next: bye}\n  bye: {hangup: normal}\n"
    )
    _, problems = check_site(site)
    (line,) = [problem.text() for problem in errors(problems)]
    assert "numbers.yaml:1:16: error S022" in line
    assert "'callback' is not available here" in line
