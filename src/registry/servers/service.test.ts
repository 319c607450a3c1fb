import {expect, test} from 'vitest'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import {objectionTo} from '#clients/outgoing.ts'
import {asUserId, type Acting} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {draft} from './drafts.fixture.ts'
import {codeOf, harnessWith, section, type Harness} from './servers-harness.fixture.ts'

const ann = asUserId('ann')
/** Not where a server of Ann is. */
const bobs = {address: {url: 'http://10.0.0.9:8080'}}

const harness = (sections: readonly ServerDefinition[] = []) => harnessWith(objectionTo, sections)

const definitionOf = ({directory}: Harness, id: string) => directory.former(asServerId(id))?.definition
const secretly = () => draft({username: 'me', password: new Secret('hunter2')})

/* ───────────────────────────── making ───────────────────────────── */

test('a server that a user adds is theirs, seen by no one else, and there again after a restart', async () => {
  const it = await harness()
  const card = await it.service.create(
    it.as('ann'),
    draft({tags: ['home'], colour: '#00ff00', defaultForAdding: true}),
  )
  expect(card.id).toMatch(/^s_[a-z2-9]{10}$/)
  expect(card).toMatchObject({
    origin: 'user',
    ownerId: 'ann',
    tags: ['home'],
    colour: '#00ff00',
    position: 0,
    defaultForAdding: true,
    sharing: [],
  })
  expect(it.as('ann').access.servers).toEqual([card.id])
  expect(it.as('bob').access.servers).toEqual([])
  expect(it.as('ada').access.may('manage', card.id)).toBe(true)
  const again = await it.restarted()
  expect(again.directory.cards()).toEqual([card])
  expect(again.directory.definitions()).toEqual(it.directory.definitions())
})

test('secrets lie encrypted in the database and are open again after a restart', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), secretly())
  const rows = await it.store.read((db) => db.selectFrom('servers').selectAll().execute())
  const journal = await it.store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(JSON.stringify([rows, journal])).not.toContain('hunter2')
  expect(definitionOf(await it.restarted(), id)?.password?.reveal()).toBe('hunter2')
})

test('who may not add servers does not', async () => {
  const it = await harness([section('qBit')])
  const creating = (by: Acting) => codeOf(it.service.create(by, draft()))
  expect(await creating(it.as('vic'))).toBe('forbidden')
  expect(await creating(it.as('ann', {scopes: ['read', 'control', 'add']}))).toBe('forbidden')
  expect(await creating(it.as('ann', {servers: [asServerId('qBit')]}))).toBe('forbidden')
  expect(await creating(it.as('ann', {scopes: ['manage']}))).toBe('done')
})

test('a draft that cannot be is refused with its fields, and nothing is written', async () => {
  const it = await harness()
  const refused = it.service.create(it.as('ann'), draft({name: '', colour: 'red'}))
  await expect(refused).rejects.toMatchObject({
    code: 'bad_request',
    faults: [{field: 'colour'}, {field: 'name'}],
  })
  await expect(refused).rejects.toBeInstanceOf(DraftInvalid)
  expect([it.directory.cards(), await it.entries()]).toEqual([[], []])
})

test.each([
  'http://169.254.169.254',
  'http://0251.0376.0251.0376',
  'http://metadata.google.internal',
  'http://10.0.0.2:25',
])('%s is refused when it is saved', async (url) => {
  const it = await harness()
  expect(await codeOf(it.service.create(it.as('ann'), draft({address: {url}})))).toBe('address_forbidden')
  expect(await codeOf(it.service.create(it.as('ada'), draft({address: {url}})))).toBe('address_forbidden')
  expect(it.directory.cards()).toEqual([])
})

test('no user has more than two hundred servers', async () => {
  const it = await harness()
  for (let n = 0; n < 200; n++) await it.service.create(it.as('ann'), draft())
  expect(await codeOf(it.service.create(it.as('ann'), draft()))).toBe('forbidden')
  expect(await codeOf(it.service.create(it.as('bob'), draft(bobs)))).toBe('done')
})

