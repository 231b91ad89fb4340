/** A workspace of the stand-in for HCP Terraform. */
export interface StoredWorkspace {
  readonly id: string;
  readonly name: string;
  terraformVersion: string;
  /** The type of the owner of its lock. */
  lockedBy: "users" | "runs" | undefined;
  /** The id of its current state version. */
  current: string | undefined;
}

/** Both forms of a state version, as they were uploaded. */
export interface StoredVersion {
  raw?: string | undefined;
  json?: string | undefined;
}

/** The workspaces and state versions of the stand-in for HCP Terraform. */
export class HcpStore {
  readonly workspaces: StoredWorkspace[] = [];
  readonly #versions = new Map<string, StoredVersion>();
  /** The signature of download addresses, which is a secret. */
  readonly signature = "s3cret-signature";
  /** Whether state versions have the JSON form, as those of Terraform 1.3 and later. */
  hasJson = true;

  add(name: string): StoredWorkspace {
    const id = `ws-${this.workspaces.length + 1}`;
    const workspace = { id, name, terraformVersion: "1.10.0", lockedBy: undefined, current: undefined };
    this.workspaces.push(workspace);
    return workspace;
  }

  /** Adds a workspace with a state. */
  addWithState(name: string, state: StoredVersion): StoredWorkspace {
    const workspace = this.add(name);
    Object.assign(this.version(this.addVersion(workspace)) ?? {}, state);
    return workspace;
  }

  addVersion(workspace: StoredWorkspace): string {
    workspace.current = `sv-${this.#versions.size + 1}`;
    this.#versions.set(workspace.current, {});
    return workspace.current;
  }

  version(id: string): StoredVersion | undefined {
    return this.#versions.get(id);
  }

  clear(): void {
    this.workspaces.length = 0;
    this.#versions.clear();
    this.hasJson = true;
  }
}
