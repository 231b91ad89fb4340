import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { formats } from "../../drift/formats";
import { placeInRepository, placePlan } from "../../drift/evaluate/source-places";
import type { Report, ReportFinding } from "../../drift/report/schema";

// Places in a report are files of the repository, from its root.
const written = JSON.parse(readFileSync(resolve(__dirname, "../fixtures/drift/report.json"), "utf8")) as Report;
const { sourceFile: _sourceFile, ...sample } = written;
const [example] = sample.findings as [ReportFinding];

let repository: string;
const write = (path: string, text: string): void => {
  mkdirSync(join(repository, path, ".."), { recursive: true });
  writeFileSync(join(repository, path), text);
};

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), "orange-cmdb-places-"));
  mkdirSync(join(repository, ".git"));
  write("pol/Pulumi.yaml", "name: net\nruntime: nodejs\n");
  write("pol/src/index.ts", "");
  write("pol/cmdb.rules.yaml", "references: []\n");
  write("tf/vpn.tf", "");
  write("tf/main.tf", "");
});
afterAll(() => rmSync(repository, { recursive: true, force: true }));

const urn = (project: string): string => `urn:pulumi:prod::${project}::aws:ec2/vpc:Vpc::a`;
const finding = (project: string, file?: string): ReportFinding => {
  const { position: _position, ...rest } = example;
  return { ...rest, urn: urn(project), ...(file === undefined ? {} : { position: { file, line: 7 } }) };
};
const reportOf = (findings: ReportFinding[], ruleSources: string[] = []): Report => ({
  ...sample,
  ruleSources,
  findings,
  knownFindings: findings,
  ignored: findings.map((entry) => ({ entry: 0, finding: entry })),
});

test.each([
  ["a file of the project", "net", "src/index.ts", "pol/src/index.ts"],
  ["a file that does not exist", "net", "src/gone.ts", undefined],
  ["a file outside the repository", "net", "../../../etc/passwd", undefined],
  ["a file of another project, even of the same name", "other", "src/index.ts", undefined],
  ["no file", "net", undefined, undefined],
])("a finding has a position only in the repository: %s", (_name, project, file, expected) => {
  for (const cwd of ["pol", "pol/src"]) {
    const placed = placeInRepository(reportOf([finding(project, file)]), { cwd: join(repository, cwd) });
    const all = [...placed.findings, ...placed.knownFindings, ...placed.ignored.map((entry) => entry.finding)];
    expect(all.map(({ position }) => position)).toEqual(
      all.map(() => (expected === undefined ? undefined : { file: expected, line: 7 })),
    );
  }
});

test("an organisation in the URN does not hide the project", () => {
  const organised = { ...finding("net", "src/index.ts"), urn: "urn:pulumi:acme/net/prod::net::aws:ec2/vpc:Vpc::a" };
  const [placed] = placeInRepository(reportOf([organised]), { cwd: join(repository, "pol") }).findings;
  expect(placed?.position?.file).toBe("pol/src/index.ts");
});

test("the root of the repository can be another folder", () => {
  const place = (root: string): Report =>
    placeInRepository(reportOf([finding("net", "src/index.ts")]), { cwd: join(repository, "pol"), root });
  expect(place(join(repository, "pol")).findings[0]?.position?.file).toBe("src/index.ts");
  expect(place(join(repository, "pol", "src", "..")).sourceFile).toBe("Pulumi.yaml");
  const elsewhere = place(join(repository, "tf"));
  expect([elsewhere.sourceFile, elsewhere.findings[0]?.position]).toEqual([undefined, undefined]);
});

describe("a finding with an unknown position", () => {
  const results = (report: Report): { locations: { physicalLocation?: object }[] }[] =>
    (JSON.parse(formats.sarif(report)) as { runs: [{ results: never }] }).runs[0].results;
  const fileOf = (report: Report): unknown =>
    (results(report)[0]?.locations[0]?.physicalLocation as { artifactLocation: { uri: string } } | undefined)
      ?.artifactLocation.uri;
  const gitlab = (report: Report): unknown =>
    (JSON.parse(formats.gitlab(report)) as { location: unknown }[])[0]?.location;

  test("has the file of the project", () => {
    const report = placeInRepository(reportOf([finding("net")]), { cwd: join(repository, "pol") });
    expect(fileOf(report)).toBe("pol/Pulumi.yaml");
    expect(gitlab(report)).toEqual({ path: "pol/Pulumi.yaml", lines: { begin: 1 } });
  });

  test("has the rules file if there is no project", () => {
    const rules = join(repository, "pol/cmdb.rules.yaml");
    const report = placeInRepository(reportOf([finding("net")], [rules]), { cwd: join(repository, "tf") });
    expect(fileOf(report)).toBe("pol/cmdb.rules.yaml");
  });

  test("has no file in SARIF without a position, and the repository in the GitLab report", () => {
    const report = placeInRepository(reportOf([finding("net")], ["tags by convention"]), {
      cwd: join(repository, "tf"),
    });
    expect(fileOf(report)).toBeUndefined();
    expect(results(report)[0]?.locations).toHaveLength(1);
    expect(gitlab(report)).toEqual({ path: ".", lines: { begin: 1 } });
  });

  test("has a file of the configuration if it is of a plan", () => {
    expect(placePlan(reportOf([]), join(repository, "tf")).sourceFile).toBe("tf/main.tf");
    expect(placePlan(reportOf([], [join(repository, "pol/cmdb.rules.yaml")]), join(repository, "pol")).sourceFile).toBe(
      "pol/cmdb.rules.yaml",
    );
  });

  test("has no broken link", () => {
    symlinkSync("nowhere.ts", join(repository, "pol/broken.ts"));
    const [placed] = placeInRepository(reportOf([finding("net", "broken.ts")]), {
      cwd: join(repository, "pol"),
    }).findings;
    expect(placed?.position).toBeUndefined();
  });
});

test("JUnit skips a disabled rule, with the reason", () => {
  const { rules } = sample;
  const off = { ...sample, findings: [], rules: { ...rules, cover: [], unique: {}, residency: undefined } };
  const xml = formats.junit(off);
  for (const [rule, why] of [
    ["inventory-covered", "off: no cover in the rules"],
    ["reference-unique", "off: no unique in the rules"],
    ["country-matches-region", "off: no residency in the rules"],
  ])
    expect(xml).toMatch(new RegExp(`<testcase classname="${rule}" [^>]*><skipped message="${why}"/>`));
});
