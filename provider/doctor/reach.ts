import { ApiError } from "../api/errors/errors.js";
import { healthIn, statusOptions } from "../api/health-report.js";
import { parseHttpDate } from "../api/http/retry-after.js";
import type { Answer, Transport } from "../api/http/transport.js";
import { errorCheck } from "./list-checks.js";
import type { Check } from "./report.js";

/** Whether the service can be called. */
export interface Reached {
  readonly checks: readonly Check[];
  /** Why no more calls are possible. */
  readonly failure?: Error;
}

/** Maximum difference of the clocks in seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** Requests a token and the status of the API, and compares the clocks. */
export async function reach(transport: Transport): Promise<Reached> {
  const name = "token and GET /status";
  try {
    const { body, headers } = await transport.get(["status"], statusOptions);
    const isDown = healthIn(body) === "ko";
    const check: Check = isDown
      ? { area: "service", name, status: "failed", detail: "the API reports ko", next: "try again later" }
      : { area: "service", name, status: "ok", detail: "answered" };
    return { checks: [check, clockCheck(headers)] };
  } catch (error) {
    transport.checkRecord();
    const failure = error instanceof Error ? error : new Error(String(error));
    return { checks: [errorCheck(name, failure)], failure: failure };
  }
}

/** Returns whether the API itself responded. `GET /me` is then possible, even if all other calls are rejected. */
export function isAnswered(failure: Error | undefined): boolean {
  if (failure === undefined) return true;
  return failure instanceof ApiError && failure.method === "GET" && (failure.status === 401 || failure.status === 403);
}

function clockCheck(headers: Answer["headers"]): Check {
  const check = { area: "service", name: "clock" } as const;
  const date = parseHttpDate(headers.get("date") ?? "");
  if (Number.isNaN(date)) return { ...check, status: "unknown", detail: "the server sends no Date header" };
  const skew = Math.round((Date.now() - date) / 1000);
  if (Math.abs(skew) <= CLOCK_TOLERANCE_SECONDS)
    return { ...check, status: "ok", detail: "matches the server's clock" };
  const detail = `differs from the server's clock by ${skew} s`;
  return { ...check, status: "warning", detail, next: "set the clock of this machine" };
}
