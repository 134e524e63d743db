// Compiles the contracts with the pinned compiler into artifacts/NAME.json (ABI, bytecode, settings).
// `node build.mjs` writes them; `node build.mjs --check` only compares and fails where a byte differs.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import solc from 'solc';

const here = import.meta.dirname;
const names = ['Payment', 'ReportAnchor'];

// evmVersion paris: runs on every chain since the merge, private ones and rollups without PUSH0 included.
// No metadata in the code: its hash would depend on more than the source.
const settings = {
  evmVersion: 'paris',
  optimizer: { enabled: true, runs: 1000 },
  metadata: { appendCBOR: false, bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
};

/** Compiles the named contracts of FILE.sol, which `sources` holds by name; throws on an error, and on a warning unless they are allowed. */
export function compile(file, sources, contracts, allowWarnings = false) {
  const input = { language: 'Solidity', sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])), settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((error) => !allowWarnings || error.severity === 'error');
  if (errors.length) throw new Error(errors.map((error) => error.formattedMessage).join('\n'));
  return Object.fromEntries(contracts.map((name) => {
    const { abi, evm } = output.contracts[`${file}.sol`][name];
    return [name, { abi, bytecode: '0x' + evm.bytecode.object, deployedBytecode: '0x' + evm.deployedBytecode.object }];
  }));
}

export function source(name) {
  return readFileSync(join(here, `${name}.sol`), 'utf8');
}

function artifact(name) {
  const text = source(name);
  const { outputSelection, ...kept } = settings;
  return JSON.stringify({
    contract: name,
    compiler: solc.version(),
    settings: kept,
    sourceSha256: createHash('sha256').update(text).digest('hex'),
    ...compile(name, { [`${name}.sol`]: text }, [name])[name],
  }, null, 2) + '\n';
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  mkdirSync(join(here, 'artifacts'), { recursive: true });
  for (const name of names) {
    const path = join(here, 'artifacts', `${name}.json`);
    const made = artifact(name);
    if (!check) writeFileSync(path, made);
    else if (!existsSync(path) || readFileSync(path, 'utf8') !== made) {
      console.error(`contracts/artifacts/${name}.json is not what ${name}.sol compiles to; run scripts/contracts.sh and commit the result`);
      process.exitCode = 1;
    } else console.log(`${name}: the committed artifact is what the source compiles to (${(made.match(/"bytecode": "0x([0-9a-f]*)"/)[1].length / 2)} bytes)`);
  }
}
