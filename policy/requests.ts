import { createRequire } from "node:module";
import type { EnforcementLevel } from "@pulumi/policy";
import type * as analyzer from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { isSecret, secretMark, signature } from "../provider/functions/pulumi-marks.js";
import type { AnalyzeRequest, AnalyzeStackRequest, ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";

/** What `@pulumi/policy` hands to no policy: which policies are configured, and which values are secret. */
export interface Requests {
  /** The texts of the secret values in the last request about a resource. */
  secretsOf(urn: string): ReadonlySet<string> | undefined;
}

/** What is configured of a policy, or of `all`. */
export interface Given {
  /** Left out where only `all` says how strictly. */
  readonly level?: EnforcementLevel;
  readonly properties: object;
}

/** The levels in the order of the wire's enumeration. */
const wireLevels: readonly EnforcementLevel[] = ["advisory", "mandatory", "disabled", "remediate"];

const secrets = new Map<string, ReadonlySet<string>>();

function gather(value: unknown, secret: boolean, into: Set<string>): void {
  if (typeof value !== "object" || value === null) {
    if (secret && value !== null && value !== undefined && value !== "") into.add(String(value));
    return;
  }
  const marked = isSecret(value);
  for (const [key, entry] of Object.entries(value)) if (key !== signature) gather(entry, secret || marked, into);
}

interface Described {
  getUrn(): string;
  getProperties(): { toJavaScript(): object } | undefined;
  getProvider(): { getProperties(): { toJavaScript(): object } | undefined } | undefined;
}

function remember(resource: Described): void {
  const found = new Set<string>();
  gather(resource.getProperties()?.toJavaScript(), false, found);
  // Its default tags may name the record.
  gather(resource.getProvider()?.getProperties()?.toJavaScript(), false, found);
  if (found.size > 0) secrets.set(resource.getUrn(), found);
}

type Service = typeof analyzer.AnalyzerService;

/** The service description that `@pulumi/policy` serves by: its own copy, wherever that lies. */
function service(): Service {
  const own = createRequire(createRequire(__filename).resolve("@pulumi/policy"));
  return (own("@pulumi/pulumi/proto/analyzer_grpc_pb") as { AnalyzerService: Service }).AnalyzerService;
}

let watched = false;

/**
 * Reads along what the engine asks, before `@pulumi/policy` unpacks it and forgets which values were secret and which
 * policies were named. To be called before the pack is made.
 * @param configured told the pack's configuration by policy; the mistake that it answers stops the pack
 */
export function watchRequests(configured: (given: ReadonlyMap<string, Given>) => Error | undefined): Requests {
  const { analyze, analyzeStack, configure } = service();
  if (!watched) {
    watched = true;
    along<AnalyzeRequest>(analyze, (request, bytes) => {
      if (bytes.includes(secretMark)) remember(request);
    });
    along<AnalyzeStackRequest>(analyzeStack, (request, bytes) => {
      if (bytes.includes(secretMark)) request.getResourcesList().forEach(remember);
    });
    along<ConfigureAnalyzerRequest>(configure, (request) => {
      const given = new Map<string, Given>();
      request.getPolicyconfigMap().forEach((config, name) => {
        const level = wireLevels[config.getEnforcementlevel()];
        given.set(name, { ...(level ? { level } : {}), properties: config.getProperties()?.toJavaScript() ?? {} });
      });
      const mistake = configured(given);
      if (mistake === undefined) return;
      // The engine is told of what is thrown while the request is read, and of nothing that is thrown here.
      request.getPolicyconfigMap = () => {
        throw mistake;
      };
    });
  }
  return { secretsOf: (urn) => secrets.get(urn) };
}

interface Method<Request> {
  requestDeserialize(bytes: Buffer): Request;
}

function along<Request>(method: Method<Request>, see: (request: Request, bytes: Buffer) => void): void {
  const deserialize = method.requestDeserialize;
  method.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    see(request, bytes);
    return request;
  };
}
