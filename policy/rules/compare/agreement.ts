/** True or false, or why the two cannot be compared. */
export type Agreement = boolean | string;

/** So much, or a percentage such as `5%`. */
export type Tolerance = number | `${number}%`;
