import {afterEach, beforeEach, expect, test} from 'vitest'
import type {UserId} from '#model/access.ts'
import {viewLimits, type ViewAudience, type ViewDefinition} from '#model/saved-view.ts'
import {StorageFault} from '#store/faults.ts'
import {machine, openAccounts, type Accounts} from './accounts.fixture.ts'
import {SavedViews} from './saved-views.ts'

let accounts: Accounts
let views: SavedViews
let ada: UserId
let bo: UserId

beforeEach(async () => {
  accounts = await openAccounts()
  ada = (await accounts.users.create({name: 'Ada', role: 'administrator'}, machine)).id
  bo = (await accounts.users.create({name: 'Bo', role: 'viewer'}, machine)).id
  views = await SavedViews.load(accounts.store, accounts.users, accounts.clock)
})
afterEach(() => accounts.close())

const definition: ViewDefinition = {
  q: 'state:stalled',
  servers: null,
  sort: ['-added_at'],
  group: null,
  columns: null,
  density: null,
  layout: 'table',
}
const save = (owner: UserId | null, name: string) =>
  views.make(owner, {name, icon: null, definition}, machine)
const names = (owner: UserId | null, of = views) => of.of(owner).map(({name}) => name)
const reloaded = () => SavedViews.load(accounts.store, accounts.users, accounts.clock)

test('what others see of a view by a change is in the journal, and what one keeps for oneself is not', async () => {
  const draft = {name: 'Stuck', icon: null, definition}
  const {id} = await views.make(ada, draft, machine)
  await views.change(ada, id, {icon: 'star'}, machine)
  await views.change(ada, id, {sharedWith: 'everyone'}, machine)
  await views.change(ada, id, {name: 'Renamed'}, machine)
  await views.change(ada, id, {sharedWith: 'link'}, machine)
  await views.remove(ada, id, machine)
  const rows = await accounts.store.read((db) =>
    db.selectFrom('journal').selectAll().where('subject', '=', 'view').orderBy('seq').execute(),
  )
  expect(rows.map(({verb, name, args}) => [verb, name, JSON.parse(args)])).toEqual([
    ['share', 'Stuck', {from: null, to: 'everyone'}],
    ['share', 'Renamed', {from: 'everyone', to: 'link'}],
    ['share', 'Renamed', {from: 'link', to: null}],
  ])
})

test('a view is saved, changed and removed, and so it is after a restart', async () => {
  const {id} = await save(ada, ' Stuck ')
  await accounts.clock.advance(10)
  const after = await views.change(
    ada,
    id,
    {icon: 'alert', definition: {...definition, q: 'is:error'}},
    machine,
  )
  expect(after).toMatchObject({name: 'Stuck', icon: 'alert', definition: {q: 'is:error'}})
  expect(after.updatedAt - after.createdAt).toBe(10)
  expect((await reloaded()).of(ada)).toEqual(views.of(ada))
  await views.remove(ada, id, machine)
  expect([views.of(ada), (await reloaded()).of(ada)]).toEqual([[], []])
})

test('a view of another user is one that is not there', async () => {
  const {id} = await save(ada, 'Stuck')
  for (const owner of [bo, null]) {
    await expect(views.change(owner, id, {name: 'Mine'}, machine)).rejects.toMatchObject({
      code: 'view_unknown',
    })
    await expect(views.remove(owner, id, machine)).rejects.toMatchObject({code: 'view_unknown'})
    await expect(views.order(owner, [id])).rejects.toMatchObject({code: 'bad_argument'})
  }
  expect([names(ada), names(bo), names(null)]).toEqual([['Stuck'], [], []])
})

test('names differ by more than case and width within one owner, and may be the same among several', async () => {
  const {id} = await save(ada, 'Stuck')
  for (const owner of [bo, null]) await save(owner, 'Stuck')
  for (const owner of [ada, bo, null]) {
    await expect(save(owner, 'ＳＴＵＣＫ')).rejects.toMatchObject({code: 'name_taken'})
  }
  const other = await save(ada, 'Other')
  await expect(views.change(ada, other.id, {name: 'stuck'}, machine)).rejects.toMatchObject({
    code: 'name_taken',
  })
  expect(await views.change(ada, id, {name: 'STUCK'}, machine)).toMatchObject({name: 'STUCK'})
})

test.each(['', '   ', 'x'.repeat(81), 'two\nlines', 'a\u0007'])('%j is no name', async (name) => {
  await expect(save(ada, name)).rejects.toMatchObject({code: 'bad_argument'})
})

test('a name may have 80 characters, whatever they are', async () => {
  expect(await save(ada, '👩‍🚀' + '🧲'.repeat(77))).toMatchObject({position: 0})
})

