import { addressForm, addressProblem, ambiguityOf, parseAddress } from "../../../provider/model/keys/address.js";
import type { Agreement } from "./agreement.js";

/** Returns why two texts cannot be compared as addresses; undefined if they can. */
const problem = (property: string, record: string): string | undefined =>
  ambiguityOf(property) ?? addressProblem(record);

/** Compares addresses or networks, in any spelling. */
export function sameAddress(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  return problem(one, other) ?? addressForm(one) === addressForm(other);
}

/** Returns whether the property's address or network is within the record's network. */
export function withinNetwork(property: unknown, record: unknown): Agreement {
  const [one, other] = [String(property), String(record)];
  const reason = problem(one, other);
  if (reason !== undefined) return reason;
  const [found, range] = [parseAddress(one), parseAddress(other)];
  if (!found || !range || found[0].kind() !== range[0].kind() || found[1] < range[1]) return false;
  return found[0].match(range[0], range[1]);
}
