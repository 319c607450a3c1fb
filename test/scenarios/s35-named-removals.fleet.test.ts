/** Servers that lose a crowd of torrents without a restart: named as removed, or missing in list after list. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import {isFull, some} from '../proof.ts'
import {newFolder, type WireList} from '../program/program.fixture.ts'
import {B, hashAt, MINUTE, ScenarioHarness, nameOf} from './scenario-harness.fixture.ts'

let harness: ScenarioHarness
const folders: string[] = []
afterEach(async () => {
  await harness.stop()
  for (const folder of folders.splice(0)) rmSync(folder, {recursive: true, force: true})
})

const TORRENTS = 120
const GONE = 110
/** bytes of each torrent whose files are really there. */
const SIZE = 4_000

/** Of B: with the files of the first that goes, of the last one, and with files of its own. */
const [ofFirst, ofLast, alone] = [hashAt(B, 900), hashAt(B, 901), hashAt(B, 902)]

/** Due half an hour after the scenario begins. */
const spent = {
  name: 'Seeded enough',
  reason: 'seedingDone',
  when: {fact: 'tags', op: 'hasAny', value: ['spent']},
  hold: {for: '30m'},
  do: [{action: 'removeWithData'}],
}

async function begin(kind: ServerKind): Promise<string> {
  const server = nameOf(kind)
  const folder = newFolder()
  folders.push(folder)
  const mapping = (name: string) => `["${name}".PathMappings]\n"/srv/downloads" = ${JSON.stringify(folder)}\n`
  harness = await ScenarioHarness.start({
    servers: [
      {name: server, kind, torrents: TORRENTS},
      {name: B, torrents: 60},
    ],
    config: mapping(server) + mapping(B),
    settled: 0,
  })
  const put = (on: string, index: number, name: string, tags: readonly string[]) => {
    writeFileSync(join(folder, name), Buffer.alloc(SIZE))
    const files = [{path: name, size: SIZE, done: SIZE, priority: 'normal' as const}]
    harness.had(on, index, {size: SIZE, sizeTotal: SIZE, done: SIZE, rootName: name, name, files, tags})
  }
  for (const [index, name] of ['First', 'Last'].entries()) {
    harness.world(server).drop(harness.torrent(server, hashAt(server, index * (GONE - 1))))
    put(server, index * (GONE - 1), name, [])
    put(B, 900 + index, name, ['spent'])
  }
  put(B, 902, 'Alone', ['spent'])
  await harness.rule(spent)
  await harness.pass(27 * MINUTE)
  return server
}

/** How many of the server are shown, and how many of these are stale. */
async function shown(server: string): Promise<[total: number, stale: number]> {
  const {total, torrents} = await harness.acting.api.get<WireList>(
    `/api/torrents?limit=1000&server_id=${server}`,
  )
  return [total, torrents.filter((it) => it['stale'] === true).length]
}

function lose(server: string, from: number, to: number): void {
  for (let index = from; index < to; index++)
    harness.world(server).drop(harness.torrent(server, hashAt(server, index)))
}

/** What shares files with one that is missing does not go with its data. */
function expectSharedKept(): void {
  for (const hash of [ofFirst, ofLast])
    expect(harness.destroyed()).not.toContain(`${B} removeWithData ${hash}`)
}

/** All are kept, those that are missing as stale. */
async function expectDoubted(server: string): Promise<void> {
  expect(await shown(server)).toEqual([TORRENTS, GONE])
  await harness.pass(6 * MINUTE)
  expect(await shown(server)).toEqual([TORRENTS, GONE])
  expect(await harness.alerts()).toEqual([`freeze ${server} population_drop`])
  expectSharedKept()
  await harness.expectWell()
}

for (const kind of some(1, serverKinds)) {
  test(`S35 ${kind}: a crowd that goes at once is doubted for ten minutes, and is gone then`, async () => {
    const server = await begin(kind)
    lose(server, 0, GONE)
    await harness.pass(MINUTE)
    await expectDoubted(server)
    const [freeze] = await harness.journal('verb=freeze')
    expect(freeze).toMatchObject({
      subject: 'server',
      server_id: server,
      args: {population_drop: GONE / TORRENTS},
    })
    await harness.pass(5 * MINUTE)
    expect(await shown(server)).toEqual([TORRENTS - GONE, 0])
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone population_drop'])
  })
}

for (const kind of serverKinds) {
  test.runIf(isFull)(
    `S35 ${kind}: a crowd that goes bit by bit is doubted as one that goes at once`,
    async () => {
      const server = await begin(kind)
      for (let minute = 0; minute < 10; minute++) {
        lose(server, (GONE / 10) * minute, (GONE / 10) * (minute + 1))
        await harness.pass(MINUTE)
      }
      await expectDoubted(server)
      expect(harness.world(server).size).toBe(TORRENTS - GONE)
    },
  )
}

test('S35 what lies beside one that is named as removed goes only after a whole list', async () => {
  const server = await begin('qbittorrent')
  for (const index of [0, GONE - 1])
    harness.world(server).disown(harness.torrent(server, hashAt(server, index)))
  await harness.pass(MINUTE)
  expect(await shown(server)).toEqual([TORRENTS - 2, 0])

  const {body} = await harness.acting.api.send('POST', '/api/torrents/actions', {
    verb: 'removeWithData',
    keys: [{server_id: B, info_hash: ofFirst}],
    args: {free_at_once: true},
  })
  expect(body).toMatchObject({results: [{outcome: 'refused', code: 'content_shared'}]})
  expectSharedKept()
  expect(await shown(server)).toEqual([TORRENTS, 0])
})

for (const kind of some(1, ['qbittorrent', 'transmission'] as const)) {
  test(`S35 ${kind}: a crowd that is named as removed and is there is back with the next list`, async () => {
    const server = await begin(kind)
    for (let index = 0; index < GONE; index++)
      harness.world(server).disown(harness.torrent(server, hashAt(server, index)))
    await harness.pass(2 * MINUTE)
    expect(await shown(server)).toEqual([TORRENTS, 0])
    expect(await harness.lines('verb=freeze')).toEqual(['freeze undone population_drop'])
    await harness.pass(10 * MINUTE)
    expectSharedKept()
    expect(harness.destroyed()).toContain(`${B} removeWithData ${alone}`)
    expect(harness.world(server).size).toBe(TORRENTS)
    await harness.expectWell()
  })
}