test('new views come last, also after one was removed, and stand in the order that is asked for', async () => {
  const ids = new Map<string, string>()
  for (const name of ['a', 'b', 'c']) ids.set(name, (await save(ada, name)).id)
  const order = (...wanted: string[]) =>
    views.order(
      ada,
      wanted.map((name) => ids.get(name) ?? name),
    )
  await order('c', 'a', 'b')
  await views.remove(ada, ids.get('a')!, machine)
  ids.set('d', (await save(ada, 'd')).id)
  expect([names(ada), names(ada, await reloaded())]).toEqual([
    ['c', 'b', 'd'],
    ['c', 'b', 'd'],
  ])
  for (const wanted of [['c', 'b'], ['c', 'b', 'b'], ['c', 'b', 'd', 'd'], ['c', 'b', 'gone'], []]) {
    await expect(order(...wanted)).rejects.toMatchObject({code: 'bad_argument'})
  }
  expect(names(ada)).toEqual(['c', 'b', 'd'])
})

test('changes at the same moment are made one after the other', async () => {
  const done = await Promise.allSettled([save(ada, 'Stuck'), save(ada, 'stuck'), save(ada, 'Other')])
  expect(done.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(views.of(ada).map(({position}) => position)).toEqual([0, 1])
})

test('what cannot be written does not hold', async () => {
  const {id} = await save(ada, 'Stuck')
  const before = views.of(ada)
  accounts.store.fault = new StorageFault('storage_unavailable', 'The database does not answer.', true)
  for (const change of [
    () => save(ada, 'Other'),
    () => views.change(ada, id, {name: 'Other'}, machine),
    () => views.remove(ada, id, machine),
    () => views.order(ada, [id]),
  ]) {
    await expect(change()).rejects.toBe(accounts.store.fault)
  }
  expect(views.of(ada)).toBe(before)
  accounts.store.fault = null
  expect((await reloaded()).of(ada)).toEqual(before)
})

test('there is an end to how many views a user has', async () => {
  for (let n = 0; n < viewLimits.views; n++) await save(null, `View ${n}`)
  await expect(save(null, 'One more')).rejects.toMatchObject({code: 'bad_argument'})
  await save(ada, 'One more')
})

test('views go with their user, and nothing that is written down mentions them', async () => {
  await save(bo, 'Private matters')
  await accounts.users.remove(bo, 'refuse', machine)
  await expect(save(bo, 'Again')).rejects.toMatchObject({code: 'user_unknown'})
  expect((await reloaded()).of(bo)).toEqual([])
  const rows = await accounts.store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(JSON.stringify(rows)).not.toContain('Private')
})

const share = async (owner: UserId | null, name: string, sharedWith: ViewAudience) => {
  await accounts.clock.advance(1)
  return views.make(owner, {name, icon: null, definition, sharedWith}, machine)
}

test('a view is listed for those whom it is shared with, and by its address for all users', async () => {
  const [all, admins, link] = [
    await share(ada, 'All', 'everyone'),
    await share(ada, 'Admins', 'administrators'),
    await share(ada, 'Link', 'link'),
  ]
  const own = await save(ada, 'Own')
  const listed = (userId: UserId | null, isAdministrator: boolean, of = views) =>
    of.sharedWith({userId, isAdministrator}).map(({name}) => name)
  expect(listed(bo, false)).toEqual(['All'])
  expect(listed(bo, true)).toEqual(['Admins', 'All'])
  expect(listed(null, true)).toEqual(['Admins', 'All'])
  // One's own are among one's own.
  expect(listed(ada, true)).toEqual([])
  const seen = (id: string, isAdministrator = false) => views.seen({userId: bo, isAdministrator}, id)?.name
  expect([all, admins, link, own].map(({id}) => seen(id))).toEqual(['All', undefined, 'Link', undefined])
  expect(seen(admins.id, true)).toBe('Admins')
  await views.change(ada, all.id, {sharedWith: null}, machine)
  expect([listed(bo, false), listed(bo, false, await reloaded())]).toEqual([[], []])
})

test('what is shared goes to who takes over what a user has, under a free name; all else goes with the user', async () => {
  const shared = await share(bo, 'Stuck', 'everyone')
  const link = await share(bo, 'Link', 'link')
  await save(bo, 'Own')
  await save(ada, 'STUCK')
  expect(views.ofUsers.countOf(bo)).toBe(2)
  const by = {...machine, userId: ada}
  await accounts.store.write((db) => views.ofUsers.transfer(db, bo, ada, by))
  await accounts.users.remove(bo, 'remove', machine)
  await views.ofUsers.refresh()
  for (const all of [views, await reloaded()]) {
    expect(names(ada, all)).toEqual(['STUCK', 'Stuck (2)', 'Link'])
    expect(all.of(ada).map(({id}) => id)).toEqual(expect.arrayContaining([shared.id, link.id]))
    expect(all.seen({userId: null, isAdministrator: false}, shared.id)).toMatchObject({owner: ada})
    expect(all.of(bo)).toEqual([])
  }
  expect(views.ofUsers.countOf(ada)).toBe(2)
})