/* ───────────────────────────── reaching ───────────────────────────── */

test('servers of members reach the public alone when an administrator says so; those of administrators are guarded', async () => {
  const it = await harness()
  const own = await it.service.create(it.as('ann'), draft())
  const hers = await it.service.create(it.as('ada'), draft())
  const nobodys = await it.service.create(it.as(''), draft())
  const reaches = () => [own, hers, nobodys].map(({id}) => definitionOf(it, id)?.reach.range)
  expect(reaches()).toEqual(['guarded', 'guarded', 'guarded'])
  it.settings.membersPublicOnly = true
  it.directory.reevaluate()
  expect(reaches()).toEqual(['public', 'guarded', 'guarded'])
  expect(await codeOf(it.service.create(it.as('bob'), draft()))).toBe('address_forbidden')
  // What stands may still be called otherwise; only a new way is judged.
  expect(await codeOf(it.service.change(it.as('ann'), own.id, {name: 'Cellar'}))).toBe('done')
  expect(await codeOf(it.service.change(it.as('ann'), own.id, {address: {url: 'http://10.0.0.3'}}))).toBe(
    'address_forbidden',
  )
})

test('sockets and proxies of an administrator go anywhere, until they are none any more', async () => {
  const it = await harness()
  const address = {socket: '/run/rtorrent.sock'}
  const socket = await it.service.create(it.as('ada'), draft({kind: 'rtorrent', address}))
  const proxied = await it.service.create(
    it.as('ada'),
    draft({httpProxy: new Secret('http://10.0.0.1:3128')}),
  )
  const reaches = () => [socket, proxied].map(({id}) => definitionOf(it, id)?.reach.range)
  expect(reaches()).toEqual(['anywhere', 'anywhere'])
  it.roles.set(asUserId('ada'), 'member')
  it.directory.reevaluate()
  expect(reaches()).toEqual(['guarded', 'guarded'])
})

test('where the server of another user is no member adds, tries or moves one of their own; administrators may', async () => {
  const it = await harness([section('qBit')])
  const taken = draft({address: {url: 'http://qbit:8080'}})
  for (const by of [it.as('ann'), it.as('bob')]) {
    expect(await codeOf(it.service.create(by, taken))).toBe('address_forbidden')
    expect(() => it.service.drafted(by, null, taken)).toThrow(
      expect.objectContaining({code: 'address_forbidden'}),
    )
  }
  const own = await it.service.create(it.as('ann'), draft())
  expect(await codeOf(it.service.change(it.as('ann'), own.id, taken))).toBe('address_forbidden')
  expect(await codeOf(it.service.create(it.as('bob'), draft()))).toBe('address_forbidden')
  expect(await codeOf(it.service.create(it.as('ada'), taken))).toBe('done')
  it.settings.memberAddresses = [{userId: asUserId('bob'), address: 'qbit', port: 8080}]
  expect(await codeOf(it.service.create(it.as('bob'), taken))).toBe('done')
  expect(await codeOf(it.service.create(it.as('ann'), taken))).toBe('address_forbidden')
})

test('an administrator puts no socket into a server of a member', async () => {
  const it = await harness()
  const {id} = await it.service.create(
    it.as('ann'),
    draft({kind: 'rtorrent', address: {url: 'scgi://10.0.0.2:5000'}}),
  )
  expect(await codeOf(it.service.change(it.as('ada'), id, {address: {socket: '/run/rt.sock'}}))).toBe(
    'address_forbidden',
  )
})

/* ───────────────────────────── changing ───────────────────────────── */

test('a change keeps what it does not name, secrets included', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), {...secretly(), tags: ['a'], icon: 'box'})
  const card = await it.service.change(it.as('ann'), id, {name: 'Cellar', tags: ['b']})
  expect(card).toMatchObject({tags: ['b'], icon: 'box'})
  const again = await it.restarted()
  expect(definitionOf(again, id)).toMatchObject({
    name: 'Cellar',
    username: 'me',
    password: new Secret('hunter2'),
  })
  expect(again.directory.revision).toBeGreaterThan(0)
})

