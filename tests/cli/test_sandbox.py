"""`migrate sandbox` as somebody starts it at a terminal."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any


def test_it_answers_as_another_version_and_no_faster_than_a_real_forum(tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "migrate", "sandbox", "--as", "2026", "--rate-limits", "--api-key", "k"]
    server = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert address

        def about() -> Any:
            headers = {"Api-Key": "k", "Api-Username": "admin"}
            return urllib.request.urlopen(urllib.request.Request(f"{address[0]}/about.json", headers=headers))

        with about() as answer:
            assert json.load(answer)["about"]["version"].startswith("2026.")
        seen = 1
        try:
            while seen < 70:
                about().close()
                seen += 1
        except urllib.error.HTTPError as refused:
            assert refused.code == 429
            refused.close()
        assert seen == 60
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=20)
        assert (server.returncode, errors) == (0, "")
    finally:
        server.kill()
        server.wait()
