import { Transport } from "../api/transport.js";
import { resolveSettings, SettingsError, stackConfig, type ConfigSource, type Settings } from "../config.js";
import type { FieldMap } from "../inventory/field-map.js";
import { kinds, type Attributes } from "../inventory/records.js";
import { apiKeyCheck } from "./api-key.js";
import { certificateChecks } from "./certificate.js";
import { contractLists, examineDescription } from "./description.js";
import { environmentChecks, settingChecks, type Flags } from "./environment.js";
import { fieldShares, isExpected, proposePath } from "./fields.js";
import { inventoryFileChecks } from "./inventory-file.js";
import { listChecks, longPageCheck, proposePageSize } from "./list-checks.js";
import { mirrorChecks } from "./mirror.js";
import { isRead, probeList, probeLongPage, probeMissing, type ReadList } from "./probe.js";
import { isAnswered, reach } from "./reach.js";
import type { Check, DoctorReport, FieldShare, Proposal } from "./report.js";
import { verdicts } from "./verdicts.js";
import { withoutSecrets } from "./without-secrets.js";

export type { Check, DoctorReport, Verdict } from "./report.js";

/**
 * Looks at everything that a working inventory needs, and at each assumption; asks the service little, and changes nothing.
 * @param flags the settings that were put into the environment by a flag
 */
export async function examine(flags: Flags = {}, config: ConfigSource = stackConfig): Promise<DoctorReport> {
  let settings: Settings | undefined;
  let faults: SettingsError["faults"] = [];
  try {
    settings = resolveSettings({}, config);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    ({ faults } = error);
  }
  const checks = [...settingChecks(flags, config, faults), ...(await environmentChecks())];
  const transport = settings && new Transport(settings.api);
  try {
    const service = settings && transport ? await examineService(settings, transport) : nothing;
    if (settings) checks.push(...(await recordChecks(settings)));
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

/** Where the records come from: the file, where one is set, and else the mirror. */
async function recordChecks(settings: Settings): Promise<Check[]> {
  const { inventoryFile, expected } = settings;
  return inventoryFile === undefined ? mirrorChecks(settings) : inventoryFileChecks(inventoryFile, expected);
}

/** What was seen of the service. */
type Examined = Pick<DoctorReport, "checks" | "assumptions" | "fields" | "proposals">;

const nothing: Examined = { checks: [], assumptions: [], fields: [], proposals: [] };

/** Why the service need not be asked and cannot be; without an inventory file the settings would be wrong. */
function unasked({ accessToken, clientId, clientSecret }: Settings["api"]): string | undefined {
  if (accessToken !== undefined || (clientId !== undefined && clientSecret !== undefined)) return undefined;
  if (clientId === clientSecret) return "no credentials are set";
  return `${clientId === undefined ? "clientId" : "clientSecret"} is not set`;
}

async function examineService(settings: Settings, transport: Transport): Promise<Examined> {
  const why = unasked(settings.api);
  if (why !== undefined) {
    const detail = `not asked: an inventory file is read and ${why}`;
    return { ...nothing, checks: [{ area: "service", name: "token and GET /status", status: "unknown", detail }] };
  }
  const { endpoint, tokenUrl, accessToken, timeout } = settings.api;
  const checks = await certificateChecks(accessToken === undefined ? [tokenUrl, endpoint] : [endpoint], timeout);
  const { checks: reached, fault: unreachable } = await reach(transport);
  checks.push(...reached);
  if (settings.api.apiKey !== undefined && isAnswered(unreachable)) checks.push(await apiKeyCheck(transport));
  if (unreachable) {
    const missing = { fault: unreachable };
    const described = { lists: {}, fault: unreachable };
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

/** Fields that no record has, where another path would find them. */
function proposeFields(fields: readonly FieldShare[], lists: readonly ReadList[], map: FieldMap): Proposal[] {
  const overrides: Record<string, Record<string, string[]>> = {};
  for (const { kind, field, found, records } of fields) {
    if (records === 0 || found > 0) continue;
    const sample: readonly Attributes[] = lists.find((list) => list.kind === kind)?.sample.records ?? [];
    const path = proposePath(field, sample, map[kind][field]);
    if (path !== undefined) (overrides[kind] ??= {})[field] = [path];
  }
  if (Object.keys(overrides).length === 0) return [];
  const why = "these fields are found in no record, and these paths sound like them";
  return [{ setting: "fieldMap", value: JSON.stringify(overrides), why }];
}
