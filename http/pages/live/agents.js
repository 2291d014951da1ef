// What agents do and cost: tiles, tokens, latencies as heat maps, orchestrators, tools, models, delegations.

import {instant} from './api.js';
import {Chart} from './chart.js';
import {fill, glyph, h} from './dom.js';
import {figure, Table, bar} from './table.js';
import {Heat} from './heat.js';
import {span as ago} from './format.js';
import {isLive, span} from './state.js';

const FIVE = '[5m]';
/** The rows of a table: a query a column, joined by labels. */
const ORCHESTRATORS = [
  {id: 'tokens', query: `60 * sum by (orchestrator_id) (rate(orchestrator_tokens_used_total${FIVE}))`},
  {id: 'sessions', query: 'sum by (orchestrator_id) (orchestrator_sessions_active)'},
  {id: 'cost', query: `3600 * sum by (orchestrator_id) (rate(orchestrator_agent_cost_usd_total${FIVE}))`},
  {
    id: 'latency',
    query: `histogram_quantile(0.95, sum by (orchestrator_id, le) (rate(orchestrator_agent_request_duration_seconds_bucket${FIVE}))) or histogram_quantile(0.95, sum by (orchestrator_id, le) (rate(orchestrator_message_latency_seconds_bucket${FIVE})))`,
  },
  {
    id: 'fail',
    query: `100 * (sum by (orchestrator_id) (rate(orchestrator_tool_invocations_total{status!="success"}${FIVE})) or 0 * sum by (orchestrator_id) (rate(orchestrator_tool_invocations_total${FIVE}))) / sum by (orchestrator_id) (rate(orchestrator_tool_invocations_total${FIVE}))`,
  },
  {id: 'budget', query: 'max by (orchestrator_id) (orchestrator_budget_utilization_percent{period="daily"})'},
];
const SETUP = [
  [
    'Claude Code',
    'export CLAUDE_CODE_ENABLE_TELEMETRY=1 OTEL_METRICS_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_EXPORTER_OTLP_ENDPOINT={origin}\nexport OTEL_RESOURCE_ATTRIBUTES=orchestrator.id=orch-1',
  ],
  [
    'Gemini CLI',
    'export GEMINI_TELEMETRY_ENABLED=true GEMINI_TELEMETRY_OTLP_PROTOCOL=http\nexport GEMINI_TELEMETRY_OTLP_ENDPOINT={origin} OTEL_RESOURCE_ATTRIBUTES=orchestrator.id=orch-1',
  ],
  [
    'Codex CLI, config.toml',
    '[otel]\nexporter = { otlp-http = { endpoint = "{origin}/v1/logs", protocol = "binary" } }\nmetrics_exporter = { otlp-http = { endpoint = "{origin}/v1/metrics", protocol = "binary" } }',
  ],
  [
    'Any program',
    'curl {origin}/api/v1/records -H \'Content-Type: application/json\' \\\n  -d \'{"records": [{"type": "session_start", "orchestrator_id": "orch-1", "session_type": "chat"}]}\'',
  ],
];

