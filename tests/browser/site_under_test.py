"""A web site with one page under many addresses: an image that comes late and moves the text below it, and
a button that takes its time."""
import http.server
import threading
import time

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<link rel="icon" href="data:,">
<script src="{exporter}/browser.js" data-endpoint="{exporter}/api/metrics" defer></script>
<style>
body {{ font: 18px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; color: #223 }}
img {{ display: block; width: 100% }}
button {{ font: inherit; padding: .5rem 1.5rem }}
</style></head><body>
<h1>Shop</h1>
<img src="/late.svg" alt="">
<p>What stands here moves down when the image arrives.</p>
<button onclick="const end = performance.now() + 80; while (performance.now() < end); this.textContent = 'Bought'">Buy</button>
</body></html>
"""
IMAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="400">'
    '<rect width="1000" height="400" fill="#357"/><circle cx="500" cy="200" r="150" fill="#fc3"/></svg>'
)
IMAGE_COMES_AFTER = 0.3


class Site:
    """Serves on a free port of the loopback until the with statement ends."""

    def __init__(self, exporter):
        page = PAGE.format(exporter=exporter).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/late.svg":
                    time.sleep(IMAGE_COMES_AFTER)
                    self.answer("image/svg+xml", IMAGE.encode())
                else:
                    self.answer("text/html; charset=utf-8", page)

            def answer(self, kind, body):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
