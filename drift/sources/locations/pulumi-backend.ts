import { parse } from "yaml";
import { z } from "zod";
import { ObjectStoreError, type ObjectInfo, type ObjectStore } from "../../../provider/objects/object-store.js";
import { DriftError } from "../../common/errors.js";
import type { StateSource } from "../source.js";
import { ObjectSource } from "./object-source.js";

/** A folder or bucket in which the Pulumi CLI keeps stacks: a DIY backend. */
export interface PulumiBackend {
  readonly store: ObjectStore;
  /** Its URL without parameters, or its folder, for messages. */
  readonly name: string;
  /** What precedes `.pulumi/` in the keys: empty, or a path with a slash at its end. */
  readonly prefix: string;
}

const metadata = z.looseObject({ version: z.number() });

/** Returns whether the stacks of a backend have projects, as in version 1 of its layout. @throws DriftError for another version */
async function hasProjects({ store, name, prefix }: PulumiBackend): Promise<boolean> {
  const text = await textOf(store, `${prefix}.pulumi/meta.yaml`);
  if (text === undefined) return false;
  const version = versionIn(text);
  if (version === 0 || version === 1) return version === 1;
  throw new DriftError(
    version === undefined
      ? `.pulumi/meta.yaml of the backend ${name} has no version: restore it, with the line "version: 1" if the stacks have projects`
      : `the backend ${name} has a layout of version ${version}, but only 0 and 1 are supported: update orange-cmdb`,
  );
}

/** Returns the version in the text of `meta.yaml`; undefined if it is damaged. */
function versionIn(text: string): number | undefined {
  try {
    return metadata.safeParse(parse(text)).data?.version;
  } catch {
    return undefined;
  }
}

/** Returns a small object as text; undefined if it does not exist. */
async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  try {
    const parts: Uint8Array[] = [];
    for await (const part of (await store.open(key))?.bytes ?? []) parts.push(part);
    return Buffer.concat(parts).toString("utf8");
  } catch (error) {
    if (error instanceof ObjectStoreError && error.isMissing) return undefined;
    throw error;
  }
}

/**
 * Returns all stacks of a backend, by the names under which the Pulumi CLI lists them: `organization/PROJECT/STACK`, or `STACK` without
 * projects. Backups (`.bak`) and attributes (`.attrs`) are not checkpoints. If a stack has a plain and a compressed checkpoint, the CLI
 * reads the later one, or the compressed one if both are of the same time.
 * @returns in the order of their names; a stack that has a lock, with a note
 * @throws DriftError, ObjectStoreError if they cannot be listed
 */
export async function backendStacks(backend: PulumiBackend): Promise<StateSource[]> {
  const isLayout1 = await hasProjects(backend);
  const [stacks, locked] = await Promise.all([checkpoints(backend, isLayout1), lockedStacks(backend)]);
  return [...stacks]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, object]) => {
      const stack = isLayout1 ? `organization/${path}` : path;
      return new Checkpoint(backend, object, locked.has(stack) ? lockNote(stack) : undefined);
    });
}

/** The checkpoint of a stack of a backend. */
class Checkpoint extends ObjectSource {
  constructor(
    private readonly backend: PulumiBackend,
    object: ObjectInfo,
    note: string | undefined,
  ) {
    super(object, note);
  }

  protected get store(): ObjectStore {
    return this.backend.store;
  }

  get name(): string {
    return `the stack ${this.pulumiStack} of ${this.backend.name}`;
  }

  /** PROJECT/STACK, or STACK in a backend without projects. */
  get stack(): string {
    return pathOf(this.backend, this.key) ?? this.key;
  }

  get pulumiStack(): string {
    const { stack } = this;
    return stack.includes("/") ? `organization/${stack}` : stack;
  }
}

const lockNote = (stack: string): string =>
  `the stack ${stack} is locked, so its resources may be those of before an update: run again after it; if no update runs, remove the lock with pulumi cancel --stack ${stack}`;

/** Returns the objects of the checkpoints, by PROJECT/STACK or STACK. */
async function checkpoints(backend: PulumiBackend, isLayout1: boolean): Promise<ReadonlyMap<string, ObjectInfo>> {
  const found = new Map<string, ObjectInfo>();
  for await (const object of backend.store.list(stacksOf(backend))) {
    const path = pathOf(backend, object.key);
    if (path === undefined || path.includes("/") !== isLayout1) continue;
    const other = found.get(path);
    if (other === undefined || isRead(object, other)) found.set(path, object);
  }
  return found;
}

const stacksOf = ({ prefix }: PulumiBackend): string => `${prefix}.pulumi/stacks/`;

/** Returns PROJECT/STACK or STACK of the key of a checkpoint; undefined for other keys. */
function pathOf(backend: PulumiBackend, key: string): string | undefined {
  return /^((?:[^/]+\/)?[^/]+)\.json(\.gz)?$/.exec(key.slice(stacksOf(backend).length))?.[1];
}

/** Returns whether the CLI reads a checkpoint rather than the other one of its stack. */
function isRead(object: ObjectInfo, other: ObjectInfo): boolean {
  return object.modifiedAt === other.modifiedAt ? object.key.endsWith(".gz") : object.modifiedAt > other.modifiedAt;
}

/** Returns the full names of the stacks that have a lock. */
async function lockedStacks({ store, prefix }: PulumiBackend): Promise<ReadonlySet<string>> {
  const at = `${prefix}.pulumi/locks/`;
  const found = new Set<string>();
  for await (const { key } of store.list(at)) {
    if (key.endsWith(".json")) found.add(key.slice(at.length, key.lastIndexOf("/")));
  }
  return found;
}
