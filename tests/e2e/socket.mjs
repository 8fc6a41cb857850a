// A WebSocket client for tests, of sockets alone. Usage: node socket.mjs PORT PATH [KEY SECRET]
// Prints what happens, a line each: "open", "refused STATUS", "text MESSAGE", "closed CODE REASON". Lines of its input
// are sent as text; "!close" ends it. A line "!after WORD TEXT" waits for a message that holds WORD, then sends TEXT, in
// which $id is that message's first "id".
import net from "node:net";
import crypto from "node:crypto";
import readline from "node:readline";

const [port, path, key, secret] = process.argv.slice(2);
const socket = net.connect(Number(port), "127.0.0.1");
let received = Buffer.alloc(0);
let open = false;
const waiting = [];
const early = [];

function say(line) {
  process.stdout.write(line + "\n");
}

function send(opcode, payload) {
  const mask = crypto.randomBytes(4);
  const n = payload.length;
  const head = n < 126 ? Buffer.from([0x80 | opcode, 0x80 | n]) : Buffer.from([0x80 | opcode, 0xfe, n >> 8, n & 255]);
  const body = Buffer.from(payload.map((byte, i) => byte ^ mask[i & 3]));
  socket.write(Buffer.concat([head, mask, body]));
}

function ask(text) {
  if (text === "!close") {
    send(8, Buffer.from([3, 232]));
  } else {
    send(1, Buffer.from(text));
  }
}

function onMessage(opcode, payload) {
  if (opcode === 8) {
    say("closed " + (payload.length >= 2 ? payload.readUInt16BE(0) + " " + payload.subarray(2) : "1005"));
    socket.end();
  } else if (opcode === 9) {
    send(10, payload);
  } else if (opcode === 1) {
    const text = payload.toString();
    say("text " + text);
    const at = waiting.findIndex((w) => text.includes(w.word));
    if (at >= 0) {
      const id = /"id":"([^"]*)"/.exec(text);
      ask(waiting.splice(at, 1)[0].text.replace("$id", id === null ? "" : id[1]));
    }
  }
}

function takeFrames() {
  while (received.length >= 2) {
    let n = received[1] & 127;
    let at = 2;
    if (n === 126) {
      n = received.length < 4 ? Infinity : received.readUInt16BE(2);
      at = 4;
    } else if (n === 127) {
      n = received.length < 10 ? Infinity : Number(received.readBigUInt64BE(2));
      at = 10;
    }
    if (received.length < at + n) {
      return;
    }
    onMessage(received[0] & 15, received.subarray(at, at + n));
    received = received.subarray(at + n);
  }
}

function takeLine(line) {
  const after = /^!after (\S+) (.*)$/.exec(line);
  if (after !== null) {
    waiting.push({ word: after[1], text: after[2] });
  } else if (!open) {
    early.push(line);
  } else {
    ask(line);
  }
}

socket.on("connect", () => {
  const keys = key === undefined ? "" : `APCA-API-KEY-ID: ${key}\r\nAPCA-API-SECRET-KEY: ${secret}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${crypto.randomBytes(16).toString("base64")}\r\n${keys}\r\n`);
});
socket.on("data", (data) => {
  received = Buffer.concat([received, data]);
  if (!open) {
    const end = received.indexOf("\r\n\r\n");
    if (end < 0) {
      return;
    }
    const status = received.toString("latin1", 9, 12);
    received = received.subarray(end + 4);
    if (status !== "101") {
      say("refused " + status);
      socket.end();
      return;
    }
    open = true;
    say("open");
    early.forEach(ask);
  }
  takeFrames();
});
socket.on("error", (error) => say("error " + error.message));
socket.on("close", () => process.exit(0));
readline.createInterface({ input: process.stdin }).on("line", takeLine);
