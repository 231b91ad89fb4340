import { existsSync } from "node:fs";
import { join } from "node:path";
import { finalError, withoutHead } from "../helpers/normalize";
import { fixtures, par, tagsOf, usePlans, whole } from "./helpers/check";

const { scene, inFolder, file, plan, planWith, judging, check } = usePlans();

describe("check", () => {
  const first = (text: string): string => text.split("\n")[0] ?? "";

  test.each<[string, () => string, string[], number]>([
    ["a plan that agrees with the inventory", () => plan(), [], 0],
    ["a missing record", () => planWith(par, tagsOf("CI-RTR-PAR-0O1", "LOC-PAR-001")), [], 2],
    ["a missing required reference", () => planWith(par, { tags: {}, tags_all: {} }), [], 2],
    [
      "a record that is not in service, which is a warning",
      () => planWith(par, { ...tagsOf("CI-RTR-LYS-001-4", "LOC-LYS-001"), ip_address: "10.0.0.11" }),
      [],
      0,
    ],
    ["an address that differs from the record", () => planWith(par, { ip_address: "192.0.2.1" }), [], 2],
    ["a location that differs from the record", () => planWith(par, tagsOf("CI-RTR-PAR-001", "LOC-LYS-001")), [], 2],
    [
      "a record claimed by a kept and a created resource",
      () => planWith(par, { ...tagsOf("CI-RTR-LYS-001", "LOC-LYS-001"), ip_address: "10.0.0.7" }),
      [],
      2,
    ],
    [
      "a value that is unknown until apply",
      () => planWith(par, { ip_address: undefined }, { after_unknown: { ip_address: true } }),
      [],
      0,
    ],
    ["a plan that changes nothing", () => join(fixtures, "refresh-only.json"), [], 0],
    ["an empty plan", () => file("plan.json", '{"format_version":"1.2","planned_values":{"root_module":{}}}'), [], 0],
  ])("exits with the code for %s", async (_name, path, more, code) => {
    const ended = await check(path(), ...more);
    expect({ code: ended.code, err: ended.err.replace(/^fetch.*\n/gm, "") }).toEqual({ code, err: "" });
    expect(withoutHead(ended.out)).toMatchSnapshot();
  });

  const down = { ORANGE_CMDB_ENDPOINT: "http://127.0.0.1:9/", ORANGE_CMDB_TIMEOUT: "1" };
  test.each<[string, () => string, string[], Record<string, string>]>([
    ["a plan that failed half-way", () => plan((made) => (made.errored = true)), [], {}],
    ["a plan of an unknown version", () => plan((made) => (made.format_version = "2.0")), [], {}],
    ["a plan without its planned modules", () => plan((made) => (made.planned_values = {})), [], {}],
    ["half a plan", () => file("plan.json", whole.slice(0, -20)), [], {}],
    ["a state", () => join(fixtures, "state.json"), [], {}],
    ["a state of Pulumi", () => file("s.json", '{"version":3,"deployment":{"resources":[]}}'), [], {}],
    [
      "Terraform's own state file",
      () => file("terraform.tfstate", '{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[]}'),
      [],
      {},
    ],
    ["another document", () => file("plan.json", "{}"), [], {}],
    ["an empty file", () => file("plan.json", ""), [], {}],
    [
      "an unavailable API without a mirror",
      () => plan(),
      ["--on-unavailable", "use-stale"],
      { ...down, ORANGE_CMDB_CACHE_DIR: ":memory:" },
    ],
    ["the plan file itself", () => file("plan.bin", Buffer.from("PK\u0003\u0004\u0000\u0000")), [], {}],
    ["a missing plan", () => "nowhere.json", [], {}],
    ["an unavailable API", () => plan(), [], down],
    ["a missing rules file", () => plan(), ["--rules", "nowhere.yaml"], {}],
    ["a missing ignore file", () => plan(), ["--ignore-file", "nowhere.yaml"], {}],
    ["a format of coverage reports", () => plan(), ["-o", "html"], {}],
    ["an output that cannot be written", () => plan(), ["-o", "json=/proc/no/report.json"], {}],
    ["a missing configuration of the pack", () => plan(), ["--policy-pack-config", "nowhere.json"], {}],
  ])("prints one error line, no report, and exits with 1 for %s", async (_name, path, more, env) => {
    const { code, out, err } = await scene().cli(judging(path(), ...more), env);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(finalError(err)).toMatchSnapshot();
    expect(err).not.toMatch(/\n\s+at /);
  });

  test("exits with 1 without --plan, and the error names the option", async () => {
    const { code, err } = await scene().cli(["check"]);
    expect([code, first(err)]).toEqual([1, expect.stringContaining("--plan <file>")]);
  });

  test("fails without the inventory, unless --on-unavailable is warn, which writes no report", async () => {
    const made = inFolder("report.json");
    const { code, out, err } = await scene().cli(
      judging(plan(), "--on-unavailable", "warn", "-o", `json=${made}`),
      down,
    );
    expect([code, out, existsSync(made)]).toEqual([0, "", false]);
    expect(err).toContain("warning: nothing was checked");
    const config = file("config.json", JSON.stringify({ "inventory-available": { onUnavailable: "warn" } }));
    expect((await scene().cli(judging(plan(), "--policy-pack-config", config), down)).code).toBe(0);
    // A plan that cannot be read is no matter of the inventory.
    expect((await scene().cli(judging("nowhere.json", "--on-unavailable", "warn"), down)).code).toBe(1);
  });

  test("uses a stale mirror with use-stale, and inventory-fresh reports its age", async () => {
    await scene().cli(["sync"]);
    scene().sandbox.fail({ status: 503, times: 99 });
    try {
      const env = { ORANGE_CMDB_MAX_AGE: "0", ORANGE_CMDB_TIMEOUT: "2" };
      expect((await scene().cli(judging(plan()), env)).code).toBe(1);
      const { code, out } = await scene().cli(judging(plan(), "--on-unavailable", "use-stale"), env);
      expect([code, out]).toEqual([0, expect.stringContaining("warning inventory-fresh")]);
    } finally {
      scene().sandbox.fail({ status: 503, times: 0 });
    }
  });
});
