import { camelCase } from "../../../provider/platform/case.js";

/** A place in the properties of all resources of one type. List elements share one place: `interfaces[].ip`. */
export interface PropertyNode {
  /** JMESPath on the properties. */
  readonly path: string;
  readonly depth: number;
  /** The last resource that was counted. */
  last: number;
  /** The value of that resource here; of a list, the last one. */
  lastValue: string;
  readonly children: Map<string, PropertyNode>;
  /** True if the name says that the value is a credential. */
  readonly isCredential: boolean;
}

/** Maximum depth of properties. Deeper ones are not read. */
const MAX_DEPTH = 32;

/** Smallest number that can identify a record; smaller ones are ports, sizes and numbers of networks. */
const MIN_NUMBER = 10_000_000;

/** Names of properties that hold credentials. They are no evidence, even if a provider forgot to mark them. */
const credential =
  /passw|secret|token|credential|(?:private|access|api|shared|preshared|account|host)_?key|psk|sas_?url/i;

/** The child that all elements of a list share. No property has this name. */
const LIST = "\0[]";

const makeNode = (path: string, depth: number, isCredential = false): PropertyNode => ({
  path,
  depth,
  isCredential,
  last: -1,
  lastValue: "",
  children: new Map(),
});

const quoted = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

/** Returns whether a place is nearer to the properties of the resource than another one, or equally near and first by its path. */
export function precedes(one: PropertyNode, other: PropertyNode): boolean {
  return one.depth === other.depth ? one.path < other.path : one.depth < other.depth;
}

/** Returns whether a place is in a list. A comparison of a list holds only if all of its elements agree. */
export const isList = ({ path }: PropertyNode): boolean => path.includes("[]");

/** The places of values in the properties of one type. */
export class PropertyTree {
  readonly #root = makeNode("", 0);

  /** Calls back with each text and number of the properties, and its place. Credentials are left out. */
  visit(properties: Readonly<Record<string, unknown>>, isTerraform: boolean, take: Take): void {
    for (const [name, value] of Object.entries(properties)) {
      // A reader of Terraform's states adds the name in camel case; the other spelling is the same value.
      if (isTerraform && hasTwin(name, properties)) continue;
      this.#visit(this.#child(this.#root, name), value, take);
    }
  }

  #visit(node: PropertyNode, value: unknown, take: Take): void {
    if (node.isCredential) return;
    if (typeof value === "string") {
      if (value !== "") take(node, value);
    } else if (typeof value === "number") {
      if (Number.isSafeInteger(value) && value >= MIN_NUMBER) take(node, String(value));
    } else if (typeof value === "object" && value !== null && node.depth < MAX_DEPTH) {
      if (Array.isArray(value)) for (const entry of value) this.#visit(this.#child(node, LIST), entry, take);
      else for (const [key, entry] of Object.entries(value)) this.#visit(this.#child(node, key), entry, take);
    }
  }

  #child(node: PropertyNode, name: string): PropertyNode {
    let child = node.children.get(name);
    if (!child) {
      const path =
        name === LIST ? `${node.path}[]` : [...(node.path === "" ? [] : [node.path]), quoted(name)].join(".");
      node.children.set(name, (child = makeNode(path, node.depth + 1, credential.test(name))));
    }
    return child;
  }
}

type Take = (node: PropertyNode, value: string) => void;

/** Returns whether a property has the same value under its name in camel case. */
function hasTwin(name: string, properties: Readonly<Record<string, unknown>>): boolean {
  const camel = camelCase(name);
  return camel !== name && Object.hasOwn(properties, camel);
}
