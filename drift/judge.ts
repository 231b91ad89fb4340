import { propertiesOf } from "../policy/rules/fields.js";
import { StackGatherer, type Judgement, type StackPart } from "./gather.js";
import { StateReader } from "./sources/document.js";
import type { Source } from "./sources/source.js";
import { split } from "./sources/split.js";

/** Judges the resources of a source as they stream by; it is being read from now on. @throws DriftError */
export async function judge(source: Source, by: Judgement): Promise<StackPart> {
  const gatherer = new StackGatherer(by, source.organization);
  const reader = new StateReader(source.name, source.stack);
  for await (const piece of split(source, propertiesOf(by.rules)))
    for (const deployed of reader.read(piece)) gatherer.add(deployed);
  return gatherer.end(source.stack);
}
