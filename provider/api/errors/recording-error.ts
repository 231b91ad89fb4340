import { UserError } from "../../platform/user-error.js";
/**
 * The folder of `--record-http` cannot hold the recording. The message has the reason and the next step. Has no `code`, so that it
 * is not mistaken for a cache-folder error.
 */
export class RecordingError extends UserError {
  override readonly name = "RecordingError";
  override get title(): string {
    return "The API traffic cannot be recorded";
  }
}
