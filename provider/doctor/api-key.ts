import { z } from "zod";
import { ApiError } from "../api/errors.js";
import type { Transport } from "../api/transport.js";
import { isOwnAnswer } from "./own-answer.js";
import type { Check } from "./report.js";

/** The key of `GET /me` [spec]. All other fields of the answer are personal: they are not even parsed. */
const text = z.string().optional().catch(undefined);
const me = z.object({ apiKey: z.object({ type: text, expiredAt: text }) });

/** Days before its expiry from which a key is reported: a new one has to be requested from the vendor. */
const WARNING_DAYS = 60;
const day = 24 * 60 * 60 * 1000;

const renew = "request a new API key and set apiKey";

/**
 * Returns the state of the API key, as `GET /me` reports it. Versions 2.1.2 to 2.1.5 of the API have it [spec]; without it the state
 * is unknown, which is no fault.
 */
export async function apiKeyCheck(transport: Transport): Promise<Check> {
  let answer: unknown;
  try {
    answer = await transport.getJson(["me"]);
  } catch (error) {
    if (isOwnAnswer(error) && error.status === 404) return unknownKey("this version of the API has no GET /me");
    // The message of the error may quote the answer.
    const status = error instanceof ApiError && error.status !== undefined ? ` (${error.status})` : "";
    return unknownKey(`GET /me failed${status}`);
  }
  const parsed = me.safeParse(answer);
  return parsed.success
    ? judgeKey(parsed.data.apiKey, Date.now())
    : unknownKey("GET /me does not describe the API key");
}

const check = { area: "service", name: "API key" } as const;

function unknownKey(detail: string): Check {
  return { ...check, status: "unknown", detail };
}

function judgeKey({ type, expiredAt }: z.output<typeof me>["apiKey"], now: number): Check {
  const state = type?.toUpperCase();
  const expiry = Date.parse(expiredAt ?? "");
  const date = Number.isNaN(expiry) ? undefined : new Date(expiry).toISOString().slice(0, 10);
  if (state === "EXPIRED" || state === "SUSPENDED" || expiry <= now) {
    const stated = state === "SUSPENDED" ? "suspended" : "expired";
    return {
      ...check,
      status: "failed",
      detail: date === undefined ? stated : `${stated} (expiry ${date})`,
      next: renew,
    };
  }
  if (date === undefined) {
    return state === "ACTIVE"
      ? { ...check, status: "ok", detail: "active; GET /me has no expiry date" }
      : unknownKey("GET /me has neither a known state nor an expiry date");
  }
  const days = Math.floor((expiry - now) / day);
  const detail = `${state === "ACTIVE" ? "active, " : ""}expires on ${date} (in ${days} days)`;
  return days < WARNING_DAYS
    ? { ...check, status: "warning", detail, next: renew }
    : { ...check, status: "ok", detail };
}
