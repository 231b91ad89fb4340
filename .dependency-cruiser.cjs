// The one-way arrows: read (provider) → judge (policy) → report (drift) → cli.
const never = (from, to) => ({
  name: `${from}-knows-nothing-of-${to.join("-")}`,
  severity: "error",
  from: { path: `^${from}/` },
  to: { path: `^(${to.join("|")})/` },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    // No folder imports a folder that imports it, directly or through others.
    { name: "no-circles-of-folders", severity: "error", scope: "folder", from: {}, to: { circular: true } },
    never("provider", ["policy", "drift", "cli", "sandbox", "test"]),
    never("policy", ["drift", "cli", "sandbox", "test"]),
    never("drift", ["cli", "sandbox", "test"]),
    never("sandbox", ["policy", "drift", "cli", "test"]),
    {
      name: "expressions-have-a-budget",
      severity: "error",
      from: {
        path: "^(provider|policy|drift|cli|sandbox)/",
        pathNot: "^provider/model/expression/",
      },
      to: { path: "@jmespath-community" },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      from: { path: "^policy/rules/" },
      to: { path: "^policy/(?!rules/)|@pulumi|provider/(?!model/|inventory/query/|platform/)" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    moduleSystems: ["cjs", "es6"],
  },
};
