import { parseExactly } from "../../../provider/platform/exact-json.js";
import type { Kind } from "../../../provider/model/records.js";
import type { Found } from "./path.js";
import { UNKNOWN } from "./resource.js";

type Properties = Readonly<Record<string, unknown>>;

/** The name of a tag without its prefix, by kind. */
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

/** Properties with tags and labels, in order of precedence. Annotations precede labels, which cannot hold every id. */
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
  ["definedTags"],
  ["tag"],
  ["manifest", "metadata", "annotations"],
  ["manifest", "metadata", "labels"],
];

/** Returns the key for a tag of another kind in the spelling of this one: `cmdb-location` for `cmdb-service-point`. */
export function besides(text: string, kind: Kind): string {
  return `cmdb${text.charAt(4)}${words[kind]}`;
}

/** Returns whether a text is a key that names a record of the kind. */
export function isSpelling(kind: Kind, text: string): boolean {
  return spellings[kind].includes(text);
}

/** The fields of a tag in a list, by provider. */
const pairFields = [
  ["key", "value"],
  ["Key", "Value"],
  ["name", "value"],
  ["Name", "Value"],
] as const;

/** Matches a tag that is one text: `cmdb:location=LOC-1` (Meraki) or `cmdb:location:LOC-1` (DigitalOcean, Datadog). */
const textPair = new RegExp(`^(cmdb[:/_.-](?:${Object.values(words).join("|")}))([=:])(.*)$`, "s");

interface Pair {
  readonly key: unknown;
  readonly value: unknown;
  /** Makes a tag of the same shape. */
  like(key: string, value: string): unknown;
}

/** Returns the key and value of a tag in a list; undefined if it has none. */
export function pairOf(entry: unknown): Pair | undefined {
  if (typeof entry === "string") {
    const [, key, separator, value] = textPair.exec(entry) ?? [];
    return key === undefined ? undefined : { key, value, like: (name, text) => `${name}${separator}${text}` };
  }
  if (typeof entry !== "object" || entry === null) return undefined;
  const fields = entry as Properties;
  const names = pairFields.find(([name]) => Object.hasOwn(fields, name));
  if (!names) return undefined;
  const [key, value] = names;
  return {
    key: fields[key],
    value: fields[value],
    like: (name, text) => ({ ...fields, [key]: name, [value]: text }),
  };
}

/** Returns the value of a tag of this kind in a map. */
function readMap(map: Properties, kind: Kind, anyCase: boolean): unknown {
  for (const key of spellings[kind]) if (Object.hasOwn(map, key)) return map[key];
  const other = anyCase ? Object.keys(map).find((key) => isSpelling(kind, key.toLowerCase())) : undefined;
  return other === undefined ? undefined : map[other];
}

/** Returns the value of a tag of this kind in a container of tags; `UNKNOWN` if the update decides it. */
function read(container: unknown, kind: Kind, anyCase = false): unknown {
  if (container === UNKNOWN) return UNKNOWN;
  if (typeof container !== "object" || container === null) return undefined;
  if (Array.isArray(container)) return readList(container as readonly unknown[], kind);
  return readMap(container as Properties, kind, anyCase);
}

/**
 * Reads the defined tags of Oracle Cloud, whose keys have a namespace and no case: `{"Operations.cmdb-location": …}`, or
 * `{Operations: {"cmdb-location": …}}`.
 */
function readDefined(container: unknown, kind: Kind): unknown {
  if (container === UNKNOWN) return UNKNOWN;
  if (typeof container !== "object" || container === null) return undefined;
  for (const [name, value] of Object.entries(container)) {
    const found = read(
      typeof value === "object" ? value : { [name]: value, [afterNamespace(name)]: value },
      kind,
      true,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

const afterNamespace = (name: string): string => name.slice(name.indexOf(".") + 1);

/** Azure ignores the case of tag names. */
const ignoresCase = (type: string): boolean => /^(?:azure(?:-native|rm|stack)?|azapi)[:_]/.test(type);

/** Returns whether a resource is one tag of another resource (`aws_ec2_tag`): the tag names the record for that one. */
export function isTag(type: string): boolean {
  return /^(?:aws:\w+\/tag:Tag|aws_(?:autoscaling_group|dynamodb|ec2|ecs|transfer)_tag)$/.test(type);
}

/** Reads a resource that is a tag: it has a key and a value, or one block of them. */
function readTag(properties: Properties, kind: Kind): unknown {
  const { tag } = properties;
  if (tag !== undefined) return read(Array.isArray(tag) ? tag : [tag], kind);
  return Object.hasOwn(properties, "key") ? read([properties], kind) : undefined;
}

function readList(entries: readonly unknown[], kind: Kind): unknown {
  let open = false;
  const values: unknown[] = [];
  for (const entry of entries) {
    const pair = entry === UNKNOWN ? undefined : pairOf(entry);
    if (entry === UNKNOWN || pair?.key === UNKNOWN) open = true;
    else if (typeof pair?.key === "string" && isSpelling(kind, pair.key)) values.push(pair.value);
  }
  if (values.length > 0) return values;
  return open ? UNKNOWN : undefined;
}

/** Properties that providers compute from their own configuration. If one is unknown, the program's own tags still decide. */
const derived = new Set(["tagsAll", "terraformLabels", "effectiveLabels"]);

function inner(holder: unknown, key: string): unknown {
  if (holder === UNKNOWN) return holder;
  // Terraform writes a single block as a list with one element.
  const block: unknown = Array.isArray(holder) && holder.length === 1 ? holder[0] : holder;
  if (block === UNKNOWN) return block;
  if (typeof block !== "object" || block === null || !Object.hasOwn(block, key)) return undefined;
  return (block as Properties)[key];
}

/** Returns how a resource names a record without a rules file: by tags, labels or annotations in the spelling of its cloud. */
export function findByConvention(kind: Kind, type: string, properties: Properties): Found {
  if (isTag(type)) return found(readTag(properties, kind)) ?? NOT_FOUND;
  const anyCase = ignoresCase(type);
  for (const path of containers) {
    const first = path[0] ?? "";
    if (!Object.hasOwn(properties, first)) continue;
    let container = properties[first];
    for (let at = 1; at < path.length; at += 1) container = inner(container, path[at] ?? "");
    const value = first === "definedTags" ? readDefined(container, kind) : read(container, kind, anyCase);
    if (value === UNKNOWN && derived.has(first)) continue;
    const named = found(value);
    if (named) return named;
  }
  return NOT_FOUND;
}

const NOT_FOUND: Found = { known: true, value: undefined };

/** Returns the value of a tag as far as it is known; undefined if the tag names nothing. */
function found(value: unknown): Found | undefined {
  if (value === UNKNOWN) return { known: false, value: undefined };
  if (Array.isArray(value) && value.includes(UNKNOWN)) {
    return { known: false, value: (value as unknown[]).filter((entry) => entry !== UNKNOWN) };
  }
  return value === undefined || value === null || value === "" ? undefined : { known: true, value };
}

/** Returns the value of a default tag of the provider (`defaultTags` of AWS, `defaultLabels` of Google Cloud). */
export function findInProvider(kind: Kind, provider: Properties | undefined): unknown {
  if (provider === undefined) return undefined;
  const value = read(inner(unpacked(provider["defaultTags"]), "tags") ?? unpacked(provider["defaultLabels"]), kind);
  return value === UNKNOWN ? undefined : value;
}

/** Parses a nested setting of a provider, which can be JSON in a text. */
function unpacked(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith("{")) return value;
  try {
    return parseExactly(value);
  } catch {
    return undefined;
  }
}
