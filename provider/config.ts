import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import { hintFor } from "./arguments.js";
import { hasNoQuery, holdsNoCredentials, isTrusted } from "./api/address.js";
import { fitsHeader, unfit } from "./api/fits-header.js";
import { apiDefaults, type ApiSettings } from "./api/settings.js";
import { cacheFolder } from "./cache-folder.js";
import { defaultFieldMap, isPath, type FieldMap } from "./inventory/field-map.js";
import { layout } from "./inventory/layout.js";
import { durationIn } from "./inventory/time.js";
import type { FileOrigin } from "./inventory/portable.js";
import type { Keep } from "./inventory/prune.js";
import { kinds, namedFields } from "./inventory/records.js";

/** Which inventory it is, and how it is read; what is left out comes from Pulumi config, the environment, defaults. */
export interface InventoryArgs {
  /** Base URL of the Core Information API. */
  endpoint?: string | undefined;
  /** OAuth 2.0 token endpoint. */
  tokenUrl?: string | undefined;
  /** OAuth 2.0 client id; not needed with an access token or an inventory file. */
  clientId?: string | undefined;
  /** OAuth 2.0 client secret; not needed with an access token or an inventory file. */
  clientSecret?: string | undefined;
  /** Sent as `X-Api-Key`; not needed with a user's own access token. */
  apiKey?: string | undefined;
  /** A ready access token, instead of client id and secret. */
  accessToken?: string | undefined;
  /** OAuth scopes, separated by spaces. Default: read-only. */
  scope?: string | undefined;
  /** Folder of the mirror, or `:memory:` for no trace on disk. Default: the user's cache folder. */
  cacheDir?: string | undefined;
  /** Seconds after which the mirror is fetched again, or a text such as `5m`. Default 300. */
  maxAge?: number | string | undefined;
  /**
   * Seconds that the mirror may be old where the API cannot be had, or a text such as `12h`; a stale inventory is always said to be one.
   * Default 0: then it is an error.
   */
  maxStale?: number | string | undefined;
  /**
   * Seconds after which a refresh reads a list in full, or a text such as `1d`, and not only what changed: what a refresh cannot see is seen then.
   * Default 86 400.
   */
  fullSyncAge?: number | string | undefined;
  /** A file of `orange-cmdb sync --output`, read instead of the API; no credentials are needed then. */
  inventoryFile?: string | undefined;
  /** Versions that the mirror keeps, the current one counted. Default 20. */
  historyVersions?: number | undefined;
  /** Days for which it keeps versions that were replaced, or a text such as `30d`. Default 30. */
  historyDays?: number | string | undefined;
  /** Records asked for at a time. Default 250, which is the documented maximum. */
  pageSize?: number | undefined;
  /** API calls that start in a second, from 1 to 1000; they are evenly spaced. Default 20. */
  requestsPerSecond?: number | undefined;
  /** `offset` (default), `page` or `none`. */
  pagingStyle?: "offset" | "page" | "none" | undefined;
  /** Query parameter of the page size. Default `limit`. */
  limitParameter?: string | undefined;
  /** Query parameter of the position. Default `offset`. */
  offsetParameter?: string | undefined;
  /**
   * Asks for lists in an order: by id as a whole, the latest changes first at a refresh. `false` for a server that cannot sort;
   * every refresh reads whole lists then. Default true.
   */
  sorting?: boolean | undefined;
  /** Seconds for one call with all its attempts, or a text such as `2m`. Default 120. */
  timeout?: number | string | undefined;
  /**
   * Marks everything of a record as a Pulumi secret: what the `…Output` functions give, and what tracked records keep. The
   * other functions, whose results cannot be marked, refuse then. Default false.
   */
  sensitive?: boolean | undefined;
  /** A folder for what is exchanged with the API, without anything that is a customer's or a secret. */
  record?: string | undefined;
  /** Entries that replace those of the default field map, per kind and field: lists of JMESPath candidates. */
  fieldMap?: Partial<FieldMap> | undefined;
}

