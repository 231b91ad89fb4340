import { recorderFor } from "../api/recording/recorder.js";
import { Transport } from "../api/http/transport.js";
import { resolveSettings, type Settings } from "../settings/resolve.js";
import { stackConfig, type ConfigSource } from "../settings/sources.js";
import { SettingsError } from "../settings/settings-error.js";
import type { InventoryArgs } from "../settings/args.js";
import type { FieldMap } from "../model/field-map.js";
import { kinds, type Attributes } from "../model/records.js";
import { apiKeyCheck } from "./api-key.js";
import { certificateChecks } from "./certificate.js";
import { contractLists, examineDescription } from "./description.js";
import { environmentChecks, settingChecks, type SettingOptions } from "./environment.js";
import { fieldShares, isExpected, proposePath } from "./fields.js";
import { inventoryFileChecks } from "./inventory-file.js";
import { listChecks, longPageCheck, proposePageSize } from "./list-checks.js";
import { mirrorChecks } from "./mirror.js";
import { isRead, probeList, probeLongPage, probeMissing, type ReadList } from "./probe.js";
import { isAnswered, reach } from "./reach.js";
import type { Check, DoctorReport, FieldShare, Proposal } from "./report.js";
import { verdicts } from "./assessors.js";

export type { Check, DoctorReport, Verdict } from "./report.js";

/**
 * Checks everything that a working inventory needs, and each assumption. Makes few calls and changes nothing.
 * @param args explicit settings
 * @param options names of these settings for the user, such as `--inventory`
 */
export async function examine(
  args: InventoryArgs = {},
  config: ConfigSource = stackConfig,
  options: SettingOptions = {},
): Promise<DoctorReport> {
  let settings: Settings | undefined;
  let issues: SettingsError["issues"] = [];
  try {
    settings = resolveSettings(args, config);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    ({ issues } = error);
  }
  const checks = settingChecks(args, options, config, issues);
  const transport = settings && new Transport(settings.api, { recorder: recorderFor(settings.api.recordingDir) });
  try {
    const [environment, service] = await Promise.all([
      environmentChecks(),
      settings && transport ? examineService(settings, transport) : NOT_EXAMINED,
    ]);
    checks.push(...environment, ...(settings ? await recordChecks(settings) : []));
    const report: DoctorReport = {
      version: 1,
      generatedAt: new Date().toISOString(),
      ...service,
      checks: [...checks, ...service.checks],
    };
    return transport ? withoutSecrets(report, (text) => transport.redact(text)) : report;
  } finally {
    transport?.close();
  }
}

/** Checks the source of the records: the inventory file if one is set, else the mirror. */
async function recordChecks(settings: Settings): Promise<Check[]> {
  const { inventoryFile } = settings;
  return inventoryFile === undefined ? mirrorChecks(settings) : inventoryFileChecks(settings, inventoryFile);
}

/** The observations of the service. */
type Examined = Pick<DoctorReport, "checks" | "assumptions" | "fields" | "proposals">;

const NOT_EXAMINED: Examined = { checks: [], assumptions: [], fields: [], proposals: [] };

/** Returns why the service is not called. Without an inventory file the settings would be invalid. */
function unasked({ accessToken, clientId, clientSecret }: Settings["api"]): string | undefined {
  if (accessToken !== undefined || (clientId !== undefined && clientSecret !== undefined)) return undefined;
  if (clientId === clientSecret) return "no credentials are set";
  return `${clientId === undefined ? "clientId" : "clientSecret"} is not set`;
}

async function examineService(settings: Settings, transport: Transport): Promise<Examined> {
  const why = unasked(settings.api);
  if (why !== undefined) {
    const detail = `not checked: an inventory file is set and ${why}`;
    return { ...NOT_EXAMINED, checks: [{ area: "service", name: "token and GET /status", status: "unknown", detail }] };
  }
  const { endpoint, tokenUrl, accessToken, timeout } = settings.api;
  const checks = await certificateChecks(accessToken === undefined ? [tokenUrl, endpoint] : [endpoint], timeout);
  const { checks: reached, failure: unreachable } = await reach(transport);
  checks.push(...reached);
  if (settings.api.apiKey !== undefined && isAnswered(unreachable)) checks.push(await apiKeyCheck(transport));
  if (unreachable) {
    const missing = { failure: unreachable };
    const described = { lists: {}, failure: unreachable };
    const seen = { settings: settings.api, unreachable, probes: [], long: undefined, missing, fields: [], described };
    return { checks, assumptions: verdicts(seen), fields: [], proposals: [] };
  }
  const { api, fieldMap } = settings;
  const described = await examineDescription(transport, api, fieldMap);
  const probes = await Promise.all(kinds.map((kind) => probeList(transport, api, kind)));
  const lists = probes.filter(isRead);
  const long = await probeLongPage(transport, api, lists);
  checks.push(...probes.flatMap((probe) => listChecks(probe, api.paging)));
  if (long) checks.push(longPageCheck(long, api.paging));
  checks.push(...described.checks);
  const shares = lists.flatMap(({ kind, sample }) => fieldShares(fieldMap, kind, sample.records));
  const fields = shares.filter((share) => isExpected(share, fieldMap, contractLists[share.kind]?.fields ?? []));
  const missing = await probeMissing(transport, lists[0]?.kind ?? "location");
  transport.checkRecord();
  const ofPages = described.proposals.some(({ setting }) => setting === "pageSize") ? [] : proposePageSize(lists, long);
  return {
    checks,
    assumptions: verdicts({ settings: api, unreachable, probes, long, missing, fields, described }),
    fields,
    proposals: [...described.proposals, ...ofPages, ...proposeFields(shares, lists, fieldMap)],
  };
}

/** Proposes other paths for fields that no record has. */
function proposeFields(fields: readonly FieldShare[], lists: readonly ReadList[], map: FieldMap): Proposal[] {
  const overrides: Record<string, Record<string, string[]>> = {};
  for (const { kind, field, found, records } of fields) {
    if (records === 0 || found > 0) continue;
    const sample: readonly Attributes[] = lists.find((list) => list.kind === kind)?.sample.records ?? [];
    const path = proposePath(field, sample, map[kind][field]);
    if (path !== undefined) (overrides[kind] ??= {})[field] = [path];
  }
  if (Object.keys(overrides).length === 0) return [];
  const why = "no record has these fields, and these paths have similar names";
  return [{ setting: "fieldMap", value: JSON.stringify(overrides), why }];
}

/** Returns the report with redacted texts, so that it never has a secret. */
export function withoutSecrets(report: DoctorReport, redact: (text: string) => string): DoctorReport {
  return {
    ...report,
    checks: report.checks.map((check) => ({
      ...check,
      name: redact(check.name),
      detail: redact(check.detail),
      ...(check.next === undefined ? {} : { next: redact(check.next) }),
    })),
    assumptions: report.assumptions.map((verdict) => ({ ...verdict, seen: redact(verdict.seen) })),
    proposals: report.proposals.map(({ setting, value, why }) => ({
      setting,
      value: redact(value),
      why: redact(why),
    })),
  };
}
