"""Sends requests that two servers could read differently through HAProxy, whose rule lets nobody write.
If any of them is read by the exporter as something else than HAProxy took it for, a record arrives.
usage: smuggling_test.py EXPORTER
"""
import http.client
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

CONFIGURATION = """
defaults
  mode http
  timeout connect 2s
  timeout client 2s
  timeout server 2s
  option http-keep-alive
  http-reuse always
frontend front
  bind 127.0.0.1:{front}
  option accept-invalid-http-request
  http-request deny if {{ path_beg /api }}
  default_backend exporter
backend exporter
  option accept-invalid-http-response
  server exporter 127.0.0.1:{exporter}
"""


def record(name):
    body = '{"records": [{"type": "session_start", "orchestrator_id": "%s", "session_type": "x"}]}' % name
    return ('POST /api/v1/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
            f'Content-Length: {len(body)}\r\n\r\n{body}')


def variants():
    """Names and requests; each carries a record where only one of two readers sees it."""
    def hidden(name, lines, before='', line='GET / HTTP/1.1'):
        smuggled = record(name)
        return name, (f'{line}\r\nHost: localhost\r\n{lines}\r\n{before}{smuggled}').replace('@', str(len(before + smuggled)))
    chunk = '0\r\n\r\n'
    many = ''.join(f'X-{i}: y\r\n' for i in range(90))
    yield hidden('plain_body', 'Content-Length: @\r\n')
    yield hidden('length_twice', 'Content-Length: 0\r\nContent-Length: @\r\n')
    yield hidden('length_list', 'Content-Length: 0, @\r\n')
    yield hidden('length_sign', 'Content-Length: +@\r\n')
    yield hidden('length_blank', 'Content-Length : @\r\n')
    yield hidden('length_tab', 'Content-Length\t: @\r\n')
    yield hidden('length_hex', 'Content-Length: 0x7f\r\n')
    yield hidden('length_after_many', many + 'Content-Length: @\r\n')
    yield hidden('length_folded', 'X: y\r\n Content-Length: 0\r\nContent-Length: @\r\n')
    yield hidden('length_and_chunked', 'Content-Length: @\r\nTransfer-Encoding: chunked\r\n', chunk)
    yield hidden('chunked_and_length', 'Transfer-Encoding: chunked\r\nContent-Length: @\r\n', chunk)
    for name, value in (('chunked_blank', ' : chunked'), ('chunked_tab', ':\tchunked'), ('chunked_upper', ': CHUNKED'),
                        ('chunked_twice', ': chunked\r\nTransfer-Encoding: chunked'), ('chunked_x', ': xchunked'),
                        ('chunked_identity', ': identity, chunked'), ('chunked_quoted', ': "chunked"'),
                        ('chunked_vt', ':\x0bchunked'), ('chunked_comma', ': chunked,'), ('chunked_gzip', ': gzip')):
        yield hidden(name, f'Transfer-Encoding{value}\r\nContent-Length: @\r\n', chunk)
    yield hidden('chunk_size_sign', 'Transfer-Encoding: chunked\r\n', '+0\r\n\r\n')
    yield hidden('chunk_size_hex', 'Transfer-Encoding: chunked\r\n', '0x0\r\n\r\n')
    yield hidden('chunk_extension', 'Transfer-Encoding: chunked\r\n', '0;a="\r\n\r\n"\r\n\r\n')
    yield hidden('chunk_bare_lf', 'Transfer-Encoding: chunked\r\n', '0\n\n')
    yield hidden('old_version', 'Transfer-Encoding: chunked\r\nContent-Length: @\r\n', chunk, 'GET / HTTP/1.0')
    yield hidden('bare_lf', 'X: y\n\n')
    yield hidden('bare_cr', 'X: y\r\rContent-Length: @\r\n')
    yield hidden('nul', 'X: y\0\r\nContent-Length: @\r\n')
    yield hidden('obs_fold', 'Content-Length:\r\n @\r\n')
    yield hidden('expect', 'Expect: 100-continue\r\nContent-Length: @\r\n')
    yield hidden('upgrade', 'Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: @\r\n')
    yield hidden('absolute_form', 'Content-Length: @\r\n', line='GET http://localhost/api/v1/records HTTP/1.1')
    yield hidden('encoded_path', 'Content-Length: @\r\n', line='GET /%61pi/v1/../../ HTTP/1.1')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def await_port(port):
    for _ in range(400):
        try:
            socket.create_connection(('127.0.0.1', port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.025)
    sys.exit(f'nothing listens on {port}')


def scrape(port):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
    connection.request('GET', '/metrics')
    return connection.getresponse().read().decode()


def send(port, request):
    with socket.create_connection(('127.0.0.1', port), timeout=5) as s:
        s.sendall(request.encode('latin-1'))
        s.shutdown(socket.SHUT_WR)
        try:
            while s.recv(65536):
                pass
        except OSError:
            pass


def main():
    exporter_port, front = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder) / 'haproxy.cfg'
        configuration.write_text(CONFIGURATION.format(front=front, exporter=exporter_port))
        programs = [
            subprocess.Popen([sys.argv[1], f'--web.listen-address=127.0.0.1:{exporter_port}',
                              '--collector.disable-defaults'], stderr=subprocess.DEVNULL),
            subprocess.Popen(['haproxy', '-f', configuration, '-db'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)]
        try:
            await_port(exporter_port)
            await_port(front)
            if 'promhttp' not in scrape(front):
                sys.exit('HAProxy does not lead to the exporter')
            sent = 0
            for name, request in variants():
                send(front, request)
                send(front, 'GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n')  # may be given what was left over
                sent += 1
            send(exporter_port, record('direct'))
            arrived = set(re.findall(r'orchestrator_sessions_started_total\{orchestrator_id="(\w+)"', scrape(exporter_port)))
        finally:
            for program in programs:
                program.send_signal(signal.SIGKILL)
                program.wait()
    if 'direct' not in arrived:
        sys.exit('a record that may be written did not arrive')
    if arrived != {'direct'}:
        sys.exit('smuggled: ' + ', '.join(sorted(arrived - {'direct'})))
    print(f'{sent} requests, nothing smuggled')


main()
