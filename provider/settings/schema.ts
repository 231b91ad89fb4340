import { isAbsolute } from "node:path";
import { z } from "zod";
import { isPath } from "../model/field-map.js";
import { kinds, namedFields } from "../model/records.js";
import { snakeCase } from "../platform/case.js";
import { INVALID_HEADER_VALUE, isValidHeaderValue } from "../platform/header-value.js";
import { durationIn } from "../platform/time.js";
import { hasCredentials, hasNoQuery, isSecureUrl } from "../platform/urls.js";
import type { InventoryArgs } from "./args.js";
import { inventoryUrlProblem, isUrl } from "./inventory-url.js";

/** A whole number, or a text of decimal digits. */
const wholeNumber = (error: string) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d+$/)
          .transform(Number),
      ],
      { error },
    )
    .pipe(z.int({ error }).nonnegative({ error: "is negative" }));
const number = wholeNumber("is not a whole number");
/** A whole number of a unit, or a duration such as `5m`. @param name of the unit @param unit its milliseconds */
const duration = (name: string, unit: number) =>
  z.preprocess(
    (given) => {
      const milliseconds = typeof given === "string" ? durationIn(given) : undefined;
      return milliseconds === undefined ? given : milliseconds / unit;
    },
    wholeNumber(`is not a whole number of ${name}, nor a duration such as 90s, 5m, 12h or 30d`),
  );
const seconds = duration("seconds", 1_000);
const atLeastOne = number.refine((count) => count >= 1, { error: "must be 1 or more" });
const text = z.string().min(1, { error: "is empty" });
const header = text.refine(isValidHeaderValue, { error: INVALID_HEADER_VALUE });
/** Maximum seconds of a timer. A timer with a longer delay fires at once. */
const MAX_SECONDS = 2_000_000;
const httpUrl = z
  .url({ protocol: /^https?$/, error: "is not an https:// URL" })
  .refine(isSecureUrl, { error: "must be https (plain http only on loopback)" })
  // Messages and reports show the URL.
  .refine((url) => !hasCredentials(url), { error: "must not have a user or a password: set clientId and clientSecret" })
  .refine(hasNoQuery, { error: "must not have a query or a fragment: set the API key as apiKey" });
const absolutePath = z.string().refine(isAbsolute, {
  error: "must be an absolute path, because program, providers and policy pack run in different folders",
});
const pathOrUrl = z.string().check((context) => {
  const message = isUrl(context.value)
    ? inventoryUrlProblem(context.value)
    : isAbsolute(context.value)
      ? undefined
      : "must be an absolute path or a URL, because program, providers and policy pack run in different folders";
  // Issues of a schema have their input, which may be secret here.
  if (message !== undefined) context.issues.push({ code: "custom", message, input: undefined });
});
const trueOrFalse = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })], {
  error: "is neither true nor false",
});
const path = text.refine(isPath, { error: "has an invalid JMESPath" });
export const fieldMap = z.partialRecord(z.enum(kinds), z.partialRecord(z.enum(namedFields), z.array(path)));
const json = z.string().transform((given, context) => {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    context.addIssue("is not JSON");
    return z.NEVER;
  }
});

/** Returns the problem of a field map: an unknown name, or its structure. */
function mistakeInFieldMap({ issues }: z.ZodError): string {
  const about = "is not a field map";
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (!unknown)
    return `${about}: kinds, their fields, and for each a list of JMESPath candidates, as an object or its JSON`;
  const [kind] = unknown.path;
  const names = unknown.keys.map((name) => JSON.stringify(name)).join(", ");
  if (kind === undefined) return `${about}: unknown kind ${names}; kinds are ${kinds.join(", ")}`;
  return `${about}: a ${String(kind)} has no field ${names}; fields are ${namedFields.join(", ")}`;
}

/** Returns whether a name is a kind, or a field of a kind. */
function namesPrototype(map: unknown): boolean {
  return [map, ...Object.values(map as object)].some((holder) => Object.hasOwn(holder as object, "__proto__"));
}

const fieldMapOrJson = z.unknown().transform((given, context) => {
  const read = json.safeParse(given);
  const value = read.success ? read.data : given;
  const result = fieldMap.safeParse(value);
  // Zod ignores this name.
  if (result.success && namesPrototype(value)) {
    context.addIssue('is not a field map: there is no kind and no field "__proto__"');
    return z.NEVER;
  }
  if (result.success) return result.data;
  context.addIssue(mistakeInFieldMap(result.error));
  return z.NEVER;
});

/** The schema of each setting. */
export const schemas = {
  endpoint: httpUrl,
  tokenUrl: httpUrl,
  clientId: text,
  clientSecret: text,
  apiKey: header,
  accessToken: header,
  scope: z.string(),
  cacheDir: text,
  maxAge: seconds,
  maxStale: seconds,
  fullSyncAge: seconds,
  inventoryFile: pathOrUrl,
  inventoryToken: header,
  historyVersions: atLeastOne,
  historyDays: duration("days", 86_400_000),
  pageSize: atLeastOne,
  requestsPerSecond: atLeastOne.refine((count) => count <= 1000, { error: "is more than 1000" }),
  pagingStyle: z.enum(["offset", "page", "none"]),
  limitParameter: text,
  offsetParameter: text,
  sorting: trueOrFalse,
  timeout: seconds
    .refine((count) => count >= 1, { error: "must be 1 or more" })
    .refine((count) => count <= MAX_SECONDS, { error: `is more than ${MAX_SECONDS} seconds` }),
  sensitive: trueOrFalse,
  recordingDir: absolutePath,
  fieldMap: fieldMapOrJson,
} satisfies Record<keyof InventoryArgs, z.ZodType>;

export type Key = keyof typeof schemas;

/** The names of all settings. */
export const settingNames = Object.keys(schemas) as readonly (keyof InventoryArgs)[];

/** The settings whose values are never shown or stored. */
export const secretSettings: ReadonlySet<keyof InventoryArgs> = new Set([
  "clientId",
  "clientSecret",
  "apiKey",
  "accessToken",
  "inventoryToken",
]);

/** Returns the environment variable of a setting: `ORANGE_CMDB_CLIENT_ID` for `clientId`. */
export function environmentName(key: string): string {
  return `ORANGE_CMDB_${snakeCase(key).toUpperCase()}`;
}
