"""Asks the same targets through this exporter's /probe and through a blackbox_exporter, and compares families, labels and values but
for times. The targets are made here: plain, TLS with a good and with an expired certificate, redirects, a slow one, a refused port, a
conversation, a server of the DNS. Prints each difference and a count; its status is 1 if there is any.
usage: differential.py EXPORTER BLACKBOX_EXPORTER"""
import http.server
import pathlib
import re
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

MODULES = """
modules:
  http: {prober: http, timeout: 2s, http: {preferred_ip_protocol: ip4}}
  http6: {prober: http, timeout: 2s}
  no_follow: {prober: http, timeout: 2s, http: {preferred_ip_protocol: ip4, follow_redirects: false}}
  only_302: {prober: http, timeout: 2s, http: {follow_redirects: false, valid_status_codes: [302]}}
  post: {prober: http, timeout: 2s, http: {method: POST, body: 'a=1', headers: {Content-Type: text/plain}}}
  head: {prober: http, timeout: 2s, http: {method: HEAD}}
  body: {prober: http, timeout: 2s, http: {fail_if_body_not_matches_regexp: ['w.ll']}}
  body_bad: {prober: http, timeout: 2s, http: {fail_if_body_matches_regexp: ['well']}}
  header: {prober: http, timeout: 2s, http: {fail_if_header_matches: [{header: X-State, regexp: down}]}}
  header_bad: {prober: http, timeout: 2s, http: {fail_if_header_not_matches: [{header: X-State, regexp: down}]}}
  header_missing: {prober: http, timeout: 2s, http: {fail_if_header_not_matches: [{header: X-None, regexp: down}]}}
  header_may_miss: {prober: http, timeout: 2s, http: {fail_if_header_matches: [{header: X-None, regexp: down, allow_missing: true}]}}
  version: {prober: http, timeout: 2s, http: {valid_http_versions: ['HTTP/2.0']}}
  version_1: {prober: http, timeout: 2s, http: {valid_http_versions: ['HTTP/1.1']}}
  need_tls: {prober: http, timeout: 2s, http: {fail_if_not_ssl: true}}
  no_tls: {prober: http, timeout: 2s, http: {fail_if_ssl: true, tls_config: {ca_file: CA}}}
  gzip: {prober: http, timeout: 2s, http: {compression: gzip, headers: {Accept-Encoding: gzip}}}
  limit: {prober: http, timeout: 2s, http: {body_size_limit: 4B}}
  tls: {prober: http, timeout: 2s, http: {tls_config: {ca_file: CA}}}
  tls_any: {prober: http, timeout: 2s, http: {tls_config: {insecure_skip_verify: true}}}
  tcp: {prober: tcp, timeout: 2s}
  tcp4: {prober: tcp, timeout: 2s, tcp: {preferred_ip_protocol: ip4, ip_protocol_fallback: false}}
  tcp6: {prober: tcp, timeout: 2s, tcp: {preferred_ip_protocol: ip6, ip_protocol_fallback: false}}
  tcp_tls: {prober: tcp, timeout: 2s, tcp: {tls: true, tls_config: {ca_file: CA}}}
  tcp_tls_any: {prober: tcp, timeout: 2s, tcp: {tls: true, tls_config: {insecure_skip_verify: true}}}
  talk:
    prober: tcp
    timeout: 2s
    tcp: {query_response: [{expect: '^220 (.*)$', send: 'EHLO ${1}'}, {expect: '^250 EHLO mail'}]}
  talk_bad: {prober: tcp, timeout: 2s, tcp: {query_response: [{expect: '^221'}]}}
  dns: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: A}}
  dns_tcp: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: A, transport_protocol: tcp}}
  dns_soa: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: SOA}}
  dns_none: {prober: dns, timeout: 2s, dns: {query_name: none.example, query_type: A}}
  dns_none_valid: {prober: dns, timeout: 2s, dns: {query_name: none.example, query_type: A, valid_rcodes: [NXDOMAIN]}}
  dns_match:
    prober: dns
    timeout: 2s
    dns:
      query_name: shop.example
      query_type: ANY
      validate_answer_rrs:
        fail_if_not_matches_regexp: ["^shop\\\\.example\\\\.\\t60\\tIN\\t(A|AAAA|MX|TXT|CNAME|SRV|CAA|NS|PTR|SOA)\\t.*$"]
        fail_if_none_matches_regexp: ['IN\\tMX\\t10 mail\\.shop\\.example\\.$']
  dns_txt: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: TXT, validate_answer_rrs: {fail_if_not_matches_regexp: ['TXT\\t"a\\\\"b" "c"$']}}}
  dns_srv: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: SRV, validate_answer_rrs: {fail_if_not_matches_regexp: ['SRV\\t1 2 443 www\\.shop\\.example\\.$']}}}
  dns_no_match: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: A, validate_answer_rrs: {fail_if_matches_regexp: ['192']}}}
  dns_all_match: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: A, validate_answer_rrs: {fail_if_all_match_regexp: ['192']}}}
  dns_some_match: {prober: dns, timeout: 2s, dns: {query_name: shop.example, query_type: A, validate_answer_rrs: {fail_if_all_match_regexp: ['2.1$']}}}
  icmp: {prober: icmp, timeout: 2s}
  icmp_ttl: {prober: icmp, timeout: 2s, icmp: {ttl: 3, payload_size: 100}}
"""

