import {expect, test} from 'vitest'
import type {UserId} from '#model/access.ts'
import {fakeServers} from '#accounts/people.fixture.ts'
import {asTrackerProfileId, noLimits} from '#model/tracker-profile.ts'
import {asServerId} from '#model/torrent-key.ts'
import {withProfiles} from '#rules/presets/obligations.ts'
import {TrackerProfileDirectory, trackerNames} from './directory.ts'
import {aboutProfiles, draft, edit, once, people, trackersHarness} from './trackers-harness.fixture.ts'

test('a profile comes back as it was made, also after a restart, and each edit is a revision', async () => {
  const it = await trackersHarness()
  const {profile} = await it.service.create(it.as('ada'), draft(), once)
  expect(profile).toMatchObject({...draft(), revision: 1, ownerId: people.ada.id})
  const {id} = profile!
  await it.service.change(it.as('ada'), id, {name: 'Tide'}, {...edit, revision: 1})
  const late = it.service.change(it.as('ada'), id, {name: 'Mark'}, {...edit, revision: 1})
  await expect(late).rejects.toMatchObject({code: 'changed_meanwhile'})
  const again = await it.restarted()
  expect(again.directory.profiles()).toEqual([
    {...draft(), name: 'Tide', id, ownerId: people.ada.id, revision: 2},
  ])
})

test('an announce URL becomes its host, and its passkey is kept nowhere', async () => {
  const it = await trackersHarness()
  const hosts = ['https://Tidemark.Example:443/announce?passkey=canary', 'udp://tide.example:80']
  const {profile} = await it.service.create(it.as('ada'), draft({hosts}), once)
  expect(profile!.hosts).toEqual(['tidemark.example', 'tide.example'])
  const all = await it.store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(JSON.stringify(all)).not.toContain('canary')
  expect(JSON.stringify(it.directory.profiles())).not.toContain('canary')
})

test('S37 a domain may be written as a pattern, and other letters have the spelling that torrents have', async () => {
  const it = await trackersHarness()
  const hosts = ['*.tide.example', '.tidemark.example', 'Bücher.example', 'tracker.waxwing.example.']
  const {profile} = await it.service.create(it.as('ada'), draft({hosts}), once)
  const kept = ['tide.example', 'tidemark.example', 'xn--bcher-kva.example', 'tracker.waxwing.example']
  expect(profile!.hosts).toEqual(kept)
  // A pattern for hosts within a host would be the host of no torrent.
  for (const host of ['*.t.tide.example', 'tide..example', '[']) {
    const refused = it.service.create(it.as('ada'), draft({name: 'Other', hosts: [host]}), once)
    await expect(refused).rejects.toMatchObject({faults: [{field: 'hosts.0', found: host}]})
  }
  // What an earlier version kept as it was typed counts as well.
  await it.store.write((db) =>
    db
      .updateTable('trackerProfiles')
      .set({content: JSON.stringify({...draft(), hosts: ['bücher.example']})})
      .execute(),
  )
  await it.writes.load()
  expect(it.directory.profiles()[0]!.hosts).toEqual(['xn--bcher-kva.example'])
})

test('S37 what would let torrents go that owe is refused until so many are named, and a preview does nothing', async () => {
  const it = await trackersHarness()
  const {profile} = await it.service.create(it.as('ada'), draft(), once)
  const {id} = profile!
  it.effect.is = {stopsOwing: 3, bytesThatStop: 300, startsOwing: 0}
  const removed = (frees: number, preview = false) =>
    it.service.remove(it.as('ada'), id, {frees, preview, revision: null})
  await expect(removed(0)).rejects.toMatchObject({code: 'owing_would_end', about: {stopsOwing: 3}})
  await expect(removed(2)).rejects.toMatchObject({code: 'owing_would_end'})
  const softer = it.service.change(it.as('ada'), id, {obligation: null}, edit)
  await expect(softer).rejects.toMatchObject({code: 'owing_would_end'})
  expect(await removed(0, true)).toEqual({profile: null, effect: it.effect.is})
  expect(it.directory.profiles()).toHaveLength(1)
  expect(await removed(3)).toMatchObject({profile: null})
  expect(it.directory.profiles()).toEqual([])
})

