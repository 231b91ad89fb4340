/** The id of no record: doctor asks for it, and it says nothing of a customer. */
export const missingId = "no-such-record-0";
