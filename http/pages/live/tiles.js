// The tiles under the verdict: an entry a tile. `value` and `line` are queries; `says` is the line below.

import {instantEach} from './api.js';
import {fill, h, glyph, path, setAttribute, setText, show, svg} from './dom.js';
import {grouped, parts, span, text, UNKNOWN} from './format.js';

/** @typedef {Record<string, number | undefined>} Values */
/**
 * @typedef {{id: string, title: string, unit: string, chart: string, series?: string, spark?: boolean, full?: number, agents?: boolean,
 *   reason?: string[], value: string, more?: Record<string, string>, says: (values: Values) => string}} Tile
 */

const DISKS = 'device!~"(dm-|md|loop|zram).*"';
const NETS = 'device!~"lo|(veth|docker|br-|virbr|cni).*"';
const REQUESTS = (/** @type {number} */ quantile) =>
  ['orchestrator_agent_request_duration_seconds', 'orchestrator_message_latency_seconds']
    .map(family => `histogram_quantile(${quantile}, sum by (le) (rate(${family}_bucket[5m])))`)
    .join(' or ');
const TOOLS = (/** @type {number} */ quantile) =>
  `histogram_quantile(${quantile}, sum by (le) (rate(orchestrator_agent_tool_duration_seconds_bucket[5m])))`;
/** Whether any agent has told of itself. */
const AGENTS =
  'count({__name__=~"orchestrator_(sessions_active|tokens_used_total|tool_invocations_total|agent_tokens_total)"})';