test('every fault names its field, and what is accepted there', async () => {
  const it = await trackersHarness()
  const given = draft({
    name: '',
    colour: 'red',
    hosts: ['a b', 'co.uk'],
    obligation: {need: 'both', ratio: -1, time: 0, grace: 0, fromProgress: 2, partialRatio: 1},
    limits: {...noLimits, maxRatio: 1e9, tags: ['a,b']},
    phrases: {unregistered: ['x'], ignored: []},
  })
  const refused = it.service.create(it.as('ada'), given, once)
  await expect(refused).rejects.toMatchObject({
    faults: [
      {field: 'name'},
      {field: 'colour', found: 'red', accepted: '#rrggbb'},
      {field: 'hosts.0', found: 'a b'},
      {field: 'hosts.1', found: 'co.uk'},
      {field: 'obligation.ratio', found: -1, accepted: '0 to 10000'},
      {field: 'obligation.from_progress', found: 2, accepted: '0 to 1'},
      {field: 'limits.max_ratio'},
      {field: 'limits.tags.0'},
      {field: 'phrases.unregistered.0'},
    ],
  })
  const nothing = {need: 'both', ratio: 0, time: 0, grace: 0, fromProgress: 0, partialRatio: 1} as const
  const empty = it.service.create(it.as('ada'), draft({obligation: nothing}), once)
  await expect(empty).rejects.toMatchObject({faults: [{field: 'obligation'}]})
})

test('a name, and a host on one server, are in one profile of an owner', async () => {
  const it = await trackersHarness()
  await it.service.create(it.as('ada'), draft(), once)
  const twin = it.service.create(it.as('ada'), draft({name: 'TIDEMARK'}), once)
  await expect(twin).rejects.toMatchObject({faults: [{field: 'name'}, {field: 'hosts.0'}]})
  await it.service.create(it.as('ann'), draft(), once)
  expect(it.directory.profiles()).toHaveLength(2)
})

test('S29 a member’s profile counts on the servers of that member alone, and others do not see it', async () => {
  const it = await trackersHarness()
  const {profile} = await it.service.create(it.as('ann'), draft(), once)
  const [of] = it.directory.inForce()
  expect([of!.owesOn, of!.limitsOn, of!.compartment]).toEqual([['anns'], ['anns'], people.ann.id])
  for (const [server, code] of [
    ['house', 'forbidden'],
    ['bobs', 'server_unknown'],
  ] as const) {
    const there = draft({servers: [asServerId(server)]})
    await expect(it.service.create(it.as('ann'), there, once)).rejects.toMatchObject({code})
  }
  expect(it.service.seenWholeBy(it.as('vic'))).toEqual([])
  const {id} = (await it.service.create(it.as('ada'), draft(), once)).profile!
  await expect(it.service.change(it.as('ann'), id, {name: 'x'}, edit)).rejects.toMatchObject({
    code: 'tracker_profile_unknown',
  })
  expect(it.service.seenWholeBy(it.as('ada')).map((one) => one.id)).toEqual([profile!.id, id])
})

test('who may not manage and control, or comes with a key for some servers, makes no profile', async () => {
  const it = await trackersHarness()
  for (const by of [it.as('vic'), it.as('ann', ['manage']), it.as('ann', ['manage', 'control'], [])]) {
    await expect(it.service.create(by, draft(), once)).rejects.toMatchObject({code: 'forbidden'})
  }
})

test('what is owed stays on a server that its owner lost, and limits end there', async () => {
  const it = await trackersHarness()
  const {id} = (await it.service.create(it.as('ann'), draft({servers: [asServerId('anns')]}), once)).profile!
  const elsewhere = new TrackerProfileDirectory(() => 'member', fakeServers({anns: people.ada.id}))
  elsewhere.setStored([it.directory.stored(id)!])
  const [of] = elsewhere.inForce()
  expect([of!.owesOn, of!.limitsOn]).toEqual([['anns'], []])
})

