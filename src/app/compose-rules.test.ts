import {expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import {FakePeople, insertPeople, person} from '#accounts/people.fixture.ts'
import type {Users} from '#accounts/users.ts'
import type {Principal} from '#model/access.ts'
import {ServerDirectory} from '#registry/servers/directory.ts'
import type {StoredServer} from '#registry/servers/stored.ts'
import {Store} from '#store/store.ts'
import {sectionOf} from '#test/access/access-belongings.fixture.ts'
import {idOf, type ServerName} from '#test/access/access-servers.fixture.ts'
import {everyRefusal} from '#test/doubles/every-refusal.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {ruleReader} from '#request-work/readers.ts'
import {insideWork} from '#test/doubles/inside-work.ts'
import {openRulesOfApp} from './compose-rules.ts'

/** What an administrator said of a server of the file. */
const commandedByAll = (name: ServerName): StoredServer => ({
  id: idOf(name),
  origin: 'file',
  ownerId: null,
  own: null,
  secrets: {password: null, apiKey: null, basicAuth: null, httpProxy: null},
  encrypted: {},
  look: {tags: [], colour: null, icon: null, position: 0, defaultForAdding: false},
  grants: [{grantee: 'everyone', level: 'control'}],
  createdAt: 0,
})

test('S29 rules follow who may command what: another role, a disabled owner, a server that comes', async () => {
  const store = await Store.sqlite(':memory:')
  const ann = person('ann', 'member')
  const people = new FakePeople(ann)
  await insertPeople(store, ann)
  const roleListeners: (() => void)[] = []
  const directory = new ServerDirectory(
    (id) => people.get(id)?.role ?? null,
    {values: {membersPublicOnly: false, memberAddresses: []}},
    () => null,
  )
  directory.setFile([sectionOf('fileAll')])
  directory.setStored((['fileAll', 'fileClosed'] as const).map(commandedByAll))
  const users = {
    get: (id) => people.get(id),
    onRole: (listener) => void roleListeners.push(listener),
  } satisfies Pick<Users, 'get' | 'onRole'>
  const {rules, ruleService} = await openRulesOfApp({
    store,
    clock: new VirtualClock(),
    log: {error: () => {}},
    readRule: ruleReader(insideWork),
    programs: () => [],
    sections: () => [],
    people: {
      users,
      directory,
      arrDirectory: {onChange: () => {}},
      refusals: everyRefusal,
      keys: {limitsOf: () => null, endOf: () => null, onEnd: () => {}},
    } as never,
    memory: {
      holds: {forgetRule: () => {}},
      suspensions: {of: () => null, suspend: async () => {}, lift: async () => {}},
    },
  })
  const access = accessOf({userId: ann.id, role: 'member', scopes: null, servers: null}, directory)
  const actor = {name: 'ann', origin: 'user', userId: ann.id, address: null} as const
  const {id} = await ruleService.create(
    {actor, access} as unknown as Principal,
    {rule: {name: 'R', when: {fact: 'complete', op: 'eq', value: true}, do: [{action: 'stop'}]}},
    false,
  )
  const reached = () => rules.of(id)?.rule.scope.servers
  expect(reached()).toEqual([idOf('fileAll')])
  directory.setFile([sectionOf('fileAll'), sectionOf('fileClosed')])
  expect(reached()).toEqual([idOf('fileAll'), idOf('fileClosed')])
  const change = (to: Parameters<FakePeople['change']>[1]) => {
    people.change(ann.id, to)
    for (const listener of roleListeners) listener()
  }
  change({disabled: true})
  expect(reached()).toBeUndefined()
  change({disabled: false, role: 'viewer'})
  expect(reached()).toBeUndefined()
  change({role: 'administrator'})
  expect(reached()).toEqual([])
})
