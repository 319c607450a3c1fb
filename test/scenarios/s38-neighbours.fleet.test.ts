/**
 * Servers that may see the disk of another one, and of which nobody can say what they have there: away, mistyped, not
 * mapped, or somebody else's. They keep what may be theirs, and nothing else.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds.ts'
import {some} from '../proof.ts'
import {DiskHouse} from './disk-house.fixture.ts'
import {A, B, HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let house: DiskHouse
afterEach(() => house.stop())

const FIRST = 900
const PACK = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}
const own = {name: A, torrents: 20, folder: '/srv/downloads'} as const

const packIsThere = () => Object.keys(PACK).map((path) => house.has(path))

/** One rule wants whatever is of a category gone with its data. */
const rule = (categories: readonly string[]) => ({
  name: 'Enough',
  reason: 'seedingDone',
  scope: {servers: [A], categories},
  when: {fact: 'ratio', op: 'gte', value: 2},
  do: [{action: 'removeWithData'}],
})

interface WireProblem {
  readonly code: string
  readonly detail: string
}

test.each(some(1, serverKinds))(
  'S38 %s: one file of a pack that another server has under another name, unmapped, is not lost; a person who was told may let it go',
  async (kind) => {
    const name = nameOf(kind, 'B')
    house = await DiskHouse.start([own, {name, kind, torrents: 20, folder: '/data', isMapped: false}])
    const {hash} = house.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
    const {hash: alone} = house.put(
      A,
      FIRST + 1,
      {'Alone/a.mkv': 3_000},
      {category: 'films', uploaded: 90_000},
    )
    house.put(name, FIRST, {'e02.mkv': 8_000}, {savePath: '/data/Pack'})
    await house.pass(33 * MINUTE)
    for (const more of ['', '&free_at_once=true']) {
      const {status, body} = await house.remove(A, hash, more)
      const {code, detail} = body as WireProblem
      expect([status, code]).toEqual([409, 'content_unknown'])
      expect(detail).toContain(`on ${name} may use the same files (/data/Pack`)
      expect(detail).toContain('PathMappings')
    }
    await house.scenario.rule(rule(['films']))
    await house.pass(HOUR)
    expect([packIsThere(), house.scenario.holds(A, hash)]).toEqual([[true, true], true])
    // What it cannot have goes, by the same rule.
    expect([house.scenario.holds(A, alone), house.has('Alone/a.mkv')]).toEqual([false, false])
    const {rules} = await house.scenario.why(A, hash)
    expect(JSON.stringify(rules)).toContain(name)
    expect(await house.remove(A, hash, '&free_at_once=true&accepts_doubt=true')).toMatchObject({status: 200})
    await house.pass(MINUTE)
    expect(packIsThere()).toEqual([false, false])
    await house.scenario.expectWell()
  },
)

/** Why nobody can say what it has. */
const dangers = {
  'is away': async () => {
    await house.pass(30 * MINUTE)
    await house.scenario.away(B)
    await house.pass(3 * MINUTE)
  },
  'was never there': () => house.pass(33 * MINUTE),
} as const

test.each(Object.keys(dangers) as (keyof typeof dangers)[])(
  'S38 a neighbour that %s keeps only what it may have: all else is removed, by people and rules',
  async (how) => {
    house = await DiskHouse.start([own, {name: B, torrents: 20, folder: '/data'}])
    if (how === 'was never there') {
      await house.scenario.away(B)
      await house.scenario.acting.crash()
      await house.scenario.acting.reconfigure(elsewhere(), {})
      await house.scenario.acting.rise()
    } else {
      house.put(B, FIRST, PACK)
      await house.scenario.acting.reconfigure(elsewhere(), {})
    }
    const {hash} = house.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
    const tv = {category: 'films', uploaded: 90_000, savePath: '/srv/downloads/tv'}
    const {hash: inTv} = house.put(A, FIRST + 1, {'Show/s.mkv': 3_000}, tv)
    await dangers[how]()
    const {status, body} = await house.remove(A, hash, '&free_at_once=true')
    expect([status, (body as WireProblem).detail.includes(B)]).toEqual([409, true])
    await house.scenario.rule(rule(['films']))
    await house.pass(HOUR)
    expect([packIsThere(), house.scenario.holds(A, inTv), house.has('tv/Show/s.mkv')]).toEqual([
      [true, true],
      false,
      false,
    ])
    const away = async () => (await house.scenario.alerts()).filter((it) => it.endsWith('server_away'))
    expect(await away()).toEqual([`freeze ${B} server_away`])
    await house.scenario.back(B)
    await house.pass(5 * MINUTE)
    const lines = await house.scenario.lines('verb=freeze')
    expect(lines.filter((it) => it.endsWith('server_away'))).toEqual(['freeze undone server_away'])
    await house.scenario.expectWell()
  },
)

/** What B has lies in one folder of the disk, by its mapping: nothing of it is in `tv`. */
function elsewhere(): string {
  return house.mapping(A) + house.mapping(B).replace(/= "(.*)"/, '= "$1/Pack"')
}

const bo = {name: 'Bo', password: 'brothers, not in arms'}

test('S38 a server of somebody else, whose folders no administrator mapped, holds up nobody and does not show through', async () => {
  house = await DiskHouse.start([own])
  const {hash} = house.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
  await house.api.send('POST', '/api/users', {...bo, role: 'member'})
  const theirs = house.api.as()
  expect(await theirs.logIn(bo.name, bo.password)).toMatchObject({status: 200})
  const wish = {name: 'Mine', kind: 'qbittorrent', url: 'http://nowhere:9999'}
  const added = await theirs.send('POST', '/api/servers', wish)
  expect(added, JSON.stringify(added)).toMatchObject({status: 201})
  await house.pass(33 * MINUTE)
  const {body} = await house.api.send('POST', '/api/torrents/removal-preview', {
    keys: [{server_id: A, info_hash: hash}],
  })
  expect(JSON.stringify(body)).not.toContain('Mine')
  await house.scenario.rule(rule(['films']))
  await house.pass(HOUR)
  expect([packIsThere(), house.scenario.holds(A, hash)]).toEqual([[false, false], false])
  await house.scenario.expectWell()
})

test.each(
  some(1, [
    ['&free_at_once=true', 'content_shared', 'content_unknown'],
    ['', 'trash_impossible', 'trash_impossible'],
  ] as const),
)(
  'a yes to a server that is away is none to a torrent whose server tells no whole path (%s)',
  async (more, beside, alone) => {
    house = await DiskHouse.start([own, {name: B, torrents: 20, folder: '/data'}])
    const seeding = house.put(A, FIRST, PACK, {category: 'films', name: 'Pack'})
    const {hash} = house.put(A, FIRST + 1, PACK, {category: 'films', name: 'Pack'})
    await house.pass(33 * MINUTE)
    // It checks its resume data: the path of its data is no whole one.
    house.scenario.update(A, hash, {savePath: 'downloads'})
    await house.scenario.away(B)
    await house.pass(3 * MINUTE)
    const {status, body} = await house.remove(A, hash, `${more}&accepts_doubt=true`)
    expect([status, (body as WireProblem).code]).toEqual([409, beside])
    // Nor is it where the other one is gone: nobody can say whose data that is.
    house.scenario.world(A).drop(house.scenario.torrent(A, seeding.hash))
    await house.pass(MINUTE)
    const again = await house.remove(A, hash, `${more}&accepts_doubt=true`)
    expect([again.status, (again.body as WireProblem).code]).toEqual([409, alone])
    expect([packIsThere(), house.scenario.destroyed()]).toEqual([[true, true], []])
    await house.scenario.expectWell()
  },
)