test('what a member said of their own servers stays with these once an administrator gets it, and what is owed does not end', async () => {
  const it = await trackersHarness()
  const limits = {...noLimits, maxRatio: 2}
  await it.service.create(it.as('ann'), draft({limits}), once)
  const {ofUsers} = it
  const by = it.as('ada').actor
  expect(ofUsers.countOf(people.ann.id)).toBe(1)
  await it.store.write((db) => ofUsers.transfer(db, people.ann.id, people.ada.id, by))
  await ofUsers.refresh()
  expect(it.directory.inForce()).toMatchObject([
    {profile: {ownerId: people.ada.id, limits}, owesOn: ['anns'], limitsOn: ['anns'], compartment: null},
  ])
})

test('of a member who becomes an administrator limits stay where they held, and what is owed where it was', async () => {
  const it = await trackersHarness()
  const limits = {...noLimits, maxRatio: 2}
  const phrases = {unregistered: ['gone for good'], ignored: []}
  const given = draft({servers: [asServerId('anns')], limits, phrases})
  const {id} = (await it.service.create(it.as('ann'), given, once)).profile!
  const stored = it.directory.stored(id)!
  const lost = {...stored.own!, servers: ['anns', 'bobs'].map(asServerId)}
  await it.writes.put([{...stored, own: lost}], aboutProfiles)
  await it.store.write((db) => it.ofUsers.promote(db, people.ann.id))
  await it.ofUsers.refresh()
  it.roles.set(people.ann.id, 'administrator')
  it.directory.reevaluate()
  const inForce = it.directory.inForce().toSorted((a, b) => (a.limitsOn![0]! < b.limitsOn![0]! ? -1 : 1))
  expect(inForce.map(({profile, limitsOn}) => [profile.limits.maxRatio, limitsOn])).toEqual([
    [2, ['anns']],
    [null, ['bobs']],
  ])
  expect(inForce.map(({profile}) => profile.obligation)).toEqual([given.obligation, given.obligation])
})

test('what an administrator said of all servers stays as it is when they are one no longer, or go', async () => {
  for (const how of ['demote', 'remove'] as const) {
    const it = await trackersHarness()
    await it.service.create(it.as('ada'), draft(), once)
    await it.store.write((db) => it.ofUsers[how](db, people.ada.id, people.eve.id, it.as('eve').actor))
    await it.ofUsers.refresh()
    expect(it.directory.inForce()).toMatchObject([
      {profile: {ownerId: people.eve.id, servers: null}, owesOn: null, compartment: null},
    ])
  }
})

test('profiles of a member who goes go with the servers, but for what is owed elsewhere', async () => {
  const it = await trackersHarness()
  await it.service.create(it.as('ann'), draft(), once)
  const stored = it.directory.storedOf(people.ann.id)[0]!
  const own = {...stored.own!, servers: ['anns', 'bobs'].map(asServerId)}
  const other = {...stored, id: asTrackerProfileId('t_2'), own}
  await it.writes.put([other], aboutProfiles)
  await it.store.write((db) => it.ofUsers.remove(db, people.ann.id, null, it.as('ada').actor))
  await it.ofUsers.refresh()
  expect(it.directory.profiles()).toMatchObject([{id: 't_2', ownerId: null, servers: ['bobs']}])
})

test('each profile that gets another owner, or goes with its owner, has an entry of its own in the journal', async () => {
  const it = await trackersHarness()
  await it.service.create(it.as('ann'), draft({name: 'Tidemark'}), once)
  const noted = async (since: number) => {
    const rows = await it.store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
    return rows
      .filter(({subject}) => subject === 'tracker')
      .map(({verb, name, args}) => ({verb, name, args: JSON.parse(args) as unknown}))
      .slice(since)
  }
  const before = (await noted(0)).length
  await it.store.write((db) => it.ofUsers.transfer(db, people.ann.id, people.ada.id, it.as('eve').actor))
  await it.ofUsers.refresh()
  const [moved] = await noted(before)
  expect(moved).toMatchObject({
    verb: 'change',
    name: 'Tidemark',
    args: {fields: ['owner'], from: people.ann.id, to: people.ada.id},
  })
  await it.store.write((db) => it.ofUsers.remove(db, people.ada.id, null, it.as('eve').actor))
  await it.ofUsers.refresh()
  expect((await noted(before + 1)).map(({verb, name}) => [verb, name])).toEqual([['change', 'Tidemark']])
})

