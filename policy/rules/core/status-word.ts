import { canonical } from "../../../provider/platform/unicode.js";
import { memoize } from "../../../provider/platform/memoize.js";

/** Returns a status without case, spaces, hyphens and underscores: `OutOfService`, `out-of-service` and `OUT_OF_SERVICE` are equal. */
export const statusWord = memoize((status: string): string =>
  canonical(status)
    .toLowerCase()
    .replace(/[\s_-]+/g, ""),
);
