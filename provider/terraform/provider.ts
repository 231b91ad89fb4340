import type { SharedInventory } from "../functions/shared-inventory.js";
import type { Configuration } from "./configuration.js";
import type { DataSource } from "./data-sources/data-source.js";
import { asInBlock, diagnose, failure, warning, type Diagnostic } from "./diagnostics.js";
import { log } from "./plugin/log.js";
import { schemaMessage, type Block } from "./schema.js";
import { decodeValue, encodeValue, isKnown, type DynamicValue, type Values } from "./value.js";

interface ConfigRequest {
  readonly config: DynamicValue;
}
interface DataRequest extends ConfigRequest {
  readonly type_name: string;
}
interface Response {
  readonly diagnostics: readonly Diagnostic[];
}

/** The calls of the plugin protocol. A process serves one provider block at a time, and reads its inventory once. */
export class OrangeCmdbProvider {
  #configuration: Configuration | undefined;
  #inventory: Promise<SharedInventory> | undefined;
  #stop = new AbortController();

  /** What may stand in a configuration, with its documentation. */
  async GetProviderSchema(): Promise<object> {
    // Loaded here and not above, as in all of the calls: a process that is asked for one thing loads what that needs.
    const [{ hidesRecords, providerBlock }, { dataSources }] = await Promise.all([
      import("./configuration.js"),
      import("./data-sources/index.js"),
    ]);
    const schemas = [...dataSources].map(([type, { block }]) => [type, schemaMessage(block, hidesRecords())]);
    return {
      provider: schemaMessage(providerBlock()),
      data_source_schemas: Object.fromEntries(schemas),
      server_capabilities: { get_provider_schema_optional: true },
      diagnostics: [],
    };
  }

  /** Looks at what the provider block says; what it leaves out may come from the environment of another machine. */
  async ValidateProviderConfig({ config }: ConfigRequest): Promise<Response> {
    const { checkSettings, readConfiguration } = await import("./configuration.js");
    return { diagnostics: checkSettings(readConfiguration(decodeValue(config) as Values), "may be incomplete") };
  }

  /** Takes the settings, and refuses what cannot work; a plan may begin before all of them are known. */
  async ConfigureProvider({ config }: ConfigRequest): Promise<Response> {
    const { checkSettings, readConfiguration } = await import("./configuration.js");
    this.#configuration = readConfiguration(decodeValue(config) as Values);
    this.#inventory = undefined;
    return { diagnostics: checkSettings(this.#configuration, "complete") };
  }

  /** Looks at a data block as far as it is known. */
  async ValidateDataResourceConfig({ type_name: type, config }: DataRequest): Promise<Response> {
    const source = await sourceOf(type);
    return { diagnostics: await source.check(decodeValue(config) as Values) };
  }

  /** Reads a data block. */
  async ReadDataSource({ type_name: type, config }: DataRequest): Promise<Response & { state?: DynamicValue }> {
    const source = await sourceOf(type);
    const values = decodeValue(config) as Values;
    const { unknown = [] } = this.#configuration ?? {};
    if (unknown.length > 0 || !isKnown(values)) return { diagnostics: [notKnown(unknown)] };
    try {
      this.#inventory ??= this.#open();
      const read = await this.#unlessStopped(source.read(values, await this.#inventory));
      const diagnostics = [
        ...(read.stale === undefined
          ? []
          : [warning("The inventory is older than was asked for", asInBlock(read.stale))]),
        ...(read.hints ?? []).map((hint) => warning("Possible typo", hint)),
      ];
      return { state: encodeValue(complete(source.block, read.values)), diagnostics };
    } catch (error) {
      return { diagnostics: await explain(error, source, values) };
    }
  }

  /** The user has interrupted the run: whoever waits for a read is told so at once, and the host then ends the process. */
  async StopProvider(): Promise<{ Error: string }> {
    this.#stop.abort();
    this.#stop = new AbortController();
    return { Error: "" };
  }

  async #open(): Promise<SharedInventory> {
    const { SharedInventory } = await import("../functions/shared-inventory.js");
    const config = this.#configuration?.source ?? (() => undefined);
    return new SharedInventory({ args: {}, config, say: async (level, line) => log(level, line) });
  }

  #unlessStopped<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(new Interrupted());
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }
}

/** The user did not want to wait. */
class Interrupted extends Error {}

async function sourceOf(type: string): Promise<DataSource> {
  const { dataSources } = await import("./data-sources/index.js");
  const source = dataSources.get(type);
  if (!source) throw new Error(`there is no data source ${type}`);
  return source;
}

/** The host leaves data blocks that depend on what is not known until the apply, but not those of such a provider. */
function notKnown(unknown: readonly string[]): Diagnostic {
  const detail =
    `The inventory cannot be read before ${unknown.join(", ") || "its configuration"} of the provider is known. ` +
    "Set it to something that is known when the plan is made, such as a variable or the environment, " +
    "or apply what decides it first, with -target.";
  return failure("The provider's settings are not known yet", detail);
}

async function explain(error: unknown, source: DataSource, config: Values): Promise<Diagnostic[]> {
  if (error instanceof Interrupted) return [failure("Interrupted", "The read of the inventory was stopped.")];
  const { name } = error instanceof Error ? error : { name: "" };
  if (name === "SettingsError") {
    const { settingsFailure } = await import("./configuration.js");
    return settingsFailure(error as Parameters<typeof settingsFailure>[0]);
  }
  const culprit = name === "RecordLookupError" ? source.culprit(config) : undefined;
  return [diagnose(error, culprit === undefined ? [] : [culprit])];
}

/** The state is exactly what the schema says: what was not found is null. */
function complete({ attributes, blocks = {} }: Block, values: Values): Values {
  const names = [...Object.keys(attributes), ...Object.keys(blocks)];
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}
