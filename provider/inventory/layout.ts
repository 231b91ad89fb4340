/** The layout of the file. Another number is another layout, and another file name: no version reads another's file. */
export const layout = 3;

/** Says that a SQLite file is an inventory of ours ("CMDB"). */
export const applicationId = 0x434d4442;
