import { ApiError, type ApiErrorDetails } from "../api/errors/errors.js";
import { RecordingError } from "../api/errors/recording-error.js";
import { digest } from "./mirror/identity.js";
import { MirrorAccessError } from "../files/permissions.js";
import { ObjectStoreError } from "../objects/object-store.js";
import type { Locked } from "./mirror/lock.js";
import { DownloadError } from "./remote/download.js";
import { InventoryFileError } from "./store/database.js";

/** A failed sync, serialized for processes that wait for it. */
interface Failure {
  /** A digest of the settings of the failed sync. */
  readonly settings: string;
  readonly apiError?: ApiErrorDetails;
  /** An error of the cache folder or of the recording folder. */
  readonly place?: string;
  readonly record?: string;
  /** An error of an object store, of a downloaded inventory file, or of its content. */
  readonly object?: { readonly message: string; readonly isMissing: boolean; readonly isRefusal: boolean };
  readonly download?: string;
  readonly file?: string;
  readonly message: string;
}

/**
 * Serializes a failed sync for the processes that wait for it, so that they fail with the same error without a retry. Processes with
 * other settings, such as another secret, ignore it.
 * @param settings the settings of the request, in JSON
 */
export function failureCodec(settings: unknown): Required<Pick<Locked<void>, "serializeError" | "deserializeError">> {
  // Long enough to distinguish settings, and too short to guess a secret.
  const own = digest(settings).slice(0, 8);
  return {
    serializeError(error) {
      const failure: Failure = {
        settings: own,
        message: error instanceof Error ? error.message : String(error),
        ...(error instanceof ApiError ? { apiError: error.details } : {}),
        ...(error instanceof MirrorAccessError ? { place: error.message } : {}),
        ...(error instanceof RecordingError ? { record: error.message } : {}),
        ...(error instanceof ObjectStoreError ? { object: objectFailure(error) } : {}),
        ...(error instanceof DownloadError
          ? { download: error.message }
          : error instanceof InventoryFileError
            ? { file: error.message }
            : {}),
      };
      return JSON.stringify(failure);
    },
    deserializeError(text) {
      const failure = JSON.parse(text) as Failure;
      if (failure.settings !== own) return undefined;
      if (failure.apiError) return new ApiError(failure.apiError);
      if (failure.record !== undefined) return new RecordingError(failure.record);
      if (failure.object !== undefined) {
        const { message, isMissing, isRefusal } = failure.object;
        return new ObjectStoreError(message, isMissing, isRefusal);
      }
      if (failure.download !== undefined) return new DownloadError(failure.download);
      if (failure.file !== undefined) return new InventoryFileError(failure.file);
      return failure.place === undefined ? new Error(failure.message) : new MirrorAccessError(failure.place);
    },
  };
}

function objectFailure({ message, isMissing, isRefusal }: ObjectStoreError): NonNullable<Failure["object"]> {
  return { message, isMissing, isRefusal };
}
