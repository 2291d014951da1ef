"""What the package does on a Debian that runs: it is installed beside node_exporter and process-exporter, takes their place by the commands
of docs/replace-node-exporter.md, is upgraded with a changed conffile and a history, shows in its sandbox what it shows outside, and leaves nothing
behind when it is purged. Prints what was found, and exits with 1 if anything is wrong.
usage: on_debian.py OLD.deb NEW.deb ROOT      as root; ROOT is made by debootstrap if it is not there
Needs debootstrap and systemd-nspawn, and a package mirror for what ROOT gets; afterwards it has no network but its own loopback."""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

OLD, NEW, ROOT = (pathlib.Path(one).resolve() for one in sys.argv[1:4])
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/replace-node-exporter.md"
PACKAGES = "ca-certificates curl dbus procps prometheus-node-exporter prometheus-process-exporter systemd systemd-sysv"
DEFAULTS = "/etc/default/orchestrator-exporter"
# What a sandbox is: mounts, devices, limits and capabilities of its own, and what a process says of itself.
FAMILIES_OF_THE_SANDBOX = set()
faults = []


def version(package):
    return subprocess.check_output(["dpkg-deb", "-f", str(package), "Version"], text=True).strip()


def make_root():
    """A Debian with what the package needs but not the package itself."""
    if not (ROOT / "etc").is_dir():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(ROOT)], check=True)
    for package in (OLD, NEW):
        shutil.copy(package, ROOT / "root")
    depends = subprocess.check_output(["dpkg-deb", "-f", str(OLD), "Depends", "Recommends"], text=True)
    wanted = ", ".join(re.sub(r"^\w+: ", "", line) for line in depends.splitlines())
    subprocess.run(["chroot", str(ROOT), "sh", "-ec", f"""
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -qq --no-install-recommends {PACKAGES}
        apt-get satisfy -qq --no-install-recommends '{wanted}'"""], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Debian:
    """ROOT, booted."""

    def __enter__(self):
        self.container = subprocess.Popen(
            ["systemd-nspawn", "--quiet", f"--directory={ROOT}", "--boot", "--register=no", "--keep-unit", "--private-network",
             "--console=pipe"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(60):
            time.sleep(1)
            self.first = self.first_process()
            if self.first and self.run("systemctl is-system-running", check=False) in ("running", "degraded"):
                return self
        sys.exit("the Debian does not come up")

    def first_process(self):
        children = pathlib.Path(f"/proc/{self.container.pid}/task/{self.container.pid}/children").read_text().split()
        return children[0] if children else None

    def run(self, command, check=True):
        done = subprocess.run(["nsenter", "-t", self.first, "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root",
                               "--wd", "--", "bash", "-c", f"export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive; cd /root\n{command}"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if check and done.returncode != 0:
            faults.append(f"{command}: exit status {done.returncode}\n{done.stdout}")
        return done.stdout.strip()

    def __exit__(self, *_):
        self.run("systemctl poweroff", check=False)
        try:
            self.container.wait(30)
        except subprocess.TimeoutExpired:
            self.container.kill()
            self.container.wait()


def wanted(what, holds, found=""):
    print(f"{'ok   ' if holds else 'WRONG'} {what}{': ' + str(found) if found != '' else ''}", flush=True)
    if not holds:
        faults.append(what)


def installed(debian, package):
    debian.run(f"apt-get install -qq --no-download ./{package.name}")
    debian.run("systemctl start orchestrator-exporter")


def settled(debian, port=10190):
    """Waits until it answers."""
    debian.run(f"for i in $(seq 50); do curl -sf localhost:{port}/-/ready > /dev/null && exit; sleep 0.2; done; exit 1")


def families(debian, port):
    text = debian.run(f"curl -s localhost:{port}/metrics")
    found = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            found.setdefault(line.split()[2], set())
        elif not line.startswith("#"):
            name = re.match(r"[a-zA-Z_:][a-zA-Z0-9_:]*", line)[0]
            found.setdefault(name, set()).add(re.match(r"[^ {]*(?:\{(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*\})?", line)[0])
    return found


def blocks():
    """The commands of the page, in their order, and what it writes into ARGS."""
    text = PAGE.read_text()
    shell = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    arguments = re.search(r'^ARGS=.*$', text, re.MULTILINE)[0]
    return shell, arguments


def replace(debian):
    """Section by section, as the page has it."""
    (install, look, processes, take, back), arguments = blocks()
    first = re.sub(r"\./orchestrator-exporter_\*\.deb", f"--no-download ./{OLD.name}", install)
    debian.run(first)
    settled(debian)
    wanted("the package installs and its service runs", debian.run("systemctl is-active orchestrator-exporter") == "active",
           debian.run("orchestrator_exporter --version").split("\n")[0])
    missing = debian.run(look).split()
    wanted("what node_exporter has and we have not", all(re.match(r"go_|node_memory_|promhttp_", one) for one in missing), " ".join(
        one for one in missing if not one.startswith("go_")))
    debian.run("cat > /etc/process-exporter.yml <<'END'\nprocess_names:\n  - name: '{{.Comm}}'\n    cmdline: ['.+']\nEND")
    once = debian.run(processes)
    wanted("process-exporter's configuration gives its families", "namedprocess_namegroup_num_procs{" in once)
    debian.run(f"sed -i '/^ARGS=/d' {DEFAULTS} && cat >> {DEFAULTS} <<'END'\n{arguments}\nEND")
    debian.run(take)
    settled(debian, 9100)
    wanted("the old services have ended", debian.run("systemctl is-active prometheus-node-exporter prometheus-process-exporter",
                                                     check=False).split() == ["inactive", "inactive"])
    for port, query, name in ((9100, "exclude[]=namedprocess", "node_load1"),
                              (9256, "collect[]=namedprocess", "namedprocess_namegroup_num_procs")):
        text = debian.run(f"curl -sg 'localhost:{port}/metrics?{query}'")
        wanted(f"port {port} has {name}", re.search(rf"^{name}\b", text, re.MULTILINE) is not None)
    return back


def ask(debian, query):
    answer = json.loads(debian.run(f"curl -sG localhost:10190/api/v1/query --data-urlencode 'query={query}'"))
    return [one["value"][1] for one in answer["data"]["result"]]


def upgrade(debian):
    debian.run("sed -i 's/^ARGS=\"/&--history=disk /' " + DEFAULTS + " && systemctl restart orchestrator-exporter")
    settled(debian)
    time.sleep(40)  # for some readings
    before = float(ask(debian, "count_over_time(node_load1[1h])")[0])
    conffile = debian.run(f"cat {DEFAULTS}")
    first = debian.run("systemctl show -p MainPID --value orchestrator-exporter")
    debian.run(f"apt-get install -qq --no-download ./{NEW.name}")
    settled(debian)
    wanted("the service runs the new version", debian.run("systemctl show -p MainPID --value orchestrator-exporter") != first and
           f'version="{version(NEW)}"' in debian.run("curl -s localhost:10190/metrics | grep ^orchestrator_exporter_build_info"), version(NEW))
    wanted("the changed conffile stays", debian.run(f"cat {DEFAULTS}") == conffile)
    time.sleep(20)
    after = float(ask(debian, "count_over_time(node_load1[1h])")[0])
    wanted("the history of the old version is read on", after >= before > 1, f"{before:.0f} readings before, {after:.0f} after")
    wanted("nothing is said on the way", "level=ERROR" not in debian.run("journalctl -u orchestrator-exporter --no-pager"),
           "\n".join(line for line in debian.run("journalctl -u orchestrator-exporter --no-pager -o cat").splitlines()
                     if "level=WARN" in line))


def sandbox(debian):
    arguments = re.search(r'^ARGS="(.*)"$', debian.run(f"cat {DEFAULTS}"), re.MULTILINE)[1]
    outside = re.sub(r"--web\.listen-address=\S+|--history=\S+", "", arguments)
    debian.run(f"(setsid orchestrator_exporter {outside} --web.listen-address=127.0.0.1:10191 > /root/outside.log 2>&1 &)")
    settled(debian, 10191)
    debian.run("curl -s localhost:10190/metrics localhost:10191/metrics > /dev/null")
    inside, free = families(debian, 10190), families(debian, 10191)
    debian.run("pkill -f 127.0.0.1:10191")
    differing = sorted(name for name in inside.keys() | free.keys() if inside.get(name) != free.get(name) and
                       name not in FAMILIES_OF_THE_SANDBOX)
    print(f"     {len(inside)} families inside, {len(free)} outside")
    for name in differing:
        print(f"     {name}: inside alone {sorted(inside.get(name, set()) - free.get(name, set()))[:3]}, "
              f"outside alone {sorted(free.get(name, set()) - inside.get(name, set()))[:3]}")
    wanted("the sandbox hides nothing but what docs/install.md names", not differing)
    wanted("the unit is valid", debian.run("systemd-analyze verify orchestrator-exporter.service orchestrator-exporter.socket") == "")
    rated = debian.run("systemd-analyze security --no-pager --threshold=25 orchestrator-exporter.service").splitlines()
    wanted("little is exposed", True, rated[-1].strip())
    debian.run("man -w orchestrator_exporter", check=False)


def purge(debian, back):
    debian.run(back)
    wanted("the way back", debian.run("systemctl is-active prometheus-node-exporter prometheus-process-exporter").split() == ["active", "active"])
    debian.run("apt-get purge -qq orchestrator-exporter")
    left = debian.run("find / -xdev -iname '*orchestrator*exporter*' -not -path '/root/*' -not -path '/proc/*' -not -path '/sys/*'"
                      " -not -path '/var/log/journal/*'")
    wanted("purged, nothing is left", left == "", left)
    wanted("nor its user", debian.run("getent passwd orchestrator-exporter", check=False) == "")


make_root()
with Debian() as host:
    way_back = replace(host)
    upgrade(host)
    sandbox(host)
    purge(host, way_back)
print("\n".join(faults))
print(f"{len(faults)} faults")
sys.exit(bool(faults))
