import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Report } from "../../../drift/report/schema";
import type { CommandResult, TestEnvironment } from "../../helpers/environment";
import { useTestEnvironment } from "../../helpers/hooks";

export const fixtures = resolve(__dirname, "../../fixtures/terraform");
export const whole = readFileSync(join(fixtures, "aws-vpn-plan.json"), "utf8");

interface Change {
  address: string;
  mode: string;
  type: string;
  change: {
    actions: string[];
    after: Record<string, unknown> | null;
    after_unknown: Record<string, unknown>;
    after_sensitive: Record<string, unknown>;
  };
}

export interface PlanJson {
  complete?: boolean;
  errored?: boolean;
  format_version?: string;
  planned_values?: object;
  resource_changes: Change[];
  [name: string]: unknown;
}

export const rulesText = JSON.stringify({
  references: [
    {
      types: ["aws_customer_gateway"],
      kind: "configurationItem",
      required: true,
      match: [{ property: "ip_address", record: "ipAddress", as: "ip" }],
    },
    { types: ["*"], kind: "location" },
  ],
  unique: { configurationItem: 1 },
  residency: { countryFrom: "location" },
  severity: { "attributes-match": "error" },
});

export const par = 'aws_customer_gateway.branch["par"]';

/** Everything of a stack but what its tags say. */
export const tagsOf = (id: string, location: string): object => ({
  tags: { "cmdb:configuration-item": id, "cmdb:location": location },
});

/** What the tests of `orange-cmdb check` work with. */
export interface Plans {
  readonly scene: () => TestEnvironment;
  /** A path in the folder of the test; without a name the folder. */
  readonly inFolder: (name?: string) => string;
  /** Writes a file into the folder. */
  readonly file: (name: string, text: string | Buffer) => string;
  /** The plan, changed. */
  readonly plan: (change?: (plan: PlanJson) => void) => string;
  /** The plan with one resource's values changed. */
  readonly planWith: (address: string, values: object, more?: Partial<Change["change"]>) => string;
  /** The arguments that judge a plan by these rules. */
  readonly judging: (path: string, ...more: string[]) => string[];
  readonly check: (path: string, ...more: string[]) => Promise<CommandResult>;
  readonly report: (path: string, ...more: string[]) => Promise<Report & { code: number }>;
}

/** A scene for the file, and a folder for each test. */
export function usePlans(): Plans {
  const scene = useTestEnvironment();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(scene().cacheDir, "check-"));
    // Once: parallel commands of a test read it.
    file("rules.json", rulesText);
  });
  const inFolder = (name = ""): string => join(folder, name);

  function file(name: string, text: string | Buffer): string {
    const path = inFolder(name);
    writeFileSync(path, text);
    return path;
  }

  function plan(change: (plan: PlanJson) => void = () => undefined): string {
    const made = JSON.parse(whole) as PlanJson;
    change(made);
    return file("plan.json", JSON.stringify(made));
  }

  function planWith(address: string, values: object, more: Partial<Change["change"]> = {}): string {
    return plan(({ resource_changes: changes }) => {
      const { change } = changes.find((entry) => entry.address === address) ?? {};
      if (!change) throw new Error(`no ${address}`);
      Object.assign(change, more);
      change.after = { ...change.after, ...values };
    });
  }

  const judging = (path: string, ...more: string[]): string[] => [
    "check",
    "--plan",
    path,
    "--rules",
    inFolder("rules.json"),
    ...more,
  ];

  const check = (path: string, ...more: string[]): Promise<CommandResult> => scene().cli(judging(path, ...more));

  async function report(path: string, ...more: string[]): Promise<Report & { code: number }> {
    const { code, out, err } = await check(path, ...more, "-o", "json");
    if (code === 1) throw new Error(err);
    return { ...(JSON.parse(out) as Report), code };
  }

  return { scene, inFolder, file, plan, planWith, judging, check, report };
}
