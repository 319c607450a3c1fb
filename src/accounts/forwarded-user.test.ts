import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Role} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {forwardedName, ForwardedUsers} from './forwarded-user.ts'
import {entriesOf, fakeServers} from './people.fixture.ts'
import {UserPrincipals} from './user-principals.ts'

let accounts: Accounts
beforeEach(async () => {
  accounts = await openAccounts()
})
afterEach(() => accounts.close())

const servers = fakeServers({shared: null})
const forwarded = (role: Role | '') =>
  new ForwardedUsers(accounts.users, new UserPrincipals({users: accounts.users, servers}), role)

test('a user with this name here comes in under their account, however its letters are written', async () => {
  const user = await accounts.users.create({name: 'Jürgen', role: 'member'}, machine)
  for (const name of ['Jürgen', 'jürgen', 'JU\u0308RGEN']) {
    expect(await forwarded('').principalOf(name, '192.0.2.1')).toMatchObject({
      userId: user.id,
      name: 'Jürgen',
      role: 'member',
      via: 'proxy',
      credentialId: null,
      actor: {name: 'Jürgen', origin: 'user', userId: user.id, address: '192.0.2.1'},
    })
  }
})

test.each(['\uff41da', 'ad\u00aa', '\u24d0da', 'ada\u00a0', '\uff21\uff24\uff21'])(
  '%j at the proxy is not the administrator ada here, nor any other user',
  async (name) => {
    await accounts.users.create({name: 'ada', role: 'administrator'}, machine)
    await expect(forwarded('member').principalOf(name, '')).rejects.toMatchObject({code: 'unauthorised'})
    expect(accounts.users.list()).toHaveLength(1)
  },
)

test('who is seen at the proxy was seen here', async () => {
  const user = await accounts.users.create({name: 'mia', role: 'member'}, machine)
  await forwarded('').principalOf('mia', '')
  expect(accounts.users.get(user.id)?.lastSeenAt).toBe(accounts.clock.now())
})

test('an unknown name is let in only when the configuration gives it a role', async () => {
  await expect(forwarded('').principalOf('new', '')).rejects.toMatchObject({code: 'unauthorised'})
  expect(accounts.users.list()).toEqual([])
  const principal = await forwarded('viewer').principalOf('new', '192.0.2.1')
  expect(principal).toMatchObject({role: 'viewer', via: 'proxy'})
  expect(accounts.users.list()).toMatchObject([
    {name: 'new', role: 'viewer', origin: 'proxy', hasPassword: false},
  ])
  expect(await entriesOf(accounts.store)).toEqual(['new user create new'])
})

test('ten first requests at once make one user', async () => {
  const both = forwarded('member')
  const names = ['new', 'NEW', 'new']
  const principals = await Promise.all(
    Array.from({length: 10}, (_, i) => both.principalOf(names[i % 3]!, '')),
  )
  expect(new Set(principals.map((it) => it.userId)).size).toBe(1)
  expect(accounts.users.list()).toHaveLength(1)
})

test('an account that was made in the same moment is taken', async () => {
  const created = accounts.users.create({name: 'new', role: 'member'}, machine)
  const principal = await forwarded('viewer').principalOf('new', '')
  expect(principal.userId).toBe((await created).id)
})

test('a disabled user stays out, also behind the proxy', async () => {
  await accounts.users.create({name: 'ada', role: 'administrator'}, machine)
  const {id} = await accounts.users.create({name: 'mia', role: 'member'}, machine)
  await accounts.users.change(id, {disabled: true}, machine)
  await expect(forwarded('member').principalOf('mia', '')).rejects.toMatchObject({code: 'unauthorised'})
})

test.each(['a\u200bb', 'a\nb', 'x'.repeat(65), '\u202e'])('what is no name is refused: %j', async (name) => {
  await expect(forwarded('member').principalOf(name, '')).rejects.toMatchObject({code: 'unauthorised'})
  expect(accounts.users.list()).toEqual([])
})

test('when the database fails no new user comes in, and those who are known do', async () => {
  await accounts.users.create({name: 'mia', role: 'member'}, machine)
  const both = forwarded('member')
  accounts.store.fault = new Error('disk')
  await expect(both.principalOf('new', '')).rejects.toThrow('disk')
  expect(await both.principalOf('mia', '')).toMatchObject({name: 'mia'})
  accounts.store.fault = null
  expect(await both.principalOf('new', '')).toMatchObject({name: 'new'})
})

test('what the user may do follows their role from one request to the next', async () => {
  const {id} = await accounts.users.create({name: 'mia', role: 'member'}, machine)
  const both = forwarded('')
  expect((await both.principalOf('mia', '')).access.may('control', asServerId('shared'))).toBe(true)
  await accounts.users.change(id, {role: 'viewer'}, machine)
  expect((await both.principalOf('mia', '')).access.may('control', asServerId('shared'))).toBe(false)
})

const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

test.each([
  ['mia', 'mia'],
  [' mia ', 'mia'],
  ['', null],
  ['   ', null],
  [bytes('Jürgen'), 'Jürgen'],
  [bytes('日本'), '日本'],
  // One byte a letter, as old proxies send it.
  ['J\xfcrgen', 'Jürgen'],
  ['=?UTF-8?B?SsO8cmdlbg==?=', 'Jürgen'],
  ['=?utf-8?q?J=C3=BCrgen_M?=', 'Jürgen M'],
  ['=?iso-8859-1?Q?J=FCrgen?=', 'Jürgen'],
  ['=?UTF-8?Q?J=C3=BC?= =?UTF-8?Q?rgen?=', 'Jürgen'],
  ['J%C3%BCrgen', 'Jürgen'],
  // Nobody becomes somebody else by the way his name is written.
  ['=?UTF-8?B?YWRtaW4=?=', '=?UTF-8?B?YWRtaW4=?='],
  ['=?UTF-8?Q?admin?=', '=?UTF-8?Q?admin?='],
  ['%61dmin', '%61dmin'],
  ['admin%20', 'admin%20'],
  // What cannot be undone is left alone.
  ['=?UTF-8?Q?=FF?=', '=?UTF-8?Q?=FF?='],
  ['=?koi8-r?B?SsO8?=', '=?koi8-r?B?SsO8?='],
  ['100%', '100%'],
  ['%FF', '%FF'],
])('the header %j names %j', (header, name) => {
  expect(forwardedName(header)).toBe(name)
})
