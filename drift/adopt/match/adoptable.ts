/** The kinds of record that a resource can be. */
export const adoptable = ["configurationItem", "servicePoint", "location"] as const;
