/** The history that a mirror keeps. */
export interface Retention {
  /** Maximum number of versions, including the current one. Default 20. */
  readonly versions: number;
  /** Days after which a replaced version is deleted. Default 30. */
  readonly days: number;
}
