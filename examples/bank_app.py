"""A small bank: its customer gets stuck in a transfer, asks for help, and an agent goes on there.

python examples/bank_app.py --key-file app.key --observer-key-file observer.key
"""

import argparse
import contextlib
import html
import json
import secrets
import string
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, quote

import uvicorn
from fastapi import Cookie, FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

STORY = json.loads(Path(__file__).with_name("bank_story.json").read_text())
PAGE = string.Template(Path(__file__).with_name("bank_page.html").read_text())
app = FastAPI(title="Example bank")
FIELDS = [field for event in STORY["events"] for field in event.get("fields", [])]
cases: dict[str, dict[str, str]] = {}
doors: dict[str, str] = {}  # an agent's session with us -> the case it may continue


def segue(key: str, path: str, body: object) -> dict[str, str]:
    """POST to Segue's API; an error answer is raised as HTTPError."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    url = f"{flags.segue}/api/v1{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return json.load(answer)


def page(title: str, text: str, state: str = "", status: int = 200, amount: str = "") -> Response:
    """Our one page; with an `amount` it has the form."""
    values = {"title": title, "text": text, "state": state, "amount": amount}
    escaped = {name: html.escape(value) for name, value in values.items()}
    return HTMLResponse(PAGE.substitute(escaped, form="" if amount else "hidden"), status)


@app.exception_handler(urllib.error.URLError)
def segue_refused(_: object, error: urllib.error.URLError) -> Response:
    """What the agent can do when Segue says no, or nothing."""
    status = getattr(error, "code", 502)
    words = {404: "This link is not genuine.", 410: "This link was used or is too old."}
    text = words.get(status, f"Segue is not there or refused: {error.reason}.")
    return page("Not possible", f"{text} Press Continue on the desk again.", "refused", status)


@app.post("/start")
def start() -> dict[str, str]:
    """The customer chats, fills the transfer up to step 3 of 5, and asks for help."""
    here = f"http://127.0.0.1:{flags.port}"
    link = here + "/transfer/{case}?continue={continue}&step={step}"
    case = segue(app_key, "/cases", STORY["case"] | {"link": link})["case"]
    segue(app_key, f"/cases/{case}/events", {"events": STORY["events"]})
    handoff = segue(app_key, f"/cases/{case}/handoff", {"step": "amount"})
    cases[case] = {**handoff, "case": case, "state": "waiting", "page": f"{here}/app/{case}"}
    return cases[case]


@app.get("/app/{case}")
def customer(case: str) -> Response:
    """The customer's own view: whom to call, or that it is done."""
    if case not in cases:
        return page("Transfer abroad", "We do not know this transfer.", "unknown", 404)
    known = cases[case]
    help_text = f"Call {known['dial']} and key in {known['code']}, or call from this app."
    return page("Transfer abroad", known.get("result", help_text), known["state"])


@app.get("/transfer/{case}")
def at_the_step(
    case: str, token: str = Query("", alias="continue"), door: str = Cookie("")
) -> Response:
    """Where the agent goes on: the link opens it once, our own cookie from then on."""
    if token:
        grant = segue(app_key, f"/continue/{quote(token, safe='')}", {})
        seen = {"name": "continue.used", "source": "bank_app", "case": grant["case"]}
        with contextlib.suppress(urllib.error.URLError):
            segue(observer_key, "/observations", seen | {"detail": {"step": grant["step"]}})
        doors[door := secrets.token_urlsafe()] = grant["case"]
        # A redirect keeps the token out of the history and of a reload.
        answer = RedirectResponse(f"/transfer/{grant['case']}", 303)
        answer.set_cookie("door", door, httponly=True, samesite="lax", max_age=1800)
        return answer
    if not door or doors.get(door) != case:
        return page("Not possible", "Press Continue on the desk.", "refused", 403)
    filled = ", ".join(f"{field['label']}: {field['value']}" for field in FIELDS)
    return page("Transfer abroad", f"Step 3 of 5. {filled}", "open", amount=STORY["amount"])


@app.post("/transfer/{case}")
async def complete(case: str, request: Request, door: str = Cookie("")) -> Response:
    """The agent completes the step; the customer's app shows it."""
    amount = parse_qs((await request.body())[:200].decode("ascii", "replace"))["amount"][0][:20]
    if not door or doors.pop(door, None) != case:
        return page("Not possible", "Press Continue on the desk.", "refused", 403)
    result = f"{amount} CNY agreed with your adviser; go on with step 4"
    done = {"kind": "completed", "step": "amount", "result": result}
    await run_in_threadpool(segue, app_key, f"/cases/{case}/events", {"events": [done]})
    cases.setdefault(case, {}).update(state="completed", result=result)
    return page("Transfer abroad", result, "completed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segue", default="http://127.0.0.1:8088")
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--observer-key-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8090)
    flags = parser.parse_args()
    app_key = flags.key_file.read_text().strip()
    observer_key = flags.observer_key_file.read_text().strip()
    uvicorn.run(app, host="127.0.0.1", port=flags.port, log_level="warning")
