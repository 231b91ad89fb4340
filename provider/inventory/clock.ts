/** How far clocks may differ (milliseconds). */
const tolerance = 60_000;

/** What says that it was fetched later than now was so by a clock that was wrong: nobody knows how old it is. */
export function isOfLater(time: number): boolean {
  return time > Date.now() + tolerance;
}
