// Who takes it: programs by group, or control groups.

import {instant} from './api.js';
import {fill, h, setText} from './dom.js';
import {go, state} from './state.js';
import {bar, filterField, Table} from './table.js';

const WINDOW = '[1m]';
/** A column is a query; the label of the group is the same for all of a view. */
const VIEWS =
  /** @type {Record<string, {word: string, label: string, order: string, hint: string, columns: any[]}>} */ ({
    programs: {
      word: 'Programs',
      label: 'groupname',
      order: '-cpu',
      hint: '--collector.namedprocess and --collector.namedprocess.config=FILE',
      columns: [
        {
          id: 'cpu',
          title: 'CPU, cores',
          unit: 'cores',
          keep: true,
          query: `sum by (groupname) (rate(namedprocess_namegroup_cpu_seconds_total${WINDOW}))`,
        },
        {
          id: 'memory',
          title: 'Resident',
          unit: 'B',
          keep: true,
          query: 'sum by (groupname) (namedprocess_namegroup_memory_bytes{memtype="resident"})',
        },
        {
          id: 'read',
          title: 'Read',
          unit: 'B/s',
          query: `sum by (groupname) (rate(namedprocess_namegroup_read_bytes_total${WINDOW}))`,
        },
        {
          id: 'written',
          title: 'Written',
          unit: 'B/s',
          query: `sum by (groupname) (rate(namedprocess_namegroup_write_bytes_total${WINDOW}))`,
        },
        {
          id: 'processes',
          title: 'Processes',
          unit: 'count',
          query: 'sum by (groupname) (namedprocess_namegroup_num_procs)',
        },
        {
          id: 'threads',
          title: 'Threads',
          unit: 'count',
          query: 'sum by (groupname) (namedprocess_namegroup_num_threads)',
        },
        {
          id: 'files',
          title: 'Open files',
          unit: 'count',
          query: 'sum by (groupname) (namedprocess_namegroup_open_filedesc)',
        },
        {
          id: 'faults',
          title: 'Major faults',
          unit: '/s',
          query: `sum by (groupname) (rate(namedprocess_namegroup_major_page_faults_total${WINDOW}))`,
        },
      ],
    },
    groups: {
      word: 'Control groups',
      label: 'cgroup',
      order: '-cpu',
      hint: '--collector.cgroup',
      columns: [
        {
          id: 'cpu',
          title: 'CPU, cores',
          unit: 'cores',
          keep: true,
          query: `sum by (cgroup) (rate(cgroup_cpu_seconds_total${WINDOW}))`,
        },
        {
          id: 'memory',
          title: 'Memory',
          unit: 'B',
          keep: true,
          query: 'sum by (cgroup) (cgroup_memory_bytes)',
        },
        {
          id: 'read',
          title: 'Read',
          unit: 'B/s',
          query: `sum by (cgroup) (rate(cgroup_io_read_bytes_total${WINDOW}))`,
        },
        {
          id: 'written',
          title: 'Written',
          unit: 'B/s',
          query: `sum by (cgroup) (rate(cgroup_io_written_bytes_total${WINDOW}))`,
        },
        {id: 'processes', title: 'Processes', unit: 'count', query: 'sum by (cgroup) (cgroup_processes)'},
        {
          id: 'waits',
          title: 'CPU pressure, %',
          unit: '%',
          query: `100 * sum by (cgroup) (rate(cgroup_pressure_waiting_seconds_total{resource="cpu"}${WINDOW}))`,
        },
      ],
    },
  });

export class Processes {
  /** @param {import('./main.js').Page} page */
  constructor(page) {
    this.page = page;
    /** @type {any[]} */
    this.rows = [];
    this.count = h('span', {class: 'note'});
    this.tabs = h('div', {class: 'segments', role: 'group', 'aria-label': 'What is listed'});
    this.holder = h('div');
    this.element = h(
      'div',
      {class: 'place'},
      h('h1', {class: 'hidden'}, 'Processes'),
      h(
        'section',
        {class: 'sheet'},
        h(
          'header',
          {class: 'tools'},
          this.tabs,
          this.count,
          filterField('Filter by name', () => this.draw()),
        ),
        this.holder,
      ),
    );
    this.view();
  }

  view() {
    this.name = state.view && VIEWS[state.view] ? state.view : 'programs';
    const view = VIEWS[this.name];
    fill(
      this.tabs,
      Object.entries(VIEWS).map(([name, {word}]) =>
        h(
          'button',
          {
            class: 'segment',
            'aria-pressed': String(name === this.name),
            onclick: () => go({view: name, sort: undefined}),
          },
          word,
        ),
      ),
    );
    this.table = new Table(
      view.word,
      [
        {
          id: 'name',
          title: this.name === 'programs' ? 'Group' : 'Control group',
          keep: true,
          value: row => row.name,
        },
        ...view.columns.map(({id, title, unit, keep}) => ({
          id,
          title,
          unit,
          keep,
          value: (/** @type {any} */ row) => row[id],
        })),
        {
          id: 'share',
          title: 'Share of CPU',
          unit: '',
          value: row => row.cpu,
          show: row => bar((row.cpu ?? 0) / (this.page.host.cpus || 1)),
        },
      ],
      view.order,
    );
    this.table.empty = `Nothing is read of ${view.word.toLowerCase()}. Start the exporter with ${view.hint} to see who takes what.`;
    this.rows = [];
    fill(this.holder, this.table.element);
  }

  stateChanged(/** @type {import('./state.js').State} */ before) {
    if (before.view === state.view) return;
    this.view();
    this.load();
  }

  async load() {
    const name = this.name;
    const {label, columns} = VIEWS[/** @type {string} */ (name)];
    const answers = await Promise.all(
      columns.map(({query}) => instant(query, this.page.time, undefined).catch(() => [])),
    );
    if (name !== this.name) return;
    /** @type {Map<string, any>} */
    const rows = new Map();
    columns.forEach(({id}, at) => {
      for (const {labels, value} of answers[at]) {
        const row = rows.get(labels[label]) ?? {name: labels[label]};
        row[id] = value;
        rows.set(labels[label], row);
      }
    });
    // Groups that have ended stay in the counters for a while.
    const isThere = (/** @type {any} */ row) =>
      row.processes > 0 || row.cpu >= 0.005 || (row.processes === undefined && row.memory !== undefined);
    this.rows = [...rows.values()].filter(isThere);
    this.ended = rows.size - this.rows.length;
    this.draw();
  }

  draw() {
    const wanted = (state.filter ?? '').toLowerCase();
    const shown = this.rows.filter(row => row.name.toLowerCase().includes(wanted));
    setText(
      this.count,
      this.rows.length === 0
        ? ''
        : `${shown.length} of ${this.rows.length}` +
            (this.ended ? `, ${this.ended} ended` : '') +
            ' · rates of the last minute',
    );
    this.table?.show(shown);
  }
}
