// For jest.config.cjs.
module.exports = require("./lazy.cjs").typescript(() => require("typescript"));
