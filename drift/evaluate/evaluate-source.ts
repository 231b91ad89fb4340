import type { StateSource } from "../sources/source.js";
import type { SplitPool } from "../sources/split-pool.js";
import { StateReader } from "../sources/state-reader.js";
import { StackEvaluator, type EvaluationContext, type StackPart } from "./stack-evaluator.js";

/** Maximum number of states that are read at a time. Most of the time, reading waits for an object store. */
export const CONCURRENT_READS = 32;

/**
 * Evaluates the resources of a source as a stream.
 * @param properties the names of the properties to read; undefined for all
 * @throws DriftError
 */
export async function evaluateSource(
  source: StateSource,
  by: EvaluationContext,
  pool: SplitPool,
  properties: readonly string[] | undefined,
): Promise<StackPart> {
  const evaluator = new StackEvaluator(by, source.organization);
  const reader = new StateReader(source.name, source.stack);
  for await (const piece of pool.split(source, properties))
    for (const deployed of reader.read(piece)) evaluator.add(deployed);
  return evaluator.end(source.stack);
}
