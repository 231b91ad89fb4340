import { collections, kinds, type Kind } from "../model/records.js";

/** The description of a list in OpenAPI. */
export interface ListDescription {
  /** The names of its query parameters. */
  readonly parameters: readonly string[];
  /** The largest value of each query parameter that has a maximum. */
  readonly maxima: ReadonlyMap<string, number>;
  /** The values of `sort`; empty if the description does not list them. */
  readonly sortValues: readonly string[];
  /** The dotted names of the fields of a record, including nested ones, without links; empty if the description has no records. */
  readonly fields: readonly string[];
}

/** The description of the API's lists in OpenAPI. */
export interface ApiDescription {
  /** The version of the API, if it looks like one. */
  readonly version: string | undefined;
  /** The described lists. */
  readonly lists: Readonly<Partial<Record<Kind, ListDescription>>>;
}

type Node = Readonly<Record<string, unknown>>;

/** Maximum nesting of schemas and of references to references. */
const MAX_DEPTH = 8;

/** Maximum number of visited schemas per list, because descriptions can be recursive. */
const MAX_SCHEMAS = 5000;

/** Parses an OpenAPI 3 description; undefined if the value is not one. */
export function readOpenApi(value: unknown): ApiDescription | undefined {
  const root = asNode(value);
  const paths = asNode(root?.["paths"]);
  if (!root || !paths) return undefined;
  const lists = Object.fromEntries(
    kinds.flatMap((kind) => {
      const path = Object.keys(paths).find((key) => key.split("/").at(-1) === collections[kind]);
      const item = path === undefined ? undefined : resolve(root, paths[path]);
      const get = resolve(root, item?.["get"]);
      return item && get ? [[kind, readList(root, item, get)]] : [];
    }),
  );
  const version = asNode(root["info"])?.["version"];
  return { version: /^\d[\w.-]{0,20}$/.test(String(version)) ? String(version) : undefined, lists };
}

function readList(root: Node, item: Node, get: Node): ListDescription {
  const parameters = new Map(
    [...asArray(item["parameters"]), ...asArray(get["parameters"])].flatMap((entry) => {
      const parameter = resolve(root, entry);
      if (parameter?.["in"] !== "query" || typeof parameter["name"] !== "string") return [];
      return [[parameter["name"], resolve(root, parameter["schema"]) ?? parameter] as const];
    }),
  );
  const maxima = [...parameters].flatMap(([name, { maximum }]) =>
    typeof maximum === "number" ? [[name, maximum] as const] : [],
  );
  const sort = parameters.get("sort");
  const values = (sort && resolve(root, sort["items"])) ?? sort;
  const found = new FieldNames(root);
  for (const schema of recordSchemas(root, get)) found.add(schema, "", 0);
  return {
    parameters: [...parameters.keys()],
    maxima: new Map(maxima),
    sortValues: asArray(values?.["enum"]).filter((each) => typeof each === "string"),
    fields: found.names(),
  };
}

/** Returns the schemas of the successful JSON responses. */
function recordSchemas(root: Node, get: Node): unknown[] {
  return Object.entries(asNode(get["responses"]) ?? {})
    .filter(([status]) => /^2/.test(status))
    .flatMap(([, response]) => Object.entries(asNode(resolve(root, response)?.["content"]) ?? {}))
    .filter(([type]) => /json/i.test(type))
    .map(([, media]) => asNode(media)?.["schema"]);
}

/** Collects the dotted names of the fields of schemas. */
class FieldNames {
  readonly #names = new Set<string>();
  #schemas = 0;

  constructor(private readonly root: Node) {}

  add(schema: unknown, prefix: string, depth: number): void {
    if (depth > MAX_DEPTH || this.#schemas > MAX_SCHEMAS) return;
    const node = resolve(this.root, schema);
    if (!node) return;
    this.#schemas += 1;
    const parts = [node["items"], ...["allOf", "oneOf", "anyOf"].flatMap((name) => asArray(node[name]))];
    for (const part of parts) this.add(part, prefix, depth + 1);
    for (const [name, property] of Object.entries(asNode(node["properties"]) ?? {})) {
      if (name === "_links") continue;
      this.#names.add(prefix + name);
      this.add(property, `${prefix}${name}.`, depth + 1);
    }
  }

  /** Returns no names if there are too many, because the omitted ones would look missing. */
  names(): string[] {
    return this.#schemas > MAX_SCHEMAS ? [] : [...this.#names];
  }
}

/** Follows references within the description (JSON pointers, RFC 6901). */
function resolve(root: Node, value: unknown): Node | undefined {
  let node = asNode(value);
  for (let hops = 0; hops < MAX_DEPTH && typeof node?.["$ref"] === "string"; hops += 1) {
    const pointer = node["$ref"];
    if (!pointer.startsWith("#/")) return undefined;
    const keys = pointer.slice(2).split("/");
    node = keys.reduce<Node | undefined>((at, key) => {
      const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
      return at && Object.hasOwn(at, name) ? asNode(at[name]) : undefined;
    }, root);
  }
  return node;
}

function asNode(value: unknown): Node | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Node) : undefined;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
