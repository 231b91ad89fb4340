// npm run bench [-- NAME…] [-- --write]: runs the benchmarks, prints their results, and with --write puts them into
// docs/explanation/performance.md. Exits with 1 if a bound is exceeded.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { format, resolveConfig } from "prettier";

const all = [
  "load",
  "refresh",
  "look-up",
  "preview",
  "rules",
  "expressions",
  "drift",
  "adopt",
  "states",
  "start-up",
  "start-up-terraform",
];
const names = process.argv.slice(2).filter((argument) => argument !== "--write");
const chosen = names.length > 0 ? names : all;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(", ")}; there are ${all.join(", ")}`);

function show({ value, unit }) {
  return unit === "×" ? `${value.toFixed(2)} ×` : String(value);
}

function bound({ bound: limit, unit, atLeast }) {
  return `${atLeast ? "≥" : "≤"} ${limit}${unit === "×" ? " ×" : ""}`;
}

const rows = [];
for (const name of chosen) {
  console.error(`── ${name} …`);
  const { run } = await import(`./${name}.mjs`);
  for (const row of await run()) {
    rows.push(row);
    console.error(`${row.holds ? "ok    " : "MISSED"} ${row.measure}: ${show(row)} (${bound(row)}; ${row.detail})`);
  }
}

const line = (row) =>
  `| ${row.measure} | ${row.holds ? "" : "**missed** "}${show(row)} | ${bound(row)} | ${row.detail} |`;
const tableOf = (lines) =>
  ["| measure | result | bound | in this run |", "| --- | --- | --- | --- |", ...lines].join("\n");
console.log(tableOf(rows.map(line)));

if (process.argv.includes("--write")) {
  const page = new URL("../docs/explanation/performance.md", import.meta.url);
  const where = `Node.js ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores`;
  const results = /(<!-- results -->\n)([^]*)(<!-- end of results -->)/;
  const text = readFileSync(page, "utf8").replace(results, (_, start, before, end) => {
    // Keep the results of benchmarks that did not run.
    const kept = names.length === 0 ? [] : [...before.matchAll(/^\| (.+?) +\|.*$/gm)].slice(2);
    const lines = new Map(kept.map(([whole, measure]) => [measure, whole]));
    for (const row of rows) lines.set(row.measure, line(row));
    return `${start}\n${where}\n\n${tableOf([...lines.values()])}\n\n${end}`;
  });
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), parser: "markdown" }));
}
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1;
