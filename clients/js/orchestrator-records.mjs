// Records what an orchestrator does by POST /api/v1/records of orchestrator_exporter.
//
//   const records = new OrchestratorRecords({ url: "http://127.0.0.1:10190" });
//   records.recordSessionStart("orch-1", "claude-code");
//   await records.close();
//
// The calls are those of the C++ library, by their names; docs/records.md says what they do. A call puts its
// record into a buffer: it never waits and never throws because of the exporter. What is buffered is sent
// every second, again with growing pauses while the exporter is away or busy. For Node 18 and browsers.
const MOST_RECORDS = 1000; // of one batch; the exporter takes 10,000
const MOST_CHARACTERS = 300_000; // of one batch, three bytes each at most; the exporter takes 1 MiB
const LONGEST_PAUSE = 30_000;

export class OrchestratorRecords {
  #url;
  #headers;
  #settings;
  #timer;
  #buffer = [];
  #sending = null; // the promise of the batches that are on their way
  #wake = null; // ends a pause between two attempts
  #end = null; // when close() gives up

  dropped = 0; // records that were thrown away: too many, refused, or recorded after close()
  lastError = null; // why the last attempt failed, as text

  constructor({
    url = "http://127.0.0.1:10190", token, flushInterval = 1000, maxBuffered = 10_000, timeout = 5000,
  } = {}) {
    this.#url = url.replace(/\/+$/, "") + "/api/v1/records";
    this.#headers = { "Content-Type": "application/json" };
    if (token) this.#headers.Authorization = `Bearer ${token}`;
    this.#settings = { flushInterval, maxBuffered, timeout };
    this.#timer = setInterval(() => this.#start(), flushInterval);
    this.#timer.unref?.(); // the buffer alone keeps no program alive: close() sends it
  }

  recordSessionStart(orchestrator, sessionType) {
    this.#add({ type: "session_start", orchestrator_id: orchestrator, session_type: sessionType });
  }
  recordSessionEnd(orchestrator, sessionType) {
    this.#add({ type: "session_end", orchestrator_id: orchestrator, session_type: sessionType });
  }
  recordTokenUsage(orchestrator, model, tokens) {
    this.#add({ type: "token_usage", orchestrator_id: orchestrator, model, tokens });
  }
  recordMessageLatency(orchestrator, milliseconds) {
    this.#add({ type: "message_latency", orchestrator_id: orchestrator, latency_ms: milliseconds });
  }
  recordToolInvocation(orchestrator, tool, status) {
    this.#add({ type: "tool_invocation", orchestrator_id: orchestrator, tool_name: tool, status });
  }
  recordDelegation(from, to, status) {
    this.#add({ type: "delegation", from_orchestrator: from, to_orchestrator: to, status });
  }
  recordError(orchestrator, errorType) {
    this.#add({ type: "error", orchestrator_id: orchestrator, error_type: errorType });
  }
  updateNodeLoad(node, load) {
    this.#add({ type: "node_load", node_id: node, load });
  }
  updateBudgetUtilization(orchestrator, period, percent) {
    this.#add({ type: "budget_utilization", orchestrator_id: orchestrator, period, percent });
  }
  recordCustomMetric(name, value, unit = "1") {
    this.#add({ type: "custom_metric", name, unit, value });
  }
  recordMemoryUsage(component, bytes) {
    this.#add({ type: "memory_usage", component, bytes });
  }
  recordQueryPerformance(operation, milliseconds, rows = 0) {
    this.#add({ type: "query_performance", operation, duration_ms: milliseconds, rows });
  }
  recordTraceOverhead(milliseconds, events) {
    this.#add({ type: "trace_overhead", duration_ms: milliseconds, events });
  }

  // Resolves when all that was recorded before is sent or dropped.
  async flush() {
    const alive = setInterval(() => {}, LONGEST_PAUSE); // pauses alone do not keep a program alive
    while (this.#buffer.length || this.#sending) await this.#start();
    clearInterval(alive);
  }

  // Sends what is left, for as long as `timeout` milliseconds; later records are dropped.
  async close(timeout = 5000) {
    this.#end ??= Date.now() + timeout;
    clearInterval(this.#timer);
    this.#wake?.();
    await this.flush();
  }
  #add(record) {
    let text;
    try {
      encodeURIComponent(Object.values(record).join());
      text = JSON.stringify(record);
    } catch (error) { // half a character, a BigInt
      this.lastError = String(error);
    }
    if (text === undefined || text.length > MOST_CHARACTERS || this.#end !== null) {
      this.dropped++;
      return;
    }
    this.#buffer.push(text);
    if (this.#buffer.length > this.#settings.maxBuffered) {
      this.#buffer.shift();
      this.dropped++;
    }
    if (this.#buffer.length === MOST_RECORDS) this.#start();
  }

  #start() {
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #sendAll() {
    while (this.#buffer.length) {
      let count = 0;
      for (let size = 0; count < Math.min(this.#buffer.length, MOST_RECORDS); count++) {
        size += this.#buffer[count].length;
        if (size > MOST_CHARACTERS) break;
      }
      await this.#send(this.#buffer.splice(0, count));
    }
  }

  // Sends a batch until it is taken or refused for good, or there is no time.
  async #send(batch) {
    for (let pause = this.#settings.flushInterval; batch.length;) {
      const { status, text } = await this.#post(`{"records":[${batch.join(",")}]}`);
      if (status === 200) return;
      this.lastError = text;
      const wrong = status === 400 && /records\[(\d+)\]/.exec(text);
      const time = pause * (0.75 + Math.random() / 2);
      if (wrong && Number(wrong[1]) < batch.length) { // one is wrong; the others are not
        batch.splice(Number(wrong[1]), 1);
        this.dropped++;
      } else if ((status && status !== 429 && status < 500) ||
                 (this.#end !== null && Date.now() + time > this.#end)) {
        this.dropped += batch.length;
        return;
      } else {
        await new Promise((done) => {
          setTimeout((this.#wake = done), time).unref?.();
        });
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  async #post(body) {
    try {
      const signal = AbortSignal.timeout(this.#settings.timeout);
      const answer = await fetch(this.#url, { method: "POST", headers: this.#headers, body, signal });
      return { status: answer.status, text: await answer.text() };
    } catch (error) { // whatever a network does
      return { status: 0, text: String(error.cause ?? error) };
    }
  }
}
