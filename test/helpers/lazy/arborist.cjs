// For jest.config.cjs.
module.exports = require("./lazy.cjs")["@npmcli/arborist"](() => require("../../../node_modules/@npmcli/arborist"));
