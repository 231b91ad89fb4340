const KNOWN_MEDIA_TYPES = new Set([
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

/** Returns the media type of a `Content-Type` without its parameters, if it is a common one. */
export function knownMediaType(contentType: string): string | undefined {
  const [type = ""] = contentType.split(";");
  const name = type.trim().toLowerCase();
  return KNOWN_MEDIA_TYPES.has(name) ? name : undefined;
}
