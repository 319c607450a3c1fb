/**
 * Servers that may see the disk of another one, and of which nobody can say what they have there: away, mistyped, not
 * mapped, or somebody else's. They keep what may be theirs, and nothing else.
 */
import {afterEach, expect, test} from 'vitest'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {some} from '../proof.ts'
import {DiskHarness} from './disk-harness.fixture.ts'
import {A, B, HOUR, MINUTE, nameOf} from './scenario-harness.fixture.ts'

let harness: DiskHarness
afterEach(() => harness.stop())

const FIRST = 900
const PACK = {'Pack/e01.mkv': 7_000, 'Pack/e02.mkv': 8_000}
const own = {name: A, torrents: 20, folder: '/srv/downloads'} as const

const packIsThere = () => Object.keys(PACK).map((path) => harness.has(path))

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
  'S38 %s: one file of a pack that another server has under another name, unmapped, is not lost; a person who has seen that may let it go',
  async (kind) => {
    const name = nameOf(kind, 'B')
    harness = await DiskHarness.start([own, {name, kind, torrents: 20, folder: '/data', isMapped: false}])
    const {hash} = harness.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
    const {hash: alone} = harness.put(
      A,
      FIRST + 1,
      {'Alone/a.mkv': 3_000},
      {category: 'films', uploaded: 90_000},
    )
    harness.put(name, FIRST, {'e02.mkv': 8_000}, {savePath: '/data/Pack'})
    await harness.pass(33 * MINUTE)
    for (const more of ['', '&free_at_once=true']) {
      const {status, body} = await harness.remove(A, hash, more)
      const {code, detail} = body as WireProblem
      expect([status, code]).toEqual([409, 'content_unknown'])
      expect(detail).toContain(`on ${name} may use the same files (/data/Pack`)
      expect(detail).toContain('PathMappings')
    }
    await harness.scenario.rule(rule(['films']))
    await harness.pass(HOUR)
    expect([packIsThere(), harness.scenario.holds(A, hash)]).toEqual([[true, true], true])
    // What it cannot have goes, by the same rule.
    expect([harness.scenario.holds(A, alone), harness.has('Alone/a.mkv')]).toEqual([false, false])
    const {rules} = await harness.scenario.why(A, hash)
    expect(JSON.stringify(rules)).toContain(name)
    expect(await harness.remove(A, hash, '&free_at_once=true&accepts_doubt=true')).toMatchObject({
      status: 200,
    })
    await harness.pass(MINUTE)
    expect(packIsThere()).toEqual([false, false])
    await harness.scenario.expectWell()
  },
)

/** Why nobody can say what it has. */
const dangers = {
  'is away': async () => {
    await harness.pass(30 * MINUTE)
    await harness.scenario.away(B)
    await harness.pass(3 * MINUTE)
  },
  'was never there': () => harness.pass(33 * MINUTE),
} as const

test.each(Object.keys(dangers) as (keyof typeof dangers)[])(
  'S38 a neighbour that %s keeps only what it may have: all else is removed, by people and rules',
  async (how) => {
    harness = await DiskHarness.start([own, {name: B, torrents: 20, folder: '/data'}])
    if (how === 'was never there') {
      await harness.scenario.away(B)
      await harness.scenario.acting.crash()
      await harness.scenario.acting.reconfigure(elsewhere(), {})
      await harness.scenario.acting.rise()
    } else {
      harness.put(B, FIRST, PACK)
      await harness.scenario.acting.reconfigure(elsewhere(), {})
    }
    const {hash} = harness.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
    const tv = {category: 'films', uploaded: 90_000, savePath: '/srv/downloads/tv'}
    const {hash: inTv} = harness.put(A, FIRST + 1, {'Show/s.mkv': 3_000}, tv)
    await dangers[how]()
    const {status, body} = await harness.remove(A, hash, '&free_at_once=true')
    expect([status, (body as WireProblem).detail.includes(B)]).toEqual([409, true])
    await harness.scenario.rule(rule(['films']))
    await harness.pass(HOUR)
    expect([packIsThere(), harness.scenario.holds(A, inTv), harness.has('tv/Show/s.mkv')]).toEqual([
      [true, true],
      false,
      false,
    ])
    const away = async () => (await harness.scenario.alerts()).filter((it) => it.endsWith('server_away'))
    expect(await away()).toEqual([`freeze ${B} server_away`])
    await harness.scenario.back(B)
    await harness.pass(5 * MINUTE)
    const lines = await harness.scenario.lines('verb=freeze')
    expect(lines.filter((it) => it.endsWith('server_away'))).toEqual(['freeze undone server_away'])
    await harness.scenario.expectWell()
  },
)

/** What B has lies in one folder of the disk, by its mapping: nothing of it is in `tv`. */
function elsewhere(): string {
  return harness.mapping(A) + harness.mapping(B).replace(/= "(.*)"/, '= "$1/Pack"')
}

const bo = {name: 'Bo', password: 'brothers, not in arms'}

test('S38 a server of another user, whose folders no administrator mapped, holds up nothing and does not show through', async () => {
  harness = await DiskHarness.start([own])
  const {hash} = harness.put(A, FIRST, PACK, {category: 'films', uploaded: 90_000})
  await harness.api.send('POST', '/api/users', {...bo, role: 'member'})
  const theirs = harness.api.as()
  expect(await theirs.logIn(bo.name, bo.password)).toMatchObject({status: 200})
  const wish = {name: 'Mine', kind: 'qbittorrent', url: 'http://nowhere:9999'}
  const added = await theirs.send('POST', '/api/servers', wish)
  expect(added, JSON.stringify(added)).toMatchObject({status: 201})
  await harness.pass(33 * MINUTE)
  const {body} = await harness.api.send('POST', '/api/torrents/removal-preview', {
    keys: [{server_id: A, info_hash: hash}],
  })
  expect(JSON.stringify(body)).not.toContain('Mine')
  await harness.scenario.rule(rule(['films']))
  await harness.pass(HOUR)
  expect([packIsThere(), harness.scenario.holds(A, hash)]).toEqual([[false, false], false])
  await harness.scenario.expectWell()
})

test.each(
  some(1, [
    ['&free_at_once=true', 'content_shared', 'content_unknown'],
    ['', 'trash_impossible', 'trash_impossible'],
  ] as const),
)(
  'a yes to a server that is away is none to a torrent whose server reports no whole path (%s)',
  async (more, beside, alone) => {
    harness = await DiskHarness.start([own, {name: B, torrents: 20, folder: '/data'}])
    const seeding = harness.put(A, FIRST, PACK, {category: 'films', name: 'Pack'})
    const {hash} = harness.put(A, FIRST + 1, PACK, {category: 'films', name: 'Pack'})
    await harness.pass(33 * MINUTE)
    // It checks its resume data: the path of its data is no whole one.
    harness.scenario.update(A, hash, {savePath: 'downloads'})
    await harness.scenario.away(B)
    await harness.pass(3 * MINUTE)
    const {status, body} = await harness.remove(A, hash, `${more}&accepts_doubt=true`)
    expect([status, (body as WireProblem).code]).toEqual([409, beside])
    // Nor is it where the other one is gone: nobody can say whose data that is.
    harness.scenario.world(A).drop(harness.scenario.torrent(A, seeding.hash))
    await harness.pass(MINUTE)
    const again = await harness.remove(A, hash, `${more}&accepts_doubt=true`)
    expect([again.status, (again.body as WireProblem).code]).toEqual([409, alone])
    expect([packIsThere(), harness.scenario.destroyed()]).toEqual([[true, true], []])
    await harness.scenario.expectWell()
  },
)
