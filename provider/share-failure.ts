import { ApiError, type Fault } from "./api/errors.js";
import { RecordError } from "./api/record-error.js";
import { digest, type Settings } from "./config.js";
import { MirrorPlaceError } from "./inventory/private-files.js";
import type { Locked } from "./inventory/lock.js";

/** A failed sync, as it is told to processes that waited for it. */
interface Failure {
  /** A digest of the settings that it failed with. */
  readonly settings: string;
  readonly fault?: Fault;
  /** Of the place where the mirror lies, and of the folder that is recorded into. */
  readonly place?: string;
  readonly record?: string;
  readonly message: string;
}

/**
 * How a failed sync is told to those who waited: they fail with the same error instead of trying the same again. It does not
 * concern those whose settings differ, such as the secret that was wrong.
 */
export function shareFailure(settings: Settings): Required<Pick<Locked<void>, "tell" | "told">> {
  // Long enough to tell settings apart, and too short to find a secret by.
  const own = digest(settings.api).slice(0, 8);
  return {
    tell(error) {
      const failure: Failure = {
        settings: own,
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof ApiError ? { fault: error.fault } : {}),
        ...(error instanceof MirrorPlaceError ? { place: error.message } : {}),
        ...(error instanceof RecordError ? { record: error.message } : {}),
      };
      return JSON.stringify(failure);
    },
    told(text) {
      const failure = JSON.parse(text) as Failure;
      if (failure.settings !== own) return undefined;
      if (failure.fault) return new ApiError(failure.fault);
      if (failure.record !== undefined) return new RecordError(failure.record);
      return failure.place === undefined ? new Error(failure.message) : new MirrorPlaceError(failure.place);
    },
  };
}
