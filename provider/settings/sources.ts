import { z } from "zod";
import type { InventoryArgs } from "./args.js";
import { environmentName, secretSettings, schemas, type Key } from "./schema.js";
import { SettingsError } from "./settings-error.js";

/** Looks up a key of the stack's configuration, without the `orange-cmdb:` prefix. */
export interface ConfigSource {
  (key: string): string | undefined;
  /** False if there is no stack, so that messages do not suggest to configure it. Default: true. */
  readonly isSettable?: boolean | undefined;
  /** Returns all keys of the configuration, without the prefix. Default: the keys are unknown. */
  readonly keys?: () => readonly string[];
}

/** The source of a setting's value. */
export interface SettingSource {
  readonly setting: keyof InventoryArgs;
  readonly source: "argument" | "stack configuration" | "environment" | "default";
  /** Undefined for a secret, and if there is no value. */
  readonly value: string | undefined;
}

/** Returns how a user sets a setting. */
export function howToSet(key: Key, { isSettable = true }: ConfigSource): string {
  const variable = `${environmentName(key)}=…`;
  if (!isSettable) return variable;
  // Pulumi assumes that a name with "token" is a secret, and requires --secret or --plaintext.
  const plain = key === "tokenUrl" ? "--plaintext " : "";
  const secret = secretSettings.has(key) && key !== "clientId" ? "--secret " : plain;
  return `pulumi config set ${secret}orange-cmdb:${key} …  or  ${variable}`;
}

/**
 * Reads the stack configuration that the language host passes to a program or a policy pack. Empty in other processes.
 * @throws SettingsError if it is invalid, because its settings must not count as missing
 */
export const stackConfig: ConfigSource = Object.assign(
  (key: string): string | undefined => {
    try {
      return readStackConfig()[`orange-cmdb:${key}`];
    } catch {
      const reason = "cannot be read: PULUMI_CONFIG must be a JSON object of strings";
      const problem = `${reason}; unset PULUMI_CONFIG, which Pulumi sets for programs`;
      throw new SettingsError([{ setting: key as Key, reason, problem }]);
    }
  },
  {
    keys: () => {
      try {
        return keysIn(readStackConfig());
      } catch {
        // The first lookup of a setting reports the error.
        return [];
      }
    },
  },
);

function readStackConfig(): Record<string, string> {
  const text = process.env["PULUMI_CONFIG"];
  return text ? z.record(z.string(), z.string()).parse(JSON.parse(text)) : {};
}

/** Returns the keys of a stack's configuration with the prefix of this product, without that prefix. */
export function keysIn(values: object): string[] {
  return Object.keys(values).flatMap((key) =>
    key.startsWith("orange-cmdb:") ? [key.slice("orange-cmdb:".length)] : [],
  );
}

/** Returns the source of each setting. Values of secrets are omitted. */
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
