import { parseExactly } from "../../provider/inventory/exact-json.js";
import type { Kind } from "../../provider/inventory/records.js";
import type { Found } from "./path.js";
import { unknown } from "./types.js";

type Properties = Readonly<Record<string, unknown>>;

/** What a tag is called, by kind. */
const words: Readonly<Record<Kind, string>> = {
  configurationItem: "configuration-item",
  location: "location",
  servicePoint: "service-point",
  account: "account",
};

/** `cmdb:location` where a colon is allowed (AWS, Azure), `cmdb/location` in Kubernetes, `cmdb-location` in Google Cloud labels. */
const marks = [":", "/", "-", "_", "."];

const spelled = (kind: Kind): string[] => marks.map((mark) => `cmdb${mark}${words[kind]}`);

const spellings: Readonly<Record<Kind, readonly string[]>> = {
  configurationItem: spelled("configurationItem"),
  location: spelled("location"),
  servicePoint: spelled("servicePoint"),
  account: spelled("account"),
};

/** Where the clouds keep tags and labels, the first choice first: annotations keep what labels cannot spell. */
export const containers: readonly (readonly string[])[] = [
  ["tags"],
  ["tagsAll"],
  ["metadata", "annotations"],
  ["metadata", "labels"],
  ["labels"],
  ["userLabels"],
  ["resourceLabels"],
  ["settings", "userLabels"],
  ["settings", "user_labels"],
  ["terraformLabels"],
  ["effectiveLabels"],
  ["freeformTags"],
  ["tag"],
  ["manifest", "metadata", "annotations"],
  ["manifest", "metadata", "labels"],
];

/** A way to write the tag of another kind beside this one, as this one is spelled: `cmdb-location` beside `cmdb-service-point`. */
export function besides(text: string, kind: Kind): string {
  return `cmdb${text.charAt(4)}${words[kind]}`;
}

/** The spelling of this kind in a text, if it is one. */
export function isSpelling(kind: Kind, text: string): boolean {
  return spellings[kind].includes(text);
}

/** A tag list's entry as key and value: `{key, value}`, `{Key, Value}` or `"key=value"`. */
export function pairOf(entry: unknown): { key: unknown; value: unknown } | undefined {
  if (typeof entry === "string") {
    const at = entry.indexOf("=");
    return at < 0 ? undefined : { key: entry.slice(0, at), value: entry.slice(at + 1) };
  }
  if (typeof entry !== "object" || entry === null) return undefined;
  const { key, Key, value, Value } = entry as { key?: unknown; Key?: unknown; value?: unknown; Value?: unknown };
  return { key: key ?? Key, value: value ?? Value };
}

/** What a container of tags says of a kind; `unknown` where the update decides. */
function read(container: unknown, kind: Kind): unknown {
  if (container === unknown) return unknown;
  if (typeof container !== "object" || container === null) return undefined;
  if (Array.isArray(container)) return readList(container as readonly unknown[], kind);
  for (const key of spellings[kind]) if (Object.hasOwn(container, key)) return (container as Properties)[key];
  return undefined;
}

function readList(entries: readonly unknown[], kind: Kind): unknown {
  let open = false;
  const values: unknown[] = [];
  for (const entry of entries) {
    const pair = entry === unknown ? { key: unknown, value: unknown } : pairOf(entry);
    if (pair?.key === unknown) open = true;
    else if (typeof pair?.key === "string" && isSpelling(kind, pair.key)) values.push(pair.value);
  }
  if (values.length > 0) return values;
  return open ? unknown : undefined;
}

/** What the providers work out from their own configuration: unknown there says nothing of what the program wrote. */
const derived = new Set(["tagsAll", "terraformLabels", "effectiveLabels"]);

function inner(holder: unknown, key: string): unknown {
  if (holder === unknown) return holder;
  // A block that may stand once only is a list of one in Terraform.
  const block: unknown = Array.isArray(holder) && holder.length === 1 ? holder[0] : holder;
  if (block === unknown) return block;
  if (typeof block !== "object" || block === null || !Object.hasOwn(block, key)) return undefined;
  return (block as Properties)[key];
}

/** How a resource names a record without a rules file: by tags, labels or annotations in the spelling of its cloud. */
export function findByConvention(kind: Kind, properties: Properties): Found {
  for (const path of containers) {
    const first = path[0] ?? "";
    if (!Object.hasOwn(properties, first)) continue;
    let container = properties[first];
    for (let at = 1; at < path.length; at += 1) container = inner(container, path[at] ?? "");
    const value = read(container, kind);
    if (value === unknown) {
      if (derived.has(first)) continue;
      return { known: false, value: undefined };
    }
    if (Array.isArray(value) && value.includes(unknown)) {
      return { known: false, value: (value as unknown[]).filter((entry) => entry !== unknown) };
    }
    if (value !== undefined && value !== null && value !== "") return { known: true, value };
  }
  return { known: true, value: undefined };
}

/** The tags that a provider puts on all it makes (`defaultTags` of AWS, `defaultLabels` of Google Cloud). */
export function findInProvider(kind: Kind, provider: Properties | undefined): unknown {
  if (provider === undefined) return undefined;
  const value = read(inner(unpacked(provider["defaultTags"]), "tags") ?? unpacked(provider["defaultLabels"]), kind);
  return value === unknown ? undefined : value;
}

/** Providers take their nested settings as JSON in a text. */
function unpacked(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return parseExactly(value);
  } catch {
    return undefined;
  }
}