test('a profile with a server that its owner lost is not changed but by taking that server out', async () => {
  const it = await trackersHarness()
  const {id} = (await it.service.create(it.as('ann'), draft({servers: [asServerId('anns')]}), once)).profile!
  const stored = it.directory.stored(id)!
  const servers = ['anns', 'bobs'].map(asServerId)
  await it.writes.put([{...stored, own: {...stored.own!, servers}}], aboutProfiles)
  const change = (patch: Partial<ReturnType<typeof draft>>) =>
    it.service.change(it.as('ann'), id, patch, edit)
  const phrases = {unregistered: ['gone for good'], ignored: []}
  for (const patch of [{phrases}, {hosts: ['other.example']}, {servers: ['bobs'].map(asServerId)}])
    await expect(change(patch)).rejects.toMatchObject({code: 'forbidden'})
  expect((await change({servers})).profile).toMatchObject({servers})
  it.effect.is = {stopsOwing: 1, bytesThatStop: 1, startsOwing: 0}
  const taken = {servers: ['anns'].map(asServerId)}
  await expect(change(taken)).rejects.toMatchObject({code: 'owing_would_end'})
  await it.service.change(it.as('ann'), id, taken, {...edit, frees: 1})
  it.effect.is = {stopsOwing: 0, bytesThatStop: 0, startsOwing: 0}
  expect((await change({phrases})).profile).toMatchObject({phrases})
})

test('a profile that cannot be read has all on its servers owe until it is removed or written again', async () => {
  const it = await trackersHarness()
  const {id} = (await it.service.create(it.as('ann'), draft(), once)).profile!
  const broken = [
    '',
    '{}',
    '{"name":"a","hosts":[]}',
    '{"name":"a","hosts":["a.example"],"obligation":"both"}',
  ]
  for (const content of broken) {
    await it.store.write((db) =>
      db.updateTable('trackerProfiles').set({content}).where('id', '=', id).execute(),
    )
    await it.writes.load()
    expect(it.directory.inForce()).toMatchObject([{profile: {hosts: []}, owesOn: ['anns']}])
    const {hosts: entries} = it.directory.profile(id)!
    const [hitAndRun, about] = [null, {before: [], mayHaveHadOthers: false, isPrivate: false}]
    const phrases = {unregistered: [], ignored: []}
    const all = [{name: '', hosts: entries, servers: ['anns'], hitAndRun, phrases, phrasesOn: []}]
    const owed = (server: string) => withProfiles(null, all, {...about, server, hosts: ['any.example']})
    expect([owed('anns')?.profile, owed('bobs')]).toEqual(['a tracker profile cannot be read', null])
  }
  expect(trackerNames(it.directory.inForce(), [asServerId('anns')], people.ann.id)).toEqual([])
  await it.service.change(it.as('ann'), id, draft(), edit)
  expect(it.directory.profile(id)).toMatchObject(draft())
})

test('the names that others gave trackers on their own servers are for these users alone', async () => {
  const it = await trackersHarness()
  await it.service.create(it.as('ann'), draft({name: 'Anns'}), once)
  await it.service.create(it.as('ada'), draft({name: 'House'}), once)
  const seenBy = (id: UserId) =>
    trackerNames(it.directory.inForce(), [asServerId('anns')], id).map(({name}) => name)
  expect(seenBy(people.ann.id)).toEqual(['Anns', 'House'])
  expect(seenBy(people.ada.id)).toEqual(['House'])
})

test('a profile is not called like the host of another tracker', async () => {
  const it = await trackersHarness()
  const called = (name: string, hosts: readonly string[]) =>
    it.service.create(it.as('ada'), draft({name, hosts}), once)
  await expect(called('Other.Example', ['tidemark.example'])).rejects.toMatchObject({
    faults: [{field: 'name', found: 'Other.Example'}],
  })
  expect((await called('tide.example', ['a.tide.example'])).profile).not.toBeNull()
})