test('null erases a secret, from the database too', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), secretly())
  await it.service.change(it.as('ann'), id, {password: null})
  const {secrets} = await it.store.read((db) =>
    db.selectFrom('servers').selectAll().executeTakeFirstOrThrow(),
  )
  expect([secrets, definitionOf(it, id)?.password]).toEqual([null, null])
})

test('a server that is not the user’s is answered like one that is not there', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  const refusalOf = async (work: Promise<unknown>) =>
    work.then(String, ({code, message}: CommodarrError) => [code, message])
  const answers = async (of: string) =>
    Promise.all([
      refusalOf(it.service.change(it.as('bob'), asServerId(of), {name: 'x'})),
      refusalOf(it.service.remove(it.as('bob'), asServerId(of))),
      refusalOf(it.service.share(it.as('bob'), asServerId(of), {everyone: 'view', users: []})),
      refusalOf(it.service.order(it.as('bob'), [asServerId(of)])),
    ])
  expect(await answers(id)).toEqual(await answers('s_nothing'))
  expect((await answers(id)).map(([code]) => code)).toEqual(Array(4).fill('server_unknown'))
})

test('S44 a server whose definition cannot be read is removed by administrators alone', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await it.store.write((db) => db.updateTable('servers').set({definition: '{'}).execute())
  const again = await it.restarted()
  expect(again.directory.isUnread(id)).toBe(true)
  await expect(again.service.remove(again.as('ann'), id)).rejects.toMatchObject({code: 'server_unknown'})
  await again.service.remove(again.as('ada'), id)
  expect([again.directory.isUnread(id), (await it.restarted()).directory.isUnread(id)]).toEqual([
    false,
    false,
  ])
})

test('who may see or control a server does not change it', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await it.service.share(it.as('ann'), id, {
    everyone: 'view',
    users: [{userId: asUserId('bob'), level: 'control'}],
  })
  expect(it.as('bob').access.may('control', id)).toBe(true)
  for (const work of [
    it.service.change(it.as('bob'), id, {name: 'x'}),
    it.service.remove(it.as('bob'), id),
    it.service.share(it.as('bob'), id, {everyone: null, users: []}),
    it.service.order(it.as('bob'), [id]),
  ])
    expect(await codeOf(work)).toBe('forbidden')
})

test('a refused user stands in the journal, one who asks for what they do not see does not', async () => {
  const it = await harness([section('qBit')])
  const {id} = await it.service.create(it.as('ann'), draft())
  const before = (await it.entries()).length
  await codeOf(it.service.remove(it.as('bob'), id))
  await codeOf(it.service.remove(it.as('bob'), asServerId('qBit')))
  await codeOf(it.service.create(it.as('vic'), draft()))
  expect((await it.entries()).slice(before)).toMatchObject([
    {verb: 'remove', name: 'qBit', serverId: 'qBit', code: 'forbidden'},
    {verb: 'create', name: '', serverId: null, code: 'forbidden'},
  ])
})

test('an administrator who moves another user’s server enters its password again', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), secretly())
  const address = {url: 'http://10.6.6.6:8080'}
  await expect(it.service.change(it.as('ada'), id, {address})).rejects.toMatchObject({
    code: 'bad_request',
    faults: [{field: 'password'}],
  })
  expect(definitionOf(it, id)?.url).toBe('http://10.0.0.2:8080')
  expect(await codeOf(it.service.change(it.as('ada'), id, {address, password: new Secret('new')}))).toBe(
    'done',
  )
  expect(await codeOf(it.service.change(it.as('ann'), id, {address: {url: 'http://10.0.0.4'}}))).toBe(
    'bad_request',
  )
})

