/** What happens where the inventory cannot be had. */
export const unavailableModes = ["fail", "stale", "warn"] as const;
/** `fail` stops the deployment, `stale` judges by an older mirror, `warn` checks nothing; the last two say so in every run. */
export type UnavailableMode = (typeof unavailableModes)[number];
