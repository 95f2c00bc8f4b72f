"""`segue flow check|test|graph [FILES]`: what is wrong with flows, their tests, their picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from base.problem import Problem, errors
from ivr.files import FileTests, check_files, draw_file, flow_files, test_files
from segue.cli.common import print_json
from segue.shipped import demo_site
from segue.site import load_site


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("check", "test", "graph"))
    parser.add_argument("files", nargs="*", type=Path, help="flow files or folders of them")
    parser.add_argument("--site", type=Path, help="check names against this site (default: "
                        "config/demo when no files are given)")  # fmt: skip
    parser.add_argument("-k", dest="only", default="", help="only tests whose name has this text")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--language", choices=("en", "zh"), default="en")


def execute(args: argparse.Namespace) -> int:
    """Exit status 1 when a file has errors or a test fails."""
    folder = args.site or (None if args.files else demo_site())
    site, problems = load_site(folder) if folder else (None, [])
    if folder and site is None:
        print("\n".join(problem.text(args.language) for problem in problems))
        return 2
    names = site.names() if site else None
    files = flow_files(args.files or [site.flow_folder if site else Path("flows")])
    match args.what:
        case "check":
            return _tell(check_files(files, names), len(files), args)
        case "test":
            calendars = site.calendars if site else None
            return _tell_tests(test_files(files, names, calendars, args.only), args)
        case _:
            return max(_draw(path, args) for path in files) if files else 0


def _tell(problems: Sequence[Problem], files: int, args: argparse.Namespace) -> int:
    bad = errors(problems)
    if args.json:
        print_json([problem.as_json(args.language) for problem in problems])
    else:
        for problem in problems:
            print(problem.text(args.language))
        print(f"{files} flows: {len(bad)} errors, {len(problems) - len(bad)} warnings")
    return 1 if bad else 0


def _tell_tests(results: Sequence[FileTests], args: argparse.Namespace) -> int:
    if args.json:
        print_json([_as_json(result, args.language) for result in results])
    else:
        for result in results:
            _print_tests(result, args.language)
    return 0 if all(result.passed for result in results) else 1


def _print_tests(result: FileTests, language: str) -> None:
    print(result.file)
    if result.report is None:
        for problem in errors(result.problems):
            print(f"  {problem.text(language)}")
        return
    for test in result.report.results:
        if test.reason is None:
            print(f"  ok    {test.name}  ({test.took_s:.0f} s of call)")
        else:
            print(f"  FAIL  {test.name}: {test.reason.text(language)}")
            print(f"        path: {' > '.join(test.path)}")
    if result.report.not_covered:
        print(f"  no test enters: {', '.join(result.report.not_covered)}")


def _as_json(result: FileTests, language: str) -> dict[str, object]:
    tests = [] if result.report is None else result.report.results
    return {
        "file": str(result.file),
        "passed": result.passed,
        "problems": [problem.as_json(language) for problem in result.problems],
        "tests": [
            {
                "name": test.name,
                "passed": test.passed,
                "path": list(test.path),
                "reason": None if test.reason is None else test.reason.text(language),
            }
            for test in tests
        ],
    }


def _draw(path: Path, args: argparse.Namespace) -> int:
    text, problems = draw_file(path)
    if text is None:
        return _tell(problems, 1, args)
    print(text)
    return 0
