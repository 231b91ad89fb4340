import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import lock from "../../package-lock.json";
import manifest from "../../package.json";

const root = resolve(__dirname, "../..");
const page = readFileSync(join(root, "docs/explanation/dependencies.md"), "utf8");

/** Compatible with Apache-2.0; MPL-2.0 where the package is used as it is. */
const compatible = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "MPL-2.0",
  "BlueOak-1.0.0",
  "Python-2.0",
];

test("every production dependency is documented with its licence and reason, and no other package is", () => {
  const rows = [...page.matchAll(/^\| ([@a-z][\w./-]+) +\| ([\w.-]+) +\| (.+?) +\|$/gm)].filter(
    ([, name]) => name !== "package",
  );
  expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(manifest.dependencies).sort());
  for (const [, name = "", licence, why] of rows) {
    const installed = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
      license: string;
    };
    expect([name, licence]).toEqual([name, installed.license]);
    expect(why?.length).toBeGreaterThan(5);
  }
});

test("transitive dependencies have compatible licences, and versions are exact", () => {
  type Entry = { dev?: boolean; peer?: boolean; license?: string; devOptional?: boolean };
  const shipped = Object.entries(lock.packages as Record<string, Entry>).filter(
    ([path, { dev, peer, devOptional }]) => path !== "" && !dev && !peer && !devOptional,
  );
  expect(shipped.length).toBeGreaterThan(10);
  for (const [path, { license }] of shipped) {
    const words = (license ?? "none").replace(/[()]/g, "").split(/ OR | AND /);
    expect([path, license, words.some((word) => compatible.includes(word))]).toEqual([path, license, true]);
  }
  for (const version of Object.values(manifest.dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test("every optional client is documented with its licence", () => {
  const rows = [...page.matchAll(/^\| `\w+:\/\/…` +\| ([@a-z][\w./-]+) +\| ([\w.-]+) +\|/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual(Object.keys(manifest.peerDependenciesMeta).sort());
  for (const [, name = "", licence] of rows) {
    const installed = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
      license: string;
    };
    expect([name, licence]).toEqual([name, installed.license]);
  }
});

test("every development dependency has a purpose on the page", () => {
  // Types belong to their package.
  const names = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith("@types/"));
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
  const development = page.slice(page.indexOf("## For development"));
  const rows = [...development.matchAll(/^\| ([^|]+?) +\| [^|]{5,} \|$/gm)].flatMap(([, cell = ""]) =>
    cell.split(", "),
  );
  const listed = rows.filter((name) => !["packages", "@types/\\*"].includes(name) && !name.startsWith("-"));
  expect(listed.filter((name) => !names.includes(name))).toEqual([]);
});
