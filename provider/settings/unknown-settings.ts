import { stackConfig, type ConfigSource } from "./sources.js";
import { environmentName, settingNames } from "./schema.js";
import { didYouMean, nearestName } from "../platform/similar-strings.js";
import { printError } from "../platform/print-error.js";

/** Keys of a stack's configuration that are not settings: the rules file, and Pulumi's own keys of a provider. */
const otherKeys = ["rules", "version", "pluginDownloadURL"];

/** Environment variables that are not settings. */
const otherVariables = ["RULES", "VERBOSE", "PULUMI", "NODE"].map((name) => `ORANGE_CMDB_${name}`);

/** Environment variables of the project's tools and tests. */
const ofTools = /^ORANGE_CMDB_(?:RUN|UPDATE|MUTATE|ENGINE_DIR|LANGUAGE_HOST_DIR|EXAMPLE_SDKS|FUZZ_\w+|CHAOS_\w+)$/;

/** Returns a warning for each unknown `orange-cmdb:*` key and `ORANGE_CMDB_*` variable, with the most similar name. */
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

/** Warns of unknown settings, which may be misspelt. Once per process. */
export function warnOfUnknownSettings(config: ConfigSource = stackConfig): void {
  if (isDone) return;
  isDone = true;
  for (const line of unknownSettings(config, process.env)) printError(`orange-cmdb: warning: ${line}`);
}
