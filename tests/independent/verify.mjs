// A verifier written from docs/proofs.md alone. usage: node verify.mjs PROOF [FILE] [--rpc URL]
// Prints what it found and ends with 0, or says what is wrong and ends with 3.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const hex = (text) => Buffer.from(text, 'hex');
const uint32 = (number) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(number); return bytes; };
const node = (left, right) => sha256(Buffer.of(1), left, right);
const demand = (holds, message) => { if (!holds) throw new Error(message); };

function climb(hash, index, leaves, hashes) {
  demand(Number.isSafeInteger(index) && Number.isSafeInteger(leaves) && index >= 0 && index < leaves, `leaf ${index} of ${leaves}`);
  let at = BigInt(index), last = BigInt(leaves) - 1n;
  for (const text of hashes) {
    demand(last !== 0n, 'too many hashes');
    demand(/^[0-9a-f]{64}$/.test(text), `'${text}' is no hash`);
    const sibling = hex(text);
    if (at & 1n || at === last) {
      hash = node(sibling, hash);
      while (!(at & 1n) && at !== 0n) { at >>= 1n; last >>= 1n; }
    } else hash = node(hash, sibling);
    at >>= 1n;
    last >>= 1n;
  }
  demand(last === 0n, 'too few hashes');
  return hash.toString('hex');
}

/** Decodes an encoded row into values. */
function decode(columns, bytes) {
  let at = 0;
  const take = (length) => { demand(at + length <= bytes.length, 'the row is cut'); at += length; return bytes.subarray(at - length, at); };
  const text = () => new TextDecoder('utf-8', { fatal: true }).decode(take(take(4).readInt32BE()));
  const day = (days) => new Date(days * 86_400_000).toISOString().slice(0, 10);
  const values = {};
  for (const { name, type, nullable } of columns) {
    const tag = take(1)[0];
    if (tag === 0) { demand(nullable, `${name} is NULL`); values[name] = null; continue; }
    const kind = type.startsWith('DECIMAL') ? 'DECIMAL' : type;
    demand(tag === { BOOLEAN: 1, INTEGER: 2, BIGINT: 3, DOUBLE: 4, DECIMAL: 5, DATE: 6, TIMESTAMP: 7, VARCHAR: 8, 'VARCHAR[]': 9 }[kind], `${name} has the tag ${tag}`);
    switch (kind) {
      case 'BOOLEAN': values[name] = take(1)[0] === 1; break;
      case 'INTEGER': values[name] = take(4).readInt32BE(); break;
      case 'BIGINT': values[name] = Number(take(8).readBigInt64BE()); break;
      case 'DOUBLE': { const value = take(8).readDoubleBE(); values[name] = Number.isFinite(value) ? value : String(value); break; }
      case 'DECIMAL': {
        const scale = take(1)[0];
        const [high, low] = [take(8).readBigInt64BE(), take(8).readBigUInt64BE()];
        const unscaled = (high << 64n) | low;
        const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
        values[name] = (unscaled < 0n ? '-' : '') + (scale ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits);
        break;
      }
      case 'DATE': values[name] = day(take(4).readInt32BE()); break;
      case 'TIMESTAMP': {
        const micros = take(8).readBigInt64BE();
        const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
        values[name] = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19) + '.' + rest.toString().padStart(6, '0') + 'Z';
        break;
      }
      case 'VARCHAR': values[name] = text(); break;
      default: values[name] = Array.from({ length: take(4).readInt32BE() }, text);
    }
  }
  demand(at === bytes.length, 'bytes follow the last column');
  return values;
}

function checkRow(proof) {
  const { row, file } = proof;
  const text = Buffer.from(row.rows_json, 'utf8');
  demand(file.path === 'rows.json' && file.bytes === text.length && file.sha256 === sha256(text).toString('hex'), 'rows_json is not the file that is proved');
  const rows = JSON.parse(row.rows_json);
  demand(rows.rows_version === 1 && rows.encoding === 'analytics-row-1', 'rows.json has another version');
  demand(rows.business_date === proof.business_date && rows.run === proof.run, `rows.json is of run ${rows.business_date}/${rows.run}`);
  const table = rows.tables.find(({ name }) => name === row.table);
  demand(table, `rows.json has no table ${row.table}`);
  const encoded = hex(row.encoded);
  demand(encoded.toString('hex') === row.encoded, 'the encoded row is no hex');
  demand(climb(sha256(Buffer.of(0), encoded), row.index, table.rows, row.hashes) === table.root, "the row does not lead to its table's root");
  demand(JSON.stringify(decode(table.columns, encoded)) === JSON.stringify(row.values), 'the values are not those of the encoded row');
}

