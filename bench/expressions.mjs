// Ordinary JMESPath expressions with a budget, against the library's interpreter on the same trees. node bench/expressions.mjs
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { interleave, median, row } from "./lib/measure.mjs";
import { item } from "./lib/data.mjs";

const require = createRequire(import.meta.url);
const { TreeInterpreter } = require("@jmespath-community/jmespath");
const { compileJmespath } = require("../dist/provider/model/expression/jmespath.js");
const { evaluate } = require("../dist/provider/model/expression/interpreter.js");

const expressions = [
  "state[0] == 'OPERATIONAL'",
  "properties.hardware.manufacturer == 'Cisco' && starts_with(name, 'router')",
  "[tags.owner, tags.site, tags.team][]",
  "tags.env == 'prod' && tags.team || name",
  "contains(category, 'WAN_DEVICE')",
  "split(',', replace(trim(tags.sites), ';', ','))[?@ != '']",
  "interfaces[?site == 's1' && up].id",
  "interfaces[*].{id: id, site: site}.id",
  "join(',', interfaces[*].id)",
  "sort_by(interfaces, &site)[0].id",
  "map(&id, interfaces)",
  "values(tags)[?@ == 'core']",
  "length(interfaces)",
  "to_string(properties.bandwidth)",
];
const data = {
  ...item(4711),
  tags: { owner: "noc", site: "s1", team: "core", env: "prod", sites: " a;b,c " },
  interfaces: Array.from({ length: 20 }, (_, index) => ({
    id: `if${index}`,
    site: `s${index % 3}`,
    up: index % 2 === 0,
  })),
};

/** Milliseconds of many evaluations. */
function time(work) {
  const started = performance.now();
  for (let done = 0; done < 20_000; done += 1) work();
  return performance.now() - started;
}

/** Each expression by both interpreters in turn; the slowest ratio counts. */
export async function run({ rounds = 31 } = {}) {
  const ratios = [];
  for (const text of expressions) {
    const expression = compileJmespath(text);
    const figures = await interleave(rounds, {
      library: () => time(() => TreeInterpreter.search(expression.tree, data)),
      ours: () => time(() => evaluate(expression, data)),
    });
    // Samples are short, so each is compared with the one of its own round: the load of the machine differs between rounds.
    ratios.push({ text, ratio: median(figures.ours.map((ours, round) => ours / figures.library[round])) });
  }
  const [slowest] = ratios.toSorted((a, b) => b.ratio - a.ratio);
  const middle = median(ratios.map(({ ratio }) => ratio)).toFixed(2);
  return [
    row("the slowest of 14 ordinary JMESPath expressions, against the library without a budget", slowest.ratio, 1.2, {
      detail: `${slowest.text}; the median is ${middle} ×`,
    }),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { measure: what, value, bound, detail, holds } of await run())
    console.log(`${holds ? "ok    " : "MISSED"} ${what}: ${value.toFixed(2)} × (≤ ${bound} ×; ${detail})`);
}