/** Everything the client and the mirror need. */
export interface Settings {
  readonly api: ApiSettings;
  readonly cacheDir: string;
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds. */
  readonly maxStale: number;
  /** Seconds. */
  readonly fullSyncAge: number;
  readonly keep: Keep;
  /** Records are secrets to Pulumi. */
  readonly sensitive: boolean;
  /** Read instead of the API. */
  readonly inventoryFile: string | undefined;
  readonly fieldMap: FieldMap;
  /** What the settings say of an inventory file that is to be read, as far as they say it. */
  readonly expected: Partial<FileOrigin>;
}

/** Looks up a key of the stack's configuration, without the `orange-cmdb:` prefix. */
export interface ConfigSource {
  (key: string): string | undefined;
  /** False if there is no stack, so that nobody is advised to configure it. Default: true. */
  readonly isSettable?: boolean | undefined;
  /** Returns all keys of the configuration, without the prefix. Default: they are not known. */
  readonly keys?: () => readonly string[];
}

/** Where the value of a setting came from. */
export interface SettingSource {
  readonly setting: keyof InventoryArgs;
  readonly source: "argument" | "stack configuration" | "environment" | "default";
  /** Undefined where it is a secret, or nothing. */
  readonly value: string | undefined;
}

/** Settings that are missing or wrong, all of them in one message. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** Each with the setting's name. */
  readonly problems: readonly string[];
  constructor(readonly faults: readonly SettingFault[]) {
    const problems = faults.map(({ setting, problem }) => `${setting} ${problem}`);
    super(`settings of the inventory are missing or wrong:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

/** What is the matter with one setting, and how to set it. */
export interface SettingFault {
  readonly setting: keyof InventoryArgs;
  readonly problem: string;
  /** The problem alone, for those who set it in another way. */
  readonly reason: string;
}

/** A whole number, or its decimal digits and nothing else. */
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
const header = text.refine(fitsHeader, { error: unfit });
/** Seconds that a timer can wait: beyond, it would not wait at all. */
const longest = 2_000_000;
const httpUrl = z
  .url({ protocol: /^https?$/, error: "is not an address that begins with https://" })
  .refine(isTrusted, { error: "must be https (plain http only on loopback)" })
  // It is shown, in messages and in reports.
  .refine(holdsNoCredentials, { error: "must hold no user and no password: set clientId and clientSecret" })
  .refine(hasNoQuery, { error: "must have no query and no fragment: an API key is set as apiKey" });
const absolutePath = z.string().refine(isAbsolute, {
  error: "must be an absolute path: program, providers and policy pack run in different folders",
});
const trueOrFalse = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })], {
  error: "is neither true nor false",
});
const path = text.refine(isPath, { error: "holds what is not JMESPath" });
const fieldMap = z.partialRecord(z.enum(kinds), z.partialRecord(z.enum(namedFields), z.array(path)));
const json = z.string().transform((given, context) => {
  try {
    return JSON.parse(given) as unknown;
  } catch {
    context.addIssue("is not JSON");
    return z.NEVER;
  }
});

/** What is wrong with a field map: a name that there is not, or its form. */
function mistakeInFieldMap({ issues }: z.ZodError): string {
  const about = "is not a field map";
  const unknown = issues.find((issue) => issue.code === "unrecognized_keys");
  if (!unknown)
    return `${about}: kinds, their fields, and for each a list of JMESPath candidates, as an object or its JSON`;
  const [kind] = unknown.path;
  const names = unknown.keys.map((name) => JSON.stringify(name)).join(", ");
  if (kind === undefined) return `${about}: there is no kind ${names}; kinds are ${kinds.join(", ")}`;
  return `${about}: a ${String(kind)} has no field ${names}; fields are ${namedFields.join(", ")}`;
}

/** Is it a name of the map, or of one of its kinds? */
function namesPrototype(map: unknown): boolean {
  return [map, ...Object.values(map as object)].some((holder) => Object.hasOwn(holder as object, "__proto__"));
}

const fieldMapOrJson = z.unknown().transform((given, context) => {
  const read = json.safeParse(given);
  const value = read.success ? read.data : given;
  const result = fieldMap.safeParse(value);
  // Zod passes over this name.
  if (result.success && namesPrototype(value)) {
    context.addIssue('is not a field map: there is no kind and no field "__proto__"');
    return z.NEVER;
  }
  if (result.success) return result.data;
  context.addIssue(mistakeInFieldMap(result.error));
  return z.NEVER;
});

const schemas = {
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
  inventoryFile: absolutePath,
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
    .refine((count) => count <= longest, { error: `is more than ${longest} seconds` }),
  sensitive: trueOrFalse,
  record: absolutePath,
  fieldMap: fieldMapOrJson,
} satisfies Record<keyof InventoryArgs, z.ZodType>;

type Key = keyof typeof schemas;

/** The names of all settings. */
export const settingNames = Object.keys(schemas) as readonly (keyof InventoryArgs)[];

/** The settings whose values are never shown or kept. */
export const secretSettings: ReadonlySet<keyof InventoryArgs> = new Set([
  "clientId",
  "clientSecret",
  "apiKey",
  "accessToken",
]);

/** The environment variable of a setting: `clientId` is `ORANGE_CMDB_CLIENT_ID`. */
export function environmentName(key: string): string {
  return `ORANGE_CMDB_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function howToSet(key: Key, { isSettable = true }: ConfigSource): string {
  const variable = `${environmentName(key)}=…`;
  if (!isSettable) return variable;
  // Pulumi takes a name with "token" in it for a secret, and asks for one or the other.
  const plain = key === "tokenUrl" ? "--plaintext " : "";
  const secret = secretSettings.has(key) && key !== "clientId" ? "--secret " : plain;
  return `pulumi config set ${secret}orange-cmdb:${key} …  or  ${variable}`;
}

/**
 * The stack's configuration as the language host hands it to a program or a policy pack; nothing elsewhere.
 * @throws SettingsError where it is no map of texts: what it says must not count as not set
 */
export const stackConfig: ConfigSource = Object.assign(
  (key: string): string | undefined => {
    try {
      return readStackConfig()[`orange-cmdb:${key}`];
    } catch {
      const reason = "cannot be looked up: PULUMI_CONFIG is no map of texts in JSON";
      const problem = `${reason}; leave it to Pulumi, which hands it to a program, or take it away`;
      throw new SettingsError([{ setting: key as Key, reason, problem }]);
    }
  },
  {
    keys: () => {
      try {
        return keysIn(readStackConfig());
      } catch {
        // The first setting that is looked up reports it.
        return [];
      }
    },
  },
);

function readStackConfig(): Record<string, string> {
  const text = process.env["PULUMI_CONFIG"];
  return text ? z.record(z.string(), z.string()).parse(JSON.parse(text)) : {};
}

/** Returns the keys of a stack's configuration that are this product's, without the prefix. */
export function keysIn(values: object): string[] {
  return Object.keys(values).flatMap((key) =>
    key.startsWith("orange-cmdb:") ? [key.slice("orange-cmdb:".length)] : [],
  );
}

/** Checks the names of explicit settings, for callers that no compiler checks. @throws SettingsError that names the nearest */
export function checkSettingNames(args: unknown): void {
  const names = Object.keys(schemas);
  const object = z.record(z.string(), z.unknown()).safeParse(args);
  const given = Object.entries(object.data ?? { settings: args }).filter(([, value]) => value !== undefined);
  const faults = given
    .filter(([name]) => !names.includes(name))
    .map(([name]): SettingFault => {
      const reason = object.success
        ? `does not exist${hintFor(name, names).replace("; it takes", "; settings are")}`
        : 'must be an object, such as { inventoryFile: "…" }';
      return { setting: name as Key, reason, problem: reason };
    });
  if (faults.length > 0) throw new SettingsError(faults);
}

/**
 * Explicit arguments › Pulumi config `orange-cmdb:*` › `ORANGE_CMDB_*` environment › defaults.
 * @throws SettingsError that names each missing or wrong setting and how to set it
 */
export function resolveSettings(
  args: InventoryArgs = {},
  config: ConfigSource = stackConfig,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  const faults: SettingFault[] = [];

  function setting<K extends Key>(key: K): z.output<(typeof schemas)[K]> | undefined {
    const given = args[key] ?? config(key) ?? (env[environmentName(key)] || undefined);
    if (given === undefined) return undefined;
    const result = schemas[key].safeParse(given);
    if (result.success) return result.data as z.output<(typeof schemas)[K]>;
    const reason = `is wrong: ${result.error.issues[0]?.message ?? "not valid"}`;
    faults.push({ setting: key, reason, problem: `${reason} (${howToSet(key, config)})` });
    return undefined;
  }

  const accessToken = setting("accessToken");
  const clientId = setting("clientId");
  const clientSecret = setting("clientSecret");
  const inventoryFile = setting("inventoryFile");
  if (!accessToken && inventoryFile === undefined) {
    for (const [key, value] of Object.entries({ clientId, clientSecret }) as [Key, string | undefined][])
      if (!value) faults.push({ setting: key, reason: "is missing", problem: `is missing: ${howToSet(key, config)}` });
  }
  const timeout = setting("timeout");
  const endpoint = setting("endpoint")?.replace(/\/+$/, "");
  const overrides = setting("fieldMap");
  const tokenUrl = setting("tokenUrl");
  const isElsewhere = endpoint !== undefined && new URL(endpoint).host !== new URL(apiDefaults.tokenUrl).host;
  if (isElsewhere && tokenUrl === undefined && !accessToken && inventoryFile === undefined) {
    // The credentials of one server must not go to another.
    const reason = `is missing: endpoint is on ${new URL(endpoint).host}, and the default tokenUrl is not`;
    faults.push({ setting: "tokenUrl", reason, problem: `${reason}; ${howToSet("tokenUrl", config)}` });
  }
  const api: ApiSettings = {
    endpoint: endpoint ?? apiDefaults.endpoint,
    tokenUrl: tokenUrl ?? apiDefaults.tokenUrl,
    clientId,
    clientSecret,
    apiKey: setting("apiKey"),
    accessToken,
    scope: setting("scope") ?? apiDefaults.scope,
    paging: {
      style: setting("pagingStyle") ?? apiDefaults.paging.style,
      limitParameter: setting("limitParameter") ?? apiDefaults.paging.limitParameter,
      offsetParameter: setting("offsetParameter") ?? apiDefaults.paging.offsetParameter,
      pageSize: setting("pageSize") ?? apiDefaults.paging.pageSize,
      sorting: setting("sorting") ?? apiDefaults.paging.sorting,
    },
    concurrency: apiDefaults.concurrency,
    requestsPerSecond: setting("requestsPerSecond") ?? apiDefaults.requestsPerSecond,
    attemptTimeout: apiDefaults.attemptTimeout,
    timeout: timeout === undefined ? apiDefaults.timeout : timeout * 1000,
    retries: apiDefaults.retries,
    record: setting("record"),
  };
  const settings: Settings = {
    api,
    cacheDir: setting("cacheDir") ?? cacheFolder(),
    maxAge: setting("maxAge") ?? 300,
    maxStale: setting("maxStale") ?? 0,
    fullSyncAge: setting("fullSyncAge") ?? 86_400,
    keep: { versions: setting("historyVersions") ?? 20, days: setting("historyDays") ?? 30 },
    sensitive: setting("sensitive") ?? false,
    inventoryFile,
    fieldMap: mergeFieldMap(overrides),
    expected: {
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(clientId === undefined ? {} : { account: accountDigest(clientId) }),
      ...(overrides === undefined ? {} : { fieldMap: digest(mergeFieldMap(overrides)) }),
    },
  };
  if (api.record !== undefined && inventoryFile !== undefined) {
    const reason = "cannot be used with an inventory file: nothing is exchanged with the API then";
    faults.push({ setting: "record", reason, problem: `${reason}; leave --record or --inventory away` });
  }
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** Are records secrets to Pulumi? A value that is wrong is told by {@link resolveSettings}, and hides until then. */
export function isSensitive(args: InventoryArgs = {}, config: ConfigSource = stackConfig): boolean {
  const given = args.sensitive ?? config("sensitive") ?? (process.env[environmentName("sensitive")] || false);
  const result = schemas.sensitive.safeParse(given);
  return !result.success || result.data;
}

/** Where each setting comes from; the values of secrets are left out. */
export function settingSources(
  args: InventoryArgs = {},
  config: ConfigSource = stackConfig,
  env: NodeJS.ProcessEnv = process.env,
): SettingSource[] {
  return (Object.keys(schemas) as Key[]).map((setting) => {
    const given: readonly [SettingSource["source"], unknown][] = [
      ["argument", args[setting]],
      ["stack configuration", config(setting)],
      ["environment", env[environmentName(setting)] || undefined],
    ];
    const [source, value] = given.find(([, found]) => found !== undefined) ?? (["default", undefined] as const);
    const shown =
      value === undefined || secretSettings.has(setting)
        ? undefined
        : typeof value === "string"
          ? value
          : JSON.stringify(value);
    return { setting, source, value: shown };
  });
}

/** The settings of whoever asks the API, which takes credentials even where an inventory file is read. @throws SettingsError */
export function resolveServiceSettings(args: InventoryArgs = {}, config: ConfigSource = stackConfig): Settings {
  const { inventoryFile: _file, ...rest } = args;
  const { [environmentName("inventoryFile")]: _variable, ...env } = process.env;
  const source = (key: string): string | undefined => (key === "inventoryFile" ? undefined : config(key));
  return resolveSettings(rest, Object.assign(source, { isSettable: config.isSettable }), env);
}

/** What an inventory file made with these settings says of itself. */
export function fileOrigin({ api, fieldMap }: Settings): FileOrigin {
  return { endpoint: api.endpoint, account: accountDigest(api.clientId), fieldMap: digest(fieldMap) };
}

/** A digest of any JSON value, in hexadecimal. */
export function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

function accountDigest(clientId: string | undefined): string {
  return digest(["account", clientId ?? null]);
}

function mergeFieldMap(overrides: z.output<typeof fieldMap> | undefined): FieldMap {
  const merged = Object.fromEntries(kinds.map((kind) => [kind, { ...defaultFieldMap[kind], ...overrides?.[kind] }]));
  return merged as unknown as FieldMap;
}

/** The path of the mirror of these settings, or `:memory:`: one file per layout, endpoint, account and field map. */
export function mirrorFile(settings: Settings): string {
  const { cacheDir } = settings;
  return cacheDir === ":memory:" ? cacheDir : join(cacheDir, `${mirrorName(settings)}.db`);
}

/** A digest, so that neither ids nor credentials can be read from a file name. */
function mirrorName({ api, fieldMap }: Settings): string {
  const { endpoint, clientId, accessToken, apiKey } = api;
  const name = digest([layout, endpoint, clientId ?? accessToken, apiKey, fieldMap]).slice(0, 32);
  // A token lasts an hour, and its mirror is not kept much longer.
  return clientId === undefined && accessToken !== undefined ? `${name}-token` : name;
}
