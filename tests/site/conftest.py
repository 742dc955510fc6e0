"""The site that ``nox -s docs`` has built, and a browser to look at it with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

SITE = os.environ.get("MYGRAD_SITE")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # all that is looked at is in the site
    "--window-size=1600,1000",
)


def pytest_collection_modifyitems(items):
    if SITE is None:
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason="MYGRAD_SITE names no site: `nox -s docs` builds one"))


@pytest.fixture(scope="session")
def site():
    return Path(SITE)


class Handler(SimpleHTTPRequestHandler):
    """Serves the site, the page that looks at it, and takes what that has found."""

    script = b""
    found: list[object]
    done: threading.Event

    def log_message(self, *args):
        pass

    def do_GET(self):
        if self.path != "/look":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><body><script type=module>" + self.script + b"</script>")

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.found.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()
        self.done.set()


@pytest.fixture
def look(site, tmp_path):
    """Have a browser run a script, whose ``frame(address, width)`` opens a page of the site; return what it returns."""
    if BROWSER is None:
        pytest.skip("NOT LOOKED AT IN A BROWSER: there is no Chromium on the PATH")

    def run(script, timeout=150):
        handler = type(
            "Handler", (Handler,), {"script": (HELPERS % script).encode(), "found": [], "done": threading.Event()}
        )
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site))) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            address = f"http://127.0.0.1:{server.server_port}/look"
            command = [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--remote-debugging-port=0", address]
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
                came = handler.done.wait(timeout)
                browser.terminate()
            server.shutdown()
        assert came, "the browser has sent nothing"
        [found] = handler.found
        assert "error" not in found, found
        return found["result"]

    return run


HELPERS = """
const wait = ms => new Promise(resolve => setTimeout(resolve, ms));
const frame = async (address, width) => {
    document.querySelectorAll("iframe").forEach(old => old.remove());
    const made = document.createElement("iframe");
    made.style = `border: 0; width: ${width}px; height: 900px`;
    made.src = address;
    await new Promise(resolve => { made.onload = resolve; document.body.append(made); });
    return made.contentWindow;
};
const send = found => fetch("/found", {method: "POST", body: JSON.stringify(found)});
const main = async () => { %s };
main().then(result => send({result}), error => send({error: String(error)}));
"""
