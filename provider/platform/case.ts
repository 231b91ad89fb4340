/*
 * Conversions between the spellings of one name. They are reversible and never move digits, because names of settings, fields and
 * Terraform attributes convert both ways. `change-case` keeps `vpc_2` and splits `HTTPServer` differently.
 */

/** Converts `locationId` to `location_id`. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Converts `locationId` to `location-id`. */
export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Converts `location_id` and `location-id` to `locationId`. */
export const camelCase = (name: string): string =>
  name.replace(/[-_]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
