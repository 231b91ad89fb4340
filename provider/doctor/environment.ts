import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { shownAddress } from "../api/address.js";
import { proxyAddress, ProxyError, proxySetting } from "../api/proxy.js";
import { oldestNode } from "../node-version.js";
import { settingSources, type ConfigSource, type SettingFault, type SettingSource } from "../config.js";
import { authoritiesCheck } from "./authorities.js";
import type { Check } from "./report.js";

/** The flag of the command that has put a setting into the environment. */
export type Flags = Readonly<Partial<Record<SettingSource["setting"], string>>>;

/** Which settings hold, where each came from, and what is the matter with those that are wrong. */
export function settingChecks(flags: Flags, config: ConfigSource, faults: readonly SettingFault[]): Check[] {
  return settingSources({}, config).map(({ setting, source, value }) => {
    const from = (source === "environment" ? flags[setting] : undefined) ?? source;
    const isAddress = setting === "endpoint" || setting === "tokenUrl";
    const shown = value !== undefined && isAddress ? shownAddress(value) : value;
    const none = source === "default" ? "not set" : "set, not shown";
    const check = { area: "settings", name: setting } as const;
    const detail = `${shown ?? none} (${from})`;
    const problems = faults.filter((fault) => fault.setting === setting).map(({ problem }) => problem);
    return problems.length === 0
      ? { ...check, status: "ok", detail }
      : { ...check, status: "failed", detail: [detail, ...problems].join(" ") };
  });
}

/** The oldest Node.js and Pulumi that this package works with. */
const oldest = { node: oldestNode, pulumi: [3, 204] } as const;

function isRecent(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = 0, second = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return first > major || (first === major && second >= minor);
}

type NewCheck = (name: string, status: Check["status"], detail: string, next?: string) => Check;

/** Node.js, the Pulumi CLI, proxy and certificates. */
export async function environmentChecks(): Promise<Check[]> {
  const node = process.versions.node;
  const check: NewCheck = (name, status, detail, next) => ({
    area: "environment",
    name,
    status,
    detail,
    ...(next === undefined ? {} : { next }),
  });
  return [
    isRecent(node, oldest.node)
      ? check("Node.js", "ok", node)
      : check("Node.js", "failed", node, `install Node.js ${oldest.node.join(".")} or later`),
    await pulumiCheck(check),
    proxyCheck(check),
    authoritiesCheck(),
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0"
      ? check("certificate checks", "warning", "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored here", "take it away")
      : check("certificate checks", "ok", "on"),
  ];
}

/** A warning only: it may be that no host is asked for through it. */
function proxyCheck(check: NewCheck): Check {
  const set = Object.keys(process.env).filter((name) => /^(https|no|all)_proxy$/i.test(name) && process.env[name]);
  const setting = proxySetting();
  try {
    if (setting) proxyAddress(setting);
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    return check("proxy", "warning", error.message, error.hint);
  }
  return check("proxy", "ok", set.length > 0 ? `${set.join(", ")} set` : "none in the environment");
}

async function pulumiCheck(check: NewCheck): Promise<Check> {
  const command = process.env["ORANGE_CMDB_PULUMI"] ?? "pulumi";
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { stdout } = await promisify(execFile)(command, ["version"], { env, timeout: 20_000 });
    const version = stdout.trim();
    return isRecent(version, oldest.pulumi)
      ? check("Pulumi CLI", "ok", version)
      : check("Pulumi CLI", "warning", version, `programs need Pulumi ${oldest.pulumi.join(".")} or later`);
  } catch {
    return check("Pulumi CLI", "unknown", "not on PATH", "needed by programs and by drift --stack only");
  }
}
