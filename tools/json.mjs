/** Returns a value as the text of a JSON file. */
export const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;
