import { isSensitive, resolveSettings } from "../settings/resolve.js";
import type { ConfigSource } from "../settings/sources.js";
import { environmentName, secretSettings } from "../settings/schema.js";
import { SettingsError, type SettingProblem } from "../settings/settings-error.js";
import type { InventoryArgs } from "../settings/args.js";
import { interfaces } from "./plugin/build-time.js";
import { failure, type Diagnostic } from "./plugin/diagnostics.js";
import type { Attribute, Block } from "./plugin/schema.js";
import { Unknown, type Values } from "./plugin/value.js";
import { snakeCase } from "../platform/case.js";

type Setting = keyof InventoryArgs;

/** Sensitivity is part of the schema, which the host reads before the provider block, so the environment decides it. */
const settings = (Object.keys(interfaces.InventoryArgs) as Setting[]).filter((setting) => setting !== "sensitive");

/** Settings that are objects in TypeScript and JSON texts here, as `jsonencode` returns them. */
const types: Readonly<Record<string, Attribute["type"]>> = { number: "number", boolean: "bool" };

const isInBlock = (setting: Setting): boolean => (settings as readonly Setting[]).includes(setting);

function attribute(setting: Setting): Attribute {
  const { type, text } = interfaces.InventoryArgs[setting] ?? { type: "", text: "" };
  const json = /^(string|number|boolean|")/.test(type) ? "" : " As JSON: `jsonencode({…})`.";
  return {
    type: types[type] ?? "string",
    set: "optional",
    description: `${text}${json} Environment: \`${environmentName(setting)}\`.`,
    sensitive: secretSettings.has(setting),
  };
}

/** The settings. All are optional and default to the environment. */
export function providerBlock(): Block {
  return {
    description:
      "Reads an Orange Business CMDB (Core Information API) through a local mirror that all programs of this machine share.",
    attributes: Object.fromEntries(settings.map((setting) => [snakeCase(setting), attribute(setting)])),
  };
}

/** Returns whether records are sensitive. */
export function hidesRecords(): boolean {
  return isSensitive({}, () => undefined);
}

/** The values of a provider block, and the attributes that are unknown. */
export interface Configuration {
  readonly source: ConfigSource;
  /** Names of unknown attributes. */
  readonly unknown: readonly string[];
}

/** Parses a provider block. */
export function readConfiguration(block: Values): Configuration {
  const unknown = settings.map(snakeCase).filter((name) => block[name] instanceof Unknown);
  const source: ConfigSource = (key) => {
    const value = block[snakeCase(key)] ?? null;
    return value === null || typeof value === "object" ? undefined : String(value);
  };
  return { source, unknown };
}

/**
 * Returns the problems of the settings of a block and of the environment.
 * @param is whether missing settings may still be set
 */
export function checkSettings({ source, unknown }: Configuration, is: "complete" | "may be incomplete"): Diagnostic[] {
  try {
    resolveSettings({}, source);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const issues = error.issues.filter(({ setting, reason }) => {
      if (unknown.includes(snakeCase(setting))) return false;
      return reason !== "is missing" || (is === "complete" && unknown.length === 0);
    });
    return issues.map((issue) => settingDiagnostic(issue));
  }
}

/** @param at false outside the provider block */
function settingDiagnostic({ setting, reason }: SettingProblem, at = true): Diagnostic {
  const name = snakeCase(setting);
  const variable = `${environmentName(setting)} in the environment`;
  const how = isInBlock(setting) ? `Set ${name} in the provider block, or ${variable}.` : `Set ${variable}.`;
  return failure(`${name} ${reason}`, how, at && isInBlock(setting) ? [name] : []);
}

/** Returns the problems of settings that are needed later, such as credentials for API calls. */
export function settingsFailure(error: SettingsError): Diagnostic[] {
  return error.issues.map((issue) => settingDiagnostic(issue, false));
}
