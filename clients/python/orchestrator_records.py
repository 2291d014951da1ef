"""Records what an orchestrator does by POST /api/v1/records of orchestrator_exporter.

    with OrchestratorRecords("http://127.0.0.1:10190") as records:
        records.recordTokenUsage("orch-1", "claude-sonnet-4", 1500)

The calls are those of the C++ library, by their names; docs/records.md says what they do. A call puts its
record into a buffer and returns: it never waits, and never raises because of the exporter. A thread sends
what is buffered every second, again with growing pauses while the exporter is away or busy. Any thread may
call it. Python 3.8 and its standard library are all it needs.
"""
import atexit
import collections
import json
import random
import re
import threading
import time
import urllib.request

MOST_RECORDS = 1000  # of one batch; the exporter takes 10,000
MOST_BYTES = 900_000  # of one batch; the exporter takes 1 MiB
LONGEST_PAUSE = 30.0


class OrchestratorRecords:
    """`token`: a line of the exporter's --ingest.token-file, needed from other hosts. `max_buffered`: records
    that wait at most; the oldest go when there are more. Times are in seconds."""

    def __init__(self, url="http://127.0.0.1:10190", token=None, flush_interval=1.0, max_buffered=10_000, timeout=5.0):
        self.dropped = 0  # records that were thrown away: too many, refused, or recorded after close()
        self.last_error = None  # why the last attempt failed, as text
        self._url = url.rstrip("/") + "/api/v1/records"
        self._headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        self._interval, self._most, self._timeout = flush_interval, max_buffered, timeout
        self._changed = threading.Condition()
        self._buffer = collections.deque()
        self._recorded = self._done = 0  # records ever, and those of them that were sent or dropped
        self._hurry = False
        self._end = 0  # when close() gives up
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def recordSessionStart(self, orchestrator, session_type):
        self._add("session_start", orchestrator_id=orchestrator, session_type=session_type)
    def recordSessionEnd(self, orchestrator, session_type):
        self._add("session_end", orchestrator_id=orchestrator, session_type=session_type)
    def recordTokenUsage(self, orchestrator, model, tokens):
        self._add("token_usage", orchestrator_id=orchestrator, model=model, tokens=tokens)
    def recordMessageLatency(self, orchestrator, milliseconds):
        self._add("message_latency", orchestrator_id=orchestrator, latency_ms=milliseconds)
    def recordToolInvocation(self, orchestrator, tool, status):
        self._add("tool_invocation", orchestrator_id=orchestrator, tool_name=tool, status=status)
    def recordDelegation(self, from_orchestrator, to_orchestrator, status):
        self._add("delegation", from_orchestrator=from_orchestrator, to_orchestrator=to_orchestrator, status=status)
    def recordError(self, orchestrator, error_type):
        self._add("error", orchestrator_id=orchestrator, error_type=error_type)
    def updateNodeLoad(self, node, load):
        self._add("node_load", node_id=node, load=load)
    def updateBudgetUtilization(self, orchestrator, period, percent):
        self._add("budget_utilization", orchestrator_id=orchestrator, period=period, percent=percent)
    def recordCustomMetric(self, name, value, unit="1"):
        self._add("custom_metric", name=name, unit=unit, value=value)
    def recordMemoryUsage(self, component, bytes):
        self._add("memory_usage", component=component, bytes=bytes)
    def recordQueryPerformance(self, operation, milliseconds, rows=0):
        self._add("query_performance", operation=operation, duration_ms=milliseconds, rows=rows)
    def recordTraceOverhead(self, milliseconds, events):
        self._add("trace_overhead", duration_ms=milliseconds, events=events)

    def flush(self, timeout=10.0):
        """Waits until all that was recorded before is sent or dropped; whether that came to pass."""
        with self._changed:
            goal, self._hurry = self._recorded, True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._done >= goal, timeout)

    def close(self, timeout=5.0):
        """Sends what is left, for as long as `timeout`; later records are dropped."""
        with self._changed:
            self._end = self._end or time.monotonic() + timeout
            self._changed.notify_all()
        self._thread.join(timeout + self._timeout)
        atexit.unregister(self.close)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _add(self, kind, **fields):
        try:
            line = json.dumps({"type": kind, **fields}, allow_nan=False, ensure_ascii=False).encode()
        except (TypeError, ValueError) as error:  # no JSON: NaN, bytes, half a character
            line, self.last_error = None, str(error)
        with self._changed:
            if line is None or len(line) > MOST_BYTES or self._end:
                self.dropped += 1
                return
            self._recorded += 1
            self._buffer.append(line)
            if len(self._buffer) > self._most:
                self._buffer.popleft()
                self._finish(1, dropped=1)
            if len(self._buffer) == MOST_RECORDS:
                self._changed.notify_all()

    def _run(self):
        while not self._end or self._buffer:
            with self._changed:
                self._changed.wait_for(lambda: self._hurry or self._end or len(self._buffer) >= MOST_RECORDS, self._interval)
                self._hurry = False
            while self._buffer:
                batch, size = [], 0
                with self._changed:
                    while self._buffer and len(batch) < MOST_RECORDS and size + len(self._buffer[0]) <= MOST_BYTES:
                        batch.append(self._buffer.popleft())
                        size += len(batch[-1]) + 1
                self._send(batch)

    def _send(self, batch):
        """Sends a batch until it is taken or refused for good, or there is no time."""
        pause = self._interval
        while batch:
            status, answer = self._post(b'{"records":[' + b",".join(batch) + b"]}")
            if status == 200:
                return self._finish(len(batch))
            self.last_error = answer
            wrong = re.search(r"records\[(\d+)\]", answer) if status == 400 else None
            left = pause * random.uniform(0.75, 1.25)
            if wrong and int(wrong[1]) < len(batch):  # one is wrong; the others are not
                del batch[int(wrong[1])]
                self._finish(1, dropped=1)
            elif status not in (0, 429) and status < 500 or self._end and time.monotonic() + left > self._end:
                return self._finish(len(batch), dropped=len(batch))
            else:
                with self._changed:
                    self._changed.wait_for(lambda: self._end, left)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _finish(self, records, dropped=0):
        with self._changed:
            self._done += records
            self.dropped += dropped
            self._changed.notify_all()

    def _post(self, body):
        """(status, answer); status 0 if there was no answer."""
        try:
            request = urllib.request.Request(self._url, body, self._headers)
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")
        except Exception as error:  # whatever a network does
            return 0, str(error)
