import type { Attribute } from "../plugin/schema.js";
import { json } from "./attributes.js";
import type { DataSource } from "./data-source.js";

const computed = (description: string): Attribute => ({ type: "string", set: "computed", description });

/** Returns a text of a response with an undocumented structure; null if it is missing. */
function textOf(answer: unknown, name: string): string | null {
  const value = typeof answer === "object" && answer !== null ? (answer as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** Returns the version as one text. `{major, minor, patch}` [spec] is joined by dots. */
function versionOf(answer: unknown): string | null {
  const { version } = (answer ?? {}) as { readonly version?: unknown };
  if (typeof version !== "object" || version === null) return textOf(answer, "version");
  const parts = ["major", "minor", "patch"].map((name) => textOf(version, name));
  return parts.includes(null) ? null : parts.join(".");
}

/** The data source of the API's health and version. It is requested each time and not stored in the mirror. */
export const statusSource: DataSource = {
  block: {
    description: "Health and version of the API component.",
    attributes: {
      status: computed("The health that the API reports; null if the response has no single text for it."),
      version: computed("The version of the API component; null if the response has no single text for it."),
      status_json: computed("The response to `GET /status`, as JSON."),
      version_json: computed("The response to `GET /version`, as JSON."),
    },
  },
  check: async () => [],
  async read(_config, inventory) {
    const [status, version] = await inventory.ask((client) => Promise.all([client.status(), client.version()]));
    return {
      values: {
        status: textOf(status, "status"),
        version: versionOf(version),
        status_json: json(status),
        version_json: json(version),
      },
    };
  },
  culprit: () => undefined,
};
