import { JsonSplitter, type Piece } from "./json/splitter.js";
import { selectEntries } from "./json/selector.js";

/**
 * Splits a state into its entries, in this thread.
 * @param name name of the state in messages
 * @param properties properties of resources to keep. Default: all
 * @throws DriftError while iterating
 */
export async function* split(
  bytes: AsyncIterable<Buffer>,
  name: string,
  properties?: readonly string[],
): AsyncGenerator<Piece> {
  const elements = new JsonSplitter(selectEntries(properties), name);
  for await (const chunk of bytes) yield* elements.push(chunk);
  yield { rest: elements.end() };
}