# What tells how long something took.
TIMES = re.compile(r"probe_(duration_seconds|dns_lookup_time_seconds|(http|icmp|dns)_duration_seconds\{.*)$")


class Web(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        path = urllib.parse.urlparse(self.path).path
        extra, status, body = {"X-State": "up"}, 200, b"all is well\n"
        if path == "/redirect":
            status, extra["Location"] = 302, "/"
        elif path == "/loop":
            status, extra["Location"] = 302, "/loop"
        elif path.startswith("/chain"):
            left = int(path[6:])
            if left:
                status, extra["Location"] = 301, f"/chain{left - 1}"
        elif path == "/308":
            status, extra["Location"] = 308, "/"
        elif path == "/elsewhere":
            status, extra["Location"] = 302, self.server.elsewhere
        elif path == "/500":
            status = 500
        elif path == "/slow":
            time.sleep(5)
        elif path == "/modified":
            extra["Last-Modified"] = "Wed, 21 Oct 2015 07:28:00 GMT"
        elif path == "/gzip":
            import gzip
            body, extra["Content-Encoding"] = gzip.compress(b"x" * 500), "gzip"
        elif path == "/204":
            status, body = 204, b""
        elif path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"less")
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        if path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            return
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_HEAD = do_GET


class Silent(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):
        pass


def web(context=None, elsewhere=""):
    server = Silent(("127.0.0.1", 0), Web)
    server.elsewhere = elsewhere
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def talker():
    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"hello\r\n220 mail\r\n")
            self.wfile.write(b"250 " + self.rfile.readline())

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
    server.daemon_threads = True
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def number(value, size):
    return value.to_bytes(size, "big")


def name_of(text):
    return b"".join(bytes([len(part)]) + part.encode() for part in text.split(".")) + b"\0"


ZONE = {1: [b"\xc0\0\2\1", b"\xc0\0\2\2"], 28: [b"\x20\1\x0d\xb8" + b"\0" * 11 + b"\1"], 15: [number(10, 2) + b"\4mail\xc0\x0c"],
        16: [b"\3a\"b\1c"], 33: [number(1, 2) + number(2, 2) + number(443, 2) + b"\3www\xc0\x0c"], 2: [b"\2ns\xc0\x0c"],
        6: [b"\2ns\xc0\x0c\4host\xc0\x0c" + b"".join(number(one, 4) for one in (2026112901, 1, 2, 3, 4))],
        257: [b"\0\5issueca.example"]}


