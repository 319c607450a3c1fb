import {afterEach, beforeEach, expect, test} from 'vitest'
import type {UserId} from '#model/access.ts'
import {preferenceLimits} from '#model/saved-view.ts'
import {StorageFault} from '#store/faults.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {Preferences} from './preferences.ts'

let accounts: Accounts
let preferences: Preferences
let ada: UserId

beforeEach(async () => {
  accounts = await openAccounts()
  ada = (await accounts.users.create({name: 'Ada', role: 'administrator'}, machine)).id
  preferences = await Preferences.load(accounts.store, accounts.users, accounts.clock)
})
afterEach(() => accounts.close())

const change = async (owner: UserId | null, changes: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(await preferences.change(owner, new Map(Object.entries(changes))))
const of = (owner: UserId | null, of = preferences) => Object.fromEntries(of.of(owner))

test('what is named changes, null takes away, everything else stays, also after a restart', async () => {
  expect(of(ada)).toEqual({})
  await change(ada, {theme: 'dark', hotkeys: {add: null}})
  const after = {hotkeys: {add: null}, density: 'roomy'}
  expect(await change(ada, {theme: null, density: 'roomy', never: null})).toEqual(after)
  expect([of(ada), of(ada, await Preferences.load(accounts.store, accounts.users, accounts.clock))]).toEqual([
    after,
    after,
  ])
})

test('every user has their own, and all who have no account share theirs', async () => {
  const bo = (await accounts.users.create({name: 'Bo', role: 'viewer'}, machine)).id
  await change(ada, {theme: 'dark'})
  await change(null, {theme: 'light'})
  expect([of(ada), of(bo), of(null)]).toEqual([{theme: 'dark'}, {}, {theme: 'light'}])
})

test('what cannot be written does not hold', async () => {
  await change(ada, {theme: 'dark'})
  accounts.store.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
  await expect(change(ada, {theme: 'light'})).rejects.toBe(accounts.store.fault)
  expect(of(ada)).toEqual({theme: 'dark'})
  accounts.store.fault = null
  expect(of(ada, await Preferences.load(accounts.store, accounts.users, accounts.clock))).toEqual({
    theme: 'dark',
  })
})

test('what is so already is not written again', async () => {
  await change(ada, {theme: 'dark', columns: [{id: 'name'}]})
  accounts.store.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
  expect(await change(ada, {columns: [{id: 'name'}], never: null})).toEqual({
    theme: 'dark',
    columns: [{id: 'name'}],
  })
})

test('there is an end to how many a user has, and all of a change is refused', async () => {
  const many = (count: number) => Object.fromEntries(Array.from({length: count}, (_, n) => [`key.${n}`, n]))
  await change(ada, many(preferenceLimits.keys))
  await expect(change(ada, {'key.0': 'new', another: 1})).rejects.toMatchObject({code: 'bad_argument'})
  expect(of(ada)).toEqual(many(preferenceLimits.keys))
  expect(Object.keys(await change(ada, {'key.0': null, another: 1}))).toHaveLength(preferenceLimits.keys)
})

test('there is an end to how much a user has, and they can always have less', async () => {
  const big = 'x'.repeat(preferenceLimits.valueBytes - 10)
  const most = Object.fromEntries(Array.from({length: 16}, (_, n) => [`k${n}`, big]))
  await change(ada, most)
  await expect(change(ada, {more: big})).rejects.toMatchObject({code: 'bad_argument'})
  expect(Object.keys(await change(ada, {k0: null, k1: 1}))).toHaveLength(15)
})

test('what was a user’s goes with them, and they cannot come back to it', async () => {
  const bo = (await accounts.users.create({name: 'Bo', role: 'viewer'}, machine)).id
  await change(bo, {theme: 'dark'})
  const [, late] = await Promise.allSettled([
    accounts.users.remove(bo, 'refuse', machine),
    change(bo, {theme: 'light'}),
  ])
  expect(late).toMatchObject({status: 'rejected', reason: {code: 'user_unknown'}})
  await change(ada, {theme: 'dark'})
  expect([of(bo), of(bo, await Preferences.load(accounts.store, accounts.users, accounts.clock))]).toEqual([
    {},
    {},
  ])
})

test('what the file says holds for users who have not set it, and sending it back sets nothing', async () => {
  preferences.follow(new Map([['theme', 'dark']]))
  expect([of(ada), of(null)]).toEqual([{theme: 'dark'}, {theme: 'dark'}])
  expect(await change(ada, {theme: 'dark', density: 'roomy'})).toEqual({theme: 'dark', density: 'roomy'})
  preferences.follow(new Map([['theme', 'light']]))
  expect(of(ada)).toEqual({theme: 'light', density: 'roomy'})
  await change(ada, {theme: 'dark'})
  preferences.follow(new Map())
  expect([of(ada), of(null)]).toEqual([{theme: 'dark', density: 'roomy'}, {}])
})
