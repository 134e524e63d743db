import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { ZeroAddress, ZeroHash, hexlify, randomBytes } from 'ethers';
import { artifact, deploy, failure, send, startChain, transact } from './chain.mjs';

const made = artifact('ReportAnchor');
const date = 20111209;
const run = '0x0123456789abcdef';
const root = '0x' + '5a'.repeat(32);
const other = '0x' + 'a5'.repeat(32);
let chain, owner, publisher, stranger, heir;

before(async () => {
  chain = await startChain();
  [owner, publisher, stranger, heir] = chain.accounts;
});
after(() => chain.stop());

const fresh = () => deploy(chain, owner, made, owner, publisher);

test('an anchor is written once, found by its run, and named by its event', async () => {
  const contract = await fresh();
  assert.equal(await contract.rootOf(date, run, 1), ZeroHash);
  const { events } = await transact(chain, contract, publisher, 'anchor', [date, run, 1, root]);
  assert.equal(events.length, 1);
  assert.equal(events[0].name, 'Anchored');
  assert.deepEqual([...events[0].args], [BigInt(date), run, publisher, 1n, root]);
  assert.equal(await contract.rootOf(date, run, 1), root);
  assert.equal(await contract.isAnchored(date, run, 1, root), true);
  assert.equal(await contract.isAnchored(date, run, 1, other), false);
  assert.equal(await contract.isAnchored(date, run, 2, root), false);
  assert.equal(await contract.isAnchored(date, run, 2, ZeroHash), false, 'no root is no anchor');
});

test('gas of an anchor is under 60,000', async () => {
  const contract = await fresh();
  const gas = [];
  // Roots and ids without a zero byte cost most.
  for (const full of [run, '0xffffffffffffffff', '0xfedcba9876543210']) {
    gas.push((await transact(chain, contract, publisher, 'anchor', [0xfffffffe, full, 0xffffffff, hexlify(randomBytes(32)).replaceAll('00', '11')])).gas);
  }
  console.log(`# gas of an anchor: ${Math.max(...gas)} at most; of the deployment: ${Number(contract.deployed.gasUsed)}`);
  assert.ok(Math.max(...gas) < 60_000, `${Math.max(...gas)}`);
});

test('twice: neither the same root nor another, by nobody', async () => {
  const contract = await fresh();
  await transact(chain, contract, owner, 'setPublisher', [owner, true]);
  await transact(chain, contract, publisher, 'anchor', [date, run, 1, root]);
  for (const [from, again] of [[publisher, root], [publisher, other], [owner, other]]) {
    const error = await failure(chain, contract, from, 'anchor', [date, run, 1, again]);
    assert.deepEqual(error, { name: 'AlreadyAnchored', args: [BigInt(date), run, 1n, root] });
  }
  assert.equal(await contract.rootOf(date, run, 1), root);
});

test('date, id and repetition each make another run', async () => {
  const contract = await fresh();
  const runs = [[date, run, 1], [date, run, 2], [date + 1, run, 1], [date, '0x0123456789abcdee', 1], [0, '0x0000000000000000', 1], [1, '0x0000000000000000', 1],
    [0, '0x0000000100000000', 1], [0xffffffff, '0xffffffffffffffff', 0xffffffff]];
  const roots = runs.map(() => hexlify(randomBytes(32)));
  for (let i = 0; i < runs.length; i++) await transact(chain, contract, publisher, 'anchor', [...runs[i], roots[i]]);
  for (let i = 0; i < runs.length; i++) assert.equal(await contract.rootOf(...runs[i]), roots[i]);
});

test('not allowed: strangers, the owner without the right, a publisher who lost it', async () => {
  const contract = await fresh();
  for (const from of [stranger, owner]) {
    assert.deepEqual(await failure(chain, contract, from, 'anchor', [date, run, 1, root]), { name: 'NotPublisher', args: [from] });
  }
  const { events } = await transact(chain, contract, owner, 'setPublisher', [publisher, false]);
  assert.deepEqual([events[0].name, ...events[0].args], ['PublisherChanged', publisher, false]);
  assert.equal((await failure(chain, contract, publisher, 'anchor', [date, run, 1, root])).name, 'NotPublisher');
  await transact(chain, contract, owner, 'setPublisher', [stranger, true]);
  await transact(chain, contract, stranger, 'anchor', [date, run, 1, root]);
  assert.equal(await contract.isPublisher(stranger), true);
});

