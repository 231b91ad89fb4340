import type { ObjectScheme } from "../../../provider/objects/object-url";
import type { Fault } from "./fault-proxy";

/** Bodies of errors as each cloud writes them. The message is what a hostile gateway could echo. */
const errorBody: Readonly<Record<ObjectScheme, (code: string, message: string) => string>> = {
  s3: (code, message) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  gs: (code, message) => JSON.stringify({ error: { code: 403, message, errors: [{ reason: code }] } }),
  azblob: (code, message) =>
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}\nRequestId:1\nTime:2</Message></Error>`,
};

/** The codes of each cloud. */
export const errorCodes: Readonly<
  Record<ObjectScheme, { denied: string; expired: [number, string]; busy: [number, string] }>
> = {
  s3: { denied: "AccessDenied", expired: [400, "ExpiredToken"], busy: [503, "SlowDown"] },
  gs: { denied: "forbidden", expired: [401, "authError"], busy: [429, "rateLimitExceeded"] },
  azblob: {
    denied: "AuthorizationPermissionMismatch",
    expired: [401, "InvalidAuthenticationInfo"],
    busy: [503, "ServerBusy"],
  },
};

/** Returns an error response as the cloud of the scheme sends it. */
export function errorOf(scheme: ObjectScheme, status: number, code: string, message: string): Fault {
  const headers = {
    "content-type": scheme === "gs" ? "application/json" : "application/xml",
    ...(scheme === "azblob" && { "x-ms-error-code": code }),
  };
  return { status, headers, body: errorBody[scheme](code, message) };
}
