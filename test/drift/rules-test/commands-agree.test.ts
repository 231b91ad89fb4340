import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../drift/report/schema";
import type { Finding } from "../../../policy/rules/core/types";
import { createTestEnvironment, type TestEnvironment } from "../../helpers/environment";
import { fitsState, isSecret, isUnknown, runGuide, type GuideCase, type GuideResource } from "./helpers/guide";

const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-commands-agree-"));
const cases = runGuide(folder);
let scene: TestEnvironment;
const inventory = join(folder, "inventory.db");
const rules = ["--rules", join(folder, "cmdb.rules.yaml")];

beforeAll(async () => {
  scene = await createTestEnvironment({ data: folder });
  const { code, err } = await scene.cli(["sync", "--save", inventory]);
  if (code !== 0) throw new Error(err);
});
afterAll(async () => {
  await scene.end();
  rmSync(folder, { recursive: true });
});

const terraformTypes: Readonly<Record<string, string>> = {
  "aws:ec2/customerGateway:CustomerGateway": "aws_customer_gateway",
  "aws:ec2/vpc:Vpc": "aws_vpc",
};

const isTerraform = ({ type }: GuideResource): boolean => !type.includes(":");

/** Returns a state file with the resources, as Pulumi or Terraform exports it. */
function stateOf({ resources }: GuideCase): object {
  if (resources.some(isTerraform))
    return { format_version: "1.0", values: { root_module: { resources: terraformResources(resources) } } };
  return {
    version: 3,
    deployment: {
      resources: resources.map(({ type, name, properties }) => ({
        urn: `urn:pulumi:test::test::${type}::${name}`,
        custom: true,
        id: name,
        type,
        inputs: properties,
        outputs: properties,
      })),
    },
  };
}

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function terraformResources(
  resources: readonly GuideResource[],
): { address: string; mode: string; type: string; name: string; values: Record<string, unknown> }[] {
  return resources.map(({ type: given, name, properties }) => {
    const type = terraformTypes[given] ?? given;
    const values = Object.fromEntries(Object.entries(properties).map(([key, value]) => [snakeCase(key), value]));
    return { address: `${type}.${name}`, mode: "managed", type, name, values };
  });
}

/** Returns a plan that creates the resources. */
function planOf({ resources }: GuideCase): object {
  const changes = terraformResources(resources).map(({ values, ...described }) => {
    const entries = Object.entries(values);
    const marks = (isMarked: (value: unknown) => boolean): object =>
      Object.fromEntries(entries.filter(([, value]) => isMarked(value)).map(([key]) => [key, true]));
    const after = Object.fromEntries(
      entries
        .filter(([, value]) => !isUnknown(value))
        .map(([key, value]) => [key, isSecret(value) ? value.secret : value]),
    );
    const change = {
      actions: ["create"],
      before: null,
      after,
      after_unknown: marks(isUnknown),
      after_sensitive: marks(isSecret),
    };
    return { ...described, change };
  });
  const planned = changes.map(({ change, ...described }) => ({ ...described, values: change.after }));
  return {
    format_version: "1.2",
    complete: true,
    planned_values: { root_module: { resources: planned } },
    resource_changes: changes,
  };
}

type Facts = Pick<
  Finding,
  "rule" | "severity" | "kind" | "recordId" | "about" | "message" | "expected" | "actual" | "undecided"
>;

/** Returns what findings say apart from the name of the stack and the spelling of the resource. */
const factsOf = (findings: readonly (Facts & Pick<Finding, "affects">)[], { complete }: GuideCase): object[] =>
  findings
    .filter(({ rule }) => complete || rule !== "inventory-covered")
    .map(({ rule, severity, kind, recordId, about, affects, message, expected, actual, undecided }) => ({
      ...{ rule, severity, kind, recordId, about, expected, actual, undecided },
      affects: affects?.map((text) => text.replace(/^urn:.*[:.]/, "")),
      // When an unknown value will be known depends on the tool.
      message: (undecided ? message.replace(/ is unknown .*/, "") : message).replaceAll(/\baws_\w+\./g, ""),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

async function report(...args: string[]): Promise<Report> {
  const { code, out, err } = await scene.cli(["--inventory", inventory, ...args, ...rules, "-o", "json"]);
  if (code === 1) throw new Error(err);
  return JSON.parse(out) as Report;
}

function write(name: string, value: object): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/** The commands read an inventory of now. */
const ofNow = cases.filter(({ inventoryAge }) => inventoryAge === undefined);

test("compares all cases except the one about the age of the inventory", () => {
  expect([cases.length, ofNow.length, ofNow.filter(fitsState).length]).toEqual([13, 12, 10]);
});

test.each(ofNow.filter(fitsState).map((one) => [one.name, one] as const))(
  "drift gives the findings of rules test: %s",
  async (_name, one) => {
    const { findings } = await report("drift", "--state", write("state.json", stateOf(one)));
    expect(factsOf(findings as Finding[], one)).toEqual(factsOf(one.result.findings, one));
  },
);

test.each(ofNow.map((one) => [one.name, one] as const))(
  "check gives the findings of rules test: %s",
  async (_name, one) => {
    const { findings } = await report("check", "--plan", write("plan.json", planOf(one)));
    expect(factsOf(findings as Finding[], one)).toEqual(factsOf(one.result.findings, one));
  },
);
