import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, onTestFinished, test} from 'vitest'
import type {Config} from '#config/config.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Actor} from '#model/command.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import {Store} from '#store/store.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {configOf} from '#config/config-text.fixture.ts'
import {loadConfig} from '#config/load.ts'
import type {AlertBoard} from './active-alerts.ts'
import {boardInto} from './active-alerts.fixture.ts'
import {LostSettings} from './lost-settings.ts'

const ada: Actor = {name: 'ada', origin: 'user', userId: null, address: null}
const one = '[qBit]\nHost = "h"\nStorage = "tank"\n'
const two = `${one}[[qBit.Trackers]]\nURI = "a.example"\nHitAndRunMode = "and"\n[[qBit.Trackers]]\nURI = "b.example"\n`
const named = async (text: string): Promise<Config> => (await configOf(text)).config

let store: Store
let board: AlertBoard
let journal: JournalEntry[]
const clock = new VirtualClock()
const log = {warn: () => {}}
beforeEach(async () => {
  store = await Store.sqlite(':memory:')
  journal = []
  board = boardInto(journal, clock)
})
afterEach(() => store.close())

function open(): Promise<LostSettings> {
  return LostSettings.open(store, board, clock, log)
}

/** As at a start. */
async function started(text: string): Promise<LostSettings> {
  board = boardInto(journal, clock)
  const settings = await open()
  await settings.follow(await named(text))
  return settings
}

const phases = () => journal.map(({phase, code}) => `${phase} ${code}`)

test('the first start asks nothing; what is gone at the next one is asked about, with its names', async () => {
  expect((await started(two)).view()).toBeNull()
  expect((await started(two)).count).toBe(0)
  const settings = await started(one)
  expect(settings.view()?.settings).toEqual(['qBit.Trackers'])
  expect(board.list()[0]!.message).toBe(
    'The configuration no longer has 1 setting that protects data: qBit.Trackers. Rules remove and move nothing until an administrator opens the bell on a page and confirms that this is meant, or until it is back.',
  )
  expect(phases()).toEqual(['blocked lost_settings'])
  // No rule of that name exists.
  expect(journal[0]!.actor).toMatchObject({name: 'Configuration', origin: 'system'})
})

test('nothing is settled before a configuration was followed, nor while a setting is gone', async () => {
  expect((await open()).isSettled).toBe(false)
  const settings = await started(two)
  expect(settings.isSettled).toBe(true)
  await settings.follow(await named(one))
  expect(settings.isSettled).toBe(false)
})

test('it lasts over restarts, and ends when it is back', async () => {
  await started(two)
  await started(one)
  const settings = await started(one)
  expect(settings.count).toBe(1)
  await settings.follow(await named(two))
  expect([settings.count, board.list(), phases().at(-1)]).toEqual([0, [], 'undone lost_settings'])
  expect((await started(two)).count).toBe(0)
})

test('what is gone while it runs holds at once, before it is written', async () => {
  const settings = await started(two)
  const following = settings.follow(await named(''))
  expect(settings.view()?.settings).toEqual(['qBit'])
  await following
})

test('who confirms what was shown ends it permanently; another list is refused', async () => {
  await started(two)
  const settings = await started(one)
  const {settings: shown} = settings.view()!
  await settings.follow(await named(''))
  await expect(settings.confirm(ada, shown)).rejects.toMatchObject({code: 'changed_meanwhile'})
  await expect(settings.confirm(ada, [])).rejects.toMatchObject({code: 'changed_meanwhile'})
  await settings.follow(await named(one))
  await settings.confirm(ada, shown)
  expect([settings.count, board.list()]).toEqual([0, []])
  expect((await started(one)).count).toBe(0)
  const entries = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(JSON.stringify(entries)).toContain('qBit.Trackers')
  // Where nothing is gone it is nothing.
  await settings.confirm(ada, ['x'])
})

test('what people take out on the pages is not asked about, and what was asked about before is still', async () => {
  const settings = await started(two)
  await settings.follow(await named(one), true)
  expect(settings.count).toBe(0)
  await settings.follow(await named(two))
  await settings.follow(await named(one))
  expect(settings.view()?.settings).toEqual(['qBit.Trackers'])
  await settings.follow(await named('[qBit]\nHost = "h"\n'), true)
  expect(settings.view()?.settings).toEqual(['qBit.Trackers'])
  expect((await started('[qBit]\nHost = "h"\n')).view()?.settings).toEqual(['qBit.Trackers'])
})

test('what came while something is asked about is kept, too', async () => {
  await started(two)
  const settings = await started(`${one}PathMappings = {"/a" = "/b"}\n`)
  await settings.follow(await named(one))
  expect(settings.view()?.settings).toEqual(['qBit.Trackers', 'qBit.PathMappings'])
})