/** @type {Tile[]} */
export const TILES = [
  {
    id: 'cpu',
    title: 'CPU',
    unit: '%',
    chart: 'cpu',
    full: 100,
    reason: ['CPU', 'Load'],
    value: '100 * (1 - avg(rate(node_cpu_seconds_total{mode="idle"}[1m])))',
    more: {cores: 'count(node_cpu_seconds_total{mode="idle"})', load: 'node_load1'},
    says: ({cores, load}) => `of ${cores ?? UNKNOWN} cores · load ${load?.toFixed(2) ?? UNKNOWN}`,
  },
  {
    id: 'memory',
    title: 'Memory',
    unit: '%',
    chart: 'memory',
    full: 100,
    reason: ['Memory', 'Memory left', 'OOM kill'],
    value: '100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
    more: {
      used: 'node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes',
      all: 'node_memory_MemTotal_bytes',
      swap: 'node_memory_SwapTotal_bytes',
      swapped: 'node_memory_SwapTotal_bytes - node_memory_SwapFree_bytes',
    },
    says: ({used, all, swap, swapped}) =>
      `${of(used, all)} · ${swap ? `swap ${text(swapped, 'B')}` : 'no swap'}`,
  },
  {
    id: 'room',
    title: 'Disk, fullest',
    unit: '%',
    chart: 'disk',
    spark: false,
    full: 100,
    reason: ['Disk', 'Disk growth'],
    value: `max(100 - 100 * node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"} / (node_filesystem_size_bytes > 0))`,
    more: {
      left: 'node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"} and topk(1, 1 - node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"} / (node_filesystem_size_bytes > 0))',
      // Of a few readings nobody can tell where it goes.
      trend:
        'min(deriv(node_filesystem_avail_bytes{fstype!~"tmpfs|ramfs|overlay|squashfs|iso9660"}[30m]) and node_filesystem_avail_bytes offset 10m)',
    },
    says: ({left, trend}) =>
      `${text(left, 'B')} left · ` +
      (trend !== undefined && left && trend < -1e4 && left / -trend < 30 * 86400
        ? `full in ${span(left / -trend)}`
        : 'stable'),
  },
  {
    id: 'writes',
    title: 'Disk writes',
    unit: 'B/s',
    chart: 'disk',
    series: 'written',
    value: `sum(rate(node_disk_written_bytes_total{${DISKS}}[1m]))`,
    more: {
      busy: `100 * max(rate(node_disk_io_time_seconds_total{${DISKS}}[1m]))`,
      wait: `sum(rate(node_disk_write_time_seconds_total{${DISKS}}[1m])) / sum(rate(node_disk_writes_completed_total{${DISKS}}[1m]))`,
    },
    says: ({busy, wait}) =>
      `busy ${busy === undefined ? UNKNOWN : Math.round(busy)} %` +
      (wait ? ` · ${text(wait, 's')} a write` : ''),
  },
  {
    id: 'network',
    title: 'Network',
    unit: 'B/s',
    chart: 'network',
    value: `sum(rate(node_network_receive_bytes_total{${NETS}}[1m])) + sum(rate(node_network_transmit_bytes_total{${NETS}}[1m]))`,
    more: {received: `sum(rate(node_network_receive_bytes_total{${NETS}}[1m]))`},
    says: ({received}) => `in ${text(received, 'B/s')}`,
  },
  {
    id: 'pressure',
    title: 'Pressure, CPU',
    unit: '%',
    chart: 'pressure',
    series: 'CPU',
    full: 100,
    reason: ['CPU', 'I/O'],
    value: '100 * rate(node_pressure_cpu_waiting_seconds_total[1m])',
    more: {
      memory: '100 * rate(node_pressure_memory_waiting_seconds_total[1m])',
      io: '100 * rate(node_pressure_io_waiting_seconds_total[1m])',
    },
    says: ({memory, io}) => `memory ${percent(memory)} · I/O ${percent(io)}`,
  },
  {
    id: 'sessions',
    title: 'Sessions',
    unit: 'count',
    chart: 'tokens',
    spark: false,
    agents: true,
    value: 'sum(orchestrator_sessions_active)',
    more: {
      all: 'count(count by (orchestrator_id) (orchestrator_sessions_active))',
      busy: 'count(sum by (orchestrator_id) (orchestrator_sessions_active) > 0)',
    },
    says: ({all, busy}) => `of ${all ?? UNKNOWN} ${all === 1 ? 'agent' : 'agents'}, ${busy ?? 0} at work`,
  },
  {
    id: 'tokens',
    title: 'Tokens a minute',
    unit: '/min',
    chart: 'tokens',
    agents: true,
    value: '60 * sum(rate(orchestrator_tokens_used_total[5m]))',
    more: {
      cached:
        '100 * sum(rate(orchestrator_agent_tokens_total{type="cache_read"}[5m])) / sum(rate(orchestrator_agent_tokens_total[5m]))',
    },
    says: ({cached}) => (cached === undefined ? 'over 5 min' : `${Math.round(cached)} % from the cache`),
  },
  {
    id: 'cost',
    title: 'Cost an hour',
    unit: '$',
    chart: 'cost',
    agents: true,
    reason: ['Budget'],
    value: '3600 * sum(rate(orchestrator_agent_cost_usd_total[5m]))',
    more: {hour: 'sum(increase(orchestrator_agent_cost_usd_total[1h]))'},
    says: ({hour}) => (hour === undefined ? 'no agent tells it' : `${text(hour, '$')} in the last hour`),
  },
  {
    id: 'requests',
    title: 'Requests, p95',
    unit: 's',
    chart: 'requests',
    series: 'p95',
    agents: true,
    value: REQUESTS(0.95),
    more: {half: REQUESTS(0.5)},
    says: ({half}) => `p50 ${text(half, 's')}`,
  },
  {
    id: 'tool_time',
    title: 'Tools, p95',
    unit: 's',
    chart: 'tools',
    spark: false,
    agents: true,
    value: TOOLS(0.95),
    more: {half: TOOLS(0.5)},
    says: ({half}) => `p50 ${text(half, 's')}`,
  },
  {
    id: 'failures',
    title: 'Tool failures',
    unit: '%',
    chart: 'tools',
    series: 'error',
    agents: true,
    reason: ['Agents'],
    value:
      '100 * (sum(rate(orchestrator_tool_invocations_total{status!="success"}[5m])) or vector(0)) / sum(rate(orchestrator_tool_invocations_total[5m]))',
    more: {
      late: 'sum(increase(orchestrator_tool_invocations_total{status="timeout"}[1h]))',
      wrong: 'sum(increase(orchestrator_tool_invocations_total{status="error"}[1h]))',
    },
    says: ({late, wrong}) => `${grouped(late ?? 0)} time-outs, ${grouped(wrong ?? 0)} errors`,
  },
];

const percent = (/** @type {number | undefined} */ value) =>
  value === undefined ? UNKNOWN : `${Math.round(value)} %`;

/** "1.11 of 23.5 GiB": a unit that both share stands once. */
function of(/** @type {number | undefined} */ part, /** @type {number | undefined} */ whole) {
  const [a, b] = [parts(part, 'B'), parts(whole, 'B')];
  return a.unit === b.unit
    ? `${a.text} of ${b.text} ${b.unit}`
    : `${a.text} ${a.unit} of ${b.text} ${b.unit}`;
}

