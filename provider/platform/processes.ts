/** Returns whether a process with this id exists. It may belong to another user. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Ends this process when its parent has ended: a killed host cannot stop its plugins. On Windows the id of the parent stays the
 * same, so the parent itself is looked for.
 */
export function endWithParent(code: number, intervalMs: number): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || !isRunning(parent)) process.exit(code);
  }, intervalMs).unref();
}
