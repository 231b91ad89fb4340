import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { Agents } from "../api/http/agents.js";
import { isSecureUrl } from "../platform/urls.js";
import { loadClient } from "./load-client.js";
import { ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { bucketName, UrlParameters } from "./url-parameters.js";

type S3Module = typeof import("@aws-sdk/client-s3");

/** Attempts for each request, including the first. */
const MAX_ATTEMPTS = 6;

/** Maximum time to connect, and without any byte before the response (milliseconds). */
const CONNECTION_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 60_000;

const supported = [
  ...["region", "endpoint", "profile", "anonymous", "s3ForcePathStyle", "use_path_style", "hostname_immutable"],
  ...["disable_https", "disableSSL", "dualstack", "fips", "accelerate", "ssetype", "kmskeyid"],
];
/** Settings of the client library in Go. */
const ignored = ["awssdk", "rate_limiter_capacity", "request_checksum_calculation", "response_checksum_validation"];

/** The client of a bucket. */
export interface S3Connection {
  readonly client: S3Client;
  readonly commands: Pick<S3Module, "GetObjectCommand" | "ListObjectsV2Command" | "PutObjectCommand">;
  /** The server-side encryption that the URL asks for. */
  readonly encryption: { readonly type: string | undefined; readonly keyId: string | undefined };
}

/**
 * Connects with the credentials of AWS: environment, profile, SSO, web identity, or instance metadata.
 * @throws ObjectStoreError if the client is not installed, or a parameter is not supported
 */
export async function connectS3(url: ObjectUrl): Promise<S3Connection> {
  const name = bucketName(url);
  if (url.parameters.has("role"))
    throw new ObjectStoreError(
      `${name}: the parameter role is not supported: add a profile with role_arn to ~/.aws/config, and use ?profile=NAME`,
    );
  const parameters = new UrlParameters(url, [...supported, ...ignored]);
  // Both become a part of the host name.
  if (!/^[\w.-]+$/.test(url.bucket)) throw new ObjectStoreError(`${name} is not the name of a bucket: check the URL`);
  if (!/^[\w-]*$/.test(parameters.text("region") ?? ""))
    throw parameters.error("region", "must be the name of a region");
  const endpoint = endpointOf(parameters);
  const region = parameters.text("region") ?? (endpoint && !hasRegion() ? "us-east-1" : undefined);
  const profile = parameters.text("profile");
  const s3 = await loadClient(name, "@aws-sdk/client-s3", () => import("@aws-sdk/client-s3"));
  const config: S3ClientConfig = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(endpoint !== undefined && { endpoint }),
    ...(parameters.flag("anonymous") && anonymous),
    ...(parameters.flag("dualstack") && { useDualstackEndpoint: true }),
    ...(parameters.flag("fips") && { useFipsEndpoint: true }),
    forcePathStyle: ["s3ForcePathStyle", "use_path_style", "hostname_immutable"].some((key) => parameters.flag(key)),
    useAccelerateEndpoint: parameters.flag("accelerate"),
    // A redirect could lead to another host.
    followRegionRedirects: false,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      ...(await agents(new URL(endpoint ?? `https://${url.bucket}.s3.${region ?? "us-east-1"}.amazonaws.com`))),
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      socketTimeout: SOCKET_TIMEOUT_MS,
    },
    logger: silent,
  };
  const client = new s3.S3Client(config);
  requireSecureRequests(client, name);
  return {
    client,
    commands: s3,
    encryption: { type: parameters.text("ssetype"), keyId: parameters.text("kmskeyid") },
  };
}

/** Returns the endpoint as a URL. It may be a host name only, as in the Go CDK. */
function endpointOf(parameters: UrlParameters): string | undefined {
  const isPlain = parameters.flag("disable_https") || parameters.flag("disableSSL");
  const endpoint = parameters.text("endpoint");
  if (endpoint === undefined) {
    if (isPlain) throw parameters.error("disable_https", "needs an endpoint on loopback: remove it");
    return undefined;
  }
  const text = /^https?:\/\//.test(endpoint) ? endpoint : `${isPlain ? "http" : "https"}://${endpoint}`;
  const parsed = URL.parse(text);
  if (!parsed || parsed.username || parsed.password || parsed.search)
    throw parameters.error("endpoint", "must be a host name or an https URL without user, password and query");
  if (!isSecureUrl(text)) throw parameters.error("endpoint", "must be https (plain http only on loopback)");
  return text;
}

/** Returns whether the environment has a region. A profile's region counts only without an endpoint. */
function hasRegion(): boolean {
  return Boolean(process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"]);
}

/** Connections for all requests in flight, through the proxy of HTTPS_PROXY. */
async function agents(endpoint: URL): Promise<object> {
  const secure = new URL(endpoint);
  secure.protocol = "https:";
  return {
    httpAgent: { keepAlive: true, maxSockets: 128 },
    httpsAgent: await new Agents().for(secure),
  };
}

const anonymous: S3ClientConfig = {
  credentials: { accessKeyId: "", secretAccessKey: "" },
  signer: { sign: (request) => Promise.resolve(request) },
};

/** The client would write warnings to stdout and stderr. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Failed requests throw.
}

/** Checks the host of each request, because the environment and profiles can also set an endpoint. */
function requireSecureRequests(client: S3Client, name: string): void {
  client.middlewareStack.add(
    (next) => (args) => {
      const { protocol, hostname } = args.request as { readonly protocol: string; readonly hostname: string };
      if (isSecureUrl(`${protocol}//${hostname}`)) return next(args);
      throw new ObjectStoreError(
        `${name}: the endpoint ${protocol}//${hostname} must be https (plain http only on loopback): change AWS_ENDPOINT_URL or endpoint_url of the profile`,
      );
    },
    { step: "finalizeRequest", priority: "high", name: "requireSecureRequests" },
  );
}
