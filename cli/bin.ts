#!/usr/bin/env node
// In a file of its own: an old Node.js would not even read the other.
import "./check-node.js";
import "./main.js";
