import { redactSecrets } from "../../policy/rules/core/show.js";

/** Replaces secrets in all texts of a value, as a last safeguard. */
export function redact<T>(value: T, secrets: ReadonlySet<string>): T {
  return secrets.size === 0 ? value : (redacted(value, secrets) as T);
}

function redacted(value: unknown, secrets: ReadonlySet<string>): unknown {
  if (typeof value === "string") return redactSecrets(value, secrets);
  if (Array.isArray(value)) return value.map((entry) => redacted(entry, secrets));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [redactSecrets(key, secrets), redacted(entry, secrets)]);
  return Object.fromEntries(entries);
}
