import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ours from "../../schemas/core-information.openapi.json";

/** The vendor's own file, without its prose; it is not a part of this repository. */
const file = join(resolve(__dirname, "../.."), "../shared/vendor/core-information-2.1.5.openapi.json");

type Node = Record<string, unknown>;

const methods = ["get", "post", "put", "patch", "delete"];

class Comparison {
  readonly differences: string[] = [];

  constructor(
    readonly theirs: Node,
    readonly own: Node,
  ) {}

  run(): readonly string[] {
    const [theirPaths, ownPaths] = [this.theirs["paths"] as Node, this.own["paths"] as Node];
    for (const [path, item] of Object.entries(theirPaths) as [string, Node][]) {
      if (!ownPaths[path]) this.differences.push(`${path}: no such path`);
      for (const method of methods.filter((name) => item[name])) {
        const at = `${method.toUpperCase()} ${path}`;
        const operation = (ownPaths[path] as Node | undefined)?.[method] as Node | undefined;
        if (!operation) this.differences.push(`${at}: no such operation`);
        else this.#operation(item, item[method] as Node, operation, at);
      }
    }
    this.#schemas(this.#components(this.theirs, "schemas"), this.#components(this.own, "schemas"));
    return this.differences;
  }

  #components(document: Node, name: string): Node {
    return (document["components"] as Node)[name] as Node;
  }

  #resolve(document: Node, node: unknown): Node {
    const path = (node as { $ref?: string }).$ref?.replace("#/", "").split("/");
    return (path ? path.reduce<unknown>((at, name) => (at as Node)[name], document) : node) as Node;
  }

  #operation(item: Node, theirs: Node, own: Node, at: string): void {
    if (theirs["operationId"] !== own["operationId"]) this.differences.push(`${at}: another operationId`);
    const list = (from: Node, document: Node): Node[] =>
      ((from["parameters"] ?? []) as unknown[]).map((node) => this.#resolve(document, node));
    const parameters = list(own, this.own);
    for (const parameter of [...list(item, this.theirs), ...list(theirs, this.theirs)]) {
      const name = String(parameter["name"]);
      // Ours is a security scheme.
      if (name === "X-API-KEY") continue;
      const match = parameters.find((one) => one["name"] === name && one["in"] === parameter["in"]);
      if (!match) this.differences.push(`${at}: no parameter ${name}`);
      else this.#parameter(parameter, match, `${at} ${name}`);
    }
    for (const [code, response] of Object.entries(theirs["responses"] as Node)) {
      const answer = (own["responses"] as Node)[code];
      if (!answer) this.differences.push(`${at}: no response ${code}`);
      else this.#response(response as Node, this.#resolve(this.own, answer), `${at} ${code}`);
    }
  }

  #parameter(theirs: Node, own: Node, at: string): void {
    if (theirs["required"] === true && own["required"] !== true) this.differences.push(`${at}: not required`);
    const [their, mine] = [this.#resolve(this.theirs, theirs["schema"]), this.#resolve(this.own, own["schema"])];
    for (const key of ["default", "minimum", "maximum"])
      if (their[key] !== undefined && their[key] !== mine[key])
        this.differences.push(`${at}: ${key} ${String(their[key])}`);
    this.#enumeration(
      their["items"] ? this.#resolve(this.theirs, their["items"]) : their,
      mine["items"] ? this.#resolve(this.own, mine["items"]) : mine,
      at,
    );
  }

  #response(theirs: Node, own: Node, at: string): void {
    for (const name of Object.keys((theirs["headers"] ?? {}) as Node))
      if (!(own["headers"] as Node | undefined)?.[name]) this.differences.push(`${at}: no header ${name}`);
    const [content] = Object.values(theirs["content"] as Node) as { schema: unknown }[];
    const [mine] = Object.values((own["content"] ?? {}) as Node) as { schema: unknown }[];
    if (mine) this.#schema(content?.schema, mine.schema, at);
    else this.differences.push(`${at}: no content`);
  }

  #schemas(theirs: Node, own: Node): void {
    for (const [name, schema] of Object.entries(theirs)) {
      if (own[name]) this.#schema(schema, own[name], name);
      else this.differences.push(`${name}: no such schema`);
    }
  }

  #schema(theirNode: unknown, ownNode: unknown, at: string): void {
    const [reference, ownReference] = [theirNode, ownNode].map((node) => (node as Node)["$ref"]);
    // Named schemas are compared once, by #schemas.
    if (reference !== undefined && reference === ownReference) return;
    const [theirs, own] = [this.#resolve(this.theirs, theirNode), this.#resolve(this.own, ownNode)];
    if (theirs["type"] !== own["type"]) return void this.differences.push(`${at}: type ${String(theirs["type"])}`);
    for (const key of ["format", "minLength", "maxLength", "default"])
      if (theirs[key] !== undefined && theirs[key] !== own[key])
        this.differences.push(`${at}: ${key} ${String(theirs[key])}`);
    const required = (own["required"] ?? []) as string[];
    for (const name of (theirs["required"] ?? []) as string[])
      if (!required.includes(name)) this.differences.push(`${at}: ${name} is not required`);
    this.#enumeration(theirs, own, at);
    if (theirs["items"] && own["items"]) this.#schema(theirs["items"], own["items"], `${at}[]`);
    const properties = (own["properties"] ?? {}) as Node;
    for (const [name, property] of Object.entries((theirs["properties"] ?? {}) as Node)) {
      // The vendor writes "isStandard " with a space.
      if (properties[name.trim()]) this.#schema(property, properties[name.trim()], `${at}.${name}`);
      else this.differences.push(`${at}: no property ${name}`);
    }
  }

  #enumeration(theirs: Node, own: Node, at: string): void {
    const values = (own["enum"] ?? []) as unknown[];
    const missing = ((theirs["enum"] ?? []) as unknown[]).filter((value) => !values.includes(value));
    if (missing.length > 0) this.differences.push(`${at}: no ${missing.join(" ")}`);
  }
}

