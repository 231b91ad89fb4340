import { Empty } from "google-protobuf/google/protobuf/empty_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import { version } from "../../package.json";
import { checkArgumentNames } from "../functions/arguments.js";
import { InventoryFunctions } from "../functions/inventory-functions.js";
import { unknownValue, withSecrets } from "../functions/pulumi-sentinels.js";
import type { GetRecordArgs } from "../functions/results.js";
import { Announcement, SharedInventory } from "../functions/shared-inventory.js";
import { changedNames, type Failure, type Properties } from "../resources/tracked-record.js";
import { faultsOf, toArgs, toKept } from "./configuration.js";
import { EngineLog } from "./engine-log.js";
import { functionOf, schemaText } from "./schema.js";
import * as tracked from "./tracked.js";
import { asSent, fromStruct, holdsUnknown, toStruct } from "./values.js";

/** Implements Pulumi's provider interface with the functions and tracked records of the TypeScript API. */
export class Provider {
  readonly #log = new EngineLog();
  #inventory!: {
    readonly functions: InventoryFunctions;
    readonly now: SharedInventory;
    readonly fresh: SharedInventory;
  };

  /** @param engine the address of the engine, if the command line has it */
  constructor(engine: string) {
    this.#log.attach(engine);
    this.#open({});
  }

  handshake(request: pb.ProviderHandshakeRequest): pb.ProviderHandshakeResponse {
    this.#log.attach(request.getEngineAddress());
    return new pb.ProviderHandshakeResponse();
  }

  attach(request: plugin.PluginAttach): Empty {
    this.#log.attach(request.getAddress());
    return new Empty();
  }

  getPluginInfo(): plugin.PluginInfo {
    return new plugin.PluginInfo().setVersion(version);
  }

  getSchema(): pb.GetSchemaResponse {
    return new pb.GetSchemaResponse().setSchema(schemaText());
  }

  checkConfig(request: pb.CheckRequest): pb.CheckResponse {
    const news = request.getNews();
    return checked(toStruct(toKept(asSent(news))), faultsOf(fromStruct(news)));
  }

  /** Changed settings never replace tracked records. */
  diffConfig(request: pb.DiffRequest): pb.DiffResponse {
    return differing(changedNames(fromStruct(request.getOlds()), fromStruct(request.getNews())));
  }

  configure(request: pb.ConfigureRequest): pb.ConfigureResponse {
    this.#open(fromStruct(request.getArgs()));
    return new pb.ConfigureResponse().setSupportspreview(true);
  }

  /**
   * Fetches lazily, so that an unused provider needs no credentials. A refresh uses no records that were fetched before this operation,
   * because an attached plugin serves several operations.
   */
  #open(properties: Properties): void {
    const say = this.#log.say.bind(this.#log);
    const announcement = new Announcement();
    const shared = (notBefore: number): SharedInventory =>
      new SharedInventory({ args: toArgs(properties), config: () => undefined, say, notBefore, announcement });
    const now = shared(0);
    this.#inventory = { functions: new InventoryFunctions(now), now, fresh: shared(Date.now()) };
  }

  async invoke(request: pb.InvokeRequest): Promise<pb.InvokeResponse> {
    const { name, inputs, outputs } = functionOf(request.getTok());
    const args = fromStruct(request.getArgs());
    checkArgumentNames(name, inputs, args);
    if (holdsUnknown(args)) {
      const unknown = Object.fromEntries(outputs.map((output) => [output, unknownValue]));
      return new pb.InvokeResponse().setReturn(toStruct(unknown));
    }
    // The schema is generated from the methods of this class, so every token has one.
    const result = await this.#inventory.functions[name as keyof InventoryFunctions](args as GetRecordArgs);
    if (outputs.includes("answer")) return new pb.InvokeResponse().setReturn(toStruct({ answer: result }));
    const properties = result as Properties;
    const isSensitive = this.#inventory.now.isSensitive;
    return new pb.InvokeResponse().setReturn(toStruct(isSensitive ? withSecrets(properties) : properties));
  }

  async check(request: pb.CheckRequest): Promise<pb.CheckResponse> {
    const { inputs, failures } = await tracked.check(request, this.#inventory.now);
    return checked(toStruct(inputs), failures ?? []);
  }

  diff(request: pb.DiffRequest): pb.DiffResponse {
    const { changed, replaces } = tracked.diff(request);
    return differing(changed).setReplacesList(replaces);
  }

  create(request: pb.CreateRequest): pb.CreateResponse {
    const { id, properties } = tracked.made(request.getUrn(), fromStruct(request.getProperties()));
    return new pb.CreateResponse().setId(request.getPreview() ? "" : id).setProperties(toStruct(properties));
  }

  update(request: pb.UpdateRequest): pb.UpdateResponse {
    const { properties } = tracked.made(request.getUrn(), fromStruct(request.getNews()));
    return new pb.UpdateResponse().setProperties(toStruct(properties));
  }

  async read(request: pb.ReadRequest): Promise<pb.ReadResponse> {
    const properties = await tracked.read(request, this.#inventory.fresh);
    const response = new pb.ReadResponse();
    if (!properties) return response;
    const struct = toStruct(properties);
    return response.setId(request.getId()).setProperties(struct).setInputs(struct);
  }

  /** Removes the record from the state. Never changes the CMDB. */
  delete(): Empty {
    return new Empty();
  }
}

function checked(inputs: Struct, failures: readonly Failure[]): pb.CheckResponse {
  const list = failures.map(({ property, reason }) => new pb.CheckFailure().setProperty(property).setReason(reason));
  return new pb.CheckResponse().setInputs(inputs).setFailuresList(list);
}

function differing(names: string[]): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  return new pb.DiffResponse().setChanges(names.length > 0 ? DIFF_SOME : DIFF_NONE).setDiffsList(names);
}
