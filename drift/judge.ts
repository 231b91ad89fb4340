import { propertiesOf } from "../policy/rules/fields.js";
import { StackGatherer, type Judgement, type StackPart } from "./gather.js";
import { StateDocument } from "./sources/document.js";
import type { Source } from "./sources/source.js";

/** Judges the resources of a source as they stream by. @throws DriftError */
export async function judge(source: Source, by: Judgement): Promise<StackPart> {
  const gatherer = new StackGatherer(by);
  const document = new StateDocument(source.name, source.stack, propertiesOf(by.rules));
  for await (const chunk of source.bytes()) for (const deployed of document.push(chunk)) gatherer.add(deployed);
  for (const deployed of document.end()) gatherer.add(deployed);
  return gatherer.end(source.stack);
}
