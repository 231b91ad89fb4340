/** Returns a doc comment as a schema's description: without the markers of its sources, such as `[spec]`. */
export function descriptionOf(comment) {
  return comment.replace(/\s*\[(doc|spec|vendor|assumed|assumption \d+)\]/g, "").trim();
}
