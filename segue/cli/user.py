"""`segue user add NAME`: someone who may log in at the page."""

from __future__ import annotations

import argparse
import getpass
import sys

from segue.cli.common import add_node_options, ask_node, print_json


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", choices=("add",))
    parser.add_argument("name", help="login name, such as li_na")
    parser.add_argument("--role", choices=("agent", "supervisor", "admin"), default="agent")
    parser.add_argument("--display-name", default="", help="as others see it")
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    add_node_options(parser)


def execute(args: argparse.Namespace) -> int:
    """Add the user; the password comes from the terminal, or from standard input."""
    asked = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip()
    answer = ask_node(
        args,
        "user.add",
        name=args.name,
        password=asked,
        role=args.role,
        display_name=args.display_name or args.name,
        language=args.language,
    )
    if args.json:
        print_json(answer)
    else:
        print(f"{args.name} may log in as {args.role}")
    return 0
