import type { SharedInventory } from "../functions/shared-inventory.js";
import type { Configuration } from "./configuration.js";
import type { DataSource } from "./data-sources/data-source.js";
import { asInBlock, diagnose, failure, warning, type Diagnostic } from "./plugin/diagnostics.js";
import { log } from "./plugin/log.js";
import { schemaMessage, type Block } from "./plugin/schema.js";
import { decodeValue, encodeValue, isKnown, type DynamicValue, type Values } from "./plugin/value.js";

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

  /** Returns the schemas with their documentation. */
  async GetProviderSchema(): Promise<object> {
    // Loaded on demand, as in all calls, so that a process loads only the code that it needs.
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

  /** Validates the provider block. Missing settings may come from the environment of another machine. */
  async ValidateProviderConfig({ config }: ConfigRequest): Promise<Response> {
    const { checkSettings, readConfiguration } = await import("./configuration.js");
    return { diagnostics: checkSettings(readConfiguration(decodeValue(config) as Values), "may be incomplete") };
  }

  /** Stores the settings and rejects invalid ones. A plan may begin before all of them are known. */
  async ConfigureProvider({ config }: ConfigRequest): Promise<Response> {
    const { checkSettings, readConfiguration } = await import("./configuration.js");
    this.#configuration = readConfiguration(decodeValue(config) as Values);
    this.#inventory = undefined;
    return { diagnostics: checkSettings(this.#configuration, "complete") };
  }

  /** Validates the known parts of a data block. */
  async ValidateDataResourceConfig({ type_name: type, config }: DataRequest): Promise<Response> {
    const source = await sourceOf(type);
    return { diagnostics: await source.check(decodeValue(config) as Values) };
  }

  /** Reads a data block. */
  async ReadDataSource({ type_name: type, config }: DataRequest): Promise<Response & { state?: DynamicValue }> {
    const source = await sourceOf(type);
    const values = decodeValue(config) as Values;
    const { unknown = [] } = this.#configuration ?? {};
    if (unknown.length > 0 || !isKnown(values)) return { diagnostics: [providerNotConfigured(unknown)] };
    try {
      this.#inventory ??= this.#open();
      const read = await this.#unlessStopped(source.read(values, await this.#inventory));
      const diagnostics = [
        ...(read.staleReason === undefined
          ? []
          : [warning("The inventory is older than maxAge", asInBlock(read.staleReason))]),
        ...(read.hints ?? []).map((hint) => warning("Possible typo", hint)),
      ];
      return { state: encodeValue(complete(source.block, read.values)), diagnostics };
    } catch (error) {
      return { diagnostics: await explain(error, source, values) };
    }
  }

  /** Fails pending reads after the user has interrupted the run. The host then ends the process. */
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

/** The user interrupted the run. */
class Interrupted extends Error {}

async function sourceOf(type: string): Promise<DataSource> {
  const { dataSources } = await import("./data-sources/index.js");
  const source = dataSources.get(type);
  if (!source) throw new Error(`unknown data source ${type}`);
  return source;
}

/** The host defers data blocks with unknown arguments until the apply, but not those of a provider with unknown settings. */
function providerNotConfigured(unknown: readonly string[]): Diagnostic {
  const detail =
    `The inventory cannot be read before ${unknown.join(", ") || "its configuration"} of the provider is known. ` +
    "Use a value that is known at plan time, such as a variable or the environment, " +
    "or apply the resources that it depends on first, with -target.";
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

/** Returns all attributes of the schema. Missing ones are null, as the protocol requires. */
function complete({ attributes, blocks = {} }: Block, values: Values): Values {
  const names = [...Object.keys(attributes), ...Object.keys(blocks)];
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}
