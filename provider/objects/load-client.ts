import { ObjectStoreError } from "./object-store.js";

/**
 * Loads the client of a cloud, an optional dependency.
 * @throws ObjectStoreError with the command that installs it
 */
export async function loadClient<Client>(
  name: string,
  packageName: string,
  load: () => Promise<Client>,
): Promise<Client> {
  try {
    return await load();
  } catch (error) {
    if (!isMissingPackage(error, packageName)) throw error;
    throw new ObjectStoreError(
      `${name} needs the npm package ${packageName}, which is not installed beside pulumi-orange-cmdb: run \`npm install ${packageName}\``,
    );
  }
}

function isMissingPackage(error: unknown, packageName: string): boolean {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  return /^(ERR_)?MODULE_NOT_FOUND$/.test(String(code)) && String(message).includes(`'${packageName}'`);
}
