// Viewers of the console: each follows tonight by its stream, and reads a page every one to five seconds; none while the file FOLDER/pause is
// there, until FOLDER/stop is. Prints errors and times.
// usage: node web.mjs http://127.0.0.1:8321 VIEWERS FOLDER
import fs from "node:fs";
import http from "node:http";

const [base, viewers, folder] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
let over = false, resumed = Promise.resolve(), resume = null, watched = 0, from = Date.now();
setInterval(() => {
  if (fs.existsSync(`${folder}/pause`)) {
    if (resume === null) { watched += Date.now() - from; resumed = new Promise((done) => { resume = done; }); }
  } else if (resume !== null) { from = Date.now(); resume(); resume = null; }
  if (!over && fs.existsSync(`${folder}/stop`)) { over = true; watched += Date.now() - from; }
}, 100).unref();
const times = [];
const errors = new Map();
let bytes = 0, events = 0;

const note = (what) => errors.set(what, (errors.get(what) ?? 0) + 1);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

const get = (path, agent) => new Promise((done) => {
  const started = performance.now();
  const request = http.get(base + path, { agent }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (part) => { body += part; });
    response.on("end", () => {
      if (response.statusCode >= 400) note(`${path}: ${response.statusCode}`);
      times.push(performance.now() - started);
      bytes += body.length;
      done({ body, location: response.headers.location });
    });
    response.on("error", (error) => { note(`${path}: ${error.message}`); done({ body: "" }); });
  });
  request.on("error", (error) => { note(`${path}: ${error.message}`); done({ body: "" }); });
});

const follow = () => {
  const request = http.get(`${base}/events/tonight`, { agent: false }, (response) => {
    if (response.statusCode !== 200) note(`/events/tonight: ${response.statusCode}`);
    response.on("data", (part) => { events += String(part).split("event: tonight").length - 1; });
    response.on("error", () => {});
  });
  request.on("error", (error) => { if (!over) note(`/events/tonight: ${error.message}`); });
  return request;
};

// The same places for every run of this script.
let seed = 20111209;
const random = () => { seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; return seed / 2 ** 32; };

const run = (await get("/runs/latest")).location;
const pages = ["/", "/", "/runs", run, `${run}/tables`, `${run}/tables/rules`, `${run}/tables/transactions?page=3`, `${run}/rules`, `${run}/rules?q=tea`, `${run}/forecasts`, `${run}/segments`, `${run}/report`, "/compare", "/audit"];

const viewer = async () => {
  await sleep(random() * 3000);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const stream = follow();
  while (!over) {
    await get(pages[Math.floor(random() * pages.length)], agent);
    await sleep(1000 + random() * 4000);
    if (resume !== null) { await resumed; await sleep(random() * 3000); }
  }
  stream.destroy();
  agent.destroy();
};
await Promise.all(Array.from({ length: viewers }, viewer));

times.sort((a, b) => a - b);
const at = (share) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
console.log(`${viewers} viewers, ${(watched / 1000).toFixed(0)} s: ${times.length} pages, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${events} events of the streams, ${[...errors.values()].reduce((a, b) => a + b, 0)} errors`);
console.log(`a page took ${at(0.5)} ms in the middle, ${at(0.95)} ms at 95 %, ${at(0.99)} ms at 99 %, ${at(1)} ms at most`);
const used = process.cpuUsage();
console.log(`the viewers themselves used ${((used.user + used.system) / 1e6).toFixed(1)} s of processor time`);
for (const [what, count] of [...errors].slice(0, 20)) console.log(`  ${count} x ${what}`);
process.exit(errors.size > 0 ? 1 : 0);
