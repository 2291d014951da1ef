"""A web site with one page under many addresses: an image that comes late and moves the text below it, and
a button that takes its time."""
import http.server
import random
import struct
import threading
import time
import zlib

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
<img src="/late.png" alt="">
<p>What stands here moves down when the image arrives.</p>
<button onclick="const end = performance.now() + 80; while (performance.now() < end); this.textContent = 'Bought'">Buy</button>
</body></html>
"""
IMAGE_COMES_AFTER = 0.3


def image(width=200, height=80):
    """A PNG with so much in it that browsers take it for content: coloured noise on a slope."""
    chance = random.Random(1)
    lines = b"".join(
        b"\0" + bytes(part for x in range(width) for part in (x // 2, y, 60 + x // 2 + chance.randrange(40)))
        for y in range(height)
    )

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


class Site:
    """Serves on a free port of the loopback until the with statement ends."""

    def __init__(self, exporter):
        page = PAGE.format(exporter=exporter).encode()
        picture = image()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/late.png":
                    time.sleep(IMAGE_COMES_AFTER)
                    self.answer("image/png", picture)
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
