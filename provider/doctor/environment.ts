import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { redactAddress } from "../platform/urls.js";
import { proxyAddress, ProxyError, proxySetting } from "../api/http/proxy.js";
import { oldestNode } from "../platform/node-version.js";
import { redactInventoryFile } from "../settings/inventory-url.js";
import { settingSources, type ConfigSource, type SettingSource } from "../settings/sources.js";
import type { SettingProblem } from "../settings/settings-error.js";
import type { InventoryArgs } from "../settings/args.js";
import { authoritiesCheck } from "./authorities.js";
import type { Check } from "./report.js";

/** Returns the option of the command for a setting. */
export type SettingOptions = Readonly<Partial<Record<SettingSource["setting"], string>>>;

/** Checks the settings: the value and the source of each, and the problems of invalid ones. */
export function settingChecks(
  args: InventoryArgs,
  options: SettingOptions,
  config: ConfigSource,
  issues: readonly SettingProblem[],
): Check[] {
  return settingSources(args, config).map(({ setting, source, value }) => {
    const from = (source === "argument" ? options[setting] : undefined) ?? source;
    const isAddress = setting === "endpoint" || setting === "tokenUrl";
    const isFile = setting === "inventoryFile";
    const shown =
      value === undefined ? undefined : isAddress ? redactAddress(value) : isFile ? redactInventoryFile(value) : value;
    const none = source === "default" ? "not set" : "set, not shown";
    const check = { area: "settings", name: setting } as const;
    const detail = `${shown ?? none} (${from})`;
    const problems = issues.filter((issue) => issue.setting === setting).map(({ problem }) => problem);
    return problems.length === 0
      ? { ...check, status: "ok", detail }
      : { ...check, status: "failed", detail: [detail, ...problems].join(" ") };
  });
}

/** The oldest supported versions of Node.js and Pulumi. */
const oldest = { node: oldestNode, pulumi: [3, 204] } as const;

function isRecent(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, first = 0, second = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  return first > major || (first === major && second >= minor);
}

type NewCheck = (name: string, status: Check["status"], detail: string, next?: string) => Check;

/** Checks Node.js, the Pulumi CLI, proxy and certificates. */
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
      ? check("certificate checks", "warning", "NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored", "unset it")
      : check("certificate checks", "ok", "on"),
  ];
}

/** Only warns, because no call may need the proxy. */
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
