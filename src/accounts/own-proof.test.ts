import {afterEach, beforeEach, expect, test} from 'vitest'
import {RefusalCounter} from '#journal/refusal-counter.ts'
import {CommodarrError} from '#model/errors.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {stranger} from './admission.ts'
import {Attempts, RefusedAttempt} from './attempts.ts'
import {OwnProof, RefusedProofs} from './own-proof.ts'
import {entriesOf, person} from './people.fixture.ts'

const from = (host: number) => stranger({address: `192.0.2.${host}`, userAgent: ''})
const logIn = {subject: 'session', verb: 'log-in', args: {}} as const
const no = new CommodarrError('sign_in_refused', 'no')

let store: Store
beforeEach(async () => {
  store = await Store.sqlite(':memory:')
})
afterEach(() => store.close())

test('refused logins are one line an hour for each account and each place they come from', async () => {
  const clock = new VirtualClock()
  const counter = new RefusalCounter(clock, {error: () => {}})
  const proofs = new RefusedProofs(store, clock, counter)
  for (let n = 0; n < 50; n++)
    for (const [host, name] of [
      [1, 'Ada'],
      [1, 'Mia'],
      [2, 'Ada'],
    ] as const)
      expect((await proofs.attempt({...logIn, actor: from(host), name}, no)).cause).toBe(no)
  const first = ['Ada', 'Mia', 'Ada'].map((name) => `stranger session log-in ${name} refused sign_in_refused`)
  expect(await entriesOf(store)).toEqual(first)
  await counter.close()
  expect(await entriesOf(store)).toEqual([...first, ...first])
})

test('a refusal that could not be written down counts, and the fault is what is reported', async () => {
  const clock = new VirtualClock()
  const fault = new Error('the disk is full')
  const attempts = new Attempts(clock)
  const proofs = new RefusedProofs(store, clock, {note: () => Promise.reject(fault)})
  const check = async () => {
    throw await proofs.attempt({...logIn, actor: from(1), name: 'Ada'}, no)
  }
  for (let n = 0; n < 5; n++) await expect(attempts.check('192.0.2.1', null, check)).rejects.toBe(fault)
  await expect(attempts.check('192.0.2.1', null, check)).rejects.toMatchObject({code: 'too_many_attempts'})
})

test('wrong passwords of anyone hold back only the account that they were tried at, also from one address', async () => {
  const clock = new VirtualClock()
  const attempts = new Attempts(clock)
  const proof = new OwnProof({
    isPassword: async (_id, given) => given === 'right',
    twoStep: {isOn: () => true, check: async (_id, code) => code === '123456'},
    sessions: {get: () => null},
    attempts,
    proofs: new RefusedProofs(store, clock, new RefusalCounter(clock, {error: () => {}})),
    clock,
  })
  const proxy = {address: '127.0.0.1', userAgent: ''}
  const show = (name: string, shown: {password: string; code?: string}) =>
    proof.shows(person(name, 'member'), shown, {subject: 'key', verb: 'create', args: {}}, proxy)
  const guess = async () => {
    throw new RefusedAttempt(no)
  }
  for (let n = 0; n < 5; n++) await expect(attempts.check(proxy.address, null, guess)).rejects.toBe(no)
  for (let n = 0; n < 5; n++) {
    await expect(show('nick', {password: 'wrong'})).rejects.toMatchObject({code: 'sign_in_refused'})
    await expect(show('vic', {password: 'right', code: '000000'})).rejects.toMatchObject({
      code: 'sign_in_refused',
    })
  }
  await expect(attempts.check(proxy.address, null, guess)).rejects.toMatchObject({code: 'too_many_attempts'})
  const right = {password: 'right', code: '123456'}
  await expect(show('nick', right)).rejects.toMatchObject({code: 'too_many_attempts'})
  await expect(show('vic', right)).rejects.toMatchObject({code: 'too_many_attempts'})
  await show('mia', right)
})

test('a right password in between gives back no guesses of the code, from wherever they come', async () => {
  const clock = new VirtualClock()
  const mia = person('mia', 'member')
  const proof = new OwnProof({
    isPassword: async (_id, given) => given === 'right',
    twoStep: {isOn: () => true, check: async (_id, code) => code === '123456'},
    sessions: {get: () => null},
    attempts: new Attempts(clock),
    proofs: new RefusedProofs(store, clock, new RefusalCounter(clock, {error: () => {}})),
    clock,
  })
  let host = 0
  const show = (shown: {password: string; code?: string}) =>
    proof.shows(
      mia,
      shown,
      {subject: 'user', verb: 'two-step-off', args: {}},
      {address: `192.0.2.${++host}`, userAgent: ''},
    )
  for (let n = 0; n < 5; n++) {
    await show({password: 'right'})
    await expect(show({password: 'right', code: '000000'})).rejects.toMatchObject({code: 'sign_in_refused'})
  }
  await show({password: 'right'})
  const right = {password: 'right', code: '123456'}
  await expect(show(right)).rejects.toMatchObject({code: 'too_many_attempts'})
  await clock.advance(1_000)
  await show(right)
})
