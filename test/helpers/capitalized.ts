/** Returns a name with a capital first letter. */
export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
