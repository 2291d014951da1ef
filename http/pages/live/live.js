// The stream of readings: a WebSocket, or server-sent events if that fails. While the page is hidden
// there is none, so that nobody reads the host for a page that nobody sees.

/** Seconds until the next attempt: 1, 2, 4 … 30, with jitter so that viewers do not come all at once. */
const pause = (/** @type {number} */ attempt) => Math.min(30, 2 ** attempt) * (0.75 + Math.random() / 2);

export class Live {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    this.isLost = false;
    this.isStreaming = false;
    this.attempt = 0;
    this.nextTry = 0;
    this.lastHeard = Date.now() / 1000;
    this.lastMessage = 0;
    /** @type {{close(): void} | null} */
    this.stream = null;
    this.withSocket = true;
    this.hasHeard = false;
    /** @type {any} */
    this.timer = null;
    /** Those who wait for the first message. @type {((hasCome: boolean) => void)[]} */
    this.waiting = [];
  }

  /** Whether the first message brought the charts within a second and a half. */
  first() {
    return new Promise(done => {
      this.waiting.push(done);
      setTimeout(() => done(false), 1500);
    });
  }

  start() {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.stop() : this.connect()));
    addEventListener('online', () => this.retry());
    this.connect();
  }

  secondsToTry() {
    return Math.max(0, Math.ceil((this.nextTry - Date.now()) / 1000));
  }

  stop() {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
    this.isStreaming = false;
  }

  retry() {
    clearTimeout(this.timer);
    this.nextTry = 0;
    this.page.bar.show();
    this.stop();
    this.connect();
    this.page.refresh();
  }

  connect() {
    if (this.stream || document.hidden) return;
    this.hasHeard = false;
    if (this.withSocket) this.connectSocket();
    else this.connectEvents();
  }

  connectSocket() {
    const url = new URL('api/v1/live', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.search = '';
    url.hash = '';
    const socket = new WebSocket(url);
    this.stream = socket;
    socket.onmessage = event => this.heard(socket, event.data);
    socket.onclose = () => this.ended(socket);
  }

  connectEvents() {
    const events = new EventSource('api/v1/events');
    this.stream = events;
    for (const type of ['initial_data', 'metrics_update', 'alert_triggered', 'alert_resolved', 'heartbeat']) {
      events.addEventListener(type, event =>
        this.heard(events, `{"type":"${type}","data":${/** @type {any} */ (event).data}}`),
      );
    }
    events.onerror = () => {
      events.close();
      this.ended(events);
    };
  }

  ended(/** @type {any} */ stream) {
    if (this.stream !== stream) return;
    this.stream = null;
    this.isStreaming = false;
    // A way that never told anything is left for the other one.
    if (!this.hasHeard) this.withSocket = !this.withSocket;
    this.later();
    this.page.bar.show();
  }

  later() {
    clearTimeout(this.timer);
    const seconds = pause(this.attempt++);
    this.nextTry = Date.now() + seconds * 1000;
    this.timer = setTimeout(() => {
      this.nextTry = 0;
      if (this.isLost) this.page.refresh();
      this.connect();
    }, seconds * 1000);
  }

  heard(/** @type {any} */ stream, /** @type {string} */ text) {
    if (this.stream !== stream) return;
    const {type, data} = JSON.parse(text);
    this.hasHeard = this.isStreaming = true;
    this.attempt = 0;
    this.lastHeard = this.lastMessage = Date.now() / 1000;
    const wasLost = this.isLost;
    this.isLost = false;
    if (type === 'initial_data') {
      const hasCome = this.page.timeline.adopt(data.history);
      for (const done of this.waiting.splice(0)) done(hasCome);
    }
    if (type === 'metrics_update') this.update(data);
    if (type === 'alert_triggered') this.page.bar.tell(`${data.message ?? data.id} fires`);
    if (type === 'alert_triggered' || type === 'alert_resolved')
      this.page.verdict.load(this.page.now).catch(() => {});
    if (wasLost) this.page.refresh();
  }

  update(/** @type {any} */ data) {
    const time = data.timestamp / 1000;
    this.page.offset = time - Date.now() / 1000;
    const {timeline} = this.page;
    if (timeline.isBroken(time) && timeline.isFine && !timeline.asking) timeline.load(time);
    else timeline.append(Math.round(time), data.charts ?? {});
    this.page.beat();
  }

  /** What ordinary questions found: they too tell whether the server is there. */
  answered(/** @type {boolean} */ wasHeard, /** @type {any} */ error) {
    if (wasHeard) {
      this.isLost = false;
      this.lastHeard = Date.now() / 1000;
    } else if (error instanceof TypeError) {
      // fetch() fails so when there is no connection.
      if (!this.isLost) this.attempt = 0;
      this.isLost = true;
      if (!this.stream && this.nextTry < Date.now()) this.later();
    }
    this.page.bar.show();
  }
}
