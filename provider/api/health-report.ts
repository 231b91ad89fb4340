import { parseJson } from "./http/json.js";

/** Returns the member `status` of the JSON of `GET /status`; undefined for any other body. [spec] */
export function healthIn(body: Uint8Array): "ok" | "ko" | undefined {
  try {
    const report = parseJson(body) as { status?: unknown } | null;
    const status = String(report?.status).toLowerCase();
    return status === "ok" || status === "ko" ? status : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Options of `GET /status`. A 503 with a health report is a valid response, so it is not retried. A 503 with any
 * other body is retried as usual. [spec]
 */
export const statusOptions = {
  isAnswer: (status: number, body: Uint8Array): boolean => status === 503 && healthIn(body) !== undefined,
} as const;
