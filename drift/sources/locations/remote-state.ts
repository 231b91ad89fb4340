import { plainBytes } from "../read-bytes.js";
import type { StateSource } from "../source.js";
import type { HttpResponse } from "./http.js";

/** A state without resources, in the format of Terraform. */
const emptyState = Buffer.from(
  JSON.stringify({ version: 4, terraform_version: "", serial: 0, lineage: "", outputs: {}, resources: [] }),
);

/**
 * Returns the source of a state behind HTTP. A state that does not exist yet is one without resources, and has a note.
 * @param state `note` is known before the state is read, such as a lock
 * @param open returns undefined if the state does not exist yet
 */
export function remoteState(
  state: Pick<StateSource, "name" | "stack" | "note">,
  open: () => Promise<HttpResponse | undefined>,
): StateSource {
  const { name, note } = state;
  const source: { -readonly [Member in keyof StateSource]: StateSource[Member] } = { ...state, bytes };
  async function* bytes(): AsyncGenerator<Buffer> {
    const response = await open();
    const notes = [note, response ? undefined : `${name} does not exist yet: the stack has no resources`];
    const all = notes.filter((text) => text !== undefined).join("; ");
    if (all === "") delete source.note;
    else source.note = all;
    if (!response) return yield emptyState;
    try {
      yield* plainBytes(response.body, name);
    } finally {
      response.close();
    }
  }
  return source;
}
