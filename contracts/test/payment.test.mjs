import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZeroAddress, ZeroHash, encodeBytes32String } from 'ethers';
import { compile, source } from '../build.mjs';
import { artifact, deploy, failure, send, startChain, transact } from './chain.mjs';

const made = artifact('Payment');
const price = 10n ** 16n;
const order = encodeBytes32String('536365');
const second = encodeBytes32String('536366');
const None = 0n, Paid = 1n, Delivered = 2n, Refunded = 3n;
let chain, seller, carrier, payer, stranger, elsewhere, attackers;

before(async () => {
  chain = await startChain();
  [seller, carrier, payer, stranger, elsewhere] = chain.accounts;
  const sources = { 'Attackers.sol': readFileSync(join(import.meta.dirname, 'Attackers.sol'), 'utf8'), 'Payment.sol': source('Payment') };
  attackers = compile('Attackers', sources, ['Reentrant', 'Unwilling', 'Forced'], true);
});
after(() => chain.stop());

const fresh = () => deploy(chain, seller, made, seller, carrier, price);
const balance = (account) => chain.provider.getBalance(account);
const named = (event) => [event.name, ...event.args];

/** The contract holds exactly what is open or claimed. */
async function holds(contract, open, ...accounts) {
  let claimed = 0n;
  for (const account of accounts) claimed += await contract.claims(account);
  assert.equal(await balance(contract.target), BigInt(open) * price + claimed);
}

test('paid, delivered, withdrawn by the seller', async () => {
  const contract = await fresh();
  assert.equal(await contract.stateOf(order, payer), None);
  assert.deepEqual((await transact(chain, contract, payer, 'pay', [order], price)).events.map(named), [['Paid', order, payer, price]]);
  assert.equal(await contract.stateOf(order, payer), Paid);
  await holds(contract, 1, seller, payer);
  assert.deepEqual((await transact(chain, contract, payer, 'confirmDelivery', [order, payer])).events.map(named), [['Delivered', order, payer, price, payer]]);
  assert.equal(await contract.claims(seller), price);
  const before = await balance(elsewhere);
  assert.deepEqual((await transact(chain, contract, seller, 'withdraw', [elsewhere])).events.map(named), [['Withdrawn', seller, elsewhere, price]]);
  assert.equal(await balance(elsewhere) - before, price);
  assert.equal(await balance(contract.target), 0n);
});

test('the carrier confirms where the payer is silent', async () => {
  const contract = await fresh();
  await transact(chain, contract, payer, 'pay', [order], price);
  assert.deepEqual((await transact(chain, contract, carrier, 'confirmDelivery', [order, payer])).events.map(named), [['Delivered', order, payer, price, carrier]]);
  assert.equal(await contract.stateOf(order, payer), Delivered);
});

test('refunded by the payer or the seller until delivery is confirmed, never after', async () => {
  const contract = await fresh();
  for (const [id, by] of [[order, payer], [second, seller]]) {
    await transact(chain, contract, payer, 'pay', [id], price);
    assert.deepEqual((await transact(chain, contract, by, 'refund', [id, payer])).events.map(named), [['Refunded', id, payer, price, by]]);
    assert.equal(await contract.stateOf(id, payer), Refunded);
    assert.deepEqual(await failure(chain, contract, payer, 'confirmDelivery', [id, payer]), { name: 'NotOpen', args: [id, payer, Refunded] });
    assert.deepEqual(await failure(chain, contract, by, 'refund', [id, payer]), { name: 'NotOpen', args: [id, payer, Refunded] });
  }
  assert.equal(await contract.claims(payer), 2n * price);
  await transact(chain, contract, payer, 'withdraw', [payer]);
  await holds(contract, 0, seller, payer);
  const third = encodeBytes32String('536367');
  await transact(chain, contract, payer, 'pay', [third], price);
  await transact(chain, contract, payer, 'confirmDelivery', [third, payer]);
  for (const by of [payer, seller]) assert.deepEqual(await failure(chain, contract, by, 'refund', [third, payer]), { name: 'NotOpen', args: [third, payer, Delivered] });
  assert.equal((await failure(chain, contract, carrier, 'confirmDelivery', [third, payer])).name, 'NotOpen');
  await holds(contract, 0, seller, payer);
});

