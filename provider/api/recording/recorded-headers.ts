import type { Headers } from "node-fetch";
import { requestIdHeaders } from "../errors/error-response.js";
import type { Anonymizer } from "./anonymizer.js";
import { knownMediaType } from "../http/media-type.js";
import { recordedQuery } from "./recorded-query.js";
import { retryAfter } from "../http/retry-after.js";
import type { Paging } from "../http/settings.js";

/** Returns the recorded value of a header; undefined if it is omitted. */
type HeaderFilter = (
  value: string,
  how: { anonymizer: Anonymizer; paging: Paging; headers: Headers },
) => string | undefined;

const count: HeaderFilter = (value, { anonymizer }) =>
  /^\d{1,9}$/.test(value.trim()) ? value.trim() : anonymizer.text(value);
/** Each call has another request id, so only its presence matters. */
const presence: HeaderFilter = (value) => (value === "" ? "" : "recorded");

/** Headers that describe the behaviour of the service. All others are omitted. */
const HEADER_FILTERS: Readonly<Record<string, HeaderFilter>> = {
  "content-type": contentType,
  "x-total-count": count,
  "x-result-count": count,
  etag: (value, { anonymizer }) => recordedTag(value, anonymizer),
  "retry-after": seconds,
  link,
  "content-range": (value) =>
    /^(items|records|bytes) (\d{1,9}-\d{1,9}|\*)\/(\d{1,9}|\*)$/i.test(value) ? value : undefined,
  "accept-ranges": (value) => (/^(none|items|records|bytes)$/i.test(value) ? value : undefined),
  "cache-control": cacheControl,
  ...Object.fromEntries(requestIdHeaders.map((name) => [name, presence])),
};

/** Returns the headers of a response without customer data. */
export function recordedHeaders(headers: Headers, paging: Paging, anonymizer: Anonymizer): Record<string, string> {
  return Object.fromEntries(
    Object.entries(HEADER_FILTERS).flatMap(([name, keep]) => {
      const value = headers.get(name);
      const shown = value === null ? undefined : keep(value, { anonymizer, paging, headers });
      return shown === undefined ? [] : [[name, shown]];
    }),
  );
}

/** Anonymizes an ETag or the value of If-None-Match. */
export function recordedTag(value: string, anonymizer: Anonymizer): string {
  return `"${anonymizer.text(value)}"`;
}

/** Recordings are UTF-8, regardless of the original charset. */
function contentType(value: string): string | undefined {
  const type = knownMediaType(value);
  return type && `${type}${/;\s*charset\s*=/i.test(value) ? "; charset=utf-8" : ""}`;
}

/** Converts a date to seconds, because the date would be in the past during a replay. */
function seconds(value: string, { headers }: { readonly headers: Headers }): string | undefined {
  const wait = retryAfter(value, headers.get("date"));
  return wait === undefined ? undefined : String(Math.min(Math.ceil(wait / 1000), 999_999));
}

/** Keeps the relation of the other page and the query of its URL, which show how pages follow each other. */
function link(
  value: string,
  { paging, anonymizer }: { readonly paging: Paging; readonly anonymizer: Anonymizer },
): string {
  const links = value.matchAll(/<([^>]*)>([^<]*)/g);
  return [...links]
    .map(([, address = "", more = ""]) => {
      const [, query = ""] = address.split("?");
      const shown = new URLSearchParams(recordedQuery(new URLSearchParams(query), paging, anonymizer));
      const [, rel] = /;\s*rel="?(next|prev|first|last|self)"?\s*(?=$|[;,])/.exec(more) ?? [];
      return `<?${shown.toString()}>${rel === undefined ? "" : `; rel="${rel}"`}`;
    })
    .join(", ");
}

const directive =
  /^(no-cache|no-store|no-transform|private|public|must-revalidate|proxy-revalidate|immutable|(max-age|s-maxage|stale-while-revalidate|stale-if-error)=\d{1,9})$/;

/** Keeps registered directives. Quoted texts are names of fields. */
function cacheControl(value: string): string | undefined {
  const words = value
    .toLowerCase()
    .replace(/="[^"]*("|$)/g, "")
    .split(",");
  const known = words.map((word) => word.trim()).filter((word) => directive.test(word));
  return known.length > 0 ? known.join(", ") : undefined;
}