test('one server of an owner is their default for adding', async () => {
  const it = await harness()
  const first = await it.service.create(it.as('ann'), draft({defaultForAdding: true}))
  const other = await it.service.create(it.as('bob'), draft({...bobs, defaultForAdding: true}))
  const second = await it.service.create(it.as('ann'), draft({defaultForAdding: true}))
  const defaults = (of: Harness) =>
    of.directory
      .cards()
      .filter((card) => card.defaultForAdding)
      .map(({id}) => id)
  expect(defaults(it)).toEqual([other.id, second.id])
  await it.service.change(it.as('ann'), first.id, {defaultForAdding: true})
  expect(defaults(await it.restarted())).toEqual([first.id, other.id])
})

test('what the database does not take is not in force either', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await it.store.close()
  expect(await codeOf(it.service.change(it.as('ann'), id, {name: 'Cellar'}))).not.toBe('done')
  expect(await codeOf(it.service.create(it.as('ann'), draft()))).not.toBe('done')
  expect(await codeOf(it.service.remove(it.as('ann'), id))).not.toBe('done')
  expect(it.directory.definitions()).toMatchObject([{id, name: 'Attic'}])
})

test('two changes at once are both kept', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await Promise.all([
    it.service.change(it.as('ann'), id, {name: 'Cellar'}),
    it.service.change(it.as('ann'), id, {pace: {pollSeconds: 7, timeoutSeconds: null}}),
    it.service.change(it.as('ann'), id, {tags: ['x']}),
  ])
  expect(definitionOf(await it.restarted(), id)).toMatchObject({name: 'Cellar', pace: {pollSeconds: 7}})
})

/* ───────────────────────────── keys that are lost ───────────────────────────── */

test('with another key a server says that its secret cannot be read, nothing is erased, and entering it again repairs', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), secretly())
  const plain = await it.service.create(it.as('ann'), draft())
  const lost = await it.restarted(new Sealer(EncryptionKey.random()))
  expect(definitionOf(lost, id)).toMatchObject({
    obstacle: 'secret_unreadable',
    password: null,
    username: 'me',
  })
  expect(definitionOf(lost, plain.id)?.obstacle).toBeNull()
  expect(lost.service.describe(id)?.secrets.password).toBe('unreadable')
  await lost.service.change(lost.as('ann'), id, {name: 'Cellar', defaultForAdding: true})
  // The key came back: what was sealed with it is as good as before.
  expect(definitionOf(await it.restarted(), id)).toMatchObject({
    obstacle: null,
    password: new Secret('hunter2'),
  })
  await lost.service.change(lost.as('ann'), id, {password: new Secret('again')})
  expect(definitionOf(lost, id)).toMatchObject({obstacle: null, password: new Secret('again')})
})

test('without a key nothing is encrypted, and servers without secrets can still be added', async () => {
  const it = await harness()
  const keyless = await it.restarted(new Sealer(null))
  expect(await codeOf(keyless.service.create(keyless.as('ann'), secretly()))).toBe('secret_unreadable')
  expect(keyless.directory.cards()).toEqual([])
  expect(await codeOf(keyless.service.create(keyless.as('ann'), draft()))).toBe('done')
})

test('a definition that cannot be read any more is said aloud, spoils nothing else and is written over by nothing', async () => {
  const it = await harness()
  const broken = await it.service.create(it.as('ann'), {...secretly(), defaultForAdding: true})
  const well = await it.service.create(it.as('ann'), draft())
  await it.store.write((db) =>
    db.updateTable('servers').set({definition: '{"name":'}).where('id', '=', broken.id).execute(),
  )
  const again = await it.restarted()
  expect(again.errors).toEqual([{server: broken.id}])
  expect(again.directory.cards().map(({id}) => id)).toEqual([well.id])
  await again.service.change(again.as('ann'), well.id, {defaultForAdding: true})
  const row = await it.store.read((db) =>
    db.selectFrom('servers').selectAll().where('id', '=', broken.id).executeTakeFirstOrThrow(),
  )
  expect([row.definition, row.secrets?.includes('v1.'), row.defaultForAdding]).toEqual(['{"name":', true, 0])
})

