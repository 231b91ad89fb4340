const Sequencer = require("@jest/test-sequencer").default;

/**
 * The files that take longest, in this order: begun last, one of them would run alone at the end. Files that mostly wait
 * (`own-answers`, `object-inventory`) run beside others that compute.
 */
const slowest = [
  "examples/programs",
  "engine/readme",
  "doctor/own-answers",
  "engine/policy-pack",
  "examples/operation",
  "faults/mirror",
  "inventory/object-inventory",
  "engine/policy-lifecycle",
  "release/command",
  "drift/html",
  "engine/records",
  "docs/site",
  "engine/sensitive",
  "engine/policy-rules",
  "engine/package",
  "engine/drift",
];

/** Folders whose tests start engines, and files with many processes. */
const slow = /\/test\/(engine|plugin|terraform|examples|languages|chaos|inventory\/mirror-session|faults)/;

/** Returns the place of a file among the others: the slowest, the other slow ones, the rest. */
function rank({ path }) {
  const place = slowest.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  if (place >= 0) return place;
  return slowest.length + (slow.test(path) ? 0 : 1);
}

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
