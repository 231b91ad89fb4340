import type { Resource } from "../../policy/rules/resource/resource.js";
import { notPlan, StateReader } from "./state-reader.js";
import { fileSource } from "./source.js";
import { split } from "./split.js";
import type { LeftOut } from "./terraform/terraform.js";

/** A plan of Terraform or OpenTofu. */
export interface Plan {
  readonly file: string;
  /** Name of the stack. Independent of the file, so that fingerprints are the same in the next run. */
  readonly name: "plan";
  /** Resources that the plan creates, updates or keeps. */
  readonly resources: readonly Resource[];
  /** Deployed resources that the plan does not include. */
  readonly unchanged: readonly Resource[];
  /** Resources that an incomplete plan omits. */
  readonly leftOut: LeftOut | undefined;
  /** Folders of its modules, relative to the configuration. */
  readonly folders: ReadonlyMap<string, string>;
}

const name = "plan";

/**
 * Reads the output of `terraform show -json` or `tofu show -json` for a plan. Sensitive values are kept and marked as secrets.
 * @param path a file, packed with gzip or not; `-` is standard input
 * @throws DriftError if it is not a plan, incomplete JSON, or a plan that failed
 */
export async function readPlan(path: string): Promise<Plan> {
  const source = fileSource(path);
  const reader = new StateReader(source.name, name, "compare", "plan");
  const resources: Resource[] = [];
  const unchanged: Resource[] = [];
  const take = ({ resource, leftOut }: { resource: Resource; leftOut?: boolean }): void =>
    void (leftOut ? unchanged : resources).push(resource);
  for await (const piece of split(source.bytes(), source.name))
    for (const deployed of reader.read(piece)) take(deployed);
  if (!reader.plan) throw notPlan(source.name, true);
  const { leftOut, folders } = reader.plan;
  return { file: source.name, name, resources, unchanged, leftOut, folders };
}
