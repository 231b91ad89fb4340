import { MAX_LIMIT, type QueryParameters } from "./contract.js";

/** A query parameter is missing (27) or invalid (28). */
export class ParameterError extends Error {
  constructor(
    readonly code: 27 | 28,
    message: string,
  ) {
    super(message);
  }
}

/** The behaviour for a `limit` above the maximum, which the vendor does not document. */
export const limitBehaviours = ["refuse", "clamp"] as const;
/** See {@link limitBehaviours}. */
export type LimitBehaviour = (typeof limitBehaviours)[number];

/** A field with the accepted values. */
export type FieldFilter = readonly [name: string, values: readonly string[]];

/** The query of a request, validated. */
export interface Query {
  /** Default 250. */
  readonly limit: number;
  /** Default 0. */
  readonly offset: number;
  /** Fields, with `-` before those in descending order. */
  readonly sort: readonly string[];
  /** Empty: all fields. */
  readonly fields: readonly string[];
  readonly groupBy: readonly string[];
  readonly displayLinks: boolean;
  readonly displayNulls: boolean;
  readonly filters: readonly FieldFilter[];
}

const controls = new Set(["limit", "offset", "sort", "fields", "groupBy", "displayLinks", "displayNulls"]);

/**
 * Validates a query against the parameters that the description allows.
 * @throws ParameterError
 */
export function parseQuery(search: URLSearchParams, allowed: QueryParameters, behaviour: LimitBehaviour): Query {
  const given = new Map<string, readonly string[]>();
  for (const name of new Set(search.keys())) {
    if (!allowed.has(name)) throw new ParameterError(28, `Unknown query parameter: ${name}`);
    const values = search.getAll(name).flatMap((text) => text.split(","));
    const wrong = values.find((value) => allowed.get(name)?.has(value) === false);
    if (wrong !== undefined) throw new ParameterError(28, `Invalid value of ${name}: ${wrong}`);
    given.set(name, values);
  }
  const whole = (name: string, byDefault: number): number => {
    const [text = String(byDefault), ...others] = given.get(name) ?? [];
    if (!/^\d{1,15}$/.test(text) || others.length > 0) throw new ParameterError(28, `Invalid value of ${name}`);
    return Number(text);
  };
  const limit = whole("limit", MAX_LIMIT);
  if (limit > MAX_LIMIT && behaviour === "refuse") throw new ParameterError(28, `limit must be at most ${MAX_LIMIT}`);
  return {
    limit: Math.min(limit, MAX_LIMIT),
    offset: whole("offset", 0),
    sort: given.get("sort") ?? [],
    fields: given.get("fields") ?? [],
    groupBy: given.get("groupBy") ?? [],
    displayLinks: given.get("displayLinks")?.at(-1) === "true",
    displayNulls: given.get("displayNulls")?.at(-1) === "true",
    filters: [...given].filter(([name]) => !controls.has(name)),
  };
}
