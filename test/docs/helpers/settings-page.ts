import { resolve } from "node:path";
import type { InterfaceDeclaration, PropertySignature, Symbol as TypeSymbol, TypeChecker } from "typescript";
import { settingOptions } from "../../../cli/options/global-options";
import { environmentName, secretSettings, settingNames } from "../../../provider/settings/schema";
import { resolveSettings } from "../../../provider/settings/resolve";
import type { InventoryArgs } from "../../../provider/settings/args";

type Name = keyof InventoryArgs;

interface Documented {
  readonly type: string;
  readonly description: string;
}

/** Defaults that are not one value. */
const describedDefaults: Partial<Record<Name, string>> = {
  cacheDir: "cache folder of the user",
  fieldMap: "[field map](#default-field-map)",
};

/** Units of the settings that are times. */
const units: Partial<Record<Name, string>> = {
  maxAge: "seconds",
  maxStale: "seconds",
  fullSyncAge: "seconds",
  timeout: "seconds",
  historyDays: "days",
};

/** Returns the defaults in the unit of the setting. */
function defaults(): Partial<Record<Name, string | number | boolean>> {
  const credentials = { clientId: "id", clientSecret: "secret", cacheDir: ":memory:" };
  const noConfig = (): undefined => undefined;
  const { api, retention, ...settings } = resolveSettings(credentials, noConfig, {});
  return {
    endpoint: api.endpoint,
    tokenUrl: api.tokenUrl,
    scope: api.scope,
    maxAge: settings.maxAge,
    maxStale: settings.maxStale,
    fullSyncAge: settings.fullSyncAge,
    historyVersions: retention.versions,
    historyDays: retention.days,
    pageSize: api.paging.pageSize,
    requestsPerSecond: api.requestsPerSecond,
    pagingStyle: api.paging.style,
    limitParameter: api.paging.limitParameter,
    offsetParameter: api.paging.offsetParameter,
    sorting: api.paging.sorting,
    timeout: api.timeout / 1000,
    sensitive: settings.sensitive,
  };
}

/** The reader that makes the schemas of the plugin and of the Terraform provider, too. */
interface Reader {
  readonly checker: TypeChecker;
  interface(name: string): InterfaceDeclaration;
  description(symbol: TypeSymbol): string;
}

/** Reads types and doc comments of the settings from the source. */
async function documentedSettings(): Promise<Map<string, Documented>> {
  const tool = resolve(__dirname, "../../../tools/doc-comments.mjs");
  const { Api } = (await import(tool)) as { Api: new () => Reader };
  const api = new Api();
  const declaration = api.interface("InventoryArgs");
  return new Map(
    api.checker
      .getTypeAtLocation(declaration)
      .getProperties()
      .map((symbol) => {
        const text = (symbol.valueDeclaration as PropertySignature | undefined)?.type?.getText() ?? "";
        return [symbol.name, { type: text.replace(/ \| undefined$/, ""), description: api.description(symbol) }];
      }),
  );
}

/** Returns the default field map as a table: for each field, where each kind has it. */
function fieldMapSection(): string {
  const { fieldMap } = resolveSettings({ accessToken: "token", cacheDir: ":memory:" }, () => undefined, {});
  const tables = Object.entries(fieldMap).map(([kind, fields]) => {
    const rows = Object.entries(fields).map(
      ([field, paths]) => `| \`${field}\` | ${paths.map((path) => `\`${path}\``).join(", ")} |`,
    );
    return [`### ${kind}`, "", "| field | candidates |", "| --- | --- |", ...rows].join("\n");
  });
  return ["## Default field map", "", "For each field, the first candidate that has a value wins.", "", ...tables].join(
    "\n",
  );
}

/** Returns the page of the settings in Markdown. */
export async function settingsPage(): Promise<string> {
  const documented = await documentedSettings();
  const known = defaults();
  const shownDefault = (name: Name): string =>
    describedDefaults[name] ?? (known[name] === undefined ? "none" : `\`${known[name]}\` ${units[name] ?? ""}`.trim());
  const rows = settingNames.map(
    (name) => `| [\`${name}\`](#${name.toLowerCase()}) | ${shownDefault(name)} | \`${environmentName(name)}\` |`,
  );
  const options: Partial<Record<Name, string>> = settingOptions;
  const sections = settingNames.map((name) => {
    const found = documented.get(name);
    if (!found) throw new Error(`provider/settings/args.ts has no setting ${name}`);
    const facts: (readonly [string, string])[] = [
      ["Type", `\`${found.type.replaceAll("|", "\\|")}\``],
      ["Default", shownDefault(name)],
      ["Environment variable", `\`${environmentName(name)}\``],
      [
        "Pulumi configuration key",
        `\`orange-cmdb:${name}\`${secretSettings.has(name) && name !== "clientId" ? " (`--secret`)" : ""}`,
      ],
    ];
    const option = options[name];
    if (option !== undefined) facts.push(["Option of the command", `\`${option}\``]);
    return [
      `### ${name}`,
      "",
      found.description,
      "",
      "| property | value |",
      "| --- | --- |",
      ...facts.map(([fact, value]) => `| ${fact} | ${value} |`),
    ].join("\n");
  });
  return [
    "# Settings",
    "",
    "<!-- Generated from provider/settings by test/docs/reference.test.ts; ORANGE_CMDB_UPDATE=1 rewrites it. -->",
    "",
    "Programs, the policy pack, the CLI, the provider plugin and the Terraform provider share these settings.",
    "",
    "- **In a program:** arguments of `new Inventory({…})` win over the Pulumi configuration, which wins over the environment.",
    "- **On the command line:** options win over the environment, which wins over the Pulumi configuration of the stack.",
    "- **Policy pack:** the Pulumi configuration of the stack wins over the environment.",
    "- **Durations** are a number in the unit of the setting, or a text such as `90s`, `5m`, `12h` or `30d`.",
    "",
    "Set a value with `pulumi config set orange-cmdb:pageSize 100`, or with `export ORANGE_CMDB_PAGE_SIZE=100`. Secrets need",
    "`--secret`, and `tokenUrl` needs `--plaintext`, because Pulumi otherwise takes its name for a secret.",
    "",
    "| setting | default | environment variable |",
    "| --- | --- | --- |",
    ...rows,
    "",
    "## Each setting",
    "",
    ...sections.flatMap((section) => [section, ""]),
    fieldMapSection(),
    "",
    "## Other environment variables",
    "",
    "| variable | meaning |",
    "| --- | --- |",
    "| `ORANGE_CMDB_RULES` | path of the rules file, for the policy pack, `drift` and `check` |",
    "| `ORANGE_CMDB_VERBOSE` | any value but the empty one prints debug output, as `--verbose` does |",
    "| `FORCE_COLOR`, `NO_COLOR` | switch colour on or off, as `--color` and `--no-color` do |",
    "| `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY` | proxy for API calls, and the hosts that need none |",
    "| `NODE_EXTRA_CA_CERTS` | file of additional certificate authorities; Node.js reads it |",
    "",
  ].join("\n");
}