/* ───────────────────────────── sharing and order ───────────────────────────── */

test('a server is shared with everyone and with people, and what is not named any more is taken back', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  const [bob, vic] = ['bob', 'vic'].map(asUserId) as [typeof ann, typeof ann]
  await it.service.share(it.as('ann'), id, {everyone: 'view', users: [{userId: bob, level: 'control'}]})
  const may = (name: string) => [it.as(name).access.may('read', id), it.as(name).access.may('control', id)]
  expect([may('bob'), may('vic')]).toEqual([
    [true, true],
    [true, false],
  ])
  await it.service.share(it.as('ann'), id, {everyone: null, users: [{userId: vic, level: 'view'}]})
  expect([may('bob'), may('vic')]).toEqual([
    [false, false],
    [true, false],
  ])
  expect((await it.restarted()).directory.card(id)?.sharing).toEqual([{with: 'vic', level: 'view'}])
})

test('people who are not there, or twice, are refused by their field', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  const users = ['bob', 'nobody', 'bob'].map((name) => ({userId: asUserId(name), level: 'view'}) as const)
  await expect(it.service.share(it.as('ann'), id, {everyone: null, users})).rejects.toMatchObject({
    faults: [
      {field: 'users.1.user_id', found: 'nobody'},
      {field: 'users.2.user_id', found: 'bob'},
    ],
  })
  expect(it.directory.card(id)?.sharing).toEqual([])
})

test('who is gone has no share any more', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await it.service.share(it.as('ann'), id, {
    everyone: null,
    users: [{userId: asUserId('bob'), level: 'view'}],
  })
  it.roles.delete(asUserId('bob'))
  it.directory.reevaluate()
  expect(it.directory.card(id)?.sharing).toEqual([])
})

test('servers in a new order take each other’s places; others stay', async () => {
  const it = await harness([section('qBit'), section('qBit-Two')])
  const [a, b, c] = [
    await it.service.create(it.as('ann'), draft()),
    await it.service.create(it.as('bob'), draft(bobs)),
    await it.service.create(it.as('ann'), draft()),
  ]
  await it.service.order(it.as('ann'), [c.id, a.id])
  const order = (of: Harness) => of.directory.cards().map(({id}) => id)
  expect(order(it)).toEqual(['qBit', 'qBit-Two', c.id, b.id, a.id])
  await it.service.order(it.as('ada'), [b.id, asServerId('qBit')])
  expect(order(await it.restarted())).toEqual([b.id, 'qBit-Two', c.id, 'qBit', a.id])
  expect(await codeOf(it.service.order(it.as('ann'), [a.id, a.id]))).toBe('bad_request')
})

test('a place is one of the list that the user sees; all others keep their order', async () => {
  const it = await harness([section('qBit')])
  const made = async (of: string, position: number | null = null) =>
    (await it.service.create(it.as(of), draft({...(of === 'bob' && bobs), position}))).id
  const [a, b, c] = [await made('ann'), await made('bob'), await made('ann')]
  const order = (of: Harness = it) => of.directory.cards().map(({id}) => id)
  await it.service.change(it.as('ann'), c, {position: 1})
  expect(order()).toEqual(['qBit', c, a, b])
  await it.service.change(it.as('ann'), c, {position: 2})
  expect(order()).toEqual(['qBit', a, b, c])
  await it.service.change(it.as('ann'), a, {position: 99})
  expect(order()).toEqual(['qBit', b, c, a])
  await it.service.change(it.as('ann'), c, {position: null})
  expect(order()).toEqual(['qBit', b, a, c])
  const first = await made('bob', 0)
  expect(order()).toEqual([first, 'qBit', b, a, c])
  await it.service.change(it.as('ada'), asServerId('qBit'), {position: 3})
  expect(order(await it.restarted())).toEqual([first, b, a, 'qBit', c])
})

