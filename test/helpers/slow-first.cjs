const Sequencer = require("@jest/test-sequencer").default;

/** Folders whose tests start engines, in which a file takes minutes: begun last, one of them would run alone at the end. */
const slow = /\/test\/(engine|plugin|terraform|examples|languages|chaos|inventory\/sharing|faults)/;

module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => (slow.test(path) ? 0 : 1);
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
