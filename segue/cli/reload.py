"""`segue reload`: a running node reads its site again; with mistakes what runs stays."""

from __future__ import annotations

import argparse
from typing import Any

from segue.cli.common import add_node_options, ask_node, print_json


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add_node_options(parser)


def execute(args: argparse.Namespace) -> int:
    """Exit status 1 when the site has errors and was not taken."""
    problems: list[dict[str, Any]] = ask_node(args, "reload")["problems"]
    refused = any(problem["level"] == "error" for problem in problems)
    if args.json:
        print_json({"reloaded": not refused, "problems": problems})
        return 1 if refused else 0
    for problem in problems:
        print("{file}:{line}:{column}: {level} {code}: {message}".format(**problem))
    print("not reloaded; what runs stays" if refused else "reloaded")
    return 1 if refused else 0
