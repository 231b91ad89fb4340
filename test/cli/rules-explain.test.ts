import type { Explanation } from "../../drift/explain/explanation";
import { par, rulesText, tagsOf, usePlans } from "./helpers/check";

const { scene, file, plan, planWith, report } = usePlans();

const args = (path: string, urn: string, ...more: string[]): string[] => {
  const rules = file("rules.json", rulesText);
  return ["rules", "explain", urn, "--plan", path, "--rules", rules, ...more];
};

async function explained(path: string, urn: string, ...more: string[]): Promise<Explanation> {
  const { code, out, err } = await scene().cli([...args(path, urn, ...more), "-o", "json"]);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Explanation;
}

test("explains each resource of a plan with the findings of check", async () => {
  const path = planWith(par, { ip_address: "192.0.2.77" });
  const { findings } = await report(path);
  expect(findings.length).toBeGreaterThan(0);
  for (const urn of new Set(findings.map((finding) => finding.urn))) {
    const found = (await explained(path, urn)).findings.map(({ finding }) => finding);
    expect(found).toEqual(findings.filter((finding) => finding.urn === urn));
  }
  expect((await explained(plan(), par)).findings).toEqual([]);
});

test("a sensitive property is compared, and neither side is shown", async () => {
  const sensitive = { after_sensitive: { ip_address: true } };
  for (const [value, verdict] of [
    ["192.0.2.77", "differs"],
    ["10.0.0.1", "agrees"],
  ] as const) {
    const path = planWith(par, { ip_address: value }, sensitive);
    const { checks } = await explained(path, par, "--rule", "attributes-match");
    expect(checks).toMatchObject([{ verdict, recordId: "CI-RTR-PAR-001" }]);
    for (const output of ["console", "json"]) {
      const { out } = await scene().cli([...args(path, par), "-o", output]);
      expect(out).toContain("ip_address (a secret) with ipAddress (a secret)");
      expect(out).not.toContain(value);
    }
  }
});

test("a sensitive id shows neither the id nor the record", async () => {
  const sensitive = {
    after_sensitive: { tags: { "cmdb:configuration-item": true }, tags_all: { "cmdb:configuration-item": true } },
  };
  for (const id of ["CI-RTR-PAR-001", "CI-RTR-PAR-0O1"]) {
    const path = planWith(par, tagsOf(id, "LOC-PAR-001"), sensitive);
    const { references } = await explained(path, par);
    expect(references[0]).toMatchObject({ valueIs: "secret" });
    for (const output of ["console", "json"]) {
      const { out } = await scene().cli([...args(path, par), "-o", output]);
      expect(out).not.toMatch(/CI-RTR-PAR|par-router|10\.0\.0\./);
    }
  }
});

test("a level of the policy pack's configuration names the entry that decides it", async () => {
  const path = planWith(par, { ip_address: "192.0.2.77" });
  const config = file("pack.json", JSON.stringify({ all: "advisory", "record-in-service": "disabled" }));
  const { levels, findings } = await explained(path, par, "--policy-pack-config", config);
  expect(levels).toContainEqual({
    rule: "attributes-match",
    severity: "warning",
    decidedBy: `${config}: all is advisory`,
  });
  expect(levels.find(({ rule }) => rule === "record-in-service")?.inactive).toBe(
    `${config}: record-in-service is disabled`,
  );
  expect(findings.map(({ finding, decidedBy }) => [finding.rule, finding.severity, decidedBy])).toEqual([
    ["attributes-match", "warning", `${config}: all is advisory`],
  ]);
});

test("an unknown value is explained as unknown", async () => {
  const path = planWith(par, { ip_address: undefined, tags: {} }, { after_unknown: { ip_address: true, tags: true } });
  const { references, checks, findings } = await explained(path, par);
  expect(references.map(({ valueIs }) => valueIs)).toEqual(["unknown", "unknown"]);
  expect(checks.find(({ rule }) => rule === "attributes-match")).toMatchObject({ verdict: "undecided" });
  expect(findings[0]?.decidedBy).toBe("findings that cannot be decided yet are always info");
});
