"""A headless Chromium, driven by its debugging protocol over two pipes: no port, no library."""
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import time

FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
)
FIRST_FREE = 10  # descriptors below are the shell's


def find():
    """The program, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Chromium:
    """One browser with one page at a time. Ends with the with statement."""

    def __init__(self, folder, width=1200, height=800, flags=()):
        to_browser, self.commands = os.pipe()
        self.events, from_browser = os.pipe()
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, FIRST_FREE) for end in (to_browser, from_browser)]
        os.close(to_browser)
        os.close(from_browser)
        with open(os.path.join(folder, "chromium.log"), "wb") as log:
            self.process = subprocess.Popen(
                ["/bin/bash", "-c", f'exec "$@" 3<&{ends[0]} 4>&{ends[1]}', "bash", find(), *FLAGS, *flags]
                + [f"--user-data-dir={folder}/profile", f"--window-size={width},{height}"],
                pass_fds=ends,
                stdout=log,
                stderr=log,
            )
        for end in ends:
            os.close(end)
        self.numbers = itertools.count(1)
        self.received = b""
        self.seen = []  # events that nobody waited for yet
        self.size = {"width": width, "height": height}
        self.session = self.context = None
        self.take_page()

    def take_page(self):
        """A page of its own, which knows nothing of the one before."""
        before, self.session = self.context, None
        self.context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=self.context, **self.size)["targetId"]
        if before:
            self.call("Target.disposeBrowserContext", browserContextId=before)
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.seen.clear()
        self.call("Page.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.commands)
        os.close(self.events)

    def call(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.seen.append(answer)

    def call_browser(self, method, **parameters):
        """A call to the browser as a whole, not to its page."""
        session, self.session = self.session, None
        try:
            return self.call(method, **parameters)
        finally:
            self.session = session

    def receive(self, seconds=60):
        deadline = time.monotonic() + seconds
        while b"\0" not in self.received:
            ready, _, _ = select.select([self.events], [], [], deadline - time.monotonic())
            more = os.read(self.events, 65536) if ready else b""
            if not more:
                raise RuntimeError("chromium is silent or has ended")
            self.received += more
        message, self.received = self.received.split(b"\0", 1)
        return json.loads(message)

    def wait_for(self, event):
        while True:
            for message in self.seen:
                if message.get("method") == event:
                    self.seen.remove(message)
                    return message["params"]
            self.seen.append(self.receive())

    def go(self, url):
        """Navigates as a click on a link does, and waits for the load event."""
        self.seen.clear()
        self.call("Page.navigate", url=url, transitionType="link")
        self.wait_for("Page.loadEventFired")

    def run(self, script):
        """The value of a script, or of the promise that it gives."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def click(self, selector):
        """A click that the page trusts, at the middle of an element."""
        x, y = self.run(
            f"(() => {{ const r = document.querySelector('{selector}').getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call(
                "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1
            )
