/** Results that a memoized function keeps. Rules files and states name far fewer types, paths and patterns. */
const MAX_RESULTS = 10_000;

/** Returns a pure function of one string that computes each result once. It forgets all results when it has too many. */
export function memoize<Key extends string, Result>(compute: (key: Key) => Result): (key: Key) => Result {
  const results = new Map<Key, Result>();
  return (key) => {
    const known = results.get(key);
    if (known !== undefined || results.has(key)) return known as Result;
    if (results.size >= MAX_RESULTS) results.clear();
    const result = compute(key);
    results.set(key, result);
    return result;
  };
}
