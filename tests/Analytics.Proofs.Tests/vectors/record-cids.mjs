// Recorded cids.json with ipfs-unixfs-importer 17.1.1, blockstore-core and the settings of `ipfs add --cid-version 1`
// with 256 KiB chunks, raw leaves and 174 links. To record anew, in an empty folder:
//   npm install ipfs-unixfs-importer@17.1.1 blockstore-core && cp PATH/record-cids.mjs . && node record-cids.mjs > PATH/cids.json
import { importer } from 'ipfs-unixfs-importer';
import { fixedSize } from 'ipfs-unixfs-importer/chunker';
import { balanced } from 'ipfs-unixfs-importer/layout';
import { MemoryBlockstore } from 'blockstore-core';

// Any generator will do that the test has too: no two chunks are alike.
function content(length, seed) {
  const bytes = new Uint8Array(length);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

async function root(files, chunk, links, wrap) {
  const options = {
    cidVersion: 1, rawLeaves: true, reduceSingleLeafToSelf: true, wrapWithDirectory: wrap, shardSplitThresholdBytes: 1 << 30,
    chunker: fixedSize({ chunkSize: chunk }), layout: balanced({ maxChildrenPerNode: links }),
  };
  let last;
  for await (const entry of importer(files.map(({ path, bytes }) => ({ path, content: bytes })), new MemoryBlockstore(), options)) last = entry;
  return last.cid.toString();
}

const whole = [], small = [];
for (const length of [0, 1, 262143, 262144, 262145, 524288, 262144 * 174, 262144 * 174 + 1, 262144 * 175 + 77])
  whole.push({ length, cid: await root([{ path: 'f', bytes: content(length, 1) }], 262144, 174, false) });
// Deep trees cost little where chunks and nodes are small.
for (const length of [0, 15, 16, 17, 48, 49, 64, 144, 145, 160, 432, 433, 1000, 2000])
  small.push({ length, cid: await root([{ path: 'f', bytes: content(length, 2) }], 16, 3, false) });
const files = [['manifest.json', 700], ['report.html', 300000], ['rules/part-0.parquet', 5000], ['rules/part-1.parquet', 262145], ['transactions/2011-12-09.parquet', 0],
  ['transactions/2011-12-10.parquet', 1], ['a/b/c/deep.txt', 10], ['é/ü.txt', 3], ['Z', 2], ['same', 700]];
const folder = await root(files.map(([path, length]) => ({ path, bytes: content(length, length) })), 262144, 174, true);
console.log(JSON.stringify({ whole, small, folder: { files: files.map(([path, length]) => ({ path, length })), cid: folder } }, null, 2));
