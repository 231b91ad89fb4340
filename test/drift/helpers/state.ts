import { StateReader } from "../../../drift/sources/state-reader";
import { JsonSplitter } from "../../../drift/sources/json/splitter";
import type { Deployed } from "../../../drift/sources/pulumi/pulumi-state";
import { selectEntries } from "../../../drift/sources/json/selector";
import type { Resource } from "../../../policy/rules/resource/resource";

/** How a state is read. */
interface How {
  /** No other properties are looked at. */
  readonly properties?: readonly string[] | undefined;
  /** Bytes that come at a time. */
  readonly size?: number;
}

/** What a state that is at hand as bytes deploys. @throws DriftError */
export function deployedIn(state: string | Buffer, name: string, { properties, size }: How = {}): Deployed[] {
  const bytes = Buffer.from(state);
  const elements = new JsonSplitter(selectEntries(properties), name);
  const reader = new StateReader(name, name);
  const found: Deployed[] = [];
  for (let at = 0; at < bytes.length; at += size ?? bytes.length)
    for (const piece of elements.push(bytes.subarray(at, at + (size ?? bytes.length))))
      found.push(...reader.read(piece));
  return [...found, ...reader.read({ rest: elements.end() })];
}

/** Its resources. @throws DriftError */
export function parseState(state: string | Buffer, name: string): Resource[] {
  return deployedIn(state, name).map(({ resource }) => resource);
}
