// A fresh anvil for a test file, and plain transactions on it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Contract, ContractFactory, Interface, JsonRpcProvider, getAddress } from 'ethers';

const names = { linux: 'linux', darwin: 'darwin', win32: 'win32' };
const processors = { x64: 'amd64', arm64: 'arm64' };
const gas = 3_000_000;

export function anvilPath() {
  const path = join(import.meta.dirname, '../../tools/chain/node_modules/@foundry-rs',
    `anvil-${names[process.platform]}-${processors[process.arch]}`, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
  if (!existsSync(path)) throw new Error(`anvil is not at ${path}; run scripts/contracts.sh, which installs it`);
  return path;
}

export function artifact(name) {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../artifacts', `${name}.json`), 'utf8'));
}

/** Starts anvil on a free port; `stop` ends it. */
export async function startChain(...options) {
  const child = spawn(anvilPath(), ['--port', '0', '--host', '127.0.0.1', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk) => {
      text += chunk;
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}: ${text}`)));
    child.once('error', reject);
  });
  child.stdout.resume();
  // Nothing may be held back or answered from memory: a test reads what it has just written.
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, batchMaxCount: 1, staticNetwork: false });
  const accounts = (await provider.send('eth_accounts', [])).map(getAddress);
  const stop = async () => {
    provider.destroy();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  };
  return { url, provider, accounts, stop };
}

/** Sends one transaction and returns its receipt, failed or not. */
export async function send(chain, transaction) {
  const hash = await chain.provider.send('eth_sendTransaction', [{
    ...transaction,
    gas: '0x' + gas.toString(16),
    ...(transaction.value === undefined ? {} : { value: '0x' + transaction.value.toString(16) }),
  }]);
  // anvil answers before the block is made.
  for (;;) {
    const receipt = await chain.provider.send('eth_getTransactionReceipt', [hash]);
    if (receipt) return receipt;
    await setImmediate();
  }
}

/** Deploys a contract; `made.value` wei go with it. */
export async function deploy(chain, from, made, ...parameters) {
  const { data } = await new ContractFactory(made.abi, made.bytecode).getDeployTransaction(...parameters);
  const receipt = await send(chain, { from, data, value: made.value });
  if (receipt.status !== '0x1') throw new Error('the deployment failed');
  return Object.assign(new Contract(receipt.contractAddress, made.abi, chain.provider), { deployed: receipt });
}

/** Calls a function by a transaction that must succeed; returns its receipt with the events parsed and the gas as a number. */
export async function transact(chain, contract, from, name, parameters = [], value = undefined) {
  const receipt = await send(chain, { from, to: contract.target, data: contract.interface.encodeFunctionData(name, parameters), value });
  if (receipt.status !== '0x1') throw new Error(`${name} failed`);
  const events = receipt.logs.filter((log) => log.address === contract.target.toLowerCase()).map((log) => contract.interface.parseLog(log));
  return { receipt, events, gas: Number(receipt.gasUsed) };
}

/** Calls a function that must fail: by a call, for its error, and by a transaction, which must change nothing. Returns the error. */
export async function failure(chain, contract, from, name, parameters = [], value = undefined) {
  const data = contract.interface.encodeFunctionData(name, parameters);
  const receipt = await send(chain, { from, to: contract.target, data, value });
  if (receipt.status !== '0x0') throw new Error(`${name} was expected to fail and did not`);
  if (receipt.logs.length) throw new Error(`${name} failed and left an event`);
  try {
    await chain.provider.call({ from, to: contract.target, data, value });
  } catch (error) {
    if (!error.data) throw error;
    const parsed = new Interface(contract.interface.fragments).parseError(error.data);
    return { name: parsed.name, args: [...parsed.args] };
  }
  throw new Error(`${name} failed as a transaction and not as a call`);
}
