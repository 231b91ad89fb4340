import { z } from "zod";
import type { GetRecordArgs, GetRecordsArgs } from "./functions/results.js";
import { didYouMean } from "./inventory/hints.js";
import { nearestName } from "./inventory/nearest.js";
import { QueryError } from "./inventory/query.js";
import { namedFields } from "./inventory/records.js";

/** Returns the words for what was passed instead of what is expected. Values are not shown: they may be secrets. */
function whatIs(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}

const expecting = (what: string) => ({
  error: ({ input }: { input?: unknown }) => `must be ${what}, not ${whatIs(input)}`,
});

/** A text. */
export const text = z.string(expecting("a text"));
/** A text that is not empty. */
export const nonEmpty = text.min(1, { error: "must not be empty" });
/** A number; its range is checked where it is used. */
export const number = z.number(expecting("a number"));

/** A list of texts; one text is a list of one. */
export const texts = z.preprocess(
  (given) => (typeof given === "string" ? [given] : given),
  z.array(text, expecting("a list of texts")),
);

const filter = z.strictObject(
  { name: text, values: texts },
  { error: ({ input }) => (isObject(input) ? undefined : `must be { name, values }, not ${whatIs(input)}`) },
);

const narrowing = {
  name: text.optional(),
  filters: z.array(filter, expecting('a list such as [{ name: "country", values: ["FR"] }]')).optional(),
  where: text.optional(),
  locationId: text.optional(),
  servicePointId: text.optional(),
  accountId: text.optional(),
};

/** The arguments of the functions that return one record. */
export const recordArguments = z.strictObject({ id: text.optional(), ...narrowing } satisfies Record<
  keyof GetRecordArgs,
  z.ZodType
>);
/** The arguments of the functions that return a list. */
export const recordsArguments = z.strictObject({
  ...narrowing,
  limit: number.optional(),
  atLeast: number.optional(),
} satisfies Record<keyof GetRecordsArgs, z.ZodType>);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Makes the error of a wrong argument. */
type ToError = (message: string) => Error;

const queryError: ToError = (message) => new QueryError(message);

/**
 * Checks the names of a public function's arguments, for callers that no compiler checks.
 * @param what the function as messages name it
 * @throws QueryError, or what `error` makes: it names the nearest; a field is one of the arguments of `filters`
 */
export function checkArgumentNames(
  what: string,
  known: readonly string[],
  given: unknown,
  error = queryError,
): asserts given is Record<string, unknown> {
  if (!isObject(given)) throw error(`${what} takes an object with ${known.join(", ")}, not ${whatIs(given)}`);
  const wrong = Object.keys(given).find((name) => given[name] !== undefined && !known.includes(name));
  if (wrong !== undefined) throw error(`${what} takes no argument ${wrong}${hintFor(wrong, known)}`);
}

/**
 * Checks the arguments of a public function.
 * @returns the arguments, with a list of one in place of a single text where a list is expected
 * @throws as {@link checkArgumentNames}, also if a value is of another type
 */
export function parseArguments<S extends z.ZodObject>(
  what: string,
  schema: S,
  given: unknown,
  error = queryError,
): z.output<S> {
  checkArgumentNames(what, Object.keys(schema.shape), given, error);
  const result = schema.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw error(`${what}: ${issue === undefined ? "wrong arguments" : describe(issue)}`);
}

/** Returns what a name that does not exist may be meant as. */
export function hintFor(wrong: string, known: readonly string[]): string {
  const fields = known.includes("filters") ? namedFields : [];
  const near = nearestName(wrong, [...new Set([...known, ...fields])]);
  if (near === undefined) return `; it takes ${known.join(", ")}`;
  if (known.includes(near)) return didYouMean(near);
  return `; ${near} is a field: use filters: [{ name: "${near}", values: ["…"] }]`;
}

function describe(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  const name = path.replace(/^\./, "");
  if (issue.code !== "unrecognized_keys") return `${name} ${issue.message}`;
  const [wrong = ""] = issue.keys;
  return `${name} has no ${wrong}${hintFor(wrong, Object.keys(filter.shape))}`;
}
