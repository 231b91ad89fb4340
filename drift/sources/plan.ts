import type { Resource } from "../../policy/rules/types.js";
import { notPlan, StateReader } from "./document.js";
import { fileSource } from "./source.js";
import { splitHere } from "./split.js";
import type { LeftOut } from "./terraform.js";

/** What a plan of Terraform or OpenTofu would deploy. */
export interface Plan {
  readonly file: string;
  /** What it is called as a stack: the same whatever its file is called, so that its findings are the same in the next run. */
  readonly name: "plan";
  /** What is created, updated or kept. */
  readonly resources: readonly Resource[];
  /** What stays deployed as it is because the plan does not look at it. */
  readonly unchanged: readonly Resource[];
  /** What it does not tell, where it is not whole. */
  readonly leftOut: LeftOut | undefined;
  /** Where its modules lie, from the folder of the configuration. */
  readonly folders: ReadonlyMap<string, string>;
}

const name = "plan";

/**
 * Reads what `terraform show -json` or `tofu show -json` says of a plan; sensitive values are in it, and marked as secrets.
 * @param path a file, packed with gzip or not; `-` is standard input
 * @throws DriftError where it is no plan, not whole, or a plan that failed
 */
export async function readPlan(path: string): Promise<Plan> {
  const source = fileSource(path);
  const reader = new StateReader(source.name, name, "compare", "plan");
  const resources: Resource[] = [];
  const unchanged: Resource[] = [];
  const take = ({ resource, leftOut }: { resource: Resource; leftOut?: boolean }): void =>
    void (leftOut ? unchanged : resources).push(resource);
  for await (const piece of splitHere(source.bytes(), source.name))
    for (const deployed of reader.read(piece)) take(deployed);
  if (!reader.plan) throw notPlan(source.name, true);
  const { leftOut, folders } = reader.plan;
  return { file: source.name, name, resources, unchanged, leftOut, folders };
}
