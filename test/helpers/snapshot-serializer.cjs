const { tmpdir } = require("node:os");
const { join } = require("node:path");

/** Parts of a text that differ between runs, and what a snapshot has in their place. */
const replacements = [
  // First: the checkout may lie in the folder for temporary files.
  [new RegExp(RegExp.escape(join(__dirname, "..", "..")), "g"), "<root>"],
  // A test makes folders of its own in the folder of its file.
  [new RegExp(`${RegExp.escape(tmpdir())}[/\\\\][\\w.-]+([/\\\\][a-z]+-\\w{6}(?=[/\\\\]))?`, "g"), "<tmp>"],
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>"],
  // A mirror is named after the hash of its endpoint.
  [/\b[0-9a-f]{32}((\.\d+)?\.(db|json))\b/g, "<hash>$1"],
  [/\b(127\.0\.0\.1|localhost):\d{4,5}\b/g, "$1:<port>"],
];

const normalize = (text) => replacements.reduce((result, [pattern, by]) => result.replace(pattern, by), text);

/** Replaces paths, ids of requests and the ports of test servers in all snapshots. A test replaces other parts itself. */
module.exports = {
  test: (value) => typeof value === "string" && normalize(value) !== value,
  serialize: (value, config, indentation, depth, refs, print) =>
    print(normalize(value), config, indentation, depth, refs),
};