def dns_answer(question):
    name, kind = question[12:-4], int.from_bytes(question[-4:-2], "big")
    code, answers = 0, []
    if name != name_of("shop.example"):
        code = 3
    else:
        answers = [(each, data) for each in ZONE if kind in (each, 255) for data in ZONE[each]]
    records = b"".join(b"\xc0\x0c" + number(each, 2) + number(1, 2) + number(60, 4) + number(len(data), 2) + data
                       for each, data in answers)
    authority = b"\xc0\x0c" + number(2, 2) + number(1, 2) + number(60, 4) + number(5, 2) + b"\2ns\xc0\x0c"
    return (question[:2] + number(0x8180 | code, 2) + number(1, 2) + number(len(answers), 2) + number(1, 2) + number(0, 2) +
            question[12:] + records + authority)


def dns_server():
    class Datagram(socketserver.BaseRequestHandler):
        def handle(self):
            self.request[1].sendto(dns_answer(self.request[0]), self.client_address)

    class Stream(socketserver.BaseRequestHandler):
        def handle(self):
            question = self.request.recv(2048)
            answer = dns_answer(question[2:])
            self.request.sendall(number(len(answer), 2) + answer)

    datagrams = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Datagram)
    streams = socketserver.ThreadingTCPServer(datagrams.server_address, Stream)
    for server in (datagrams, streams):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    return datagrams.server_address[1]


