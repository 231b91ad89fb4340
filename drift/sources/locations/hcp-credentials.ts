import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { isValidHeaderValue, INVALID_HEADER_VALUE } from "../../../provider/platform/header-value.js";
import { DriftError, reasonOf } from "../../common/errors.js";
import { tokenOf } from "./web-location.js";

/** The host of HCP Terraform, unless TFE_HOSTNAME names a Terraform Enterprise. */
const defaultHost = "app.terraform.io";

/** Returns the host, with its port if it has one. @throws DriftError if TFE_HOSTNAME is not a host name */
export function hcpHost(): URL {
  const name = process.env["TFE_HOSTNAME"] || defaultHost;
  const url = /^[^/@?#\s]+$/.test(name) ? URL.parse(`https://${name}`) : null;
  if (url === null)
    throw new DriftError(`TFE_HOSTNAME must be a host name, such as ${defaultHost}: set it without https://`);
  return url;
}

/**
 * Returns the token for a host, in the order of precedence: TFE_TOKEN, `TF_TOKEN_` with the host (dots as `_`, hyphens as `__`), and the file
 * that `terraform login` and `tofu login` write.
 * @throws DriftError if none of them has a token for the host
 */
export function hcpToken({ host }: URL): string {
  const token = tokenOf("TFE_TOKEN") ?? tokenOfHost(host) ?? tokenOfLogin(host);
  if (token !== undefined) return token;
  throw new DriftError(`no credentials for ${host}: set TFE_TOKEN, or run terraform login ${host}`);
}

function tokenOfHost(host: string): string | undefined {
  const prefix = "TF_TOKEN_";
  const named = Object.keys(process.env).find(
    (name) =>
      name.startsWith(prefix) &&
      name.slice(prefix.length).replaceAll("__", "-").replaceAll("_", ".").toLowerCase() === host,
  );
  return named === undefined ? undefined : tokenOf(named);
}

const file = z.looseObject({ credentials: z.record(z.string(), z.looseObject({ token: z.string() })).optional() });

/** Returns the files of `terraform login` and `tofu login`. */
function loginFiles(): string[] {
  const { APPDATA: appData, XDG_CONFIG_HOME: config } = process.env;
  const folders =
    process.platform === "win32" && appData
      ? [join(appData, "terraform.d")]
      : [join(homedir(), ".terraform.d"), ...(config ? [join(config, "opentofu")] : [])];
  return folders.map((folder) => join(folder, "credentials.tfrc.json"));
}

function tokenOfLogin(host: string): string | undefined {
  for (const path of loginFiles().filter((name) => existsSync(name))) {
    const token = readLogin(path)[host]?.token;
    if (token === undefined) continue;
    if (isValidHeaderValue(token)) return token;
    throw new DriftError(`the token for ${host} in ${path} ${INVALID_HEADER_VALUE}: run terraform login ${host}`);
  }
  return undefined;
}

function readLogin(path: string): Readonly<Record<string, { readonly token: string }>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new DriftError(`${path} cannot be read (${reasonOf(error)}): set TFE_TOKEN`);
  }
  try {
    return file.parse(JSON.parse(text)).credentials ?? {};
  } catch {
    // The reason could show a token.
    throw new DriftError(`${path} is not a file of terraform login: run terraform login again, or set TFE_TOKEN`);
  }
}
