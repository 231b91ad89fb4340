import { signature } from "../../provider/functions/pulumi-marks.js";
import { Cutter } from "./cut.js";
import type { Wanted } from "./json-elements.js";

/** What is read of an entry of a `pulumi stack export`. */
const entryNames = [
  ...(["urn", "type", "delete", "pendingReplacement", "custom", "external", "provider", "inputs", "outputs"] as const),
  ...(["sourcePosition", "stackTrace"] as const),
] as const;

/** One of them. */
export type EntryName = (typeof entryNames)[number];

const isPulumi = ([first, second, ...deeper]: readonly string[]): boolean =>
  first === "deployment" && second === "resources" && deeper.length === 0;

/** Resources in a `terraform show -json` (or `tofu show -json`) of a state or of a plan. */
const modules = /^((planned_|prior_state\.)?values)\.root_module(\.child_modules\.\*)*\.resources$/;
/** Which lists of a plan are the resource blocks of a module. */
const blocks = /^configuration\.root_module(\.module_calls\.[^.]+\.module)*\.resources$/;
const others = new Set(["resource_drift", "relevant_attributes", "checks"]);

const isTerraform = (path: readonly string[]): boolean =>
  path.at(0) === "resource_changes" || modules.test(path.join(".")) || blocks.test(path.join("."));

/**
 * What of a document is looked at: of a `pulumi stack export`, a `terraform show -json` of a state, or of a plan.
 * @param properties what of the properties of Pulumi's resources. Default: all
 */
export function wanted(properties?: readonly string[]): Wanted {
  const kept = properties && [...properties, signature];
  const cutter = kept && new Cutter({ names: entryNames, within: { inputs: kept, outputs: kept } });
  return {
    elements: (path) => isPulumi(path) || isTerraform(path),
    skips: (path) =>
      others.has(path[0] ?? "") || path[0] === "output_changes" || (path.length === 2 && path[1] === "outputs"),
    cutter: (path) => (isPulumi(path) ? cutter : undefined),
  };
}