export class Agents {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    const {timeline} = page;
    this.charts = timeline.definitions
      .filter(({agents}) => agents)
      .filter(({id}) => id === 'tokens' || id === 'tools' || id === 'cost')
      .map(definition => new Chart(definition, timeline, {note: definition.note}));
    this.heats = [
      new Heat(
        page,
        'Model requests',
        ['orchestrator_agent_request_duration_seconds', 'orchestrator_message_latency_seconds'],
        'No agent has told how long its requests take.',
      ),
      new Heat(
        page,
        'Tools',
        ['orchestrator_agent_tool_duration_seconds'],
        'No agent has told how long its tools take.',
      ),
      new Heat(
        page,
        'First token',
        ['orchestrator_agent_time_to_first_token_seconds'],
        'No agent has told of first tokens.',
      ),
    ];
    const range = isLive() && span() < 3600 ? 'rates over 5 min' : `of ${ago(span())}`;
    this.orchestrators = new Table(
      'Orchestrators',
      [
        {id: 'name', title: 'Orchestrator', keep: true, value: row => row.name},
        {id: 'tokens', title: 'Tokens/min', unit: '/min', keep: true, value: row => row.tokens},
        {id: 'sessions', title: 'Sessions', unit: 'count', value: row => row.sessions},
        {id: 'cost', title: 'Cost an hour', unit: '$', value: row => row.cost},
        {id: 'latency', title: 'Requests p95', unit: 's', value: row => row.latency},
        {
          id: 'fail',
          title: 'Tools fail',
          unit: '%',
          keep: true,
          value: row => row.fail,
          show: row => marked(row.fail, '%', 5, 20),
        },
        {
          id: 'budget',
          title: 'Daily budget',
          unit: '%',
          value: row => row.budget,
          show: row =>
            row.budget === undefined ? '–' : [marked(row.budget, '%', 90, 100), bar(row.budget / 100)],
        },
      ],
      '-tokens',
    );
    this.tools = new Table(
      'Tools',
      [
        {id: 'name', title: 'Tool', keep: true, value: row => row.name},
        {id: 'calls', title: 'Calls', unit: 'count', keep: true, value: row => row.calls},
        {
          id: 'fail',
          title: 'Fail',
          unit: '%',
          keep: true,
          value: row => row.fail,
          show: row => marked(row.fail, '%', 5, 20),
        },
        {id: 'half', title: 'p50', unit: 's', value: row => row.half},
        {id: 'most', title: 'p95', unit: 's', value: row => row.most},
      ],
      '-calls',
    );
    this.models = new Table(
      'Models',
      [
        {id: 'name', title: 'Model', keep: true, value: row => row.name},
        {id: 'tokens', title: 'Tokens', unit: '', keep: true, value: row => row.tokens},
        {id: 'cost', title: 'Cost', unit: '$', keep: true, value: row => row.cost},
        {id: 'cached', title: 'Cached', unit: '%', value: row => row.cached},
        {id: 'most', title: 'p95', unit: 's', value: row => row.most},
      ],
      '-tokens',
    );
    this.delegations = new Table(
      'Delegations',
      [
        {id: 'name', title: 'From, to', keep: true, value: row => row.name},
        {id: 'count', title: 'Count', unit: 'count', keep: true, value: row => row.count},
        {
          id: 'outcome',
          title: 'Outcome',
          keep: true,
          value: row => row.bad,
          show: row =>
            row.bad ? h('span', null, glyph('warn'), ` ${Math.round(row.bad)} not done`) : 'all done',
        },
      ],
      '-count',
    );
    this.models.empty = 'No agent has told of models.';
    this.tools.empty = 'No agent has told of tools.';
    this.delegations.empty = 'Nobody has delegated anything.';
    this.orchestrators.empty = 'Nothing in the last five minutes.';
    this.teaching = h(
      'section',
      {class: 'sheet', hidden: true},
      h('header', null, h('h2', null, 'Agents')),
      h(
        'div',
        {class: 'teaching'},
        h('b', null, 'No agent has sent anything yet'),
        h(
          'p',
          null,
          'Coding agents tell of their sessions, tokens, cost, requests and tools by OpenTelemetry. Point one here:',
        ),
        SETUP.map(([name, text]) => [
          h('h3', null, name),
          h('pre', {tabindex: '0'}, text.replaceAll('{origin}', location.origin)),
        ]),
      ),
    );
    this.tiles = h('div', {class: 'sheet tiles agent-tiles'});
    this.grid = h(
      'div',
      {class: 'sheet charts'},
      this.charts[0].element,
      this.heats[0].element,
      this.charts[2].element,
      this.charts[1].element,
      this.heats[1].element,
      this.heats[2].element,
    );
    this.content = h(
      'div',
      {class: 'place'},
      this.tiles,
      this.grid,
      sheet('Orchestrators', 'now, rates over 5 min', this.orchestrators),
      h(
        'div',
        {class: 'panes'},
        sheet('Tools', range, this.tools),
        sheet('Models', range, this.models),
        sheet('Delegations', range, this.delegations),
      ),
    );
    this.element = h(
      'div',
      {class: 'place'},
      h('h1', {class: 'hidden'}, 'Agents'),
      this.teaching,
      this.content,
    );
    this.hear = () => this.charts.forEach(chart => chart.update());
    timeline.listeners.add(this.hear);
    this.sized = new ResizeObserver(() => {
      this.charts.forEach(chart => chart.resize());
      this.heats.forEach(heat => heat.draw());
    });
    this.sized.observe(this.grid);
  }

  destroy() {
    this.page.timeline.listeners.delete(this.hear);
    this.sized.disconnect();
    this.charts.forEach(chart => chart.destroy());
  }

  repaint() {
    this.charts.forEach(chart => chart.repaint());
    this.heats.forEach(heat => heat.draw());
  }

  async load() {
    const {page} = this;
    await page.tiles.load(page.time);
    this.teaching.hidden = page.tiles.hasAgents;
    this.content.hidden = !page.tiles.hasAgents;
    if (!page.tiles.hasAgents) return;
    fill(this.tiles, page.tiles.agentTiles());
    const window = `[${Math.max(300, Math.round(span()))}s]`;
    const time = page.time;
    const ask = (/** @type {string} */ query) => instant(query, time, undefined).catch(() => []);
    const due = page.now - page.timeline.to >= Math.max(5, page.timeline.step) || page.timeline.from === 0;
    const [, , calls, bad, half, most, tokens, cost, cached, latency, delegated, undone, ...columns] =
      await Promise.all([
        due ? page.timeline.load(page.now) : null,
        Promise.all(this.heats.map(heat => heat.load())),
        ask(`sum by (tool_name) (increase(orchestrator_tool_invocations_total${window}))`),
        ask(`sum by (tool_name) (increase(orchestrator_tool_invocations_total{status!="success"}${window}))`),
        ...[0.5, 0.95].map(quantile =>
          ask(
            `histogram_quantile(${quantile}, sum by (tool_name, le) (rate(orchestrator_agent_tool_duration_seconds_bucket${window})))`,
          ),
        ),
        ask(`sum by (model) (increase(orchestrator_tokens_used_total${window}))`),
        ask(`sum by (model) (increase(orchestrator_agent_cost_usd_total${window}))`),
        ask(
          `100 * sum by (model) (increase(orchestrator_agent_tokens_total{type="cache_read"}${window})) / sum by (model) (increase(orchestrator_agent_tokens_total${window}))`,
        ),
        ask(
          `histogram_quantile(0.95, sum by (model, le) (rate(orchestrator_agent_request_duration_seconds_bucket${window})))`,
        ),
        ask(
          `sum by (from_orchestrator, to_orchestrator) (increase(orchestrator_federation_delegations_total${window}))`,
        ),
        ask(
          `sum by (from_orchestrator, to_orchestrator) (increase(orchestrator_federation_delegations_total{status!="success"}${window}))`,
        ),
        ...ORCHESTRATORS.map(({query}) => ask(query)),
      ]);
    this.orchestrators.show(
      joined(
        labels => labels.orchestrator_id,
        Object.fromEntries(ORCHESTRATORS.map(({id}, at) => [id, columns[at]])),
      ),
    );
    const tools = joined(labels => labels.tool_name, {calls, bad, half, most});
    tools.forEach(row => {
      row.fail = row.calls > 0 ? (100 * (row.bad ?? 0)) / row.calls : undefined;
    });
    this.tools.show(tools.filter(row => row.calls > 0));
    this.models.show(
      joined(labels => labels.model, {tokens, cost, cached, most: latency}).filter(row => row.tokens > 0),
    );
    this.delegations.show(
      joined(
        labels => labels.from_orchestrator && `${labels.from_orchestrator} → ${labels.to_orchestrator}`,
        {count: delegated, bad: undone},
      ).filter(row => row.count > 0),
    );
  }
}

/** Rows by name, a column an answer. */
function joined(
  /** @type {(labels: Record<string, string>) => string | undefined} */ nameOf,
  /** @type {Record<string, import('./api.js').Sample[]>} */ answers,
) {
  /** @type {Map<string, any>} */
  const rows = new Map();
  for (const [column, samples] of Object.entries(answers)) {
    for (const {labels, value} of samples) {
      const name = nameOf(labels);
      if (!name || !Number.isFinite(value)) continue;
      const row = rows.get(name) ?? {name};
      row[column] = value;
      rows.set(name, row);
    }
  }
  return [...rows.values()];
}

function marked(
  /** @type {number | undefined} */ value,
  /** @type {string} */ unit,
  /** @type {number} */ warn,
  /** @type {number} */ bad,
) {
  const level = value === undefined ? null : value >= bad ? 'bad' : value >= warn ? 'warn' : null;
  return [level ? glyph(level, false) : null, level ? ' ' : null, figure(value, unit)];
}

const sheet = (/** @type {string} */ title, /** @type {string} */ note, /** @type {Table} */ table) =>
  h(
    'section',
    {class: 'sheet pane'},
    h('header', null, h('h2', null, title), h('span', {class: 'note'}, note)),
    table.element,
  );
