import { finalError } from "../helpers/normalize";
import { par, tagsOf, usePlans } from "./helpers/check";

const { file, plan, planWith, check, report } = usePlans();

describe("the levels of the pack's configuration", () => {
  const config = (value: object): string[] => ["--policy-pack-config", file("config.json", JSON.stringify(value))];
  const wrong = (): string => planWith(par, tagsOf("CI-NONE", "LOC-PAR-001"));

  test.each<[string, object, number, number]>([
    ["all advisory", { all: "advisory" }, 0, 1],
    ["disabled", { "record-exists": "disabled" }, 0, 0],
    ["mandatory where all is advisory", { all: "advisory", "record-exists": "mandatory" }, 2, 1],
    ["remediate, which counts as mandatory", { "record-exists": { enforcementLevel: "remediate" } }, 2, 1],
    ["an ignore entry of its own", { "record-exists": { ignore: [{ resource: "*", reason: "lab" }] } }, 0, 0],
  ])("apply to %s", async (_name, value, code, count) => {
    const found = await report(wrong(), ...config(value));
    expect([
      found.code,
      found.findings.filter(({ rule }) => rule === "record-exists").filter(({ undecided }) => !undecided).length,
    ]).toEqual([code, count]);
  });

  test("list a disabled rule in a note, and never report it as passed", async () => {
    const { code, out } = await check(wrong(), ...config({ all: "disabled" }));
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("No differences in the completed checks; not fully checked"),
    ]);
    expect(out).toMatch(
      /Note: not checked, because \S+ disables it: record-exists, reference-required, record-in-service, /,
    );
    expect(out).not.toContain("very reference agrees");
    const junit = (await check(wrong(), ...config({ "record-exists": "disabled" }), "-o", "junit")).out;
    expect(junit).toMatch(
      /name="record-exists has no findings in plan" time="0"><skipped message="not checked, because \S+ disables/,
    );
    expect(junit).toContain('name="reference-unique has no findings in plan" time="0"/>');
    // What has nothing to check is not missed.
    const none = await report(wrong(), ...config({ "inventory-covered": "disabled" }));
    expect(none.notes.filter(({ about }) => about === "rules-disabled")).toEqual([]);
  });

  test("count ignored findings, and report expired ignore entries", async () => {
    const ignoring = (until: object): string[] =>
      config({ "record-exists": { ignore: [{ resource: "*", reason: "lab", ...until }] } });
    const found = await report(wrong(), ...ignoring({}));
    expect(found.ignored.map(({ finding }) => finding.recordId)).toEqual(["CI-NONE", undefined]);
    const over = await report(wrong(), ...ignoring({ until: "2026-01-01" }));
    expect([over.code, over.findings.map(({ rule }) => rule)]).toEqual([
      2,
      expect.arrayContaining(["record-exists", "ignore-expired"]),
    ]);
  });

  test("treat remediate as mandatory, with a note", async () => {
    const { out } = await check(plan(), ...config({ "attributes-match": "remediate" }));
    expect(out).toContain("Note: attributes-match: level remediate counts as mandatory");
  });

  test("can disable the findings about values that the plan does not know", async () => {
    const { findings } = await report(plan(), ...config({ "unknown-at-preview": "disabled" }));
    expect(findings).toEqual([]);
  });

  test.each<[string, object]>([
    ["a policy that does not exist", { "record-exist": "mandatory" }],
    ["a level that does not exist", { all: "strict" }],
    ["a setting that the policy does not have", { "record-exists": { unique: {} } }],
  ])("reject %s", async (_name, value) => {
    const { code, err } = await check(plan(), ...config(value));
    expect(code).toBe(1);
    expect(finalError(err)).toMatchSnapshot();
  });
});
