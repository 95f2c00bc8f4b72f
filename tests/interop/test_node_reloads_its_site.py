"""A running node takes a changed site, and keeps what runs when the change has a mistake."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from segue.control import ask
from segue.demo.process import node
from segue.keys import load_keys
from segue.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


async def test_reload_takes_all_or_nothing(tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(ROOT / "config" / "demo", site)
    data = tmp_path / "var"
    data.mkdir()
    settings = Settings(site, data, sip_port=0, http_port=0, rtp_ports=(26000, 26100), mqtt="none")
    async with node(settings) as status:
        flow = site / "flows" / "shop_main.yaml"
        good = flow.read_text()

        flow.write_text(good.replace("next: bye", "next: by", 1))
        refused = await ask(data / "segue.sock", "reload")
        assert any(problem["code"] == "L101" for problem in refused["problems"])

        flow.write_text(good.replace("We are open", "We are always open"))
        words = [sys.executable, "-m", "segue", "reload", "--data-dir", str(data)]
        done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

        (site / "prompts" / "shop").mkdir(parents=True, exist_ok=True)
        (site / "prompts" / "shop" / "welcome.en.wav").write_bytes(b"no audio")
        warned = await ask(data / "segue.sock", "reload")
        assert [problem["code"] for problem in warned["problems"]] == ["S023"]

        extensions = site / "extensions.yaml"
        extensions.write_text(
            extensions.read_text() + '"1003": {name: Zhao Min, agent: zhao_min, devices: [phone]}\n'
        )
        await ask(data / "segue.sock", "reload")
        accounts = load_keys(Path(status["keys"])).accounts
        name, password = "zhao_min", accounts["desk:zhao_min"]
        async with httpx.AsyncClient(base_url=status["http"]) as http:
            answer = await http.post("/api/v1/login", json={"name": name, "password": password})
        assert (answer.status_code, answer.json()["display_name"]) == (200, "Zhao Min")
        assert accounts["sip:1003"]

        os.kill(status["pid"], signal.SIGHUP)
        async with asyncio.timeout(10):
            while (data / "node.log").read_text().count("the site is reloaded") < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
