const known = new Set([
  "application/json",
  "application/hal+json",
  "application/problem+json",
  "application/vnd.api+json",
  "application/xml",
  "application/octet-stream",
  "text/html",
  "text/plain",
  "text/xml",
  "*/*",
]);

/** The media type of a `Content-Type`, without its parameters, where it is nobody's own. */
export function knownMediaType(contentType: string): string | undefined {
  const [type = ""] = contentType.split(";");
  const name = type.trim().toLowerCase();
  return known.has(name) ? name : undefined;
}
