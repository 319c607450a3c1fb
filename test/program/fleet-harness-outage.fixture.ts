/** The database is gone while people use the program: the same story for a full disk and for a lost PostgreSQL. */
import {expect} from 'vitest'
import type {FleetProcess} from '#lab/simulators/fleet-process.ts'
import {kept} from './fleet-harness-kept.fixture.ts'
import {boIs, done, reachOf, type FleetHarness} from './fleet-harness.fixture.ts'
import {until, type Answer, type Api, type Program} from './program.fixture.ts'

export interface Outage {
  readonly code: 'storage_full' | 'storage_unavailable'
  readonly status: 503 | 507
  begin(): unknown
  end(): unknown
  /** What was written down before can be read meanwhile. */
  readonly isReadable: boolean
}

interface Scene {
  readonly harness: FleetHarness
  readonly fleet: FleetProcess
  readonly program: Program
}

/** From before the outage until everything works again. */
export async function livesThrough(outage: Outage, {harness, fleet, program}: Scene): Promise<void> {
  const {eve, bo} = harness
  const before = await kept(harness)
  const torrents = (await eve.list()).total
  await outage.begin()
  const written = await writesUntilRefused(eve, outage)
  const settings = {...(before['/api/settings'] as object), ...written}

  await everythingIsShown(harness, fleet, torrents)
  await refusesWhatWouldWrite(harness, fleet, outage)
  await sendsNothing(harness, fleet, outage)
  for (const path of ['/api/audit', '/api/history']) {
    const {status} = await bo.send('GET', path)
    expect([path, status]).toEqual([path, outage.isReadable ? 200 : outage.status])
  }
  expect(await eve.get('/api/status')).toMatchObject({storage: {ok: false, code: outage.code}})
  expect((await eve.send('GET', '/ready')).status).toBe(200)

  await outage.end()
  // Nobody asks for anything meanwhile.
  await until(
    () => program.out,
    (out) => out.includes('the database is back'),
  )
  expect(await kept(harness)).toEqual({...before, '/api/settings': settings})
  await worksAgain(harness, fleet)
  expect(program.err).toBe('')
}

/** Some small writes may still find room. @returns what they set */
async function writesUntilRefused(eve: Api, {status, code}: Outage): Promise<{audit_days?: number}> {
  let days = 0
  const write = () => eve.send('PATCH', '/api/settings', {audit_days: days + 1})
  let answer = await write()
  for (; answer.status === 200 && days < 500; days++) answer = await write()
  expect(answer).toMatchObject({status, body: {code}})
  return days === 0 ? {} : {audit_days: days}
}

/** Lists go on live, and who is logged in stays so. */
async function everythingIsShown(
  {eve, bo, key}: FleetHarness,
  fleet: FleetProcess,
  before: number,
): Promise<void> {
  const [hash] = await fleet.send('Boshouse', {do: 'add', count: 1, seed: 99})
  const shown = await until(
    () => eve.list('fields=name'),
    ({total}) => total === before + 1,
  )
  expect(shown.complete).toBe(true)
  expect(shown.torrents.map((it) => it.info_hash)).toContain(hash)
  for (const each of [bo, key]) expect((await each.list()).total).toBe(28)
  expect(await bo.get('/api/session')).toMatchObject({visitor: {name: 'Bo'}})
  expect(await eve.get('/api/users')).toMatchObject({users: [{name: 'Eve'}, {name: 'Bo'}]})
}

async function refusesWhatWouldWrite(
  harness: FleetHarness,
  fleet: FleetProcess,
  outage: Outage,
): Promise<void> {
  const {eve, bo, boId, ids} = harness
  const cleo = {name: 'Cleo', password: 'another warm night'}
  const writes: Readonly<Record<string, () => Promise<Answer>>> = {
    'a user': () => eve.send('POST', '/api/users', cleo),
    'his role': () => eve.send('PATCH', `/api/users/${boId}`, {role: 'viewer'}),
    'an invitation': () => eve.send('POST', '/api/invitations', {role: 'viewer'}),
    'a server': () => bo.send('POST', '/api/servers', {...reachOf(fleet, 'Boshouse'), name: 'Twice'}),
    'a server to change': () =>
      bo.send('PATCH', `/api/servers/${ids.Boshouse}`, {name: 'Other', password: 'x'}),
    'a server to remove': () => bo.send('DELETE', `/api/servers/${ids.Boshouse}`),
    sharing: () => eve.send('PUT', '/api/servers/qBit-Evesown/sharing', {everyone: 'control', users: []}),
    'a key': () => bo.send('POST', '/api/keys', {name: 'tablet', password: boIs.password}),
    'a log-in': () => bo.as().logIn(boIs.username, boIs.password),
    'a log-out': () => bo.send('DELETE', '/api/session'),
  }
  for (const [what, write] of Object.entries(writes)) {
    const answer = await write()
    expect({what, ...answer}).toMatchObject({what, status: outage.status, body: {code: outage.code}})
  }
}

/** A command that cannot be written down is not sent. */
async function sendsNothing(
  {eve, bo}: FleetHarness,
  fleet: FleetProcess,
  {code, status}: Outage,
): Promise<void> {
  const servers = ['qBit-Evesown', 'rTorrent-Shared']
  const received = () => Promise.all(servers.map((name) => fleet.send(name, {do: 'received'})))
  const before = await received()
  const {torrents} = await eve.list('fields=name')
  const keys = servers.map((id) => torrents.find((it) => it.server_id === id)!)
  const asked = keys.map(({server_id, info_hash}) => ({server_id, info_hash}))
  expect(await eve.act('stop', asked)).toMatchObject(servers.map(() => ({outcome: 'refused', code})))
  const single = await bo.send('DELETE', `/api/torrents/${keys[1]!.info_hash}?server_id=rTorrent-Shared`)
  expect(single).toMatchObject({status, body: {code}})
  const magnet = `magnet:?xt=urn:btih:${'0123456789'.repeat(4)}`
  const added = await eve.send('POST', '/api/torrents', {server_id: 'qBit-Evesown', magnet})
  expect(added).toMatchObject({status, body: {code}})
  expect(await received()).toEqual(before)
}

async function worksAgain({eve, bo, key}: FleetHarness, fleet: FleetProcess): Promise<void> {
  await done(bo.as().logIn(boIs.username, boIs.password))
  const {torrents} = await key.list('server_id=rTorrent-Shared&fields=name')
  const {server_id, info_hash} = torrents[0]!
  const before = await fleet.send('rTorrent-Shared', {do: 'received'})
  expect(await key.act('stop', [{server_id, info_hash}])).toMatchObject([{outcome: 'done'}])
  expect((await fleet.send('rTorrent-Shared', {do: 'received'})).length).toBeGreaterThan(before.length)
  // Of what was refused nothing is written down, also not as something begun.
  const audit = async () => {
    const path = '/api/audit?subject=torrent'
    const {entries} = await eve.get<{entries: readonly {verb: string; phase: string}[]}>(path)
    return entries.map(({verb, phase}) => `${verb} ${phase}`)
  }
  expect(await until(audit, ([newest]) => newest === 'stop confirmed')).toHaveLength(1)
}
