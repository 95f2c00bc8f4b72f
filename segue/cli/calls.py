"""`segue calls [list]`, `segue calls show ID`."""

from __future__ import annotations

import argparse

from segue.cli.common import add_node_options, ask_node, print_json, print_table


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", nargs="?", choices=("list", "show"), default="list")
    parser.add_argument("call", nargs="?", help="a call's id, for `show`")
    parser.add_argument("--limit", type=int, default=20, help="how many to list (default: 20)")
    add_node_options(parser)


def execute(args: argparse.Namespace) -> int:
    """List calls, or tell the story of one from the evidence log."""
    if args.what == "show":
        if args.call is None:
            print("segue calls show needs a call's id; `segue calls` lists them")
            return 2
        story = ask_node(args, "calls.show", call=args.call)
        if args.json:
            print_json(story)
            return 0
        for event in story["events"]:
            print(f"{event['t']:>9.3f}  {event['kind']:<22} {event['text']}")
        return 0
    calls = ask_node(args, "calls.list", limit=args.limit)
    if args.json:
        print_json(calls)
        return 0
    heads = ("call", "started", "seconds", "called", "queue", "agent", "outcome", "recording")
    print_table([[call.get(head) for head in heads] for call in calls], heads)
    return 0
