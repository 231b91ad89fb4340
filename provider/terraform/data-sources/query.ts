import type { GetRecordArgs, GetRecordsArgs } from "../../functions/results.js";
import type { Filter, Query } from "../../model/inventory-reader.js";
import type { QueryError } from "../../inventory/query/query-error.js";
import { interfaces } from "../plugin/build-time.js";
import { diagnose, failure, type Diagnostic, type Path } from "../plugin/diagnostics.js";
import type { Block } from "../plugin/schema.js";
import { isKnown, type Value, type Values } from "../plugin/value.js";
import { snakeCase } from "../../platform/case.js";

/** The fields of a record by their names in a configuration. */
const fields: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(interfaces.NamedFields).map((name) => [snakeCase(name), name]),
);

/** The filter blocks of a lookup. */
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

/** Converts a number, which may be a bigint or a text. */
function number(value: Value | undefined): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

/** Returns the field's name in filters of the TypeScript functions. */
function fieldName(block: Values): string {
  const name = text(block["name"]) ?? "";
  return Object.hasOwn(fields, name) ? (fields[name] as string) : name;
}

function filter(block: Values): Filter {
  return { name: fieldName(block), values: block["values"] as readonly string[] };
}

/** Returns the blocks of a configuration; empty if their number is unknown. */
function filterBlocks(config: Values): readonly Values[] {
  return Array.isArray(config["filter"]) ? (config["filter"] as Values[]) : [];
}

/** Returns whether the argument is set or unknown. */
export function given(config: Values, name: string): boolean {
  const value = config[name] ?? null;
  return value !== null && !(Array.isArray(value) && value.length === 0);
}

/** Returns the arguments of the TypeScript function for a known configuration. */
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

/** Returns the problems of the known parts of a query, each with its path. */
export async function checkQuery(config: Values): Promise<Diagnostic[]> {
  const { checkAtLeast, predicate } = await import("../../inventory/query/query.js");
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

/** Rejects null values, which would be compared as texts. */
function checkValues(values: Value, path: Path): Diagnostic[] {
  const at = Array.isArray(values) ? (values as readonly Value[]).indexOf(null) : -1;
  return at < 0 ? [] : [failure("A value of a filter is null", "Remove it.", [...path, at])];
}
