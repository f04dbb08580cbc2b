// SPDX-License-Identifier: MIT
//
// loopback_only - loaded before a program of others: what it opens is open to this machine
// alone, and it reaches nobody else.

const net = require("node:net");

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];
const { connect } = net.Socket.prototype;
const { listen } = net.Server.prototype;

// The forms of both calls that servers and HTTP clients use: (port, …), ({port, …}, …).
net.Server.prototype.listen = function (where, ...rest) {
  if (typeof where === "object" && where !== null)
    return listen.call(this, where.path ? where : { ...where, host: "127.0.0.1" }, ...rest);
  const ready = rest.find((each) => typeof each === "function");
  return listen.call(this, { port: Number(where), host: "127.0.0.1" }, ready);
};

// Nobody listens at that port, so whoever is elsewhere is simply not there.
net.Socket.prototype.connect = function (...words) {
  const [where] = Array.isArray(words[0]) ? words[0] : words; // node normalises to an array
  if (where?.host && !LOOPBACK.includes(where.host)) {
    where.host = "127.0.0.1";
    where.port = 1;
  }
  return connect.apply(this, words);
};
