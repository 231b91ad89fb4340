import { parseJson } from "./json.js";

/** Whether `body` is the answer of `GET /status`: JSON with the member `status`, which is `ok` or `ko`. [spec] */
function isHealthReport(body: Uint8Array): boolean {
  try {
    const report = parseJson(body) as { status?: unknown } | null;
    return /^(ok|ko)$/i.test(String(report?.status));
  } catch {
    return false;
  }
}

/**
 * Options of `GET /status`: a 503 with a health report is an answer and not a fault, so it is not retried. A 503 with any
 * other body is retried as usual. [spec]
 */
export const statusOptions = {
  isAnswer: (status: number, body: Uint8Array): boolean => status === 503 && isHealthReport(body),
} as const;
