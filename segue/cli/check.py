"""`segue check`: settings, site files and flows, every problem at once."""

from __future__ import annotations

import argparse

from base.problem import errors
from segue.cli.common import add_settings, print_json, settings_of
from segue.reload import check_site


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add_settings(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--language", choices=("en", "zh"), default="en")


def execute(args: argparse.Namespace) -> int:
    """Exit status 1 when something forbids use; warnings do not."""
    settings = settings_of(args)
    _, problems = check_site(settings.site)
    bad = errors(problems)
    if args.json:
        print_json([problem.as_json(args.language) for problem in problems])
        return 1 if bad else 0
    for problem in problems:
        print(problem.text(args.language))
    print(f"{settings.site}: {len(bad)} errors, {len(problems) - len(bad)} warnings")
    return 1 if bad else 0
