// A local chain for a test: starts anvil, deploys ReportAnchor, and anchors what comes as a line `DATE RUN ROOT` (20111209, run id, 64 digits)
// with ethers alone. Answers each line with one line of JSON: the anchor as a proof holds it. Ends with its input.
import { createInterface } from 'node:readline';
import { artifact, deploy, startChain, transact } from '../../contracts/test/chain.mjs';

const chain = await startChain();
const [account] = chain.accounts;
const contract = await deploy(chain, account, artifact('ReportAnchor'), account, account);
console.log(JSON.stringify({ url: chain.url, contract: contract.target.toLowerCase() }));
for await (const line of createInterface({ input: process.stdin })) {
  const [date, run, root] = line.split(' ');
  const [id, repetition = '1'] = run.split('-');
  const { receipt } = await transact(chain, contract, account, 'anchor', [Number(date), '0x' + id, Number(repetition), '0x' + root]);
  const block = await chain.provider.send('eth_getBlockByNumber', [receipt.blockNumber, false]);
  console.log(JSON.stringify({
    chain_id: Number(await chain.provider.send('eth_chainId', [])), contract: contract.target.toLowerCase(), transaction: receipt.transactionHash,
    block: Number(receipt.blockNumber), block_hash: receipt.blockHash, block_time: new Date(Number(block.timestamp) * 1000).toISOString().replace('.000Z', 'Z'),
  }));
}
await chain.stop();
