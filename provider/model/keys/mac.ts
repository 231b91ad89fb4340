/** Digits per group by the number of groups, for 48-bit and 64-bit addresses. */
const groupSizes: Readonly<Record<number, readonly number[]>> = {
  1: [12, 16],
  2: [6, 8],
  3: [4],
  4: [4],
  6: [2],
  8: [2],
};

/** Parses a MAC address in any spelling: `00:11:22:33:44:55`, `00-11-…`, `0011.2233.4455`, `001122-334455`, no separators, any case. */
function parse(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  const separator = /[^0-9a-f]/.exec(trimmed)?.[0];
  if (separator !== undefined && !/[:.\- ]/.test(separator)) return undefined;
  const groups = separator === undefined ? [trimmed] : trimmed.split(separator);
  // Some systems leave out the leading zero of a byte: `0:11:22:33:44:5`.
  const bytes = groups.length >= 6 ? groups.map((group) => (group.length === 1 ? `0${group}` : group)) : groups;
  const [size] = (groupSizes[bytes.length] ?? []).filter((digits) => digits === bytes[0]?.length);
  if (size === undefined || !bytes.every((group) => group.length === size && /^[0-9a-f]+$/.test(group)))
    return undefined;
  return bytes.join("");
}

/** Returns the same text for all spellings of a MAC address; undefined if the value is not one. */
export const macForm = (value: unknown): string | undefined => parse(String(value));

/** Returns why a value is not a MAC address; undefined if it is one. */
export const macProblem = (value: unknown): string | undefined =>
  macForm(value) === undefined ? `${JSON.stringify(value)} is not a MAC address` : undefined;
