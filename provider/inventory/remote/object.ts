import { openObjectStore } from "../../objects/open-store.js";
import { parseObjectUrl } from "../../objects/object-url.js";
import { receive, type Source } from "./download.js";

/**
 * Returns a source that reads an object. The client of its store is loaded on use, and repeats failed requests itself.
 * @param address the URL without a fragment
 * @param name the URL for messages
 */
export function objectSource(address: string, name: string): Source {
  return async (path, validators) => {
    const url = parseObjectUrl(address);
    const store = await openObjectStore(url);
    const object = await store.open(url.path, validators?.etag);
    if (object === undefined) return undefined;
    return { ...(await receive(object.bytes, path, name)), validators: { etag: object.etag } };
  };
}
