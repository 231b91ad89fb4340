// Sides of a comparison run in turn, in processes of their own, and their medians are compared: what slows the machine down
// slows all of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Returns the median. */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Runs a command to its end. Returns its stdout and its duration in milliseconds. */
export async function run(command, args, { env = process.env, cwd, expect = [0] } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (data) => (out += data));
  child.stderr.on("data", (data) => (err += data));
  const [code] = await once(child, "close");
  if (!expect.includes(code)) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${err}${out}`);
  return { out, err, milliseconds: performance.now() - started };
}

/**
 * Starts a server that prints one line when it is ready. Returns the time until that line (`serving`) and until the end of `use`
 * of that line (`answering`), both in milliseconds.
 */
export async function startUp(command, args, env, use) {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  try {
    const [line] = await once(createInterface(child.stdout), "line");
    const serving = performance.now() - started;
    await use(line);
    return { serving, answering: performance.now() - started };
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  }
}

/** Runs a script of the benchmarks, which prints its figures as JSON. */
export async function script(file, args = [], env = {}) {
  const { out } = await run(process.execPath, [file, ...args.map(String)], { env: { ...process.env, ...env } });
  return JSON.parse(out);
}

/** Runs each side once per round, one after the other. Returns the figures of each side. The first round warms up. */
export async function interleave(rounds, sides) {
  const figures = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, side] of Object.entries(sides)) {
      const figure = await side();
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/**
 * Starts the stand-in of the API with a number of items, and ends it after `work`.
 * @param rate requests that it accepts in a second
 */
export async function withServer(items, delay, work, rate = Infinity) {
  const server = new URL("server.mjs", import.meta.url).pathname;
  const child = spawn(process.execPath, [server, String(items), String(delay), String(rate)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [endpoint] = await once(createInterface(child.stdout), "line");
    return await work(endpoint);
  } finally {
    child.kill();
  }
}

/** A row of the results. `value` must be at most (or, with `atLeast`, at least) the bound. */
export function row(measure, value, bound, { unit = "×", atLeast = false, detail = "" } = {}) {
  const holds = atLeast ? value >= bound : value <= bound;
  return { measure, value, bound, unit, atLeast, detail, holds };
}

/** Formats milliseconds. */
export function ms(value) {
  return value < 10 ? `${value.toFixed(2)} ms` : `${Math.round(value)} ms`;
}

/** Formats bytes. */
export function mb(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}
