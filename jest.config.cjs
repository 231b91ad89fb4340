const esModules = [
  "node-fetch", "fetch-blob", "formdata-polyfill", "data-uri-to-buffer", "p-retry", "is-network-error",
  "p-limit", "yocto-queue", "env-paths", "is-safe-filename", "oauth4webapi", "oauth2-mock-server", "jose",
];

/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: { "^.+\\.[cm]?[jt]s$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules.join("|")})/)`, "/dist/"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  modulePathIgnorePatterns: ["<rootDir>/dist"],
  testTimeout: 20_000,
};
