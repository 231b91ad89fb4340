import { signature } from "../../../provider/functions/pulumi-sentinels.js";
import { JsonProjector } from "./project.js";
import type { Selector } from "./splitter.js";

/** Members to keep of an entry of a `pulumi stack export`. */
const entryNames = [
  ...(["urn", "type", "delete", "pendingReplacement", "custom", "external", "provider", "inputs", "outputs"] as const),
  ...(["sourcePosition", "stackTrace"] as const),
] as const;

/** A kept member. */
export type EntryName = (typeof entryNames)[number];

/** Resources in a `pulumi stack export`, and in a checkpoint of a Pulumi backend. */
const stacks: ReadonlySet<string> = new Set(["deployment.resources", "checkpoint.latest.resources"]);
const isPulumi = (path: readonly string[]): boolean => stacks.has(path.join("."));

/** Resources in a Terraform state file. */
const isStateFile = (path: readonly string[]): boolean => path.length === 1 && path[0] === "resources";

/** Resources in a `terraform show -json` (or `tofu show -json`) of a state or of a plan. */
const modules = /^((planned_|prior_state\.)?values)\.root_module(\.child_modules\.\*)*\.resources$/;
/** Lists of resource blocks in the configuration of a plan. */
const blocks = /^configuration\.root_module(\.module_calls\.[^.]+\.module)*\.resources$/;
const others = new Set(["resource_drift", "relevant_attributes", "checks"]);

const isTerraform = (path: readonly string[]): boolean =>
  path.at(0) === "resource_changes" || modules.test(path.join(".")) || blocks.test(path.join("."));

/**
 * Selects the resources of a `pulumi stack export`, of a checkpoint, of a Terraform state file, and of a `terraform show -json`
 * of a state or a plan.
 * @param properties names of the properties of Pulumi's resources to keep. Default: all
 */
export function selectEntries(properties?: readonly string[]): Selector {
  const kept = properties && [...properties, signature];
  const projector = kept && new JsonProjector({ names: entryNames, within: { inputs: kept, outputs: kept } });
  return {
    elements: (path) => isPulumi(path) || isStateFile(path) || isTerraform(path),
    skips: (path) =>
      others.has(path[0] ?? "") || path[0] === "output_changes" || (path.length === 2 && path[1] === "outputs"),
    projector: (path) => (isPulumi(path) ? projector : undefined),
  };
}
