// What the analysis calls a bottleneck, as a reason of the verdict: its impact is from 0 to 100.

/** @typedef {import('./findings.js').Bottleneck} Bottleneck */
/** @typedef {import('./reasons.js').Reason} Reason */

const WARN = 20;
const BAD = 60;
/** A resource: its word, the place that says more, and the reasons that tell of the same. */
const RESOURCES = /** @type {Record<string, {word: string, place: string, same: string[]}>} */ ({
  cpu: {word: 'CPU', place: 'processes', same: ['CPU', 'Load']},
  memory: {word: 'Memory', place: 'processes', same: ['Memory', 'Memory left', 'OOM kill']},
  io: {word: 'I/O', place: 'processes', same: ['I/O']},
  network: {word: 'Network', place: 'explore', same: []},
  coordination: {word: 'Agents', place: 'agents', same: []},
  database: {word: 'Database', place: 'explore', same: []},
  service: {word: 'Service', place: 'explore', same: []},
  ui: {word: 'Pages', place: 'explore', same: []},
});
const OTHER = {word: 'Bottleneck', place: 'explore', same: []};

/** 0 well, 1 look here, 2 bad. */
export const levelOf = (/** @type {Bottleneck} */ {impact}) => (impact >= BAD ? 2 : impact >= WARN ? 1 : 0);

/** Whether a reason of the page tells of the same trouble of the same part of the host. */
export function isSameAs(
  /** @type {Bottleneck} */ {resource, component, evidence},
  /** @type {Reason} */ {id},
  /** @type {Record<string, string>} */ labels,
) {
  const isOfRoom = evidence.some(({detector}) => detector === 'io.space' || detector === 'io.inodes');
  if (isOfRoom) return id.startsWith('Disk') && labels.mountpoint === component;
  const {same} = RESOURCES[resource] ?? OTHER;
  return same.includes(id) && (component === 'host' || resource === 'io');
}

/** The sentence of an advice up to what helps, which comes behind a colon. */
const sentenceOf = (/** @type {string} */ advice) => advice.replace(/: .*$/s, '').replace(/\.$/, '');

/** @returns {Reason} */
export function bottleneckReason(/** @type {Bottleneck} */ {resource, component, impact, advice, evidence}) {
  const {word, place} = RESOURCES[resource] ?? OTHER;
  return {
    id: word,
    place,
    query: evidence[0]?.expression ?? 'analysis_bottleneck_impact',
    warn: WARN,
    bad: BAD,
    unit: '',
    measured: 'Impact, of 100',
    says: () => (advice[0] ? sentenceOf(advice[0]) : `${component} takes ${Math.round(impact)} of 100`),
    helps: advice.join(' ') || 'See what its query shows.',
  };
}
