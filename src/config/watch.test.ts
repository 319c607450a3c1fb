import {mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {systemClock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {LoadedConfig} from './config.ts'
import {loadConfig} from './load.ts'
import {diffServers} from './schema/diff-servers.ts'
import {watchConfig, type ConfigWatch} from './watch.ts'

type ConfigChange = Parameters<Parameters<typeof watchConfig>[0]['onChange']>[0]

let folder: string
let path: string
let changes: ConfigChange[]
let watched: ConfigWatch | null

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-watch-'))
  path = join(folder, 'config.toml')
  changes = []
  watched = null
})
afterEach(() => {
  watched?.close()
  rmSync(folder, {recursive: true, force: true})
})

const one = '[qBit]\nHost = "one"\nPort = 1\n'
const two = `${one}[Transmission-NAS]\nHost = "two"\n`

function load(): Promise<LoadedConfig> {
  return loadConfig({path: undefined, env: {}, cwd: folder, root: folder})
}

/** Starts to watch with a clock that stands still: only `check` looks. */
async function start(text: string | null): Promise<ConfigWatch> {
  if (text !== null) writeFileSync(path, text)
  watched = watchConfig({
    loaded: await load(),
    load,
    clock: new VirtualClock(),
    onChange: (change) => changes.push(change),
  })
  await watched.check()
  return watched
}

/** What the fleet would do, change by change. */
function reported(): string[] {
  return changes.map((change) => {
    if (change.type === 'rejected') return `rejected: ${change.findings.map(({code}) => code).join()}`
    const {added, changed, removed} = diffServers(change.before.config.servers, change.after.config.servers)
    return [
      ...added.map(({id}) => `+${id}`),
      ...changed.map(({id}) => `~${id}`),
      ...removed.map((id) => `-${id}`),
    ].join(' ')
  })
}

test('servers appear, change and go as the file is edited', async () => {
  const watch = await start(one)
  for (const text of [two, two.replace('"two"', '"three"'), one]) {
    writeFileSync(path, text)
    await watch.check()
  }
  expect(reported()).toEqual(['+Transmission-NAS', '~Transmission-NAS', '-Transmission-NAS'])
})

test('a file that does not parse keeps what was good, reports once, and a repaired one is taken', async () => {
  const watch = await start(two)
  writeFileSync(path, `${two}[rTorrent\n`)
  await watch.check()
  await watch.check()
  writeFileSync(path, `${two}[rTorrent-x]\nHost = "127.0.0.1"\n`)
  await watch.check()
  expect(reported()).toEqual(['rejected: syntax', '+rTorrent-x'])
})

test('a file that cannot be read as it is now says where and what stays in force, until it is repaired', async () => {
  const watch = await start(two)
  writeFileSync(path, `${two}Port = = 5\n`)
  await watch.check()
  expect(watch.refused).toMatchObject([
    {code: 'syntax', line: 6, message: expect.stringContaining('What was last read from it stays in force')},
  ])
  writeFileSync(path, two)
  await watch.check()
  expect(watch.refused).toEqual([])
})

test('a file that is emptied or gone lets no server go', async () => {
  const watch = await start(two)
  writeFileSync(path, '')
  await watch.check()
  rmSync(path)
  await watch.check()
  writeFileSync(path, one)
  await watch.check()
  expect(reported()).toEqual(['rejected: file_empty', 'rejected: file_missing', '-Transmission-NAS'])
})

test('an editor that writes beside and renames is noticed, and a touch without a change is not reported', async () => {
  const watch = await start(one)
  writeFileSync(join(folder, 'config.toml.swp'), two)
  renameSync(join(folder, 'config.toml.swp'), path)
  await watch.check()
  writeFileSync(path, two)
  await watch.check()
  expect(reported()).toEqual(['+Transmission-NAS'])
})

test('a file that is still growing is read when it has settled', async () => {
  writeFileSync(path, one)
  let writing = true
  const growing = async (): Promise<LoadedConfig> => {
    const loaded = await load()
    if (writing) writeFileSync(path, `${two}# ${'x'.repeat(100)}\n`)
    writing = false
    return loaded
  }
  const clock = new VirtualClock()
  const loaded = await load()
  writeFileSync(path, two.slice(0, -8))
  watched = watchConfig({loaded, load: growing, clock, onChange: (change) => changes.push(change)})
  await watched.check()
  expect(changes).toEqual([])
  await clock.advance(300)
  await watched.check()
  expect(reported()).toEqual(['+Transmission-NAS'])
})

test('a file that appears where there was none is taken', async () => {
  const watch = await start(null)
  mkdirSync(join(folder, '.config'))
  writeFileSync(join(folder, '.config/config.toml'), two)
  await watch.check()
  expect(reported()).toEqual(['+qBit +Transmission-NAS'])
})

