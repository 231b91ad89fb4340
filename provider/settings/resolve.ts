import { z } from "zod";
import { apiDefaults, type ApiSettings } from "../api/http/settings.js";
import { cacheFolder } from "../files/cache-folder.js";
import { suggestName } from "../platform/similar-strings.js";
import { defaultFieldMap, type FieldMap } from "../model/field-map.js";
import { kinds } from "../model/records.js";
import type { Retention } from "../model/retention.js";
import type { InventoryArgs } from "./args.js";
import { type fieldMap, environmentName, schemas, type Key } from "./schema.js";
import { SettingsError, type SettingProblem } from "./settings-error.js";
import { howToSet, stackConfig, type ConfigSource } from "./sources.js";

/** The resolved settings of the client and the mirror. */
export interface Settings {
  readonly api: ApiSettings;
  readonly cacheDir: string;
  /** Seconds. */
  readonly maxAge: number;
  /** Seconds. */
  readonly maxStale: number;
  /** Seconds. */
  readonly fullSyncAge: number;
  readonly retention: Retention;
  /** Whether records are secrets to Pulumi. */
  readonly sensitive: boolean;
  /** The inventory file to read instead of the API: a path or a URL, see `parseInventoryUrl`. */
  readonly inventoryFile: string | undefined;
  /** Bearer token for an inventory file at an https URL. */
  readonly inventoryToken: string | undefined;
  readonly fieldMap: FieldMap;
  /** Whether the user set them. Defaults are not compared with the identity of an inventory file. */
  readonly explicit: { readonly endpoint: boolean; readonly fieldMap: boolean };
}

/** Checks the names of explicit settings, for callers without a compiler. @throws SettingsError with the most similar name */
export function checkSettingNames(args: unknown): void {
  const names = Object.keys(schemas);
  const object = z.record(z.string(), z.unknown()).safeParse(args);
  const given = Object.entries(object.data ?? { settings: args }).filter(([, value]) => value !== undefined);
  const issues = given
    .filter(([name]) => !names.includes(name))
    .map(([name]): SettingProblem => {
      const reason = object.success
        ? `does not exist${suggestName(name, names, "settings")}`
        : 'must be an object, such as { inventoryFile: "…" }';
      return { setting: name as Key, reason, problem: reason };
    });
  if (issues.length > 0) throw new SettingsError(issues);
}

/**
 * Explicit arguments › Pulumi config `orange-cmdb:*` › `ORANGE_CMDB_*` environment › defaults.
 * @throws SettingsError with each missing or invalid setting and how to set it
 */
export function resolveSettings(
  args: InventoryArgs = {},
  config: ConfigSource = stackConfig,
  env: NodeJS.ProcessEnv = process.env,
): Settings {
  const issues: SettingProblem[] = [];

  function setting<K extends Key>(key: K): z.output<(typeof schemas)[K]> | undefined {
    const given = args[key] ?? config(key) ?? (env[environmentName(key)] || undefined);
    if (given === undefined) return undefined;
    const result = schemas[key].safeParse(given);
    if (result.success) return result.data as z.output<(typeof schemas)[K]>;
    const reason = `is wrong: ${result.error.issues[0]?.message ?? "not valid"}`;
    issues.push({ setting: key, reason, problem: `${reason} (${howToSet(key, config)})` });
    return undefined;
  }

  const accessToken = setting("accessToken");
  const clientId = setting("clientId");
  const clientSecret = setting("clientSecret");
  const inventoryFile = setting("inventoryFile");
  if (!accessToken && inventoryFile === undefined) {
    for (const [key, value] of Object.entries({ clientId, clientSecret }) as [Key, string | undefined][])
      if (!value) issues.push({ setting: key, reason: "is missing", problem: `is missing: ${howToSet(key, config)}` });
  }
  const timeout = setting("timeout");
  const endpoint = setting("endpoint")?.replace(/\/+$/, "");
  const overrides = setting("fieldMap");
  const tokenUrl = setting("tokenUrl");
  const isElsewhere = endpoint !== undefined && new URL(endpoint).host !== new URL(apiDefaults.tokenUrl).host;
  if (isElsewhere && tokenUrl === undefined && !accessToken && inventoryFile === undefined) {
    // Never send the credentials of one server to another.
    const reason = `is missing: endpoint is on ${new URL(endpoint).host}, and the default tokenUrl is not`;
    issues.push({ setting: "tokenUrl", reason, problem: `${reason}; ${howToSet("tokenUrl", config)}` });
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
    recordingDir: setting("recordingDir"),
  };
  const settings: Settings = {
    api,
    cacheDir: setting("cacheDir") ?? cacheFolder(),
    maxAge: setting("maxAge") ?? 300,
    maxStale: setting("maxStale") ?? 0,
    fullSyncAge: setting("fullSyncAge") ?? 86_400,
    retention: { versions: setting("historyVersions") ?? 20, days: setting("historyDays") ?? 30 },
    sensitive: setting("sensitive") ?? false,
    inventoryFile,
    inventoryToken: setting("inventoryToken"),
    fieldMap: mergeFieldMap(overrides),
    explicit: { endpoint: endpoint !== undefined, fieldMap: overrides !== undefined },
  };
  if (api.recordingDir !== undefined && inventoryFile !== undefined) {
    const reason = "cannot be used with an inventory file, because no API call is made";
    issues.push({ setting: "recordingDir", reason, problem: `${reason}; remove --record-http or --inventory` });
  }
  if (issues.length > 0) throw new SettingsError(issues);
  return settings;
}

/** Resolves the settings for API calls, which need credentials even if an inventory file is set. @throws SettingsError */
export function resolveServiceSettings(args: InventoryArgs = {}, config: ConfigSource = stackConfig): Settings {
  const { inventoryFile: _file, ...rest } = args;
  const { [environmentName("inventoryFile")]: _variable, ...env } = process.env;
  const source = (key: string): string | undefined => (key === "inventoryFile" ? undefined : config(key));
  return resolveSettings(rest, Object.assign(source, { isSettable: config.isSettable }), env);
}

/** Returns whether records are Pulumi secrets. An invalid value counts as `true`; {@link resolveSettings} reports it. */
export function isSensitive(args: InventoryArgs = {}, config: ConfigSource = stackConfig): boolean {
  const given = args.sensitive ?? config("sensitive") ?? (process.env[environmentName("sensitive")] || false);
  const result = schemas.sensitive.safeParse(given);
  return !result.success || result.data;
}

function mergeFieldMap(overrides: z.output<typeof fieldMap> | undefined): FieldMap {
  const merged = Object.fromEntries(kinds.map((kind) => [kind, { ...defaultFieldMap[kind], ...overrides?.[kind] }]));
  return merged as unknown as FieldMap;
}
