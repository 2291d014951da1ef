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
PACKAGES = "ca-certificates curl dbus man-db procps prometheus-node-exporter prometheus-process-exporter systemd systemd-sysv"
DEFAULTS = "/etc/default/orchestrator-exporter"
# Values that a sandbox could change and time does not.
STEADY = re.compile(r"node_(filesystem_(readonly|size_bytes|files|device_error)|network_(?!.*_total)|uname|"
                    r"os_|scrape_collector_success|systemd_units|timex_status|textfile_)|namedprocess_namegroup_(num_procs|read_bytes_total|open_filedesc|memory_bytes)\b")
# The two exporters themselves: what one reads while it starts is before or behind the other's first look at it.
THEMSELVES = 'read_bytes_total{groupname="orchestrator_ex"}'
# Processes that start and end while both start.
PASSING = re.compile(r'groupname="(\(exporter\)|\(sd-\w+\)|bash|curl|systemctl|systemd-run)"')
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
        dpkg --purge orchestrator-exporter || true  # of a run that did not end
        systemctl enable prometheus-node-exporter prometheus-process-exporter
        apt-get satisfy -qq --no-install-recommends '{wanted}'"""], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Debian:
    """ROOT, booted."""

    def __enter__(self):
        self.container = subprocess.Popen(
            # The clock may be read, as on a machine: what the unit itself forbids is what is looked at.
            ["systemd-nspawn", "--quiet", f"--directory={ROOT}", "--boot", "--register=no", "--keep-unit", "--private-network",
             "--console=pipe", "--system-call-filter=@clock"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
            sys.exit(f"{command}: exit status {done.returncode}\n{done.stdout}")
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


def settled(debian, port=10190):
    """Waits until it answers."""
    debian.run(f"for i in $(seq 50); do curl -sf localhost:{port}/-/ready > /dev/null && exit; sleep 0.2; done; exit 1")


SERIES = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*(?:\{(?:[^\"}]|\"(?:[^\"\\]|\\.)*\")*\})?) (\S+)")


def families(debian, port):
    return set(re.findall(r"^# TYPE (\S+)", debian.run(f"curl -s localhost:{port}/metrics"), re.MULTILINE))


def series(debian, port):
    """The values by name and labels."""
    lines = debian.run(f"curl -s localhost:{port}/metrics").splitlines()
    return {found[1]: float(found[2]) for found in map(SERIES.match, lines) if found}


def blocks():
    """The commands of the page, in their order, and what it writes into ARGS."""
    text = PAGE.read_text()
    shell = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    arguments = re.search(r'^ARGS=.*$', text, re.MULTILINE)[0]
    return shell, arguments


def replace(debian):
    """Section by section, as the page has it."""
    (install, look, processes, take, back), arguments = blocks()
    first = re.sub(r"\./orchestrator-exporter_\*\.deb", f"./{OLD.name}", install)
    debian.run(first)
    settled(debian)
    wanted("the package installs and its service runs", debian.run("systemctl is-active orchestrator-exporter") == "active",
           debian.run("orchestrator_exporter --version").split("\n")[0])
    before = families(debian, 9100)
    wanted("the page's list of what is missing is the same", set(debian.run(look).split()) == before - families(debian, 10190))
    debian.run("cat > /etc/process-exporter.yml <<'END'\nprocess_names:\n  - name: '{{.Comm}}'\n    cmdline: ['.+']\nEND")
    once = debian.run(processes)
    wanted("process-exporter's configuration gives its families", "namedprocess_namegroup_num_procs{" in once)
    debian.run(f"sed -i '/^ARGS=/d' {DEFAULTS} && cat >> {DEFAULTS} <<'END'\n{arguments}\nEND")
    debian.run(take)
    settled(debian, 9100)
    wanted("the old services have ended", debian.run("systemctl is-active prometheus-node-exporter prometheus-process-exporter",
                                                     check=False).split() == ["inactive", "inactive"])
    missing = [name for name in before - families(debian, 9100) if not name.startswith("go_")]
    # Debian's 1.5.0 shows fields of /proc/meminfo that node_exporter has dropped since.
    wanted("of node_exporter nothing is missing but go_*", all(name.startswith("node_memory_") for name in missing), " ".join(sorted(missing)))
    for port, query, name in ((9100, "exclude[]=namedprocess", "node_load1"),
                              (9256, "collect[]=namedprocess", "namedprocess_namegroup_num_procs")):
        text = debian.run(f"curl -sg 'localhost:{port}/metrics?{query}'")
        wanted(f"port {port} has {name}", re.search(rf"^{name}\b", text, re.MULTILINE) is not None)
    return back


def readings(debian):
    """How many the history has of a family, under each instance."""
    answer = json.loads(debian.run("curl -sG localhost:10190/api/v1/query --data-urlencode 'query=count_over_time(node_load1[1h])'"))
    return {one["metric"]["instance"]: int(one["value"][1]) for one in answer["data"]["result"]}


def upgrade(debian):
    time.sleep(40)  # for some readings
    before = readings(debian)
    conffile = debian.run(f"cat {DEFAULTS}")
    first = debian.run("systemctl show -p MainPID --value orchestrator-exporter")
    debian.run(f"apt-get install -qq ./{NEW.name}")
    settled(debian)
    wanted("the service runs the new version", debian.run("systemctl show -p MainPID --value orchestrator-exporter") != first and
           f'version="{version(NEW)}"' in debian.run("curl -s localhost:10190/metrics | grep ^orchestrator_exporter_build_info"), version(NEW))
    wanted("the changed conffile stays", debian.run(f"cat {DEFAULTS}") == conffile)
    time.sleep(20)
    after = readings(debian)
    wanted("the history of the old version goes on", len(before) == len(after) == 1 and list(after.values()) > list(before.values()),
           f"{before} readings before, {after} after")
    wanted("nothing is said on the way", "level=ERROR" not in debian.run("journalctl -u orchestrator-exporter --no-pager"),
           "\n".join(line for line in debian.run("journalctl -u orchestrator-exporter --no-pager -o cat").splitlines()
                     if "level=WARN" in line))


def sandbox(debian):
    arguments = re.search(r'^ARGS="(.*)"$', debian.run(f"cat {DEFAULTS}"), re.MULTILINE)[1]
    outside = re.sub(r"--web\.listen-address=\S+", "", arguments)
    debian.run("systemctl --no-block restart orchestrator-exporter; exec systemd-run --quiet --no-block --unit=outside "
               f"--property=LimitNOFILE=16384 orchestrator_exporter {outside} --web.listen-address=127.0.0.1:10191 --storage.path=/root/outside")
    time.sleep(2)
    for port in (10190, 10191):
        settled(debian, port)
        series(debian, port)
    inside, free = series(debian, 10190), series(debian, 10191)
    debian.run("systemctl stop outside")
    hidden = sorted(name for name in inside.keys() ^ free.keys() if not PASSING.search(name))
    wanted("the sandbox hides nothing", not hidden, f"{len(inside)} series inside, {len(free)} outside; in one of them {hidden[:20]}")
    differing = sorted(name for name in inside.keys() & free.keys() if STEADY.match(name) and
                       not name.endswith(THEMSELVES) and abs(inside[name] - free[name]) > 0.1 * abs(free[name]))
    wanted("and shows the same", not differing, "\n".join(f"{name} {inside[name]} inside, {free[name]} outside" for name in differing))
    said = debian.run("systemd-analyze verify orchestrator-exporter.service orchestrator-exporter.socket", check=False)
    wanted("the units are valid", said == "", said)
    rated = debian.run("systemd-analyze security --no-pager orchestrator-exporter.service", check=False).splitlines()[-1].strip()
    exposure = re.search(r"exposure level for orchestrator-exporter\.service: ([0-9.]+)", rated)
    wanted("at most 2.5 is exposed", exposure is not None and float(exposure[1]) <= 2.5, rated)
    wanted("the man page is there", "orchestrator_exporter.8" in debian.run("man -w orchestrator_exporter"))


def purge(debian, back):
    debian.run(back)
    wanted("the way back", debian.run("systemctl is-active prometheus-node-exporter prometheus-process-exporter").split() == ["active", "active"])
    debian.run("apt-get purge -qq orchestrator-exporter")
    left = debian.run("find / -xdev -iname '*orchestrator*exporter*' -not -path '/root/*' -not -path '/proc/*' -not -path '/sys/*'"
                      " -not -path '/var/log/journal/*' -not -path '/var/cache/man/*'")
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
