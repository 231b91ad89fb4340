#!/usr/bin/env node
// A separate file: an old Node.js cannot parse main.js.
import "./check-node.js";
import "./main.js";
