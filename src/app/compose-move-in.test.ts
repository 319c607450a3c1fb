import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {loadConfig} from '#config/load.ts'
import type {Actor} from '#model/command.ts'
import {thirdGeneration} from '#qbitrr-migration/old-databases.fixture.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {openMoveIn} from './compose-move-in.ts'

const ada: Actor = {name: 'Ada', origin: 'user', userId: null, address: null}
let folder: string
let store: Store
const said: string[] = []

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-move-in-'))
  store = await Store.sqlite(':memory:')
  said.length = 0
})
afterEach(async () => {
  await store.close()
  rmSync(folder, {recursive: true})
})

const file = (text: string) => writeFileSync(join(folder, 'config.toml'), text)

async function open(observe = false) {
  const path = join(folder, 'config.toml')
  const loaded = await loadConfig({path, env: {}, cwd: folder, root: folder})
  const log = {
    info: (_: object, text: string) => void said.push(text),
    warn: (_: object, text: string) => void said.push(`! ${text}`),
  }
  return openMoveIn(store, new VirtualClock(1_000), log, () => loaded, observe)
}

const arr = '[Radarr-4K]\nManaged = true\nURI = "http://localhost:1"\nAPIKey = "k"\n'

test('a user who does not move in from anywhere gets no message', async () => {
  file(`[qBit]\nHost = "localhost"\n${arr}`)
  const moveIn = await open()
  expect(moveIn.view()).toEqual({
    folder: null,
    isInherited: false,
    databases: [],
    faults: [],
    differences: [],
    // Nobody administers it yet: it is set up first.
    observing: {since: 1_000, until: null, isOpen: true},
  })
  expect(moveIn.observing).not.toBeNull()
  await moveIn.endSetUp()
  expect([moveIn.observing, moveIn.view().observing]).toEqual([null, null])
  expect(said).toEqual([])
})

test('a user with another way in is not waited for', async () => {
  file(`[WebUI]\nToken = "${'t'.repeat(40)}"\n${arr}`)
  expect((await open()).observing).toBeNull()
})

test('an old folder is taken over once, and what differs is reported at each start', async () => {
  file(`[qBit]\nHost = "localhost"\n${arr}`)
  thirdGeneration(join(folder, 'qBitManager'))
  const first = (await open()).view()
  expect(first).toMatchObject({folder: join(folder, 'qBitManager'), isInherited: true, faults: []})
  expect(first.differences.length).toBeGreaterThan(5)
  const reported = [
    'what qBitrr remembered is taken over',
    expect.stringContaining('see the page "/settings/move-in"'),
  ]
  expect(said).toEqual(reported)
  const {databases} = (await open()).view()
  expect(databases).toMatchObject([{counts: {torrents: 2, searched: 1}, movedAt: 1_000}])
  expect(said).toEqual(reported)
})

test('an old file alone is enough to report what differs', async () => {
  file(`[Settings]\nConfigVersion = "5.8.0"\n${arr}`)
  expect((await open()).view()).toMatchObject({folder: null, isInherited: true})
})

test('a folder that cannot be read costs no start, and what cannot be taken over is reported', async () => {
  file(arr)
  mkdirSync(join(folder, 'qBitManager'))
  writeFileSync(join(folder, 'qBitManager', 'qbitrr.db'), 'no database at all '.repeat(60))
  const {faults, databases} = (await open()).view()
  expect(databases).toEqual([])
  expect(faults).toMatchObject([{path: join(folder, 'qBitManager', 'qbitrr.db')}])
  expect(said).toEqual([expect.stringMatching(/^! What the older program kept in .* next start\.$/)])
})

test('observed until it is confirmed; then reported to those that wait for it, and --observe has no effect any more', async () => {
  file(arr)
  const moveIn = await open(true)
  moveIn.onChange(() => said.push('confirmed'))
  expect(moveIn.observing).not.toBeNull()
  expect((await open()).view().observing).toEqual({since: 1_000, until: null, isOpen: false})
  await moveIn.confirm(ada, null)
  expect(moveIn.observing).toBeNull()
  expect((await open(true)).observing).toBeNull()
  const observes = expect.stringMatching(/^! the rules of the configuration only report/)
  const done = '--observe does nothing: an administrator has confirmed the rules'
  expect(said).toEqual([observes, observes, 'confirmed', done])
})