/** Where the vendor's file contradicts itself, ours decides otherwise; the description explains it there. */
const slips: unknown[] = [
  "GET /accounts 200: type object",
  "GET /configurationItems offset: default 250",
  // It takes the fields of one record from the values of `sort`.
  expect.stringMatching(/^GET \/servicePoints\/\{servicePointId\} fields: no (-[\w.]+ ?)+$/),
];

(existsSync(file) ? describe : describe.skip)("the vendor's published description (skipped where it is absent)", () => {
  const theirs = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Node) : {};

  test("has no part that our contract lacks, except known mistakes", () => {
    expect(new Comparison(theirs, ours).run()).toEqual(slips);
  });

  test("is compared in every part", () => {
    const parts = [
      [["paths", "/me"], "/me: no such path"],
      [["paths", "/locations", "get", "responses", "403"], "GET /locations: no response 403"],
      [["components", "responses", "LocationList", "headers", "X-Total-Count"], "no header X-Total-Count"],
      [["components", "schemas", "Address", "properties", "region"], "Address: no property region"],
      [["components", "schemas", "Address", "required"], "Address: street is not required"],
      [["components", "schemas", "ConfigurationItemType", "enum"], "ConfigurationItemType: no ROUTER"],
      [["components", "parameters", "limit", "schema", "maximum"], "GET /locations limit: maximum 250"],
      [["components", "schemas", "BillingAccount"], "BillingAccount: no such schema"],
    ] as const;
    for (const [path, difference] of parts) {
      const changed = structuredClone(ours) as Node;
      const holder = path.slice(0, -1).reduce<Node>((at, name) => at[name] as Node, changed);
      if (path.at(-1) === "BillingAccount") holder["Other"] = holder["BillingAccount"];
      delete holder[path.at(-1) ?? ""];
      if (path.at(-1) === "BillingAccount")
        (((holder["ServicePoint"] as Node)["properties"] as Node)["billingAccounts"] as Node)["items"] = {};
      expect(new Comparison(theirs, changed).run().join("\n")).toContain(difference);
    }
    const filterless = structuredClone(ours);
    filterless.paths["/locations"].get.parameters.length = 2;
    expect(new Comparison(theirs, filterless).run().join("\n")).toContain("GET /locations: no parameter address.city");
  });
});
