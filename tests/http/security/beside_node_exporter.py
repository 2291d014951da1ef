"""Gives one web configuration file after the other to node_exporter and to the exporter, sends both the same requests, and holds what they
answer against each other: status, challenge and two of the headers that may be configured, or that there was no answer. Exit status 1 if any differs.
usage: beside_node_exporter.py EXPORTER NODE_EXPORTER"""
import base64
import contextlib
import crypt
import http.client
import pathlib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

PROGRAMS = {"ours": pathlib.Path(sys.argv[1]).resolve(), "node_exporter": pathlib.Path(sys.argv[2]).resolve()}
PATHS = ("/metrics", "/", "/none")
TLS1_1, TLS1_2, TLS1_3 = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def certificate(name, subject, ca=None, sans="", days=2):
    """NAME.pem and NAME.key, signed by a CA or by themselves."""
    command = ["openssl", "req", "-x509" if ca is None else "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
               "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.pem" if ca is None else f"{name}.csr"]
    subprocess.run(command + (["-days", "2"] if ca is None else []), check=True, capture_output=True)
    if ca is None:
        return
    pathlib.Path(f"{name}.ext").write_text(f"subjectAltName={sans}\n" if sans else "basicConstraints=CA:FALSE\n")
    subprocess.run(["openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial",
                    "-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.pem"], check=True, capture_output=True)


def basic(text):
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def context(versions=(TLS1_2, TLS1_3), client=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_ciphers("ALL:@SECLEVEL=0")
    made.minimum_version, made.maximum_version = versions
    if client:
        made.load_cert_chain(f"{client}.pem", f"{client}.key")
    return made


def hashed(password, cost=4):
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=2 ** cost))


USERS = "basic_auth_users:\n  ana: {ana}\n  bob: {bob}\n"
LOGINS = [{}, basic("ana:secret"), basic("bob:other"), basic("ana:other"), basic("ana:"), basic("ana"), basic("eve:secret"), basic(":secret"), basic(""),
          {"Authorization": "Basic"}, {"Authorization": "Basic !!!"}, {"Authorization": "Bearer x"},
          {"Authorization": basic("ana:secret")["Authorization"].replace("Basic", "basic")}, basic("ana:secret:more"), basic("Ana:secret")]
TLS = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
ASKS = TLS + "  client_ca_file: ca.pem\n  client_auth_type: "
EVERY = [None, "right", "other", "expired", "named"]


def cases():
    """Each a name, a file, and requests of which each is headers, path, and the TLS that is spoken, None for none."""
    users = USERS.format(ana=hashed("secret"), bob=hashed("other", 6))
    yield "users", users, [(login, "/metrics", None) for login in LOGINS] + [(LOGINS[1], path, None) for path in PATHS] + [({}, "/", None)]
    yield "TLS", TLS, [({}, "/metrics", context((each, each))) for each in (TLS1_1, TLS1_2, TLS1_3)] + [({}, "/metrics", None)]
    yield "TLS 1.3 alone", TLS + "  min_version: TLS13\n", [({}, "/metrics", context((each, each))) for each in (TLS1_1, TLS1_2, TLS1_3)]
    yield "TLS 1.2 at most", TLS + "  max_version: TLS12\n", [({}, "/metrics", context((each, each))) for each in (TLS1_2, TLS1_3)]
    for kind in ("RequestClientCert", "RequireAnyClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"):
        yield kind, ASKS + kind + "\n", [({}, "/metrics", context(client=each)) for each in EVERY]
    sans = ASKS + "RequireAndVerifyClientCert\n  client_allowed_sans: [scraper.example]\n"
    yield "names of certificates", sans, [({}, "/metrics", context(client=each)) for each in EVERY]
    yield "all at once", sans + "  min_version: TLS13\n" + users, [
        (login, "/metrics", context((TLS1_3, TLS1_3), client)) for client in ("named", "right") for login in LOGINS[:4]]
    yield "headers", "http_server_config:\n  headers:\n    X-Frame-Options: deny\n    X-Content-Type-Options: nosniff\n" + users, [
        ({}, "/metrics", None), (LOGINS[1], "/metrics", None)]
    yield "rate", "rate_limit: {interval: 1h, burst: 3}\n", [({}, "/metrics", None)] * 5
    yield "no room at all", "rate_limit: {interval: 1h}\n", [({}, "/metrics", None)]


@contextlib.contextmanager
def running(program):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    process = subprocess.Popen([program, f"--web.listen-address=127.0.0.1:{port}", "--web.config.file=web.yml", "--collector.disable-defaults",
                                "--collector.loadavg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            time.sleep(0.05)
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield port
    finally:
        process.terminate()
        process.wait(10)


def answer(port, headers, path, tls):
    connection = (http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=tls) if tls
                  else http.client.HTTPConnection("127.0.0.1", port, timeout=10))
    try:
        connection.request("GET", path, headers=headers)
        got = connection.getresponse()
        got.read()
        # Ours has nosniff on every answer; of two that are equal http.client makes one text.
        options = got.getheader("X-Content-Type-Options") or "nosniff"
        return got.status, got.getheader("WWW-Authenticate"), got.getheader("X-Frame-Options"), options
    except (OSError, http.client.HTTPException):
        return "no answer"
    finally:
        connection.close()


def main():
    certificate("ca", "authority")
    certificate("foreign", "another authority")
    certificate("server", "server", "ca", "DNS:localhost,IP:127.0.0.1")
    certificate("right", "client", "ca")
    certificate("named", "client", "ca", "DNS:scraper.example")
    certificate("expired", "client", "ca", "DNS:scraper.example", days=-1)
    certificate("other", "client", "foreign", "DNS:scraper.example")
    asked = differ = 0
    for name, text, requests in cases():
        pathlib.Path("web.yml").write_text(text)
        got = {}
        for program, path in PROGRAMS.items():
            with running(path) as port:
                got[program] = [answer(port, *request) for request in requests]
        for number, (ours, peers) in enumerate(zip(got["ours"], got["node_exporter"])):
            asked += 1
            if ours != peers:
                differ += 1
                print(f"{name}, request {number + 1}: {ours}, node_exporter {peers}")
    print(f"{asked} requests, {differ} answered otherwise")
    return differ > 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        sys.exit(main())