async function checkAnchor(proof, url) {
  const { ethers } = createRequire(new URL('../../contracts/package.json', import.meta.url))('ethers');
  const { anchor, root } = proof;
  demand(anchor, 'the proof names no anchor');
  const ask = async (method, ...params) => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
    const { result, error } = await response.json();
    demand(!error, `${method}: ${error?.message}`);
    return result;
  };
  const abi = new ethers.Interface([
    'function rootOf(uint32 businessDate, bytes8 runId, uint32 repetition) view returns (bytes32)',
    'function anchor(uint32 businessDate, bytes8 runId, uint32 repetition, bytes32 root)',
    'event Anchored(uint32 indexed businessDate, bytes8 indexed runId, address indexed publisher, uint32 repetition, bytes32 root)',
  ]);
  const [, id, repetition = '1'] = /^([0-9a-f]{16})(?:-([1-9][0-9]*))?$/.exec(proof.run) ?? [];
  demand(id, `'${proof.run}' is no run id`);
  const run = [Number(proof.business_date.replaceAll('-', '')), '0x' + id, Number(repetition)];

  demand(Number(await ask('eth_chainId')) === anchor.chain_id, 'the node is on another chain');
  const held = await ask('eth_call', { to: anchor.contract, data: abi.encodeFunctionData('rootOf', run) }, 'latest');
  demand(held === '0x' + root, `the contract holds ${held}`);

  const receipt = await ask('eth_getTransactionReceipt', anchor.transaction);
  demand(receipt?.status === '0x1', 'the transaction is not there, or failed');
  const log = receipt.logs.find((entry) => entry.address.toLowerCase() === anchor.contract && entry.topics[0] === abi.getEvent('Anchored').topicHash);
  demand(log, 'the transaction has no event of the contract');
  const event = abi.parseLog(log).args;
  demand(Number(event.businessDate) === run[0] && event.runId === run[1] && Number(event.repetition) === run[2] && event.root === '0x' + root, 'the event is of another run or root');
  demand(Number(receipt.blockNumber) === anchor.block && receipt.blockHash === anchor.block_hash, 'the transaction is in another block');
  const transaction = await ask('eth_getTransactionByHash', anchor.transaction);
  const sent = abi.decodeFunctionData('anchor', transaction.input);
  demand(transaction.to.toLowerCase() === anchor.contract && sent[0] === BigInt(run[0]) && sent[1] === run[1] && sent[2] === BigInt(run[2]) && sent[3] === '0x' + root, 'the transaction says something else');
  const block = await ask('eth_getBlockByNumber', '0x' + anchor.block.toString(16), false);
  demand(block?.hash === anchor.block_hash, 'the block is not in the chain');
  const time = new Date(Number(block.timestamp) * 1000).toISOString().replace('.000Z', 'Z');
  demand(time === anchor.block_time, `the block is of ${time}`);
  return `anchored at ${time} in block ${anchor.block} of chain ${anchor.chain_id}`;
}

async function verify(proofPath, filePath, url) {
  const bytes = readFileSync(proofPath);
  const proof = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  demand(proof.proof_version === 1, `the proof has version ${proof.proof_version}`);
  const tail = /\n  "check": "([0-9a-f]{64})"\n}\n$/.exec(bytes.toString('latin1'));
  demand(tail && sha256(bytes.subarray(0, tail.index + 1)).toString('hex') === tail[1], 'the proof is damaged: its check line does not agree');
  const { file } = proof;
  if (!proof.row) {
    const content = readFileSync(filePath);
    demand(content.length === file.bytes && sha256(content).toString('hex') === file.sha256, 'the file is not the one that is proved');
  }
  const path = Buffer.from(file.path, 'utf8');
  const leaf = sha256(Buffer.of(0), uint32(path.length), path, hex(file.sha256));
  demand(climb(leaf, file.index, proof.leaves, file.hashes) === proof.root, 'the file does not lead to the root');
  if (proof.row) checkRow(proof);
  console.log(`${proof.row ? `row ${proof.row.index} of ${proof.row.table}` : file.path} belongs to root ${proof.root}`);
  if (url) console.log(await checkAnchor(proof, url));
}

const words = process.argv.slice(2);
const at = words.indexOf('--rpc');
const url = at < 0 ? undefined : words.splice(at, 2)[1];
verify(words[0], words[1], url).catch((error) => {
  console.error(error.message);
  process.exitCode = 3;
});
