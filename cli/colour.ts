/** The choice of the command line; undefined if it has none. */
let chosen: boolean | undefined;

/** Keeps the choice of `--color` or `--no-color` for {@link hasColour}. */
export function chooseColour(choice: boolean | undefined): void {
  chosen = choice;
}

/**
 * Returns whether the output to `stream` has colour. `--no-color` and `NO_COLOR` switch it off; else `--color` and
 * `FORCE_COLOR` switch it on (`FORCE_COLOR=0` off); else a terminal has it, unless `TERM` is `dumb`.
 */
export function hasColour(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR: off, FORCE_COLOR: force, TERM: terminal } = process.env;
  if (chosen === false || off) return false;
  if (chosen) return true;
  if (force !== undefined) return force !== "0" && force !== "false";
  return Boolean(stream.isTTY) && terminal !== "dumb";
}