test('whom a change of place does not touch is not written', async () => {
  const it = await harness()
  const ids = []
  for (let n = 0; n < 5; n++) ids.push((await it.service.create(it.as('ann'), draft())).id)
  await it.service.remove(it.as('ann'), ids[1]!)
  const before = ids.map((id) => it.directory.stored(id))
  await it.service.change(it.as('ann'), ids[0]!, {position: 0, colour: '#000000'})
  await it.service.order(it.as('ann'), [ids[3]!, ids[2]!])
  const changed = ids.filter((id, at) => it.directory.stored(id) !== before[at])
  expect(changed).toEqual([ids[0], ids[3]])
  expect(it.directory.cards().map(({id}) => id)).toEqual([ids[0], ids[3], ids[2], ids[4]])
})

test('a new default and a new place at once are both kept', async () => {
  const it = await harness()
  const [a, b] = [
    await it.service.create(it.as('ann'), draft({defaultForAdding: true})),
    await it.service.create(it.as('ann'), draft()),
  ]
  await it.service.change(it.as('ann'), b.id, {position: 0, defaultForAdding: true})
  expect(it.directory.cards()).toMatchObject([
    {id: b.id, defaultForAdding: true},
    {id: a.id, defaultForAdding: false},
  ])
})

/* ───────────────────────────── removing ───────────────────────────── */

test('a removed server is gone with its shares, permanently', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), draft())
  await it.service.share(it.as('ann'), id, {everyone: 'view', users: []})
  await it.service.remove(it.as('ann'), id)
  expect(it.directory.definitions()).toEqual([])
  expect((await it.restarted()).directory.storedOf(ann)).toEqual([])
  expect(await it.store.read((db) => db.selectFrom('serverGrants').selectAll().execute())).toEqual([])
})

test('each change is an action that says what was done and no secret', async () => {
  const it = await harness()
  const {id} = await it.service.create(it.as('ann'), secretly())
  await it.service.change(it.as('ann'), id, {password: new Secret('hunter3'), basicAuth: null})
  await it.service.share(it.as('ann'), id, {everyone: 'view', users: []})
  await it.service.order(it.as('ann'), [id])
  await it.service.remove(it.as('ann'), id)
  expect(await it.entries()).toMatchObject([
    {verb: 'create', name: 'Attic', serverId: id, args: {kind: 'qbittorrent', url: 'http://10.0.0.2:8080'}},
    {verb: 'change', name: 'Attic', serverId: id, args: {fields: ['password', 'basic_auth']}},
    {verb: 'share', name: 'Attic', serverId: id, args: {everyone: 'view', users: []}},
    {verb: 'remove', name: 'Attic', serverId: id},
  ])
})

/* ───────────────────────────── of the file ───────────────────────────── */

test('everyone may look at a server of the file, until an administrator says otherwise, also while it is away', async () => {
  const it = await harness([section('qBit')])
  const id = asServerId('qBit')
  const {access} = it.as('bob')
  expect([access.may('read', id), access.may('control', id), access.may('add', id)]).toEqual([
    true,
    false,
    false,
  ])
  await it.service.share(it.as('ada'), id, {everyone: null, users: [{userId: ann, level: 'view'}]})
  await it.service.change(it.as('ada'), id, {colour: '#123456', tags: ['rack']})
  const seen = (of: Harness) => [of.as('ann').access.may('read', id), of.as('bob').access.may('read', id)]
  expect(seen(it)).toEqual([true, false])
  const again = await it.restarted()
  again.directory.setFile([])
  expect(again.directory.cards()).toEqual([])
  again.directory.setFile([section('qBit')])
  expect(seen(again)).toEqual([true, false])
  expect(again.directory.card(id)).toMatchObject({
    origin: 'file',
    colour: '#123456',
    tags: ['rack'],
    position: 0,
  })
  expect(definitionOf(again, 'qBit')?.password?.reveal()).toBe('of the file')
  expect(it.file.asked).toEqual([])
})