test('what is kept and cannot be read counts as nothing known; a database that takes no writes holds anyway', async () => {
  await store.write((db) => putSetting(db, 'accepted_configuration', {qBit: {a: 7}}, 1))
  expect((await started(two)).count).toBe(0)
  const kept = (await store.read(readSettings)).get('accepted_configuration')
  expect(JSON.stringify(kept)).toContain('HitAndRunMode')
  const frozen = {read: store.read.bind(store), write: () => Promise.reject(new Error('full'))} as never
  const settings = await LostSettings.open(frozen, boardInto(), clock, log)
  await settings.follow(await named(one))
  expect(settings.count).toBe(1)
  await expect(settings.confirm(ada, settings.view()!.settings)).rejects.toThrow('full')
  expect(settings.count).toBe(1)
})

test('of very many keys the first are kept', async () => {
  const rows = Array.from({length: 12_000}, (_, i) => `[[qBit.Trackers]]\nURI = "t${i}.example"\n`).join('')
  await started(`${one}${rows}`)
  const settings = await started(one)
  expect(settings.view()?.settings).toEqual(['qBit.Trackers'])
  const kept = (await store.read(readSettings)).get('accepted_configuration')
  expect(JSON.stringify(kept).length).toBeLessThan(1_000_000)
})

const broken = `${two}[qBit\n`

test('a file that could not be read at a start holds under its own sentence, and no one can confirm it', async () => {
  await started(two)
  const settings = await started(broken)
  expect(settings.count).toBe(1)
  expect(board.list()[0]!.message).toMatch(
    /^The configuration file could not be read or is missing; it had 1 setting that protects data\. Rules remove and move nothing until it can be read again\./,
  )
  const {settings: shown} = settings.view()!
  await expect(settings.confirm(ada, shown)).rejects.toMatchObject({code: 'not_ready'})
  expect(settings.count).toBe(1)
  // What is cut when it can be read again is asked about as ever.
  await settings.follow(await named(one))
  expect(settings.view()?.settings).toEqual(['qBit.Trackers'])
  expect(board.list()[0]!.message).toContain('qBit.Trackers')
  await settings.follow(await named(two))
  expect([settings.count, board.list()]).toEqual([0, []])
})

test('a file that is missing at a start is one that could not be read', async () => {
  await started(two)
  const settings = await open()
  const folder = mkdtempSync(join(tmpdir(), 'commodarr-none-'))
  onTestFinished(() => rmSync(folder, {recursive: true}))
  const {config} = await loadConfig({env: {}, cwd: folder, root: folder})
  await settings.follow(config)
  expect(settings.view()?.settings).toEqual(['qBit'])
  await expect(settings.confirm(ada, ['qBit'])).rejects.toMatchObject({code: 'not_ready'})
  // It is the same at each start, until a file is there.
  expect((await started(broken)).count).toBe(1)
  const emptied = await started('')
  await emptied.confirm(ada, ['qBit'])
  expect(emptied.count).toBe(0)
})

test('where nothing was accepted yet a file that cannot be read holds nothing; the first whole one is accepted', async () => {
  expect((await started(broken)).count).toBe(0)
  expect((await started(two)).count).toBe(0)
  expect((await started(one)).count).toBe(1)
})

test.each([
  ['by somebody in the file', false, ['qBit.Storage']],
  ['by people on the pages', true, []],
] as const)(
  'an edit %s while it is confirmed is compared with what was confirmed, and the newest write is the last one',
  async (_name, isByUs, asked) => {
    await started(two)
    const less = '[qBit]\nHost = "h"\n'
    const edited = await named(less)
    const edits: (() => void)[] = []
    const log = {warn: () => {}, error: () => {}}
    const slow: Pick<Store, 'read' | 'write'> = {
      read: store.read.bind(store),
      write: (work) =>
        store.write(async (db) => {
          const result = await work(db)
          edits.pop()?.()
          return result
        }),
    }
    const settings = await LostSettings.open(slow, boardInto(), clock, log)
    await settings.follow(await named(one))
    edits.push(() => void settings.follow(edited, isByUs))
    await settings.confirm(ada, settings.view()!.settings)
    expect(settings.view()?.settings ?? []).toEqual(asked)
    expect((await started(less)).view()?.settings ?? []).toEqual(asked)
    expect((await started(one)).count).toBe(0)
  },
)

test('what was kept and does not protect by the classes of today is not asked about', async () => {
  const kept = {
    Settings: {ConsoleLevel: true, FreeSpace: true},
    WebUI: {Port: true},
    qBit: {
      '': true,
      Host: true,
      PollSeconds: true,
      Trackers: {'[a.example]': {URI: true, SortTorrents: true}},
    },
    Unheard: {'': true, Managed: true},
  }
  await store.write((db) => putSetting(db, 'accepted_configuration', kept, 1))
  const row = '[[qBit.Trackers]]\nURI = "a.example"\n'
  expect((await started(`[Settings]\n[qBit]\n${row}`)).view()?.settings).toEqual([
    'Settings.FreeSpace',
    'qBit.Host',
  ])
})
