import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InventoryRecord } from "../../provider/model/records";
import { misspeltStatuses } from "../../policy/rules/core/misspelt-status";
import type { Report } from "../../drift/report/schema";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

const recordsWith =
  (...statuses: string[]) =>
  (): InventoryRecord[] =>
    statuses.map((status, at) => ({ kind: "configurationItem", id: `CI-${at}`, status, attributes: {} }) as never);
const meant = (listed: string, ...held: string[]): string | undefined =>
  misspeltStatuses({ inService: { configurationItem: [listed] } }, recordsWith(...held))[0]?.nearest;

test.each([
  ["In servce", "In service", "In service"],
  ["OPERATOINAL", "OPERATIONAL", "OPERATIONAL"],
  ["operationl", "OPERATIONAL", "OPERATIONAL"],
  ["Actve", "Active", "Active"],
])("%s is taken for a status that records have", (listed, held, expected) => {
  expect(meant(listed, "TERMINATED", held)).toBe(expected);
});

test.each([
  ["a status that a record has, in other words", "in_service", ["In Service", "Inservice 2"]],
  ["a negation", "ACTIVE", ["INACTIVE"]],
  ["a negation, the other way round", "unavailable", ["AVAILABLE"]],
  ["nothing like a status of any record", "RUNNING", ["OPERATIONAL", "TERMINATED"]],
  ["a short word of other letters", "OPEN", ["OVER"]],
  ["a status where no record has any", "OPERATIONAL", []],
])("%s is not misspelt", (_name, listed, held) => {
  expect(meant(listed, ...held)).toBeUndefined();
});

describe("in a report", () => {
  let scene: TestEnvironment;
  let folder: string;
  beforeAll(async () => {
    scene = await createTestEnvironment();
    folder = mkdtempSync(join(tmpdir(), "orange-cmdb-status-"));
  });
  afterAll(async () => {
    await scene.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const resource = (name: string, id: string): object => ({
    urn: `urn:pulumi:prod::net::aws:ec2/vpc:Vpc::${name}`,
    type: "aws:ec2/vpc:Vpc",
    outputs: { tags: { "cmdb:configuration-item": id } },
  });

  async function report(status: string): Promise<Report> {
    const path = (name: string, value: object): string => {
      writeFileSync(join(folder, name), JSON.stringify(value));
      return join(folder, name);
    };
    scene.sandbox.update("configurationItem", "CI-RTR-LYS-001", { state: ["TERMINATED"] });
    const resources = ["CI-RTR-PAR-001", "CI-SWI-PAR-001", "CI-RTR-LYS-001"].map((id) => resource(id, id));
    const state = path("state.json", { version: 3, deployment: { resources } });
    const rules = path("rules.json", {
      references: [{ types: ["*"], kind: "configurationItem" }],
      inService: { configurationItem: [status] },
    });
    const { out } = await scene.cli(["drift", "--state", state, "--rules", rules, "-o", "json"], {
      ORANGE_CMDB_MAX_AGE: "0",
    });
    return JSON.parse(out) as Report;
  }
  const found = ({ findings }: Report): (string | undefined)[] =>
    findings.filter(({ rule }) => rule === "record-in-service").map(({ recordId }) => recordId);

  test("a misspelt status is one note, and records out of service are still found", async () => {
    const misspelt = await report("OPERATOINAL");
    const notes = misspelt.notes.map(({ message }) => message).filter((message) => message.includes("inService"));
    expect(notes).toMatchInlineSnapshot(`
      [
        "rules.json:1:94: the rules' inService.configurationItem: no configurationItem has the status "OPERATOINAL"; "OPERATIONAL" is used instead, the most similar one; correct the rules",
      ]
    `);
    expect(found(misspelt)).toEqual(["CI-RTR-LYS-001"]);
    // The report shows the rules as they are written.
    expect(misspelt.rules.inService).toEqual({ configurationItem: ["OPERATOINAL"] });
    const right = await report("OPERATIONAL");
    expect(right.notes.some(({ message }) => message.includes("inService"))).toBe(false);
    expect(found(right)).toEqual(["CI-RTR-LYS-001"]);
  });
});
