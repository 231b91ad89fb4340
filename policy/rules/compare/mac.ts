import { macForm, macProblem } from "../../../provider/model/keys/mac.js";
import type { Agreement } from "./agreement.js";

/** Compares MAC addresses, in any spelling. */
export function sameMac(property: unknown, record: unknown): Agreement {
  return macProblem(record) ?? macProblem(property) ?? macForm(property) === macForm(record);
}
