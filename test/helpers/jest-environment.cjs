// The environment of the tests: that of Node.js, with a process for commands. Jest loads this file once in each worker.
const { fork } = require("node:child_process");
const { once } = require("node:events");
const { join } = require("node:path");
const { TestEnvironment } = require("jest-environment-node");
const forgetImports = require("./compile-once.cjs");

/** Commands that one process runs. Node.js keeps the modules of each, because they are imported by a URL of its own. */
const MAX_RUNS = 200;

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

/** Sends a message to the process, and returns its answer. */
async function ask(own, message) {
  own.isBusy = true;
  own.child.channel?.ref();
  // It fails if the process has ended since the last message: no command may end it.
  own.child.send(message);
  const [answer] = await Promise.race([once(own.child, "message"), own.ended]);
  if (typeof answer !== "object") throw new Error(`the process that runs the commands has ended with ${answer}`);
  own.isBusy = false;
  own.child.channel?.unref();
  return answer;
}

/** Ends the process, which must end by itself. */
async function endHost() {
  const { child, ended } = host;
  host = undefined;
  child.disconnect();
  const [code, signal] = await ended;
  if (code !== 0) throw new Error(`the process that runs the commands has ended with ${code ?? signal}`);
}

/** Runs a command of the built package in a process that later commands use, too. */
async function runInHost(request) {
  // A test that ran into its timeout has left a command behind.
  if (host?.isBusy) {
    host.child.kill("SIGKILL");
    host = undefined;
  }
  if (host?.runs >= MAX_RUNS) await endHost();
  host ??= startHost();
  host.runs += 1;
  return ask(host, request);
}

/** Returns what the commands have left behind that keeps their process alive. */
async function leftBehind() {
  return host === undefined || host.isBusy ? [] : (await ask(host, "left behind")).left;
}

module.exports = class extends TestEnvironment {
  constructor(...args) {
    super(...args);
    forgetImports();
    Object.assign(this.global, { runInHost, leftBehind });
  }
};
