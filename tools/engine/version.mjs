/** The Pulumi CLI that is fetched or built: the one that tools/engine/go/go.mod pins. */
export const version = "3.259.0";
