"""The exporter itself sends by remote write for ten minutes, by 1.0 and by 2.0 into a Prometheus each and by 1.0 into a VictoriaMetrics, which
scrape it beside; each is ended and started again twice. Then what came by the two ways is compared: the series; that counters lie between the
scrapes around them; that no reading is missing; and that all series end with the exporter.
usage: for_minutes.py EXPORTER DIRECTORY_OF_PEERS [SECONDS]"""
import bisect
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

from receivers import Receiver, ask, free_port, wait_until

EXPORTER, PEERS = sys.argv[1], pathlib.Path(sys.argv[2])
SECONDS = float((sys.argv[3:] or [600])[0])
INTERVAL = 5
COUNTERS = ("node_cpu_seconds_total", "node_context_switches_total", "node_intr_total", "node_network_receive_bytes_total",
            "node_vmstat_pgfault", "node_disk_reads_completed_total")
# What is different by its nature: what scrapes alone bring, and how long the two ways took.
PASSING = ("scrape_", "up", "node_scrape_collector_", "node_textfile_scrape", "promhttp_", "process_", "orchestrator_exporter_")
faults = []


def check(fine, text):
    print(("ok    " if fine else "WRONG ") + text, flush=True)
    if not fine:
        faults.append(text)



def series_of(receiver, job, begin):
    found = set()
    for labels in ask(receiver.base + "/api/v1/series", **{"match[]": '{job="%s"}' % job, "start": begin, "end": time.time() + 5}):
        if not labels["__name__"].startswith(PASSING):
            # VictoriaMetrics keeps 1 of a scrape; what is sent has 1.0, as Prometheus 3 makes of it.
            found.add(tuple(sorted((name, str(float(value)) if name in ("le", "quantile") else value)
                                   for name, value in labels.items() if name != "job")))
    return found


def samples_of(receiver, name, job, begin):
    """(time, value) of each series of a name, by its labels."""
    query = '%s{job="%s"}' % (name, job)
    if receiver.name == "prometheus":
        window = int(time.time() - begin) + 1
        rows = ask(receiver.base + "/api/v1/query", query=f"{query}[{window}s]")["result"]
        pairs = [(row["metric"], [(at, float(value)) for at, value in row["values"]]) for row in rows]
    else:
        with urllib.request.urlopen(receiver.base + "/api/v1/export?" + urllib.parse.urlencode(
                {"match[]": query, "start": begin, "end": time.time() + 5, "reduce_mem_usage": 1})) as answer:
            rows = [json.loads(line) for line in answer]
        pairs = [(row["metric"], [(at / 1000, value) for at, value in zip(row["timestamps"], row["values"]) if value is not None])
                 for row in rows]
    found = {}
    for labels, values in pairs:
        key = tuple(sorted((label, value) for label, value in labels.items() if label != "job"))
        found.setdefault(key, []).extend(values)
    return {key: sorted(set(values)) for key, values in found.items()}


def between(sent, scraped):
    """The first sample that was sent and does not lie between the scrapes around it; None if all do."""
    times = [at for at, _ in scraped]
    for at, value in sent:
        behind = bisect.bisect_left(times, at)
        if behind < len(times) and times[behind] == at:
            if scraped[behind][1] != value:
                return at, value, scraped[behind]
        elif 0 < behind < len(times) and not scraped[behind - 1][1] <= value <= scraped[behind][1]:
            return at, value, scraped[behind - 1], scraped[behind]
    return None


def compare(receiver, protocol, begin):
    who = f"{receiver.name} {protocol}.0"
    sent, scraped = series_of(receiver, "sent", begin), series_of(receiver, "scraped", begin)
    # Processes and connections come and go between a reading and a scrape.
    check(len(sent ^ scraped) <= len(scraped) / 200 and len(sent) > 500,
          f"{who}: {len(sent)} series sent, {len(scraped)} scraped, {len(sent ^ scraped)} in one of the two: {sorted(sent ^ scraped)[:2]}")
    compared, wrong = 0, []
    for name in COUNTERS:
        of_sender, of_scrape = samples_of(receiver, name, "sent", begin), samples_of(receiver, name, "scraped", begin)
        for key in of_sender.keys() & of_scrape.keys():
            compared += len(of_sender[key])
            fault = between(of_sender[key], of_scrape[key])
            if fault:
                wrong.append((key, fault))
    check(compared > 0 and not wrong, f"{who}: {compared} samples of counters lie between the scrapes around them, but for {wrong[:2]}")
    times = [at for at, _ in max(samples_of(receiver, "node_load1", "sent", begin).values(), key=len)]
    gaps = [later - at for at, later in zip(times, times[1:])]
    check(max(gaps) < 1.6 * INTERVAL, f"{who}: {len(times)} readings in {times[-1] - times[0]:.0f} s, the longest gap {max(gaps):.1f} s")
    return len(times)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        port = free_port()
        target, instance = f"127.0.0.1:{port}", "trial"
        receivers = [(Receiver(PEERS, kind, folder / f"{kind}-{protocol}", target, instance, f"{INTERVAL}s"), protocol)
                     for kind, protocol in (("prometheus", 1), ("prometheus", 2), ("victoria-metrics", 1))]
        messages = {1: "prometheus.WriteRequest", 2: "io.prometheus.write.v2.Request"}
        config = folder / "exporter.yml"
        config.write_text(json.dumps({"global": {"scrape_interval": f"{INTERVAL}s"}, "remote_write": [
            {"url": receiver.base + "/api/v1/write", "name": f"to{number}", "protobuf_message": messages[protocol]}
            for number, (receiver, protocol) in enumerate(receivers)]}))
        for receiver, _ in receivers:
            receiver.start()
        begin = time.time()
        exporter = subprocess.Popen([EXPORTER, f"--web.listen-address={target}", f"--config.file={config}", "--job=sent",
                                     f"--instance={instance}", f"--storage.path={folder}/state"], stdout=subprocess.DEVNULL,
                                    stderr=open(folder / "log", "wb"))
        try:
            for part in (0.3, 0.6):
                time.sleep(max(0.0, begin + part * SECONDS - time.time()))
                for receiver, _ in receivers:
                    receiver.stop()
                time.sleep(SECONDS / 20)
                for receiver, _ in receivers:
                    receiver.start()
            time.sleep(max(0.0, begin + SECONDS - time.time()))
            for receiver, protocol in receivers:
                wait_until(lambda: samples_of(receiver, "node_load1", "sent", time.time() - 3 * INTERVAL))
                compare(receiver, protocol, begin)
            exporter.send_signal(signal.SIGTERM)
            exporter.wait(30)
            time.sleep(INTERVAL)
            for receiver, protocol in receivers:
                left = ask(receiver.base + "/api/v1/query", query='count({job="sent"})')["result"]
                check(left == [], f"{receiver.name} {protocol}.0: all series ended with the exporter, left {left}")
        finally:
            exporter.kill()
            for receiver, _ in receivers:
                receiver.stop()
            print((folder / "log").read_text()[-2000:] if faults else "", end="")
    print(f"{len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