export class Tiles {
  /** @param {import('./timeline.js').Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.hasAgents = false;
    this.element = h('nav', {class: 'sheet tiles', 'aria-label': 'Figures'});
    /** @type {Map<string, any>} */
    this.shown = new Map();
    this.build();
  }

  build() {
    this.shown.clear();
    fill(
      this.element,
      TILES.filter(tile => this.hasAgents || !tile.agents).map(tile => {
        const number = h('b', null, UNKNOWN);
        const unit = h('i');
        const says = h('small', null, '\u00a0');
        const state = h('span', {class: 'tile-state'});
        const line = svg(64, 24);
        line.classList.add('spark');
        line.setAttribute('aria-hidden', 'true');
        const [area, curve] = [path('', 'area'), path('', 'curve')];
        line.append(area, curve);
        this.shown.set(tile.id, {number, unit, says, state, area, curve});
        return h(
          'a',
          {
            class: 'tile',
            href: '#chart-' + tile.chart,
            onclick: (/** @type {Event} */ event) => {
              event.preventDefault();
              const chart = document.getElementById('chart-' + tile.chart);
              chart?.scrollIntoView({block: 'center'});
              /** @type {any} */ (chart?.querySelector('.plot'))?.focus({preventScroll: true});
            },
          },
          h('span', {class: 'tile-title'}, state, tile.title),
          h('span', {class: 'tile-value'}, number, unit),
          line,
          says,
        );
      }),
    );
  }

  /** @param {number | undefined} time @returns {Promise<void>} */
  async load(time) {
    /** @type {Record<string, string>} */
    const queries = {agents: AGENTS};
    for (const tile of TILES) {
      if (tile.agents && !this.hasAgents) continue;
      for (const [name, query] of Object.entries({value: tile.value, ...tile.more}))
        queries[`${tile.id}/${name}`] = query;
    }
    const found = await instantEach(queries, time);
    const hasAgents = found.agents.length > 0;
    if (hasAgents !== this.hasAgents) {
      this.hasAgents = hasAgents;
      this.build();
      return this.load(time);
    }
    const of = (/** @type {string} */ name) => found[name]?.find(({value}) => Number.isFinite(value))?.value;
    for (const tile of TILES) {
      const shown = this.shown.get(tile.id);
      if (!shown) continue;
      const value = parts(of(tile.id + '/value'), tile.unit);
      setText(shown.number, value.text);
      setText(shown.unit, value.unit);
      setText(
        shown.says,
        tile.says(
          Object.fromEntries(
            Object.keys(tile.more ?? {}).map(name => [name, of(`${tile.id}/${name}`)]),
          ),
        ),
      );
      const {area, curve} = this.sparkline(tile);
      setAttribute(shown.area, 'd', area);
      setAttribute(shown.curve, 'd', curve);
    }
  }

  /** Copies of the tiles of agents, for their own place. */
  agentTiles() {
    return TILES.filter(tile => tile.agents).map(tile =>
      this.shown.get(tile.id)?.number.closest('.tile').cloneNode(true),
    );
  }

  /** Marks the tiles that are reasons. */
  mark(/** @type {import('./verdict.js').Verdict} */ verdict) {
    for (const tile of TILES) {
      const level = Math.max(
        0,
        ...verdict.found.filter(each => tile.reason?.includes(each.reason.id)).map(each => each.level),
      );
      const state = this.shown.get(tile.id)?.state;
      if (state) show(state, level > 0 ? glyph(['good', 'warn', 'bad'][level], false) : null);
    }
  }

  /** The paths of a tile's small chart. */
  sparkline(/** @type {Tile} */ tile) {
    const data = this.timeline.data.get(tile.chart);
    if (!data || tile.spark === false || data.times.length < 2) return {area: '', curve: ''};
    const columns = tile.series ? [data.series.get(tile.series) ?? []] : [...data.series.values()];
    const sums = data.times.map((_, at) => {
      /** @type {number | null} */
      let sum = null;
      for (const column of columns) {
        const value = column[at] ?? null;
        if (value !== null) sum = (sum ?? 0) + value;
      }
      return sum;
    });
    const bucket = Math.max(1, Math.ceil(sums.length / 32));
    /** @type {(number | null)[]} */
    const points = [];
    for (let at = 0; at < sums.length; at += bucket) {
      const some = sums.slice(at, at + bucket).filter(value => value !== null);
      points.push(some.length ? Math.max(.../** @type {number[]} */ (some)) : null);
    }
    const full =
      tile.id === 'memory'
        ? Math.max(...points.map(value => value ?? 0)) * 1.25 || 1
        : (tile.full ?? (Math.max(...points.map(value => value ?? 0)) || 1));
    let drawn = '';
    let area = '';
    let run = '';
    let first = 0;
    points.forEach((value, at) => {
      const x = ((at / Math.max(1, points.length - 1)) * 64).toFixed(1);
      if (value === null) {
        if (run) area += `M${first} 24${run.replace(/M/, 'L')}L${x} 24Z`;
        run = '';
        return;
      }
      const y = (23 - Math.min(1, value / full) * 21).toFixed(1);
      if (!run) first = Number(x);
      run += `${run ? 'L' : 'M'}${x} ${y}`;
      drawn += `${points[at - 1] === null || at === 0 ? 'M' : 'L'}${x} ${y}`;
    });
    if (run) area += `M${first} 24${run.replace(/M/, 'L')}L64 24Z`;
    return {area, curve: drawn};
  }
}
