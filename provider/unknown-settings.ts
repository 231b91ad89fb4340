import { environmentName, settingNames, stackConfig, type ConfigSource } from "./config.js";
import { didYouMean } from "./inventory/hints.js";
import { nearestName } from "./inventory/nearest.js";
import { printError } from "./print-error.js";

/** Keys of a stack's configuration beside the settings: the rules file, and what Pulumi reads of a provider. */
const otherKeys = ["rules", "version", "pluginDownloadURL"];

/** Variables beside those of the settings. */
const otherVariables = ["RULES", "VERBOSE", "PULUMI", "NODE"].map((name) => `ORANGE_CMDB_${name}`);

/** Variables of the project's own tools and tests. */
const ofTools = /^ORANGE_CMDB_(?:RUN|UPDATE|MUTATE|ENGINE_DIR|LANGUAGE_HOST_DIR|EXAMPLE_SDKS|FUZZ_\w+|CHAOS_\w+)$/;

/** Returns a warning for each `orange-cmdb:*` key and each `ORANGE_CMDB_*` variable that nothing reads, with the nearest name. */
export function unknownSettings(config: ConfigSource, env: NodeJS.ProcessEnv): string[] {
  const keys = [...settingNames, ...otherKeys];
  const variables = [...settingNames.map(environmentName), ...otherVariables];
  const isUnknown = (name: string): boolean =>
    name.startsWith("ORANGE_CMDB_") && Boolean(env[name]) && !variables.includes(name) && !ofTools.test(name);
  const hint = (wrong: string, names: readonly string[], prefix = ""): string => {
    const near = nearestName(wrong, names);
    return didYouMean(near && prefix + near);
  };
  return [
    ...(config.keys?.() ?? [])
      .filter((key) => !keys.includes(key))
      .map(
        (key) =>
          `the stack's configuration has orange-cmdb:${key}, which is not a setting${hint(key, keys, "orange-cmdb:")}`,
      ),
    ...Object.keys(env)
      .filter(isUnknown)
      .map((name) => `the environment has ${name}, which is not a setting${hint(name, variables)}`),
  ];
}

let isDone = false;

/** Warns of settings that nothing reads: they may be misspelt. Once in a process. */
export function warnOfUnknownSettings(config: ConfigSource = stackConfig): void {
  if (isDone) return;
  isDone = true;
  for (const line of unknownSettings(config, process.env)) printError(`orange-cmdb: warning: ${line}`);
}
