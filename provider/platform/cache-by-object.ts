/** Returns a function that computes a value once for each object and key. The values are kept as long as the object. */
export function cacheByObject<Owner extends object, Value>(): (
  owner: Owner,
  key: readonly unknown[],
  compute: () => Value,
) => Value {
  const byOwner = new WeakMap<Owner, Map<string, Value>>();
  return (owner, key, compute) => {
    let values = byOwner.get(owner);
    if (!values) byOwner.set(owner, (values = new Map()));
    const name = JSON.stringify(key);
    if (!values.has(name)) values.set(name, compute());
    return values.get(name) as Value;
  };
}
