// The peer of SigningBench: the same transaction signed by ethers. usage: node ethers-signing.mjs FOLDER-OF-ETHERS COUNT
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const { Wallet, Transaction, keccak256, toUtf8Bytes } = createRequire(join(folder, 'package.json'))(folder);
const wallet = new Wallet(keccak256(toUtf8Bytes('bench')));
const fields = (nonce) => ({ type: 2, chainId: 1, nonce, maxFeePerGas: 30000000000n, maxPriorityFeePerGas: 1000000000n, gasLimit: 70000n, to: wallet.address, data: '0x' + 'ab'.repeat(132) });
const seconds = (action) => {
  let best = Infinity;
  for (let round = 0; round < 6; round++) {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) action(i);
    const used = process.cpuUsage(before);
    if (round > 0) best = Math.min(best, (used.user + used.system) / 1e6);
  }
  return best;
};
let raw;
const print = (what, best) => console.log(`  ${what.padEnd(48)} ${Math.round(count / best).toLocaleString('en-US').padStart(12)}`);
print('ethers (peer): sign and encode', seconds((i) => {
  const transaction = Transaction.from(fields(i));
  transaction.signature = wallet.signingKey.sign(transaction.unsignedHash);
  raw = transaction.serialized;
}));
print('ethers (peer): decode and recover', seconds(() => Transaction.from(raw).from));
