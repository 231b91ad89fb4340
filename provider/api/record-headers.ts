import type { Headers } from "node-fetch";
import { requestIdHeaders } from "./answer-fault.js";
import type { Disguise } from "./disguise.js";
import { knownMediaType } from "./media-type.js";
import { recordedQuery } from "./record-query.js";
import { retryAfter } from "./retry-after.js";
import type { Paging } from "./settings.js";

/** What a header becomes; undefined where it stays out. */
type Keep = (value: string, how: { disguise: Disguise; paging: Paging; headers: Headers }) => string | undefined;

const count: Keep = (value, { disguise }) => (/^\d{1,9}$/.test(value.trim()) ? value.trim() : disguise.text(value));
/** No two calls have the same: that there is one is all that it says. */
const presence: Keep = (value) => (value === "" ? "" : "recorded");

/** Headers that tell how the service behaves; all others stay out. */
const kept: Readonly<Record<string, Keep>> = {
  "content-type": contentType,
  "x-total-count": count,
  "x-result-count": count,
  etag: (value, { disguise }) => recordedTag(value, disguise),
  "retry-after": seconds,
  link,
  "content-range": (value) =>
    /^(items|records|bytes) (\d{1,9}-\d{1,9}|\*)\/(\d{1,9}|\*)$/i.test(value) ? value : undefined,
  "accept-ranges": (value) => (/^(none|items|records|bytes)$/i.test(value) ? value : undefined),
  "cache-control": cacheControl,
  ...Object.fromEntries(requestIdHeaders.map((name) => [name, presence])),
};

/** The headers of an answer, without anything that is a customer's. */
export function recordedHeaders(headers: Headers, paging: Paging, disguise: Disguise): Record<string, string> {
  return Object.fromEntries(
    Object.entries(kept).flatMap(([name, keep]) => {
      const value = headers.get(name);
      const shown = value === null ? undefined : keep(value, { disguise, paging, headers });
      return shown === undefined ? [] : [[name, shown]];
    }),
  );
}

/** An ETag, or what If-None-Match asked for. */
export function recordedTag(value: string, disguise: Disguise): string {
  return `"${disguise.text(value)}"`;
}

/** What is recorded is UTF-8, whatever it came in. */
function contentType(value: string): string | undefined {
  const type = knownMediaType(value);
  return type && `${type}${/;\s*charset\s*=/i.test(value) ? "; charset=utf-8" : ""}`;
}

/** A date would be past when it is replayed: what is meant is the time until then. */
function seconds(value: string, { headers }: { readonly headers: Headers }): string | undefined {
  const wait = retryAfter(value, headers.get("date"));
  return wait === undefined ? undefined : String(Math.min(Math.ceil(wait / 1000), 999_999));
}

/** Only what the other page is to this one, and the query of its address: they say how pages follow each other. */
function link(value: string, { paging, disguise }: { readonly paging: Paging; readonly disguise: Disguise }): string {
  const links = value.matchAll(/<([^>]*)>([^<]*)/g);
  return [...links]
    .map(([, address = "", more = ""]) => {
      const [, query = ""] = address.split("?");
      const shown = new URLSearchParams(recordedQuery(new URLSearchParams(query), paging, disguise));
      const [, rel] = /;\s*rel="?(next|prev|first|last|self)"?\s*(?=$|[;,])/.exec(more) ?? [];
      return `<?${shown.toString()}>${rel === undefined ? "" : `; rel="${rel}"`}`;
    })
    .join(", ");
}

const directive =
  /^(no-cache|no-store|no-transform|private|public|must-revalidate|proxy-revalidate|immutable|(max-age|s-maxage|stale-while-revalidate|stale-if-error)=\d{1,9})$/;

/** Its registered words; what stands in quotes are names of fields. */
function cacheControl(value: string): string | undefined {
  const words = value
    .toLowerCase()
    .replace(/="[^"]*("|$)/g, "")
    .split(",");
  const known = words.map((word) => word.trim()).filter((word) => directive.test(word));
  return known.length > 0 ? known.join(", ") : undefined;
}
