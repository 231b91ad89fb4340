import type { Resource } from "../../policy/rules/types.js";
import { DriftError } from "../errors.js";
import { StateDocument } from "./document.js";
import { fileSource } from "./source.js";
import type { LeftOut } from "./terraform.js";

/** What a plan of Terraform or OpenTofu would deploy. */
export interface Plan {
  readonly file: string;
  /** What it is called as a stack. */
  readonly name: string;
  /** What is created, updated or kept. */
  readonly resources: readonly Resource[];
  /** What stays deployed as it is because the plan does not look at it. */
  readonly unchanged: readonly Resource[];
  /** What it does not tell, where it is not whole. */
  readonly leftOut: LeftOut | undefined;
  /** Where its modules lie, from the folder of the configuration. */
  readonly folders: ReadonlyMap<string, string>;
}

/** How a plan file of Terraform itself begins: it is a zip archive. */
const archive = "PK\u0003\u0004";

/**
 * Reads what `terraform show -json` or `tofu show -json` says of a plan; sensitive values are in it, and marked as secrets.
 * @param path a file, packed with gzip or not; `-` is standard input
 * @throws DriftError where it is no plan, not whole, or a plan that failed
 */
export async function readPlan(path: string): Promise<Plan> {
  const source = fileSource(path);
  const document = new StateDocument(source.name, source.stack, "compare");
  const resources: Resource[] = [];
  const unchanged: Resource[] = [];
  const take = ({ resource, leftOut }: { resource: Resource; leftOut?: boolean }): void =>
    void (leftOut ? unchanged : resources).push(resource);
  let isFirst = true;
  for await (const chunk of source.bytes()) {
    if (isFirst && chunk.subarray(0, archive.length).toString("latin1") === archive)
      throw new DriftError(`${source.name} is the plan file itself: give what terraform show -json ${path} says`);
    isFirst = false;
    for (const deployed of document.push(chunk)) take(deployed);
  }
  for (const deployed of document.end()) take(deployed);
  if (!document.plan)
    throw new DriftError(
      `${source.name} is no plan but a state: make it with terraform show -json PLANFILE; what is deployed is compared by orange-cmdb drift --state`,
    );
  return {
    file: source.name,
    name: source.stack,
    resources,
    unchanged,
    leftOut: document.plan.leftOut,
    folders: document.plan.folders,
  };
}
