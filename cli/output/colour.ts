import type { GlobalOptions } from "../options/global-options.js";

/**
 * Returns whether the output to `stream` has colour. `--no-color` and `NO_COLOR` switch it off; else `--color` and
 * `FORCE_COLOR` switch it on (`FORCE_COLOR=0` off); else a terminal has it, unless `TERM` is `dumb`.
 */
export function hasColour(stream: { readonly isTTY?: boolean }, { color }: Pick<GlobalOptions, "color">): boolean {
  const { NO_COLOR: off, FORCE_COLOR: force, TERM: terminal } = process.env;
  if (color === false || off) return false;
  if (color) return true;
  if (force !== undefined) return force !== "0" && force !== "false";
  return Boolean(stream.isTTY) && terminal !== "dumb";
}
