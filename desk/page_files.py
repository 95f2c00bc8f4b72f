"""The page's files, as the web build left them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from desk.problems import ApiError
from desk.security import Anybody
from desk.services import services

router = APIRouter()

_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Segue</title>
<h1>The page is not built yet</h1>
<p>The server runs, but <code>desk/static</code> has no page. Build it in the checkout:</p>
<pre>cd desk/web &amp;&amp; npm ci &amp;&amp; npm run build</pre>
<p><code>scripts/run</code> does this by itself. Then load this address again.</p>
"""
_SOON: Final = "no-cache"
_FOREVER: Final = "public, max-age=31536000, immutable"


@router.get("/{path:path}")
async def page(request: Request, _: Anybody, path: str) -> Response:
    """A file of the page; any other address shows the page, which finds its own way."""
    if path.split("/", 1)[0] == "api":
        raise ApiError(404, "not_found", "there is no such call")
    static = services(request).static
    found = _file(static, path)
    if found is not None:
        # The build puts a digest into the names of what lies in assets.
        cached = _FOREVER if path.startswith("assets/") else _SOON
        return FileResponse(found, headers={"Cache-Control": cached})
    index = static / "index.html"
    if path.startswith("assets/"):
        raise ApiError(404, "not_found", "there is no such file")
    if index.is_file():
        return FileResponse(index, headers={"Cache-Control": _SOON})
    return HTMLResponse(_NOT_BUILT, 503, {"Retry-After": "30"})


def _file(static: Path, path: str) -> Path | None:
    if not path or "\x00" in path:
        return None
    root = static.resolve()
    try:
        wanted = (root / path).resolve()
        return wanted if wanted.is_relative_to(root) and wanted.is_file() else None
    except OSError:  # longer than a name may be
        return None
