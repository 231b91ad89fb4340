import type { GetRecordArgs, GetRecordsArgs } from "../../functions/results.js";
import type { Filter, Query } from "../../inventory/inventory.js";
import type { QueryError } from "../../inventory/query.js";
import { interfaces } from "../build-time.js";
import { diagnose, failure, type Diagnostic, type Path } from "../diagnostics.js";
import { snakeCase, type Block } from "../schema.js";
import { isKnown, type Value, type Values } from "../value.js";

/** The fields of a record by the names that a configuration gives them. */
const fields: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(interfaces.NamedFields).map((name) => [snakeCase(name), name]),
);

/** Blocks that narrow a look-up down. */
export const filterBlock: Block = {
  description: interfaces.GetRecordArgs["filters"]?.text ?? "",
  attributes: {
    name: { type: "string", set: "required", description: interfaces.Filter["name"]?.text ?? "" },
    values: { type: ["list", "string"], set: "required", description: interfaces.Filter["values"]?.text ?? "" },
  },
};

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A number, however many digits it was sent with. */
function number(value: Value | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

/** The field by the name that filters of the TypeScript functions use. */
function fieldName(block: Values): string {
  const name = text(block["name"]) ?? "";
  return Object.hasOwn(fields, name) ? (fields[name] as string) : name;
}

function filter(block: Values): Filter {
  return { name: fieldName(block), values: block["values"] as readonly string[] };
}

/** The blocks of a configuration; none where it is not known how many. */
function filterBlocks(config: Values): readonly Values[] {
  return Array.isArray(config["filter"]) ? (config["filter"] as Values[]) : [];
}

/** Is this argument set, or will it be? */
export function given(config: Values, name: string): boolean {
  const value = config[name] ?? null;
  return value !== null && !(Array.isArray(value) && value.length === 0);
}

/** The arguments of the TypeScript function for a configuration that is known. */
export function queryOf(config: Values): GetRecordArgs & GetRecordsArgs {
  const filters = filterBlocks(config).map(filter);
  return {
    id: text(config["id"]),
    name: text(config["name"]),
    where: text(config["where"]),
    locationId: text(config["location_id"]),
    servicePointId: text(config["service_point_id"]),
    accountId: text(config["account_id"]),
    limit: number(config["limit"]),
    atLeast: number(config["at_least"]),
    filters: filters.length > 0 ? filters : undefined,
  };
}

/** What is wrong with the parts of a query that are known, each at its place. */
export async function checkQuery(config: Values): Promise<Diagnostic[]> {
  const { checkAtLeast, predicate } = await import("../../inventory/query.js");
  const found: Diagnostic[] = [];
  const attempt = (look: () => void, path: Path): void => {
    try {
      look();
    } catch (error) {
      found.push(diagnose(error as QueryError, path));
    }
  };
  const check = (query: Query, path: Path): void => attempt(() => predicate(query), path);
  const where = text(config["where"]);
  if (where !== undefined) check({ where }, ["where"]);
  const limit = config["limit"] ?? null;
  if (limit !== null && isKnown(limit)) check({ limit: Number(limit) }, ["limit"]);
  const atLeast = config["at_least"] ?? null;
  if (atLeast !== null && isKnown(atLeast) && isKnown(limit))
    attempt(() => checkAtLeast(Number(atLeast), number(limit), "at_least"), ["at_least"]);
  for (const [index, block] of filterBlocks(config).entries()) {
    if (!isKnown(block)) continue;
    check({ filters: [{ name: fieldName(block), values: [] }] }, ["filter", index, "name"]);
    found.push(...checkValues(block["values"] ?? null, ["filter", index, "values"]));
  }
  return found;
}

/** A null among the values would be compared as a text. */
function checkValues(values: Value, path: Path): Diagnostic[] {
  const at = Array.isArray(values) ? (values as readonly Value[]).indexOf(null) : -1;
  return at < 0 ? [] : [failure("A value of a filter is null", "Leave it out.", [...path, at])];
}
