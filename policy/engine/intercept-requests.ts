import { createRequire } from "node:module";
import type { EnforcementLevel } from "@pulumi/policy";
import type * as analyzer from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { AnalyzeRequest, AnalyzeStackRequest, ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { isSecret, secretMark, signature } from "../../provider/functions/pulumi-sentinels.js";
import type { PolicyConfig } from "../config/pack-config.js";

/** Receives the parts of a request that `@pulumi/policy` does not pass to policies. */
export interface RequestListener {
  /** Receives the texts of a resource's secret values, before its policies run. */
  setSecrets(urn: string, secrets: ReadonlySet<string>): void;
  /** Receives the configuration of the pack, by policy and for `all`. @returns the error that stops the pack, if any */
  configure(configs: ReadonlyMap<string, PolicyConfig>): Error | undefined;
}

/** The levels in the order of the wire's enumeration. */
const wireLevels: readonly EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];

function collectSecrets(value: unknown, secret: boolean, into: Set<string>): void {
  if (typeof value !== "object" || value === null) {
    if (secret && value !== null && value !== undefined && value !== "") into.add(String(value));
    return;
  }
  const marked = isSecret(value);
  for (const [key, entry] of Object.entries(value))
    if (key !== signature) collectSecrets(entry, secret || marked, into);
}

interface WireResource {
  getUrn(): string;
  getProperties(): { toJavaScript(): object } | undefined;
  getProvider(): { getProperties(): { toJavaScript(): object } | undefined } | undefined;
}

function reportSecrets(resource: WireResource, listener: RequestListener): void {
  const secrets = new Set<string>();
  collectSecrets(resource.getProperties()?.toJavaScript(), false, secrets);
  // Default tags of the provider can refer to the record.
  collectSecrets(resource.getProvider()?.getProperties()?.toJavaScript(), false, secrets);
  if (secrets.size > 0) listener.setSecrets(resource.getUrn(), secrets);
}

function configsIn(request: ConfigureAnalyzerRequest): ReadonlyMap<string, PolicyConfig> {
  const configs = new Map<string, PolicyConfig>();
  request.getPolicyconfigMap().forEach((config, name) => {
    const properties = config.getProperties()?.toJavaScript() ?? {};
    configs.set(name, { level: wireLevels[config.getEnforcementlevel()], properties });
  });
  return configs;
}

type Service = typeof analyzer.AnalyzerService;

/** Loads the service description of the copy of `@pulumi/pulumi` that `@pulumi/policy` uses. */
function loadService(): Service {
  const own = createRequire(createRequire(__filename).resolve("@pulumi/policy"));
  return (own("@pulumi/pulumi/proto/analyzer_grpc_pb") as { AnalyzerService: Service }).AnalyzerService;
}

interface Method<Request> {
  requestDeserialize(bytes: Buffer): Request;
}

/** Calls `see` for each request of a method. @returns a function that ends the interception for servers that start later */
function tap<Request>(method: Method<Request>, see: (request: Request, bytes: Buffer) => void): () => void {
  const deserialize = method.requestDeserialize;
  method.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    see(request, bytes);
    return request;
  };
  return () => (method.requestDeserialize = deserialize);
}

/**
 * Starts a pack and passes its requests to a listener too. When `@pulumi/policy` decodes a request, it drops the secret marks and
 * the list of configured policies.
 * @param start creates the `PolicyPack`, whose server keeps the decoders from its start
 */
export function interceptRequests<T>(listener: RequestListener, start: () => T): T {
  const { analyze, analyzeStack, configure } = loadService();
  const ends = [
    tap<AnalyzeRequest>(analyze, (request, bytes) => {
      if (bytes.includes(secretMark)) reportSecrets(request, listener);
    }),
    tap<AnalyzeStackRequest>(analyzeStack, (request, bytes) => {
      if (bytes.includes(secretMark))
        for (const resource of request.getResourcesList()) reportSecrets(resource, listener);
    }),
    tap<ConfigureAnalyzerRequest>(configure, (request) => {
      const error = listener.configure(configsIn(request));
      if (error === undefined) return;
      // The engine reports errors from reading the request, but not errors thrown here.
      request.getPolicyconfigMap = () => {
        throw error;
      };
    }),
  ];
  try {
    return start();
  } finally {
    for (const end of ends) end();
  }
}
