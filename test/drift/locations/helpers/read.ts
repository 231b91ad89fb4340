import type { StateSource } from "../../../../drift/sources/source";
import type { Resource } from "../../../../policy/rules/resource/resource";
import { parseState } from "../../helpers/state";

/** Reads the bytes of a source. */
export async function bytesOf(source: StateSource): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes()) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Reads the resources of a source. */
export async function resourcesOf(source: StateSource): Promise<Resource[]> {
  return parseState(await bytesOf(source), source.name);
}

/** The name, type and input of a `terraform_data`. */
export interface ResourceSummary {
  readonly name: string;
  readonly type: string;
  readonly input: unknown;
}

/** Returns summaries in the order of their names. */
export function summaryOf(resources: readonly Resource[]): ResourceSummary[] {
  return resources
    .map(({ name, type, properties }) => ({ name, type, input: properties["input"] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Returns the message of the error of a promise. */
export async function messageOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not fail");
}

/** A small state file of Terraform with one resource. */
export function stateFile(name = "one"): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.10.0",
    serial: 1,
    lineage: "3f0a",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "terraform_data",
        name,
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [{ schema_version: 0, attributes: { id: "1", input: { value: name, type: "string" } } }],
      },
    ],
  });
}

/** Sets variables of the environment for each test of a file, and removes those that locations read. */
export function useVariables(): (variables: Readonly<Record<string, string>>) => void {
  const names = /^(TF_HTTP_|TF_TOKEN_|TFE_|GITLAB_|CI_)|^(APPDATA|XDG_CONFIG_HOME|https?_proxy|no_proxy|all_proxy)$/i;
  let before: NodeJS.ProcessEnv;
  beforeEach(() => {
    before = { ...process.env };
    for (const name of Object.keys(process.env)) if (names.test(name)) delete process.env[name];
  });
  afterEach(() => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
  return (variables) => void Object.assign(process.env, variables);
}
