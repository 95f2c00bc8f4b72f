"""`segue recordings [list]`, `segue recordings delete ID`."""

from __future__ import annotations

import argparse
import getpass

from segue.cli.common import add_node_options, ask_node, print_json, print_table


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("what", nargs="?", choices=("list", "delete"), default="list")
    parser.add_argument("recording", nargs="?", help="a recording's id, for `delete`")
    parser.add_argument("--limit", type=int, default=20, help="how many to list (default: 20)")
    add_node_options(parser)


def execute(args: argparse.Namespace) -> int:
    """List recordings; delete one, which is refused and audited before its day has come."""
    if args.what == "delete":
        if args.recording is None:
            print("segue recordings delete needs a recording's id; `segue recordings` lists them")
            return 2
        answer = ask_node(
            args, "recordings.delete", recording=args.recording, who=f"cli:{getpass.getuser()}"
        )
        if args.json:
            print_json(answer)
        elif answer["deleted"]:
            print(f"{args.recording} is deleted; its tombstone stays")
        else:
            print(f"refused: {answer['reason']}")
        return 0 if answer["deleted"] else 1
    recordings = ask_node(args, "recordings.list", limit=args.limit)
    if args.json:
        print_json(recordings)
        return 0
    heads = ("id", "call", "started", "seconds", "state", "keep_until", "path")
    print_table([[row.get(head) for head in heads] for row in recordings], heads)
    return 0
