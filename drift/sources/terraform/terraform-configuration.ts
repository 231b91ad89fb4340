import { join } from "node:path";
import { z } from "zod";
import { cloudOf } from "../../../policy/rules/regions/region-of.js";
import { countryOfRegion } from "../../../policy/rules/regions/index.js";
import { inBothSpellings } from "./terraform-values.js";

type Properties = Readonly<Record<string, unknown>>;

const expression = z.looseObject({
  constant_value: z.unknown().optional(),
  references: z.array(z.string()).optional(),
});

/** A resource block in the configuration of a plan. */
const block = z.object({
  address: z.string().min(1),
  mode: z.string().optional(),
  type: z.string().min(1),
  provider_config_key: z.string().optional(),
  count_expression: z.unknown().optional(),
  for_each_expression: z.unknown().optional(),
});

interface Call {
  readonly source?: unknown;
  readonly count_expression?: unknown;
  readonly for_each_expression?: unknown;
  readonly module?: { readonly module_calls?: Readonly<Record<string, Call>> };
}

const document = z.looseObject({
  variables: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  configuration: z
    .looseObject({
      provider_config: z
        .record(
          z.string(),
          z.looseObject({ name: z.string(), expressions: z.record(z.string(), z.unknown()).nullish() }),
        )
        .nullish(),
      root_module: z.custom<NonNullable<Call["module"]>>().nullish(),
    })
    .nullish(),
});

/** Returns the address of the block: `module.a.aws_vpc.main` for `module.a["x"].aws_vpc.main[0]`. */
export function blockOf(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

/** The configuration in a plan: providers of resources, and resource blocks. */
export class TerraformConfiguration {
  readonly #blocks = new Map<string, z.output<typeof block> & { readonly modules: readonly string[] }>();
  readonly #settings = new Map<string, Properties | undefined>();
  #document: z.output<typeof document> = {};

  static readonly entry = block;

  /** Adds a block. @param path the path of the block in the document */
  add(path: readonly string[], found: z.output<typeof block>): void {
    const modules = path.filter((_, index) => path[index - 1] === "module_calls");
    this.#blocks.set([...modules.map((name) => `module.${name}`), found.address].join("."), { ...found, modules });
  }

  /** Reads the document without its blocks; another structure is ignored. */
  end(rest: unknown): void {
    this.#document = document.safeParse(rest).data ?? {};
  }

  /** Returns the known configuration of the provider of a resource. */
  provider(address: string): Properties | undefined {
    const key = this.#blocks.get(blockOf(address))?.provider_config_key;
    if (key === undefined) return undefined;
    if (!this.#settings.has(key)) this.#settings.set(key, this.#settingsOf(key));
    return this.#settings.get(key);
  }

  #settingsOf(key: string): Properties | undefined {
    const config = this.#document.configuration?.provider_config?.[key];
    if (!config) return undefined;
    // A plan has values only for variables of the root module.
    const isRoot = !key.startsWith("module.");
    const cloud = cloudOf(`${config.name}_`);
    const settings = Object.entries(config.expressions ?? {}).flatMap(([name, written]): [string, unknown][] => {
      const { constant_value: constant, references = [] } = expression.safeParse(written).data ?? {};
      if (constant !== undefined) return [[name, constant]];
      const variable = isRoot ? this.#variableOf(references) : undefined;
      // The expression is unknown: a value counts if it is a region.
      const isRegion = cloud && typeof variable === "string" && countryOfRegion(cloud, variable) !== undefined;
      return isRegion ? [[name, variable]] : [];
    });
    return inBothSpellings(Object.fromEntries(settings));
  }

  #variableOf(references: readonly string[]): unknown {
    const [, name] = references.length === 1 ? (/^var\.([\w-]+)$/.exec(references[0] ?? "") ?? []) : [];
    return name === undefined ? undefined : this.#document.variables?.[name]?.value;
  }

  /** Returns managed resources without count or for_each, except the named ones. */
  *single(isNamed: (address: string) => boolean): Generator<{ readonly address: string; readonly type: string }> {
    for (const [address, { mode, type, modules, count_expression, for_each_expression }] of this.#blocks) {
      if (mode === "data" || count_expression !== undefined || for_each_expression !== undefined) continue;
      if (!isNamed(address) && this.#isOnce(modules)) yield { address, type };
    }
  }

  /** Returns the folders of local modules, by module; the key of the root module is "". */
  folders(): ReadonlyMap<string, string> {
    const folders = new Map([["", "."]]);
    const visit = (module: Call["module"], path: string, folder: string): void => {
      for (const [name, call] of Object.entries(module?.module_calls ?? {})) {
        if (typeof call.source !== "string" || !/^\.\.?\//.test(call.source)) continue;
        const [inner, own] = [path === "" ? `module.${name}` : `${path}.module.${name}`, join(folder, call.source)];
        folders.set(inner, own);
        visit(call.module, inner, own);
      }
    };
    visit(this.#document.configuration?.root_module ?? undefined, "", ".");
    return folders;
  }

  #isOnce(modules: readonly string[]): boolean {
    let within = this.#document.configuration?.root_module;
    for (const name of modules) {
      const call: Call | undefined = within?.module_calls?.[name];
      if (!call || call.count_expression !== undefined || call.for_each_expression !== undefined) return false;
      within = call.module;
    }
    return true;
  }
}
