import fc from "fast-check";

/**
 * What the inputs of property tests are made from: the same ones each time, so that a run that fails is that of a change.
 * ORANGE_CMDB_FUZZ_SEED is another.
 */
export const seed = Number(process.env["ORANGE_CMDB_FUZZ_SEED"] ?? 20_261_124);

fc.configureGlobal({ seed });

export default fc;
