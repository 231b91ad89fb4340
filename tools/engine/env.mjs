import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root } from "../paths.mjs";

/** The environment for Pulumi: a local backend in the checkout, unless the user's own says otherwise. */
export function engineEnvironment(engine) {
  const defaults = {
    PULUMI_HOME: join(root, ".pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  if (!process.env["PULUMI_BACKEND_URL"] && !process.env["PULUMI_ACCESS_TOKEN"]) {
    const state = join(root, ".pulumi-state");
    mkdirSync(state, { recursive: true });
    defaults["PULUMI_BACKEND_URL"] = `file://${state}`;
    if (!process.env["PULUMI_CONFIG_PASSPHRASE_FILE"]) defaults["PULUMI_CONFIG_PASSPHRASE"] = "";
  }
  const host = process.env["ORANGE_CMDB_LANGUAGE_HOST_DIR"];
  const path = [...(host ? [host] : []), dirname(engine.pulumi), process.env["PATH"]].join(delimiter);
  return { ...defaults, ...process.env, PATH: path, ORANGE_CMDB_PULUMI: engine.pulumi };
}
