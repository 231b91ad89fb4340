import { propertiesOf } from "../../../policy/rules/file/fields.js";
import type { RulesFile } from "../../../policy/rules/file/rules-file.js";
import type { Resource } from "../../../policy/rules/resource/resource.js";
import { ResourceFinder } from "../../common/resource-finder.js";
import { fileSource } from "../../sources/source.js";
import { split } from "../../sources/split.js";
import { StateReader } from "../../sources/state-reader.js";

/**
 * Returns a resource of a state, with the properties that the rules read.
 * @param wanted the URN of the resource, or its end
 * @throws DriftError if the state has no such resource, or several
 */
export async function findResource(path: string, wanted: string, rules: RulesFile): Promise<Resource> {
  const source = fileSource(path);
  const reader = new StateReader(source.name, source.stack);
  const finder = new ResourceFinder<Resource>(wanted);
  for await (const piece of split(source.bytes(), source.name, propertiesOf(rules)))
    for (const { resource } of reader.read(piece)) finder.add(resource);
  return finder.found()[0];
}
