// Sends what web-vitals measures of a page as beacons. It never throws, blocks or logs.
const KEY = "orchestrator-beacons";
const MOST_METRICS = 1000;
const MOST_IN_BEACON = 200;
const MOST_STORED = 100;
const MOST_STORED_CHARACTERS = 65536;
const STORED_FOR = 24 * 3600 * 1000;
const FLUSH_AFTER = 5000;
const TRUSTED_FOR = 30000;
const PAUSES = [1000, 2000, 4000];

// Runs it; the page must not notice if that fails.
const quietly = (run) => (...given) => {
  try {
    return run(...given);
  } catch {}
};

// The server does the same again: it trusts no page.
const pageOf = (path) => {
  const isId = (s) =>
    /^\d+$|^[\da-f]{8,}$|^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(s) || [...s].length > 40;
  const segments = path.split(/[?#]/)[0].split("/").filter(Boolean);
  return "/" + segments.slice(0, 6).map((s) => (isId(s) ? ":id" : s)).join("/");
};

const about = (hand) => {
  const agent = navigator.userAgent;
  const known = [
    ["edge", /edg(e|a|ios)?\//i], ["opera", /opr\/|opera|opios/i], ["samsung", /samsungbrowser/i],
    ["firefox", /firefox|fxios/i], ["chrome", /chrome|chromium|crios/i], ["safari", /safari/i],
  ].find(([, form]) => form.test(agent));
  const isPad = /ipad|tablet|android(?!.*mobi)/i.test(agent) ||
    (/macintosh/i.test(agent) && navigator.maxTouchPoints > 1);
  const width = innerWidth;
  return {
    v: 1,
    page: pageOf(!hand || hand === "auto" ? location.pathname : hand),
    browser: known ? known[0] : "other",
    device: isPad ? "tablet" : /mobi|iphone/i.test(agent) ? "mobile" : "desktop",
    viewport: width < 640 ? "small" : width < 1024 ? "medium" : width < 1600 ? "large" : "huge",
  };
};

const run = (script) => {
  const { endpoint = new URL("api/metrics", script.src).href, sample = 1, page: hand } = script.dataset;
  if (!(Math.random() < Number(sample))) return;
  const page = about(hand);
  const seen = new Set();
  const pending = new Set(); // beacons that are on their way or wait for another try
  let buffer = [];
  let lost = 0;
  let timer = 0;
  let takenAt = -Infinity; // when the server last took a beacon, unless it failed since

  // Whether what is sent without waiting for an answer can be taken for sent.
  const trusts = () => performance.now() - takenAt < TRUSTED_FOR;

  const store = quietly((beacons) => {
    let kept = beacons;
    try {
      const now = Date.now();
      const old = JSON.parse(localStorage.getItem(KEY) || "[]");
      kept = old.concat(beacons.map((beacon) => ({ since: now, ...beacon })));
      while (kept.length > MOST_STORED || JSON.stringify(kept).length > MOST_STORED_CHARACTERS) {
        lost += kept.shift().count;
      }
      localStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
      for (const beacon of beacons) lost += beacon.count;
    }
  });

  const attempt = (beacon, tries) => {
    pending.add(beacon);
    beacon.tries = tries;
    const again = () => {
      takenAt = -Infinity;
      if (!pending.has(beacon)) return;
      if (tries < PAUSES.length) {
        beacon.timer = setTimeout(quietly(attempt), PAUSES[tries] * (0.75 + Math.random() / 2), beacon, tries + 1);
      } else {
        pending.delete(beacon);
        store([beacon.kept]);
      }
    };
    fetch(endpoint, { method: "POST", body: beacon.kept.body, keepalive: true }).then(
      quietly((answer) => {
        if (answer.status === 429 || answer.status >= 500) return again();
        takenAt = performance.now();
        if (pending.delete(beacon) && !answer.ok) lost += beacon.kept.count;
      }),
      quietly(again),
    );
  };

  const send = (body, count) => {
    const kept = { body, count };
    if (document.visibilityState !== "hidden") {
      attempt({ kept }, 0);
    } else if (!navigator.sendBeacon(endpoint, body) || !trusts()) {
      store([kept]);
    }
  };

  const flush = quietly(() => {
    clearTimeout(timer);
    timer = 0;
    while (buffer.length) {
      const metrics = buffer.splice(0, MOST_IN_BEACON);
      const told = Math.min(lost, 1e6);
      lost -= told;
      send(JSON.stringify({ ...page, late: false, lost: told, metrics }), metrics.length + told);
    }
  });

  // What has no answer yet may get lost. What is sent twice the server counts once.
  const leave = quietly(() => {
    flush();
    const open = [...pending].filter((beacon) => !trusts() || beacon.tries || beacon.late);
    for (const beacon of open) {
      clearTimeout(beacon.timer);
      pending.delete(beacon);
    }
    if (open.length) store(open.map((beacon) => beacon.kept));
  });

  const sendStored = quietly(() => {
    const text = localStorage.getItem(KEY);
    if (!text) return;
    localStorage.removeItem(KEY);
    for (const kept of JSON.parse(text)) {
      if (Date.now() - kept.since > STORED_FOR) {
        lost += kept.count;
        continue;
      }
      kept.body = kept.body.replace('"late":false', '"late":true');
      attempt({ kept, late: true }, 0);
    }
  });

  const add = quietly((name, value, id, nav) => {
    if (seen.has(id)) return;
    seen.add(id);
    if (buffer.length >= MOST_METRICS) {
      buffer.shift();
      lost++;
    }
    buffer.push({ name, value, id, nav });
    if (document.visibilityState === "hidden") {
      Promise.resolve().then(flush);
    } else if (!timer) {
      timer = setTimeout(flush, FLUSH_AFTER);
    }
  });

  const pageLoad = quietly(() => {
    const [entry] = performance.getEntriesByType("navigation");
    const id = "load-" + Date.now() + "-" + Math.floor(Math.random() * 9e12);
    const time = entry.loadEventEnd - (entry.activationStart || 0);
    add("page-load", Math.max(0, time), id, entry.type);
    flush(); // early, so that the page knows whether the server is there
  });

  sendStored();
  for (const measure of ["onTTFB", "onFCP", "onLCP", "onCLS", "onINP"]) {
    quietly(webVitals[measure])((metric) =>
      add(metric.name, metric.value, metric.id, metric.navigationType));
  }
  // The event's own end is known only after it.
  if (document.readyState === "complete") pageLoad();
  else addEventListener("load", () => setTimeout(pageLoad));
  // After those of web-vitals, which measure at the same events.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leave();
    else sendStored();
  });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => {
    if (event.persisted) sendStored();
  });
};

quietly(run)(document.currentScript);
