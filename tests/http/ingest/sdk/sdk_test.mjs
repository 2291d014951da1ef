// What OpenTelemetry's SDK for JavaScript records arrives on /metrics as it was recorded: by each
// protocol, with each temporality.
// usage: node sdk_test.mjs PROGRAM FOLDER_OF_PACKAGE_JSON
// Exit status 77: the SDK is not installed there.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

import { Page, startProgram } from "./program.mjs";

const [program, folder] = process.argv.slice(2);
const SKIPPED = 77;
const require = createRequire(path.join(path.resolve(folder), "package.json"));
let sdk;
try {
  sdk = {
    ...require("@opentelemetry/resources"),
    ...require("@opentelemetry/sdk-metrics"),
    logs: require("@opentelemetry/sdk-logs"),
  };
} catch (error) {
  console.log(`skipped: ${error.message.split("\n")[0]}`);
  process.exit(SKIPPED);
}

const PROTOCOLS = {
  "http/protobuf": { kind: "proto", url: (port, signal) => `http://127.0.0.1:${port}/v1/${signal}` },
  "http/json": { kind: "http", url: (port, signal) => `http://127.0.0.1:${port}/v1/${signal}` },
  grpc: { kind: "grpc", url: (port) => `http://127.0.0.1:${port}` },
};

// An exporter of the SDK.
function exporterOf(protocol, signal, port, options = {}) {
  const { kind, url } = PROTOCOLS[protocol];
  const name = signal === "metrics" ? "OTLPMetricExporter" : "OTLPLogExporter";
  const made = require(`@opentelemetry/exporter-${signal}-otlp-${kind}`)[name];
  return new made({ url: url(port, signal), ...options });
}

function resourceOf(service, orchestrator) {
  return sdk.resourceFromAttributes({ "service.name": service, "orchestrator.id": orchestrator });
}

const VIEWS = [
  {
    instrumentName: "wait",
    aggregation: {
      type: sdk.AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
      options: { boundaries: [0.1, 1, 10] },
    },
  },
  {
    instrumentName: "size",
    aggregation: { type: sdk.AggregationType.EXPONENTIAL_HISTOGRAM },
  },
];

async function exportMetrics(protocol, temporality, compression, port, service) {
  const reader = new sdk.PeriodicExportingMetricReader({
    exporter: exporterOf(protocol, "metrics", port, {
      temporalityPreference: sdk.AggregationTemporality[temporality],
      compression,
    }),
    exportIntervalMillis: 3_600_000,
  });
  const provider = new sdk.MeterProvider({
    resource: resourceOf(service, `of-${service}`),
    readers: [reader],
    views: VIEWS,
  });
  const meter = provider.getMeter("sdk-test", "1.0");
  const jobs = meter.createCounter("jobs", { unit: "{job}" });
  const depth = meter.createUpDownCounter("queue.depth");
  const wait = meter.createHistogram("wait", { unit: "s" });
  const size = meter.createHistogram("size", { unit: "By" });
  const heat = meter.createGauge("heat", { unit: "Cel" });

  jobs.add(1, { kind: "a" });
  jobs.add(2.5, { kind: "a" });
  jobs.add(4, { kind: "b" });
  depth.add(5);
  for (const value of [0.05, 0.5, 5, 50]) wait.record(value);
  for (const value of [0, 1, 3, 1000]) size.record(value);
  heat.record(21.5);
  await provider.forceFlush();

  jobs.add(10, { kind: "a" });
  depth.add(-7);
  wait.record(0.5);
  size.record(3);
  heat.record(-3.25);
  await provider.shutdown();
}

async function exportLogs(protocol, compression, port, service) {
  const provider = new sdk.logs.LoggerProvider({
    resource: resourceOf("claude-code", `of-${service}`),
    processors: [
      new sdk.logs.SimpleLogRecordProcessor({
        exporter: exporterOf(protocol, "logs", port, { compression }),
      }),
    ],
  });
  const logger = provider.getLogger("com.anthropic.claude_code.events");
  for (const milliseconds of [250, 1500]) {
    logger.emit({
      body: "claude_code.api_request",
      attributes: { "event.name": "api_request", model: "m", duration_ms: milliseconds },
    });
  }
  await provider.forceFlush();
  await provider.shutdown();
}

function checkMetrics(page, service) {
  const own = { service_name: service, orchestrator_id: `of-${service}` };
  const expected = [
    ["jobs_total", { kind: "a" }, 13.5],
    ["jobs_total", { kind: "b" }, 4],
    ["queue_depth", {}, -2],
    ["wait_seconds_count", {}, 5],
    ["wait_seconds_sum", {}, 56.05],
    ["wait_seconds_bucket", { le: "0.1" }, 1],
    ["wait_seconds_bucket", { le: "1" }, 3],
    ["wait_seconds_bucket", { le: "10" }, 4],
    ["wait_seconds_bucket", { le: "+Inf" }, 5],
    ["size_bytes_count", {}, 5],
    ["size_bytes_sum", {}, 1007],
    ["size_bytes_bucket", { le: "1" }, 2],
    ["size_bytes_bucket", { le: "4" }, 4],
    ["size_bytes_bucket", { le: "1024" }, 5],
    ["heat_celsius", {}, -3.25],
  ];
  for (const [name, labels, value] of expected) {
    const found = page.value(name, { ...own, ...labels });
    assert.ok(
      found !== undefined && Math.abs(found - value) < 1e-9,
      `${service}: ${name} ${JSON.stringify(labels)} is ${found}, recorded was ${value}`,
    );
  }
}

function checkLogs(page, service) {
  const labels = { orchestrator_id: `of-${service}`, agent: "claude-code", model: "m" };
  const family = "orchestrator_agent_request_duration_seconds";
  assert.equal(page.value(`${family}_count`, labels), 2, `${service}: requests`);
  assert.equal(page.value(`${family}_sum`, labels), 1.75, `${service}: seconds of requests`);
}

const running = await startProgram(program);
const services = [];
let page;
try {
  for (const protocol of Object.keys(PROTOCOLS)) {
    for (const temporality of ["DELTA", "CUMULATIVE"]) {
      const compression = temporality === "DELTA" ? "gzip" : "none";
      const service = `${protocol.replace("/", "-")}-${temporality.toLowerCase()}`;
      await exportMetrics(protocol, temporality, compression, running.port, service);
      await exportLogs(protocol, compression, running.port, service);
      services.push(service);
    }
  }
  page = await Page.of(running.port);
} finally {
  assert.equal(await running.stop(), 0, "its exit status");
}
for (const service of services) {
  checkMetrics(page, service);
  checkLogs(page, service);
}
console.log(`${services.length} ways of exporting arrived as recorded`);