test('a wrong amount: less, more, nothing', async () => {
  const contract = await fresh();
  for (const sent of [0n, 1n, price - 1n, price + 1n, 2n * price]) {
    assert.deepEqual(await failure(chain, contract, payer, 'pay', [order], sent), { name: 'WrongAmount', args: [sent, price] });
  }
  assert.equal(await balance(contract.target), 0n);
});

test('twice: an order is paid once by an account, and another account cannot take its id away', async () => {
  const contract = await fresh();
  await transact(chain, contract, stranger, 'pay', [order], price);
  await transact(chain, contract, stranger, 'refund', [order, stranger]);
  assert.deepEqual(await failure(chain, contract, stranger, 'pay', [order], price), { name: 'AlreadyPaid', args: [order, stranger] });
  await transact(chain, contract, payer, 'pay', [order], price);
  assert.deepEqual(await failure(chain, contract, payer, 'pay', [order], price), { name: 'AlreadyPaid', args: [order, payer] });
  await transact(chain, contract, carrier, 'confirmDelivery', [order, payer]);
  assert.deepEqual(await failure(chain, contract, payer, 'pay', [order], price), { name: 'AlreadyPaid', args: [order, payer] });
  await holds(contract, 0, seller, payer, stranger);
});

test('not allowed: who is no party changes nothing', async () => {
  const contract = await fresh();
  await transact(chain, contract, payer, 'pay', [order], price);
  for (const from of [stranger, seller]) assert.deepEqual(await failure(chain, contract, from, 'confirmDelivery', [order, payer]), { name: 'NotAllowed', args: [from] });
  for (const from of [stranger, carrier]) assert.deepEqual(await failure(chain, contract, from, 'refund', [order, payer]), { name: 'NotAllowed', args: [from] });
  // Naming oneself as the payer opens no order of another.
  assert.equal((await failure(chain, contract, stranger, 'refund', [order, stranger])).name, 'NotOpen');
  assert.equal((await failure(chain, contract, stranger, 'confirmDelivery', [order, stranger])).name, 'NotOpen');
  for (const from of [stranger, seller, payer]) assert.deepEqual(await failure(chain, contract, from, 'withdraw', [from]), { name: 'NothingToWithdraw', args: [from] });
  assert.equal(await contract.stateOf(order, payer), Paid);
});

test('empty values are refused', async () => {
  const contract = await fresh();
  assert.equal((await failure(chain, contract, payer, 'pay', [ZeroHash], price)).name, 'EmptyOrder');
  await transact(chain, contract, payer, 'pay', [order], price);
  await transact(chain, contract, payer, 'refund', [order, payer]);
  assert.equal((await failure(chain, contract, payer, 'withdraw', [ZeroAddress])).name, 'EmptyAddress');
  await assert.rejects(deploy(chain, seller, made, ZeroAddress, carrier, price));
  await assert.rejects(deploy(chain, seller, made, seller, ZeroAddress, price));
  await assert.rejects(deploy(chain, seller, made, seller, carrier, 0));
});

test('reentrancy: who calls back while it is paid gets its claim once', async () => {
  const contract = await fresh();
  // Money of others, which the attacker would take.
  for (const id of [order, second]) await transact(chain, contract, payer, 'pay', [id], price);
  const attacker = await deploy(chain, stranger, attackers.Reentrant, contract.target);
  await transact(chain, attacker, stranger, 'pay', [order], price);
  await transact(chain, attacker, stranger, 'refundAndWithdraw');
  assert.equal(await balance(attacker.target), price);
  assert.equal(await attacker.calls(), 1n, 'it was paid once');
  assert.equal(await attacker.refused(), 3n, 'and was refused thrice');
  assert.equal(await attacker.lastError(), contract.interface.getError('NotOpen').selector);
  await holds(contract, 2, seller, payer, stranger, attacker.target);
  assert.equal(await balance(contract.target), 2n * price);
});

