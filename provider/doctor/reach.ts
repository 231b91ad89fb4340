import { ApiError } from "../api/errors.js";
import { healthIn, statusOptions } from "../api/health-report.js";
import { parseHttpDate } from "../api/retry-after.js";
import type { Answer, Transport } from "../api/transport.js";
import { errorCheck } from "./list-checks.js";
import type { Check } from "./report.js";

/** Whether the service can be asked. */
export interface Reached {
  readonly checks: readonly Check[];
  /** Why nothing more can be asked. */
  readonly fault?: Error;
}

/** Seconds by which the clocks may differ. */
const tolerance = 60;

/** Gets a token, asks for the status of the API, and compares the server's clock. */
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
    const fault = error instanceof Error ? error : new Error(String(error));
    return { checks: [errorCheck(name, fault)], fault };
  }
}

/** Returns whether the API itself has answered: it can be asked who calls, even if it refuses everything else. */
export function isAnswered(fault: Error | undefined): boolean {
  if (fault === undefined) return true;
  return fault instanceof ApiError && fault.method === "GET" && (fault.status === 401 || fault.status === 403);
}

function clockCheck(headers: Answer["headers"]): Check {
  const check = { area: "service", name: "clock" } as const;
  const date = parseHttpDate(headers.get("date") ?? "");
  if (Number.isNaN(date)) return { ...check, status: "unknown", detail: "the server does not tell the time" };
  const skew = Math.round((Date.now() - date) / 1000);
  if (Math.abs(skew) <= tolerance) return { ...check, status: "ok", detail: "agrees with the server's" };
  const detail = `differs from the server's by ${skew} s`;
  return { ...check, status: "warning", detail, next: "set the clock of this machine" };
}
