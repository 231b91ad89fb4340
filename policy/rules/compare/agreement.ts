/** True if two values agree, or the reason why they cannot be compared. */
export type Agreement = boolean | string;

/** The maximum difference of values that agree: a number, or a percentage of the record's value such as `5%`. */
export type Tolerance = number | `${number}%`;

/** Compares one value of a resource with one value of a record. Neither is a list, undefined or null. */
export type Compare = (property: unknown, record: unknown, tolerance?: Tolerance) => Agreement;