test('a receiver that takes no money keeps its claim and stops nobody else', async () => {
  const contract = await fresh();
  const unwilling = await deploy(chain, stranger, attackers.Unwilling, contract.target);
  await transact(chain, unwilling, stranger, 'pay', [order], price);
  await transact(chain, unwilling, stranger, 'refund', [order]);
  assert.equal((await send(chain, { from: stranger, to: unwilling.target, data: unwilling.interface.encodeFunctionData('withdraw', [unwilling.target]) })).status, '0x0');
  assert.equal(await contract.claims(unwilling.target), price);
  await transact(chain, contract, payer, 'pay', [order], price);
  await transact(chain, contract, payer, 'refund', [order, payer]);
  await transact(chain, contract, payer, 'withdraw', [payer]);
  const before = await balance(elsewhere);
  await transact(chain, unwilling, stranger, 'withdraw', [elsewhere]);
  assert.equal(await balance(elsewhere) - before, price);
  assert.equal(await balance(contract.target), 0n);
});

test('money sent without an order is refused; what is forced in belongs to nobody', async () => {
  const contract = await fresh();
  for (const data of [undefined, '0x12345678']) assert.equal((await send(chain, { from: payer, to: contract.target, data, value: price })).status, '0x0');
  await deploy(chain, stranger, { ...attackers.Forced, value: 7n }, contract.target);
  assert.equal(await balance(contract.target), 7n);
  await transact(chain, contract, payer, 'pay', [order], price);
  await transact(chain, contract, payer, 'confirmDelivery', [order, payer]);
  assert.equal(await contract.claims(seller), price);
  await transact(chain, contract, seller, 'withdraw', [seller]);
  assert.equal(await balance(contract.target), 7n);
});

test('any order of calls by anyone keeps the money and the states in step', async () => {
  const contract = await fresh();
  const accounts = [seller, carrier, payer, stranger];
  const orders = [order, second];
  const states = new Map(), claims = new Map(accounts.map((account) => [account, 0n]));
  const key = (id, account) => id + account;
  let seed = 20111209;
  const pick = (list) => { seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff; return list[(seed >>> 8) % list.length]; };
  let done = 0, refused = 0;
  for (let step = 0; step < 150; step++) {
    const [from, id, of, name] = [pick(accounts), pick(orders), pick(accounts), pick(['pay', 'pay', 'confirmDelivery', 'refund', 'withdraw'])];
    const state = states.get(key(id, name === 'pay' ? from : of)) ?? None;
    const call = { pay: [[id], price], confirmDelivery: [[id, of]], refund: [[id, of]], withdraw: [[from]] }[name];
    const allowed = {
      pay: state === None,
      confirmDelivery: state === Paid && (from === of || from === carrier),
      refund: state === Paid && (from === of || from === seller),
      withdraw: claims.get(from) > 0n,
    }[name];
    if (!allowed) {
      await failure(chain, contract, from, name, ...call);
      refused++;
      continue;
    }
    await transact(chain, contract, from, name, ...call);
    done++;
    if (name === 'pay') states.set(key(id, from), Paid);
    if (name === 'confirmDelivery') { states.set(key(id, of), Delivered); claims.set(seller, claims.get(seller) + price); }
    if (name === 'refund') { states.set(key(id, of), Refunded); claims.set(of, claims.get(of) + price); }
    if (name === 'withdraw') claims.set(from, 0n);
  }
  for (const id of orders) for (const account of accounts) assert.equal(await contract.stateOf(id, account), states.get(key(id, account)) ?? None);
  for (const account of accounts) assert.equal(await contract.claims(account), claims.get(account));
  await holds(contract, [...states.values()].filter((state) => state === Paid).length, ...accounts);
  assert.ok(done > 15 && refused > 15, `${done} done, ${refused} refused`);
});
