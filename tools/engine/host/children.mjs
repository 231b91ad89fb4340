import { spawn } from "node:child_process";

const running = new Set();

/** Milliseconds between asking a program to end and ending it. */
const grace = 5_000;

/** Starts a program that ends, at the latest, with this host. */
export function start(program, args, options) {
  const child = spawn(program, args, options);
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

/** Stops a program, and kills it if it does not end. */
export function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), grace).unref();
}

/** Stops everything that was started. */
export function stopAll() {
  for (const child of running) stop(child);
}