test('what has a key in the file is written there', async () => {
  const it = await harness([section('qBit')])
  const id = asServerId('qBit')
  await it.service.change(it.as('ada'), id, {
    name: 'Rack',
    pace: {pollSeconds: 9, timeoutSeconds: null},
    icon: 'disk',
  })
  expect(it.file.asked).toEqual([
    ['change', 'qBit', {name: 'Rack', pace: {pollSeconds: 9, timeoutSeconds: null}}],
  ])
  expect([definitionOf(it, 'qBit')?.name, it.directory.card(id)?.icon]).toEqual(['Rack', 'disk'])
  await it.service.remove(it.as('ada'), id)
  expect([it.file.asked.at(-1), it.directory.cards()]).toEqual([['remove', 'qBit'], []])
})

test('no one but an administrator writes the file, and not with a key that may not', async () => {
  const it = await harness([section('qBit')])
  const id = asServerId('qBit')
  for (const by of [it.as('ann'), it.as('vic'), it.as('ada', {scopes: ['manage']})]) {
    expect(await codeOf(it.service.change(by, id, {name: 'x'}))).toBe('forbidden')
    expect(await codeOf(it.service.remove(by, id))).toBe('forbidden')
  }
  expect(it.file.asked).toEqual([])
})

test('the password of the file goes to no other address by a user who does not know it', async () => {
  const it = await harness([section('qBit')])
  const moved = {address: {url: 'http://10.6.6.6:8080'}}
  for (const by of [it.as('ada'), it.as('')]) {
    await expect(it.service.change(by, asServerId('qBit'), moved)).rejects.toMatchObject({
      faults: [{field: 'password'}],
    })
  }
  expect(it.file.asked).toEqual([])
})

test('a change that the file refuses is written down as refused', async () => {
  const it = await harness([section('qBit')])
  it.file.refuses = new CommodarrError('file_changed', 'Somebody edited it.')
  expect(await codeOf(it.service.change(it.as('ada'), asServerId('qBit'), {name: 'x'}))).toBe('file_changed')
  expect((await it.entries()).map(({verb, code}) => [verb, code])).toEqual([
    ['change', null],
    ['change', 'file_changed'],
  ])
})

test('another kind cannot be made of a section', async () => {
  const it = await harness([section('qBit', {password: null, username: null})])
  await expect(
    it.service.change(it.as('ada'), asServerId('qBit'), {kind: 'transmission'}),
  ).rejects.toMatchObject({faults: [{field: 'kind', accepted: 'qbittorrent'}]})
})

/* ───────────────────────────── following ───────────────────────────── */

test('a listener hears of each change, and one that fails or is slow holds up no other', async () => {
  const it = await harness()
  let reported = 0
  it.directory.onChange(() => void reported++)
  const {id} = await it.service.create(it.as('ann'), draft())
  expect(reported).toBe(1)
  it.directory.onChange(() => Promise.reject(new Error('links broke')))
  expect(await codeOf(it.service.change(it.as('ann'), id, {name: 'Cellar'}))).toBe('done')
  expect(it.errors).toMatchObject([{err: {message: 'links broke'}}])
  it.directory.onChange(() => new Promise(() => {}))
  const slow = it.service.change(it.as('ann'), id, {name: 'Shed'})
  while (definitionOf(it, id)?.name !== 'Shed') await new Promise((done) => setImmediate(done))
  await it.clock.advance(2_000)
  expect(await codeOf(slow)).toBe('done')
})

test('what did not change is the same object to who follows', async () => {
  const it = await harness()
  const one = await it.service.create(it.as('ann'), draft())
  const two = await it.service.create(it.as('ann'), draft())
  const before = it.directory.definitions()
  await it.service.change(it.as('ann'), two.id, {name: 'Cellar'})
  const after = it.directory.definitions()
  expect([after[0] === before[0], after[1] === before[1], after[0]?.id]).toEqual([true, false, one.id])
})