def certificates(folder):
    def run(*command):
        subprocess.run(["openssl", *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days",
        "30", "-subj", "/O=Trial/CN=Trial CA", "-addext", "basicConstraints=critical,CA:TRUE")
    (folder / "san").write_text("subjectAltName=DNS:localhost,DNS:shop.example,IP:127.0.0.1\n")
    for name, dates in (("good", ["-days", "10"]), ("expired", ["-not_before", "20200101000000Z", "-not_after", "20210101000000Z"])):
        run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj",
            "/C=DE/O=Trial, Inc./CN=shop")
        if name == "expired":
            (folder / "ca.cnf").write_text("[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n"
                                           "policy=p\ncopy_extensions=copy\n[p]\nC=optional\nO=optional\nCN=supplied\n")
            (folder / "index").write_text("")
            (folder / "serial").write_text("0A0B\n")
            run("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", "expired.csr", "-out", "expired.pem",
                "-extfile", "san", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext")
        else:
            run("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", name + ".pem",
                "-extfile", "san", *dates)


def context_of(folder, name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / (name + ".pem"), folder / (name + ".key"))
    return context


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Server:
    def __init__(self, command, ready):
        self.port = free_port()
        self.process = subprocess.Popen([part.replace("PORT", str(self.port)) for part in command], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{ready}", timeout=5).read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{command[0]} does not answer")

    def probe(self, query):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/probe?{query}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    def end(self):
        self.process.terminate()
        self.process.wait(60)


def samples(text):
    """Series and values; of times whether there is one."""
    found = {}
    types = set()
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            types.add(line)
        if not line or line.startswith("#"):
            continue
        series, value = line.rsplit(" ", 1)
        head, brace, labels = series.partition("{")
        parts = sorted(re.findall(r'\w+="(?:[^"\\]|\\.)*"', labels))
        series = head + (brace + ",".join(parts) + "}" if brace else "")
        found[series] = "a time" if TIMES.match(series) else str(float(value))
    return found, types


def main():
    exporter, blackbox = sys.argv[1:3]
    folder = pathlib.Path(tempfile.mkdtemp())
    certificates(folder)
    modules = folder / "blackbox.yml"
    modules.write_text(MODULES.replace("CA}", str(folder / "ca.pem") + "}"))
    plain = web()
    good = web(context_of(folder, "good"), f"http://127.0.0.1:{plain}/")
    expired = web(context_of(folder, "expired"))
    leads_to_tls = web(None, f"https://localhost:{good}/")
    talking, names, refused = talker(), dns_server(), free_port()
    cases = [(module, f"http://127.0.0.1:{plain}{path}") for module, path in [
        ("http", "/"), ("http6", "/"), ("http", "/500"), ("http", "/redirect"), ("http", "/loop"), ("http", "/chain3"), ("http", "/chain10"),
        ("http", "/chain11"), ("no_follow", "/redirect"), ("only_302", "/redirect"), ("http", "/308"), ("post", "/308"), ("post", "/redirect"),
        ("post", "/"), ("head", "/"), ("http", "/modified"), ("http", "/chunked"), ("http", "/204"), ("http", "/slow"), ("http", "/cut"),
        ("body", "/"), ("body_bad", "/"), ("header", "/"), ("header_bad", "/"), ("header_missing", "/"), ("header_may_miss", "/"),
        ("version", "/"), ("version_1", "/"), ("need_tls", "/"), ("no_tls", "/"), ("gzip", "/gzip"), ("gzip", "/"), ("http", "/gzip"),
        ("limit", "/"), ("limit", "/204"), ("http", "/a path")]]
    cases += [("http", f"127.0.0.1:{plain}"), ("http", f"localhost:{plain}"), ("http", f"127.0.0.1:{refused}"), ("http", "http://"),
              ("http", "http://127.0.0.1:99999/"), ("http", "http://no-such-host.invalid/")]
    cases += [(module, f"https://{host}:{port}{path}") for port in (good, expired) for host in ("127.0.0.1", "localhost")
              for module, path in (("tls", "/"), ("tls_any", "/"), ("http", "/"), ("no_tls", "/"), ("need_tls", "/"))]
    cases += [("tls", f"https://localhost:{good}/elsewhere"), ("tls", f"http://127.0.0.1:{leads_to_tls}/elsewhere"),
              ("http", f"http://127.0.0.1:{leads_to_tls}/elsewhere"), ("tls", f"https://127.0.0.1:{plain}/")]
    cases += [("tcp", f"127.0.0.1:{talking}"), ("tcp", f"localhost:{talking}"), ("tcp4", f"localhost:{talking}"),
              ("tcp6", f"127.0.0.1:{talking}"), ("tcp", f"127.0.0.1:{refused}"), ("tcp", "127.0.0.1"), ("talk", f"127.0.0.1:{talking}"),
              ("talk_bad", f"127.0.0.1:{talking}"), ("tcp_tls", f"127.0.0.1:{good}"), ("tcp_tls", f"localhost:{good}"),
              ("tcp_tls", f"localhost:{expired}"), ("tcp_tls_any", f"localhost:{expired}"), ("tcp_tls", f"localhost:{plain}")]
    cases += [(module, f"127.0.0.1:{names}") for module in ("dns", "dns_tcp", "dns_soa", "dns_none", "dns_none_valid", "dns_match", "dns_txt",
                                                            "dns_srv", "dns_no_match", "dns_all_match", "dns_some_match")]
    cases += [("dns", f"127.0.0.1:{refused}"), ("icmp", "127.0.0.1"), ("icmp", "localhost"), ("icmp_ttl", "127.0.0.1"), ("none", "x")]
    hostnames = [("http", f"127.0.0.1:{plain}", "shop.example"), ("tls", f"https://127.0.0.1:{good}", "shop.example"),
                 ("tls", f"https://127.0.0.1:{good}", "other.example")]
    ours = Server([exporter, "--web.listen-address=127.0.0.1:PORT", f"--probe.config-file={modules}", "--collector.disable-defaults"], "/-/ready")
    theirs = Server([blackbox, "--web.listen-address=127.0.0.1:PORT", f"--config.file={modules}"], "/-/healthy")
    differences = 0
    try:
        for module, target, *hostname in cases + hostnames:
            query = urllib.parse.urlencode({"module": module, "target": target, **({"hostname": hostname[0]} if hostname else {})})
            (our_status, our_text), (their_status, their_text) = ours.probe(query), theirs.probe(query)
            (our, our_types), (their, their_types) = samples(our_text), samples(their_text)
            found = [f"  {series}: {our.get(series)}, there {their.get(series)}" for series in sorted(our.keys() | their.keys())
                     if our.get(series) != their.get(series)]
            found += [f"  only one has {line}" for line in sorted(our_types ^ their_types)]
            if our_status != their_status:
                found.append(f"  status {our_status}, there {their_status}")
            if found:
                differences += 1
                print(f"{module} {target} {' '.join(hostname)}", *found, sep="\n")
    finally:
        ours.end()
        theirs.end()
    print(f"{len(cases + hostnames)} probes, {differences} differ")
    sys.exit(1 if differences else 0)


main()
