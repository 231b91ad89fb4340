/**
 * What is exchanged with the API cannot be kept in the folder of `--record`; the message says why, and what to do. It bears no
 * code of the system's: by that it would be taken for a fault of the mirror's place.
 */
export class RecordError extends Error {
  override readonly name = "RecordError";
}
