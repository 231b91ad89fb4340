// The environment of the tests: that of Node.js, with a process for commands. Jest loads this file once in each worker.
const { fork } = require("node:child_process");
const { once } = require("node:events");
const { join } = require("node:path");
const { TestEnvironment } = require("jest-environment-node");

/** Commands that one process runs. Node.js keeps the modules of each, because they are imported by a URL of its own. */
const MAX_RUNS = 60;

/** The process that runs commands, its end, how many it has run, and whether it runs one. */
let host;

function startHost() {
  const env = { ...process.env, NODE_OPTIONS: "" };
  // Nothing that a command prints is a warning of this process.
  const execArgv = ["--disable-warning=ExperimentalWarning"];
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const child = fork(join(__dirname, "command-host.cjs"), { execArgv, env, stdio });
  child.unref();
  child.channel.unref();
  return { child, ended: once(child, "exit"), runs: 0, isBusy: false };
}

/** Runs a command of the built package in a process that later commands use, too. */
async function runInHost(request) {
  // A test that ran into its timeout has left a command behind.
  if (host?.isBusy) host.child.kill("SIGKILL");
  if (!host?.child.connected || host.isBusy || host.runs >= MAX_RUNS) {
    if (host?.child.connected) host.child.disconnect();
    host = startHost();
  }
  const own = host;
  own.isBusy = true;
  own.runs += 1;
  own.child.channel.ref();
  own.child.send(request);
  const [result] = await Promise.race([once(own.child, "message"), own.ended]);
  if (typeof result !== "object") throw new Error(`the process that runs the commands has ended with ${result}`);
  own.isBusy = false;
  own.child.channel?.unref();
  return result;
}

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    this.global.runInHost = runInHost;
  }
};
