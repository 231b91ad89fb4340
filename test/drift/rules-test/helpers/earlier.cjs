// Preloaded by a command: its clock is ORANGE_CMDB_TEST_HOURS_AGO hours late, so that it writes an old inventory.
const late = Number(process.env.ORANGE_CMDB_TEST_HOURS_AGO) * 3_600_000;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() - late] : given));
  }
  static now() {
    return RealDate.now() - late;
  }
};
