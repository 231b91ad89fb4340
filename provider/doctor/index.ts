import { ApiError } from "../api/errors.js";
import { announcedBy } from "../api/announced.js";
import { parseHttpDate } from "../api/retry-after.js";
import { Transport } from "../api/transport.js";
import { resolveSettings, SettingsError, stackConfig, type ConfigSource, type Settings } from "../config.js";
import { refusalOf } from "../fetch.js";
import type { FieldMap } from "../inventory/field-map.js";
import { collections, kinds, type Attributes } from "../inventory/records.js";
import { certificateChecks } from "./certificate.js";
import { examineDescription } from "./description.js";
import { environmentChecks, settingChecks, type Flags } from "./environment.js";
import { fieldShares, proposePath } from "./fields.js";
import { inventoryFileChecks } from "./inventory-file.js";
import { mirrorChecks } from "./mirror.js";
import { probeList, probeMissing, type ListProbe } from "./probe.js";
import type { Check, DoctorReport, FieldShare, Proposal } from "./report.js";
import { verdicts } from "./verdicts.js";
import { withoutSecrets } from "./without-secrets.js";

export type { Check, DoctorReport, Verdict } from "./report.js";

/** Seconds by which the clocks may differ. */
const tolerance = 60;

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
  const unreachable = await reach(transport, checks);
  if (unreachable) {
    const missing = { fault: unreachable };
    const seen = { settings: settings.api, unreachable, lists: [], missing, fields: [], described: unreachable };
    return { checks, assumptions: verdicts(seen), fields: [], proposals: [] };
  }
  const { checks: described, proposals, parameters, fault } = await examineDescription(transport, settings.api);
  const lists = await Promise.all(kinds.map((kind) => probeList(transport, settings.api, kind)));
  checks.push(...lists.flatMap(listChecks), ...described);
  const fields = lists.flatMap(({ kind, sample }) => fieldShares(settings.fieldMap, kind, sample ?? []));
  const readable = lists.find(({ error }) => error === undefined)?.kind ?? "location";
  const missing = await probeMissing(transport, readable);
  transport.checkRecord();
  const names = [...new Set(Object.values(parameters).flat())];
  return {
    checks,
    assumptions: verdicts({ settings: settings.api, unreachable, lists, missing, fields, described: fault ?? names }),
    fields,
    proposals: [...proposals, ...proposeFields(fields, lists, settings.fieldMap)],
  };
}

/** Token and status, and the server's clock; answers why nothing more can be asked. */
async function reach(transport: Transport, checks: Check[]): Promise<ApiError | Error | undefined> {
  try {
    const { headers } = await transport.get(["status"]);
    checks.push({ area: "service", name: "token and GET /status", status: "ok", detail: "answered" });
    const date = parseHttpDate(headers.get("date") ?? "");
    const skew = Math.round((Date.now() - date) / 1000);
    checks.push(
      Number.isNaN(date)
        ? { area: "service", name: "clock", status: "unknown", detail: "the server does not tell the time" }
        : Math.abs(skew) <= tolerance
          ? { area: "service", name: "clock", status: "ok", detail: "agrees with the server's" }
          : {
              area: "service",
              name: "clock",
              status: "warning",
              detail: `differs from the server's by ${skew} s`,
              next: "set the clock of this machine",
            },
    );
    return undefined;
  } catch (error) {
    transport.checkRecord();
    const fault = error instanceof Error ? error : new Error(String(error));
    const next = fault instanceof ApiError ? fault.hint : undefined;
    checks.push({ area: "service", name: "token and GET /status", status: "failed", detail: fault.message, next });
    return fault;
  }
}

/** Of a list, and of the calls to it that failed while it could be read. */
function listChecks(probe: ListProbe): Check[] {
  const name = `GET /${collections[probe.kind]}`;
  const { revalidationFault, byIdFault } = probe;
  return [
    listCheck(name, probe),
    ...(revalidationFault ? [faultCheck(`${name} with If-None-Match`, revalidationFault)] : []),
    ...(byIdFault ? [faultCheck(`${name}/{id}`, byIdFault)] : []),
  ];
}

function faultCheck(name: string, error: Error, status: Check["status"] = "failed"): Check {
  const next = error instanceof ApiError ? error.hint : undefined;
  return { area: "service", name, status, detail: error.message, next };
}

function listCheck(name: string, { kind, error, first }: ListProbe): Check {
  if (error) {
    const isAllowed = kind === "account" && refusalOf(error) !== undefined;
    return faultCheck(name, error, isAllowed ? "warning" : "failed");
  }
  const total = first && announcedBy(first.headers, first.records.length).total;
  const detail = total === undefined ? "answered" : `${total} records`;
  return { area: "service", name, status: "ok", detail };
}

/** Fields that no record has, where another path would find them. */
function proposeFields(fields: readonly FieldShare[], lists: readonly ListProbe[], map: FieldMap): Proposal[] {
  const overrides: Record<string, Record<string, string[]>> = {};
  for (const { kind, field, found, records } of fields) {
    if (records === 0 || found > 0) continue;
    const sample: readonly Attributes[] = lists.find((probe) => probe.kind === kind)?.sample ?? [];
    const path = proposePath(field, sample, map[kind][field]);
    if (path !== undefined) (overrides[kind] ??= {})[field] = [path];
  }
  if (Object.keys(overrides).length === 0) return [];
  const why = "these fields are found in no record, and these paths sound like them";
  return [{ setting: "fieldMap", value: JSON.stringify(overrides), why }];
}
