import { errorRow, errorTable } from "../api/error-table.js";
import { ApiError } from "../api/errors.js";

/**
 * Has the API itself answered what was asked, by an error of its catalogue? Only such an error shows how the API is. A time-out,
 * the network, the token endpoint, a token that is refused, too many calls and an outage show nothing of it.
 */
export function isOwnAnswer(error: unknown): error is ApiError {
  if (!(error instanceof ApiError) || error.reason !== "http" || error.status === 401) return false;
  const { status = 0, code } = error;
  // A status that the catalogue does not know is that of something on the way.
  return errorTable.some((row) => row.status === status) && errorRow(status, code).action === "fail";
}
