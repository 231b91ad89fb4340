import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "../helpers/fast-check";
import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;
beforeEach(async () => {
  scene = await createTestEnvironment({ size: 120 });
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-record-"));
});
afterEach(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

/** All files of the folders below, whatever they are called. */
const files = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name));
const recorded = (): string =>
  files()
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");

test("a recording has no names, ids or secrets, and its replay has the same outcome", async () => {
  const pageSize = { ORANGE_CMDB_PAGE_SIZE: "50" };
  scene.sandbox.update("location", "LOC-PAR-001", { name: "Secret Bunker", contact: { phone: 33123456789 } });
  expect((await scene.cli(["sync", "--record-http", join(folder, "sync")], pageSize)).code).toBe(0);
  expect((await scene.cli(["doctor", "--record-http", join(folder, "doctor")], pageSize)).code).toBe(0);
  const text = recorded();
  expect(text).not.toMatch(/sandbox-client|sandbox-secret|sandbox-api-key|Bearer/);
  expect(text).not.toMatch(/LOC-|CI-|SP-|ACC-|Secret Bunker|33123456789|Exemple|Avenue|Paris|127\.0\.0\.1/);
  expect(text).toContain(`"OPERATIONAL"`);
  for (const path of files()) expect(statSync(path).mode & 0o077).toBe(0);

  const replayed = await createTestEnvironment({ replay: join(folder, "sync") });
  const { out, code } = await replayed.cli(["sync", "-o", "json"], pageSize);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    counts: { location: 20, servicePoint: 20, configurationItem: 120, account: 1 },
  });
  // What belongs together still does.
  const reader = await replayed.open({}, { maxAge: 3600 });
  const [item] = reader.list("configurationItem");
  expect(reader.get("location", item?.locationId ?? "")).toBeDefined();
  expect(reader.get("servicePoint", item?.servicePointId ?? "")).toBeDefined();
  reader.close();
  await replayed.end();
});

test("a recorded error keeps its body, except names", async () => {
  scene.sandbox.fail({ status: 403, body: { code: 50, message: "Access denied", description: "for ACC-001" } });
  await scene.cli(["status", "--record-http", folder]);
  expect(JSON.parse(recorded())).toMatchObject({
    path: "/status",
    status: 403,
    body: { code: 50, message: "Access denied" },
  });
  expect(recorded()).not.toContain("ACC-001");
});

test("equal values get equal replacements, different values stay different, and no text remains", () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.constantFrom("id", "name", "site"), fc.string({ minLength: 3 })), { maxLength: 8 }),
      (records) => {
        const disguise = new Anonymizer();
        const shown = disguise.value(records) as Record<string, string>[];
        const pairs = records.flatMap((record, index) =>
          Object.entries(record).map(([key, value]) => [value, shown[index]?.[key]]),
        );
        for (const [a, b] of pairs) for (const [c, d] of pairs) expect(a === c).toBe(b === d);
        expect(shown.map((record) => Object.keys(record))).toEqual(records.map((record) => Object.keys(record)));
        for (const [, value] of pairs) expect(value).toMatch(/^(text-\d+|\d+|\s*|20\d\d-.*)$/);
      },
    ),
  );
});
