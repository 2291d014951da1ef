// The program under test: on a free port of loopback, for as long as the test runs.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const STARTING = 60_000;

export async function startProgram(path) {
  const child = spawn(
    path,
    ["--web.listen-address=127.0.0.1:0", "--collector.disable-defaults", "--history.memory=0"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const said = [];
  const port = await new Promise((resolve, reject) => {
    const tooLong = setTimeout(() => reject(new Error(`no port: ${said.join("\n")}`)), STARTING);
    child.on("exit", () => reject(new Error(`it ended: ${said.join("\n")}`)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      const found = /listening on .*:(\d+)/.exec(line);
      if (!found) return;
      clearTimeout(tooLong);
      resolve(Number(found[1]));
    });
  });
  return {
    port,
    // Its exit status.
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.on("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

// The samples of /metrics.
export class Page {
  #samples = [];

  static async of(port) {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    return new Page(await answer.text());
  }

  constructor(text) {
    for (const line of text.split("\n")) {
      const found = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
      if (!found) continue;
      const labels = {};
      for (const [, name, value] of (found[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
        labels[name] = value;
      }
      this.#samples.push({ name: found[1], labels, value: Number(found[3]) });
    }
  }

  // The value of the one sample that has at least these labels; undefined if there is none.
  value(name, labels) {
    const found = this.#samples.filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
    if (found.length > 1) throw new Error(`${name} has ${found.length} samples of these labels`);
    return found[0]?.value;
  }
}
