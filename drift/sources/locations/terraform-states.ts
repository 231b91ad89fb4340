import picomatch from "picomatch";
import type { ObjectInfo, ObjectStore } from "../../../provider/objects/object-store.js";
import { DriftError } from "../../common/errors.js";
import { stackOfPath, type StateSource } from "../source.js";
import { ObjectSource } from "./object-source.js";

/** Returns whether a file or object can be a state: not a backup, a lock, or the marker of a folder. */
export const isState = (key: string): boolean => !/(^|\/|\.backup|\.tflock|\.lock\.info)$/.test(key);

/**
 * Returns the Terraform and OpenTofu states of a bucket.
 * @param pattern a key, or a glob: `*` is any text without `/`, `**` any folders; names that begin with a dot match only if the glob has the dot
 * @returns in the order of the keys; a state that is locked, with a note
 * @throws DriftError if no key matches, ObjectStoreError if the keys cannot be listed
 */
export async function terraformStates(store: ObjectStore, pattern: string): Promise<StateSource[]> {
  const { isGlob, base } = picomatch.scan(pattern);
  const fits = picomatch(pattern);
  // A key may contain characters that are special in globs.
  const matches = (key: string): boolean => key === pattern || (isGlob && fits(key));
  const objects = new Map<string, ObjectInfo>();
  const locks = new Set<string>();
  for await (const object of store.list(isGlob ? base : pattern)) {
    const locked = lockedKeys(object.key);
    if (locked.length > 0) for (const key of locked) locks.add(key);
    else if (isState(object.key) && matches(object.key)) objects.set(object.key, object);
  }
  if (objects.size === 0)
    throw new DriftError(`${store.name}/${pattern} matches no state: check the location and its glob`);
  return [...objects.values()]
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map((object) => new TerraformObject(store, object, locks.has(object.key)));
}

/** A Terraform state of a bucket. */
class TerraformObject extends ObjectSource {
  constructor(
    protected readonly store: ObjectStore,
    object: ObjectInfo,
    isLocked: boolean,
  ) {
    super(object, isLocked ? lockNote(nameOf(store, object.key)) : undefined);
  }

  get name(): string {
    return nameOf(this.store, this.key);
  }

  get stack(): string {
    return stackOfPath(this.key);
  }
}

const nameOf = (store: ObjectStore, key: string): string => `the state ${store.name}/${key}`;

/** Returns the note of a state that is locked. */
export const lockNote = (name: string): string =>
  `${name} is locked, so its resources may be those of before an apply: run again after it; if no apply runs, remove the lock with terraform force-unlock`;

/**
 * Returns the keys that a lock may belong to: `KEY.tflock` in S3, `NAME.tflock` of `NAME.tfstate` in Google Cloud Storage.
 * Locks in DynamoDB and leases of Azure blobs are not visible in a listing.
 */
function lockedKeys(key: string): string[] {
  const [, prefix] = /^(.*)\.tflock$/.exec(key) ?? [];
  return prefix === undefined ? [] : [prefix, `${prefix}.tfstate`];
}
