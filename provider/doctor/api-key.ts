import { z } from "zod";
import { ApiError } from "../api/errors/errors.js";
import type { Transport } from "../api/http/transport.js";
import { isApiCatalogueError } from "./probe.js";
import type { Check } from "./report.js";

/** The API key in `GET /me` [spec]. All other fields of the response are personal data and are not parsed. */
const text = z.string().optional().catch(undefined);
const me = z.object({ apiKey: z.object({ type: text, expiredAt: text }) });

/** Days before its expiry from which a key is reported, because the vendor must issue a new one. */
const WARNING_DAYS = 60;
const day = 24 * 60 * 60 * 1000;

const renew = "request a new API key and set apiKey";

/**
 * Returns the state of the API key, as `GET /me` reports it. Versions 2.1.2 to 2.1.5 of the API have it [spec]. Without it the state
 * is unknown, which is not an error.
 */
export async function apiKeyCheck(transport: Transport): Promise<Check> {
  let answer: unknown;
  try {
    answer = await transport.getJson(["me"]);
  } catch (error) {
    if (isApiCatalogueError(error) && error.status === 404) return unknownKey("this version of the API has no GET /me");
    // The message of the error may quote the response.
    const status = error instanceof ApiError && error.status !== undefined ? ` (${error.status})` : "";
    return unknownKey(`GET /me failed${status}`);
  }
  const parsed = me.safeParse(answer);
  return parsed.success
    ? assessKey(parsed.data.apiKey, Date.now())
    : unknownKey("GET /me does not describe the API key");
}

const check = { area: "service", name: "API key" } as const;

function unknownKey(detail: string): Check {
  return { ...check, status: "unknown", detail };
}

function assessKey({ type, expiredAt }: z.output<typeof me>["apiKey"], now: number): Check {
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
