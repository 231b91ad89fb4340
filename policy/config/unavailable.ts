/** Modes for an unavailable inventory. */
export const unavailableModes = ["fail", "use-stale", "warn"] as const;
/** `fail` stops the deployment, `use-stale` uses an older mirror, `warn` checks nothing. The last two are reported in every run. */
export type UnavailableMode = (typeof unavailableModes)[number];
