import {
  environmentName,
  isSensitive,
  resolveSettings,
  secretSettings,
  SettingsError,
  type ConfigSource,
  type InventoryArgs,
  type SettingFault,
} from "../config.js";
import { interfaces } from "./build-time.js";
import { failure, type Diagnostic } from "./diagnostics.js";
import { snakeCase, type Attribute, type Block } from "./schema.js";
import { Unknown, type Values } from "./value.js";

type Setting = keyof InventoryArgs;

/** Whether attributes are sensitive is a matter of the schema, which is told before any block is read: the environment says it. */
const settings = (Object.keys(interfaces.InventoryArgs) as Setting[]).filter((setting) => setting !== "sensitive");

/** What is an object in TypeScript is JSON here, as `jsonencode` makes it. */
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

/** The settings, all of them optional: what is not set comes from the environment. */
export function providerBlock(): Block {
  return {
    description:
      "Reads an Orange Business CMDB (Core Information API) through a local mirror that everything on this machine shares.",
    attributes: Object.fromEntries(settings.map((setting) => [snakeCase(setting), attribute(setting)])),
  };
}

/** Is all that is read of a record sensitive? */
export function hidesRecords(): boolean {
  return isSensitive({}, () => undefined);
}

/** What a provider block says, and what of it is not known yet. */
export interface Configuration {
  readonly source: ConfigSource;
  /** Names of attributes. */
  readonly unknown: readonly string[];
}

/** Reads a provider block. */
export function readConfiguration(block: Values): Configuration {
  const unknown = settings.map(snakeCase).filter((name) => block[name] instanceof Unknown);
  const source: ConfigSource = (key) => {
    const value = block[snakeCase(key)] ?? null;
    return value === null || typeof value === "object" ? undefined : String(value);
  };
  return { source, unknown };
}

/**
 * What is wrong with the settings of a block and of the environment.
 * @param is what is missing may still come
 */
export function checkSettings({ source, unknown }: Configuration, is: "complete" | "may be incomplete"): Diagnostic[] {
  try {
    resolveSettings({}, source);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const faults = error.faults.filter(({ setting, reason }) => {
      if (unknown.includes(snakeCase(setting))) return false;
      return reason !== "is missing" || (is === "complete" && unknown.length === 0);
    });
    return faults.map((fault) => settingDiagnostic(fault));
  }
}

/** @param at false where it is not the provider block that is looked at */
function settingDiagnostic({ setting, reason }: SettingFault, at = true): Diagnostic {
  const name = snakeCase(setting);
  const variable = `${environmentName(setting)} in the environment`;
  const how = isInBlock(setting) ? `Set ${name} in the provider block, or ${variable}.` : `Set ${variable}.`;
  return failure(`${name} ${reason}`, how, at && isInBlock(setting) ? [name] : []);
}

/** Settings that fail later than the provider is configured, such as credentials that only a call to the API needs. */
export function settingsFailure(error: SettingsError): Diagnostic[] {
  return error.faults.map((fault) => settingDiagnostic(fault, false));
}