test('a file that appears in another of the places it is looked for in is noticed automatically', async () => {
  watched = watchConfig({
    loaded: await load(),
    load,
    clock: systemClock,
    onChange: (change) => changes.push(change),
    settleMs: 5,
  })
  await watched.check()
  mkdirSync(join(folder, '.config'))
  expect(watched.inForce.expectedPath).toBe(join(folder, '.config', 'config.toml'))
  writeFileSync(path, one)
  await expect.poll(() => reported()).toEqual(['+qBit'])
})

test('the slow poll finds an edit that no event announced', async () => {
  writeFileSync(path, one)
  const clock = new VirtualClock()
  watched = watchConfig({
    loaded: await load(),
    load,
    clock,
    onChange: (change) => changes.push(change),
    pollMs: 10_000,
  })
  await clock.advance(1000)
  await watched.check()
  writeFileSync(path, two)
  await clock.advance(10_000)
  await watched.check()
  expect(reported()).toEqual(['+Transmission-NAS'])
})

/** Looks by itself, each second of the clock. */
async function startAutomatically(text: string) {
  writeFileSync(path, text)
  const clock = new VirtualClock()
  watched = watchConfig({
    loaded: await load(),
    load,
    clock,
    onChange: (change) => changes.push(change),
    pollMs: 1_000,
  })
  const wait = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed++) {
      await clock.advance(1_000)
      await watched!.idle()
    }
  }
  await wait(2)
  return wait
}

test('S44 a file that ends at the border of a section for a moment lets no server go', async () => {
  const wait = await startAutomatically(two)
  for (const cut of [one, `${one}[Transmission-NAS]\nHost = "`, one]) {
    writeFileSync(path, cut)
    await wait(6)
    writeFileSync(path, `${two}# whole again\n`)
    await wait(2)
  }
  expect(reported().filter((it) => it.includes('-Transmission-NAS'))).toEqual([])
})

test('S44 a section that stays away goes, and one that a user takes away on purpose goes at once', async () => {
  const wait = await startAutomatically(`${two}[rTorrent-x]\nHost = "127.0.0.1"\n`)
  writeFileSync(path, two)
  await wait(8)
  expect(reported()).toEqual([])
  // Still being written: it begins again.
  writeFileSync(path, `${two}# more\n`)
  await wait(8)
  expect(reported()).toEqual([])
  await wait(4)
  expect(reported()).toEqual(['-rTorrent-x'])
  writeFileSync(path, one)
  await watched!.check()
  expect(reported()).toEqual(['-rTorrent-x', '-Transmission-NAS'])
})

test('S58 what protects is not let go for a moment either, and what does not is taken at once', async () => {
  const rules =
    '[qBit.CategorySeeding]\nStalledDelay = 60\n[[qBit.Trackers]]\nURI = "t.example"\nHitAndRunMode = "and"\n'
  const wait = await startAutomatically(`${one}PollSeconds = 5\n${rules}`)
  writeFileSync(path, `${one}${rules}`)
  await wait(2)
  expect(changes).toHaveLength(1)
  for (const cut of [
    one,
    rules.slice(0, rules.indexOf('[[')) + one,
    one + rules.slice(0, rules.indexOf('HitAndRunMode')),
  ]) {
    writeFileSync(path, cut)
    await wait(6)
    writeFileSync(path, `${one}${rules}`)
    await wait(2)
  }
  expect(changes).toHaveLength(1)
  writeFileSync(path, one)
  await wait(12)
  expect(changes).toHaveLength(2)
})

test('a certificate that is renewed counts as an edit', async () => {
  const pem = '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n'
  writeFileSync(join(folder, 'ca.pem'), pem)
  const watch = await start('[qBit]\nUrl = "https://x"\nCAFile = "ca.pem"\n')
  writeFileSync(join(folder, 'ca.pem'), pem.replace('\nA\n', '\nB\n'))
  await watch.check()
  expect(reported()).toEqual(['~qBit'])
})

test('an edit is noticed automatically', async () => {
  writeFileSync(path, one)
  watched = watchConfig({
    loaded: await load(),
    load,
    clock: systemClock,
    onChange: (change) => changes.push(change),
    settleMs: 5,
  })
  writeFileSync(path, two)
  await vi.waitUntil(() => changes.length > 0, {timeout: 60_000, interval: 5})
  expect(reported()).toEqual(['+Transmission-NAS'])
})

test('a folder in which something else is written all the time does not keep us from looking', async () => {
  writeFileSync(path, one)
  watched = watchConfig({
    loaded: await load(),
    load,
    clock: systemClock,
    onChange: (change) => changes.push(change),
    settleMs: 50,
  })
  const noise = setInterval(() => writeFileSync(join(folder, 'log.txt'), String(performance.now())), 2)
  writeFileSync(path, two)
  await vi
    .waitUntil(() => changes.length > 0, {timeout: 60_000, interval: 5})
    .finally(() => clearInterval(noise))
  expect(reported()).toEqual(['+Transmission-NAS'])
})

test('after closing nothing is reported any more', async () => {
  const watch = await start(one)
  watch.close()
  writeFileSync(path, two)
  await watch.check()
  expect(changes).toEqual([])
})
