const names = [
  "SettingsError",
  "ApiError",
  "RecordLookupError",
  "QueryError",
  "ExpressionCostError",
  "ReservedValueError",
  "KindUnavailableError",
  "InventoryFileError",
  "MirrorDamagedError",
  "MirrorPlaceError",
  "RecordError",
];

/** Is it something that a user can mend, and so is told without a stack trace? */
export function isForUsers(error: unknown): error is Error {
  return error instanceof Error && names.includes(error.name);
}
