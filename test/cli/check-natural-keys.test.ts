import { par, usePlans } from "./helpers/check";

const { scene, file, planWith } = usePlans();

const rules = (): string =>
  file(
    "keys.json",
    JSON.stringify({
      references: [
        { types: ["aws_customer_gateway"], kind: "configurationItem", by: "ipAddress", value: "ipAddress", as: "ip" },
      ],
    }),
  );

async function about(path: string, format = "json"): Promise<{ code: number; out: string }> {
  const { code, out, err } = await scene().cli(["check", "--plan", path, "--rules", rules(), "-o", format]);
  if (code === 1) throw new Error(err);
  return { code, out };
}

test("check finds the records of a plan by an address", async () => {
  expect((await about(planWith(par, { ip_address: "::ffff:10.0.0.1" }))).code).toBe(0);
  const { code, out } = await about(planWith(par, { ip_address: "203.0.113.9" }));
  expect(code).toBe(2);
  expect(out).toContain("no configuration item has ipAddress 203.0.113.9 (ipAddress)");
});

test("a sensitive address is looked up, and appears in no format", async () => {
  const sensitive = { after_sensitive: { ip_address: true, tags: {} } };
  const { code } = await about(planWith(par, { ip_address: "10.0.0.1" }, sensitive));
  expect(code).toBe(0);
  const wrong = planWith(par, { ip_address: "203.0.113.9" }, sensitive);
  for (const format of ["console", "json", "markdown", "junit", "sarif", "csv", "github", "gitlab"]) {
    const { code: failed, out } = await about(wrong, format);
    expect(failed).toBe(2);
    expect(out).toContain("names no configuration item by ipAddress");
    expect(out).not.toContain("203.0.113.9");
  }
});

test("an address that is unknown until apply never fails", async () => {
  const unknown = { after_unknown: { ip_address: true } };
  const { code, out } = await about(planWith(par, { ip_address: undefined }, unknown));
  expect(code).toBe(0);
  expect(out).toContain("ipAddress is unknown until apply");
});
