import { parseJson } from "./json.js";

/** Returns what `GET /status` reports: the member `status` of its JSON; undefined for any other body. [spec] */
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
 * Options of `GET /status`: a 503 with a health report is an answer and not a fault, so it is not retried. A 503 with any
 * other body is retried as usual. [spec]
 */
export const statusOptions = {
  isAnswer: (status: number, body: Uint8Array): boolean => status === 503 && healthIn(body) !== undefined,
} as const;
