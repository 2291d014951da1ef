// Questions to the server: Prometheus' HTTP API, and what this server adds to it.

/** An answer that says no; `message` is the server's reason. */
export class Refusal extends Error {}

/**
 * @param {string} path
 * @param {Record<string, any>} parameters
 * @param {AbortSignal} [signal]
 */
export async function ask(path, parameters = {}, signal) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) body.append(name, String(one));
  }
  const query = body.toString();
  const response = await fetch(`api/v1/${path}${query ? '?' + query : ''}`, {signal});
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.includes('json')) throw new Refusal(`the server answered ${response.status}`);
  const answer = await response.json();
  if (answer.status !== 'success') throw new Refusal(answer.error ?? 'the server refused');
  return answer.data;
}

/** @typedef {{labels: Record<string, string>, value: number}} Sample */
/** @typedef {{labels: Record<string, string>, times: number[], values: number[]}} Series */

/** @returns {Promise<Sample[]>} */
export async function instant(
  /** @type {string} */ query,
  /** @type {number | undefined} */ time,
  /** @type {AbortSignal | undefined} */ signal,
) {
  const data = await ask('query', {query, time}, signal);
  if (data.resultType === 'scalar') return [{labels: {}, value: Number(data.result[1])}];
  if (data.resultType !== 'vector') return [];
  return data.result
    .filter((/** @type {any} */ each) => each.value)
    .map((/** @type {any} */ each) => ({labels: each.metric, value: number(each.value[1])}));
}

/** @returns {Promise<Series[]>} */
export async function ranged(
  /** @type {string} */ query,
  /** @type {number} */ start,
  /** @type {number} */ end,
  /** @type {number} */ step,
  /** @type {AbortSignal | undefined} */ signal,
) {
  const data = await ask('query_range', {query, start, end, step}, signal);
  return data.result
    .filter((/** @type {any} */ each) => each.values)
    .map((/** @type {any} */ each) => ({
      labels: each.metric,
      times: each.values.map((/** @type {any} */ pair) => pair[0]),
      values: each.values.map((/** @type {any} */ pair) => number(pair[1])),
    }));
}

/** The label that tells the answers of several queries apart. */
const ASKED = 'asked';

const joined = (/** @type {Record<string, string>} */ queries) =>
  Object.entries(queries)
    .map(([name, query]) => `label_replace(${query}, "${ASKED}", ${quoted(name)}, "", "")`)
    .join(' or ');

/**
 * What was found by the names of the queries, without the label that told it.
 * @template {{labels: Record<string, string>}} Found
 * @param {Record<string, string>} queries
 * @param {Found[]} found
 */
function apart(queries, found) {
  /** @type {Record<string, Found[]>} */
  const byName = Object.fromEntries(Object.keys(queries).map(name => [name, []]));
  for (const each of found) {
    const {[ASKED]: name, ...labels} = each.labels;
    byName[name].push({...each, labels});
  }
  return byName;
}

/**
 * The answers of several queries by their names. It is one request, because each costs a browser more than
 * most queries cost the server.
 * @param {Record<string, string>} queries
 * @param {number | undefined} time
 */
export async function instantEach(queries, time) {
  return apart(queries, await instant(joined(queries), time, undefined));
}

/**
 * The same over a range. If the server refuses, those queries find nothing that it refuses by themselves too.
 * @param {Record<string, string>} queries
 * @param {number} start
 * @param {number} end
 * @param {number} step
 */
export async function rangedEach(queries, start, end, step) {
  try {
    return apart(queries, await ranged(joined(queries), start, end, step, undefined));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const each = Object.entries(queries).map(async ([name, query]) => {
      const found = await ranged(query, start, end, step, undefined).catch(() => []);
      return /** @type {[string, Series[]]} */ ([name, found]);
    });
    return Object.fromEntries(await Promise.all(each));
  }
}

function number(/** @type {string} */ text) {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  return Number(text);
}

/** What a click lets the server do, such as a silence: JSON there and back. */
export async function send(
  /** @type {string} */ method,
  /** @type {string} */ path,
  /** @type {any} */ body,
) {
  const response = await fetch(path, {
    method,
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  const isJson = response.headers.get('Content-Type')?.includes('json');
  const answer = isJson ? await response.json() : (await response.text()).trim();
  if (!response.ok)
    throw new Refusal(typeof answer === 'string' && answer ? answer : `status ${response.status}`);
  return answer;
}

/** Whether the server would take that method from this viewer: its answer names those that it takes. */
export async function takes(/** @type {string} */ method, /** @type {string} */ path) {
  const response = await fetch(path, {method: 'OPTIONS'});
  return (response.headers.get('Allow') ?? '').split(', ').includes(method);
}

/** The JSON of another path of this server; null if it has none. */
export async function json(/** @type {string} */ path) {
  const response = await fetch(path);
  if (!response.ok || !response.headers.get('Content-Type')?.includes('json')) return null;
  return response.json();
}

/** A label's value as it stands between quotes in PromQL. */
export const quoted = (/** @type {string} */ value) => JSON.stringify(value);

/** The selector of a series, as people write it. */
export function selector(/** @type {Record<string, string>} */ labels) {
  const {__name__: name = '', job, instance, ...rest} = labels;
  const inner = Object.entries(rest)
    .map(([label, value]) => `${label}=${quoted(value)}`)
    .join(', ');
  return inner || !name ? `${name}{${inner}}` : name;
}
