/**
 * JavaScript for the program under test that evaluates to the most memory that its process had, in kB. `maxRSS` alone also counts
 * the memory of the process that started it.
 */
export const peakMemory = `(() => {
  const { existsSync, readFileSync } = require("node:fs");
  const status = "/proc/self/status";
  if (!existsSync(status)) return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync(status, "utf8"))[1]);
})()`;

/** Returns a module that writes {@link peakMemory} to a file when the process ends; load it with `--require`. */
export function peakMemoryHook(file: string): string {
  return `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(file)}, String(${peakMemory})));`;
}