test('a root of zeros, a repetition of zero and an empty address are refused', async () => {
  const contract = await fresh();
  assert.equal((await failure(chain, contract, publisher, 'anchor', [date, run, 1, ZeroHash])).name, 'EmptyRoot');
  assert.equal((await failure(chain, contract, publisher, 'anchor', [date, run, 0, root])).name, 'EmptyRepetition');
  assert.equal((await failure(chain, contract, owner, 'setPublisher', [ZeroAddress, true])).name, 'EmptyAddress');
  await assert.rejects(deploy(chain, owner, made, ZeroAddress, publisher));
  const nobody = await deploy(chain, owner, made, owner, ZeroAddress);
  assert.equal((await failure(chain, nobody, owner, 'anchor', [date, run, 1, root])).name, 'NotPublisher');
});

test('paused: nothing is anchored, all is read', async () => {
  const contract = await fresh();
  await transact(chain, contract, publisher, 'anchor', [date, run, 1, root]);
  assert.deepEqual(await failure(chain, contract, publisher, 'setPaused', [true]), { name: 'NotOwner', args: [publisher] });
  const { events } = await transact(chain, contract, owner, 'setPaused', [true]);
  assert.deepEqual([events[0].name, ...events[0].args], ['PauseChanged', true]);
  assert.equal(await contract.paused(), true);
  assert.equal((await failure(chain, contract, publisher, 'anchor', [date, run, 2, other])).name, 'AnchoringPaused');
  assert.equal(await contract.rootOf(date, run, 1), root);
  assert.equal(await contract.owner(), owner, 'the flag shares the slot of the owner');
  await transact(chain, contract, owner, 'setPaused', [false]);
  await transact(chain, contract, publisher, 'anchor', [date, run, 2, other]);
});

test('ownership goes over in two steps', async () => {
  const contract = await fresh();
  assert.deepEqual(await failure(chain, contract, stranger, 'offerOwnership', [stranger]), { name: 'NotOwner', args: [stranger] });
  assert.equal((await failure(chain, contract, heir, 'acceptOwnership')).name, 'NotPendingOwner');
  await transact(chain, contract, owner, 'setPaused', [true]);
  await transact(chain, contract, owner, 'offerOwnership', [heir]);
  assert.equal(await contract.owner(), owner, 'an offer changes nothing yet');
  assert.equal((await failure(chain, contract, stranger, 'acceptOwnership')).name, 'NotPendingOwner');
  assert.equal((await failure(chain, contract, owner, 'acceptOwnership')).name, 'NotPendingOwner');
  const { events } = await transact(chain, contract, heir, 'acceptOwnership');
  assert.deepEqual([events[0].name, ...events[0].args], ['OwnershipTaken', owner, heir]);
  assert.deepEqual([await contract.owner(), await contract.pendingOwner(), await contract.paused()], [heir, ZeroAddress, true]);
  assert.equal((await failure(chain, contract, owner, 'setPaused', [false])).name, 'NotOwner');
  assert.equal((await failure(chain, contract, heir, 'acceptOwnership')).name, 'NotPendingOwner');
});

test('an offer is taken back, and a later one replaces it', async () => {
  const contract = await fresh();
  await transact(chain, contract, owner, 'offerOwnership', [heir]);
  await transact(chain, contract, owner, 'offerOwnership', [ZeroAddress]);
  assert.equal((await failure(chain, contract, heir, 'acceptOwnership')).name, 'NotPendingOwner');
  await transact(chain, contract, owner, 'offerOwnership', [heir]);
  await transact(chain, contract, owner, 'offerOwnership', [stranger]);
  assert.equal((await failure(chain, contract, heir, 'acceptOwnership')).name, 'NotPendingOwner');
  await transact(chain, contract, stranger, 'acceptOwnership');
});

test('money and unknown calls are refused', async () => {
  const contract = await fresh();
  for (const call of [{ value: 1n }, { data: '0x12345678' }, { data: contract.interface.encodeFunctionData('anchor', [date, run, 1, root]), value: 1n }]) {
    assert.equal((await send(chain, { from: publisher, to: contract.target, ...call })).status, '0x0');
  }
});

test('no function but anchor writes a root', () => {
  const writing = made.abi.filter((part) => part.type === 'function' && part.stateMutability !== 'view' && part.stateMutability !== 'pure').map((part) => part.name).sort();
  assert.deepEqual(writing, ['acceptOwnership', 'anchor', 'offerOwnership', 'setPaused', 'setPublisher']);
});
