import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {asServerId} from '#model/torrent-key.ts'
import {codeOf} from '#registry/servers/servers-harness.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {Environment} from '../config.ts'
import {loadConfig} from '../load.ts'
import {ConfigFile, isReplaceable} from './config-file.ts'
import {fileSections} from './write-back.ts'

type FileSystem = NonNullable<Parameters<typeof isReplaceable>[1]>

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-sections-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

async function inForce(text: string | null, env: Environment = {}) {
  const path = join(folder, 'config.toml')
  if (text !== null) writeFileSync(path, text)
  const load = () => loadConfig({path: text === null ? undefined : path, env, cwd: folder, root: folder})
  let loaded = await load()
  const sections = fileSections(
    new ConfigFile(
      () => loaded,
      env,
      async () => {
        loaded = await load()
      },
      new VirtualClock(),
    ),
  )
  return {sections, text: () => readFileSync(path, 'utf8'), config: () => loaded.config}
}

const file = `[Settings]
ConfigVersion = "5.14.4"
FreeSpace = "10G" # enough

[qBit] # the first
Host = "a"
Port = 8080
ManagedCategories = ["films", "music"] # no Arr
Old = 1
# seeding
[qBit.CategorySeeding]
MaxUploadRatio = 2 # fair

# pays well
[[qBit.Trackers]]
URI = "https://one.example/announce" # literal
Priority = 1

[qBit-B]
Host = "b"
`
const rows = [{URI: 'https://one.example/announce', Priority: 5}, {URI: 'two.example'}]

test('keys, tables and rows of a section change where they stand, and are in force', async () => {
  const {sections, text, config} = await inForce(file)
  const {faults} = await sections.change('qBit', [
    {path: ['ManagedCategories'], value: ['films']},
    {path: ['CategorySeeding', 'MaxUploadRatio'], value: 1.5},
    {path: ['CategorySeeding', 'RemoveTorrent'], value: 1},
    {path: ['Trackers'], value: rows},
    {path: ['PollSeconds'], value: 5},
  ])
  expect(faults).toEqual([])
  expect(text()).toBe(
    file
      .replace('["films", "music"]', '["films"]')
      .replace('Old = 1\n', 'Old = 1\nPollSeconds = 5\n')
      .replace('MaxUploadRatio = 2 # fair\n', 'MaxUploadRatio = 1.5 # fair\nRemoveTorrent = 1\n')
      .replace('Priority = 1\n', 'Priority = 5\n\n[[qBit.Trackers]]\nURI = "two.example"\n'),
  )
  const rules = config().serverRules.get(asServerId('qBit'))
  expect(rules).toMatchObject({CategorySeeding: {MaxUploadRatio: 1.5, RemoveTorrent: 1}, Trackers: rows})
})

test('what cannot be read is reported of its key, by the words of the file, and nothing is written', async () => {
  const {sections, text} = await inForce(file)
  const {faults} = await sections.change('qBit', [
    {path: ['CategorySeeding', 'MaxSeedingTime'], value: 'soon'},
    {path: ['Trackers'], value: [{...rows[0], HitAndRunMode: 'maybe'}, {Priority: 3}]},
    {path: ['CategorySeeding', 'Categories'], value: [{Name: 'books', MaxUploadRatio: 1}]},
    {path: ['ManagedCategory'], value: ['x']},
  ])
  expect(faults.map(({key, found}) => [key, found])).toEqual([
    ['ManagedCategory', null],
    ['CategorySeeding.MaxSeedingTime', '"soon"'],
    ['Trackers[0].HitAndRunMode', '"maybe"'],
    ['Trackers[1].URI', null],
    ['CategorySeeding.Categories[0].Name', '"books"'],
  ])
  expect(faults[2]!.accepted).toBe('one of and, or, disabled')
  expect(faults[4]!.accepted).toBe('one of ManagedCategories: films, music')
  expect(text()).toBe(file)
})

test('a preview shows what would be, and writes nothing', async () => {
  const {sections, text, config} = await inForce(file)
  const {before, after} = await sections.preview('Settings', [{path: ['FreeSpace'], value: '20G'}])
  expect([before, after].map(({settings}) => settings.FreeSpace)).toEqual([10 * 2 ** 30, 20 * 2 ** 30])
  expect(text()).toBe(file)
  expect(config().settings.FreeSpace).toBe(10 * 2 ** 30)
})

test('a file without [Settings] gets it at its end', async () => {
  const {sections, text} = await inForce('[qBit]\nHost = "a"\n')
  await sections.change('Settings', [{path: ['AutoPauseResume'], value: false}])
  expect(text()).toBe('[qBit]\nHost = "a"\n\n[Settings]\nAutoPauseResume = false\n')
})

test('what would mean something else for another section is not written', async () => {
  // Before 5.8.8 rows of an Arr count for every server that says nothing of trackers.
  const old = `[Settings]\nConfigVersion = "5.8.0"\n[qBit]\nHost = "a"\n[Radarr]\nManaged = true\nURI = "http://r"
APIKey = "k"\n[[Radarr.Torrent.Trackers]]\nURI = "one.example"\n`
  const {sections, text} = await inForce(old)
  const rows = [{URI: 'two.example'}]
  const change = sections.change('Radarr', [{path: ['Torrent', 'Trackers'], value: rows}])
  expect(await codeOf(change)).toBe('bad_argument')
  expect(text()).toBe(old)
})

test('what a variable decides is reported by the name of the variable', async () => {
  const {sections} = await inForce(file, {COMMODARR__qBit__ManagedCategories: 'x'})
  const {faults} = await sections.preview('qBit', [{path: ['ManagedCategories'], value: ['y']}])
  expect(faults).toEqual([
    {
      key: 'ManagedCategories',
      found: null,
      accepted: 'what the environment variable COMMODARR__qBit__ManagedCategories says',
    },
  ])
})

test('why a section cannot be changed is shown before the user types', async () => {
  const {sections} = await inForce(file, {COMMODARR__qBit_C__Host: 'c'})
  expect(await sections.obstacle('qBit')).toBeNull()
  expect(await sections.obstacle('Settings')).toBeNull()
  expect(await sections.obstacle('qBit-C')).toBe('of_variables')
  rmSync(join(folder, 'config.toml'))
  expect(await (await inForce(null)).sections.obstacle('Settings')).toBe('no_file')
})

test('a file is replaced in a folder that can be written, unless it is a mount or belongs to another user', async () => {
  const path = join(folder, 'config.toml')
  writeFileSync(path, file)
  const ours: FileSystem = {
    mayWrite: async () => true,
    ownerOf: async () => 1000,
    mounts: async () => [],
    user: 1000,
  }
  expect(await isReplaceable(path)).toBe(true)
  expect(await isReplaceable(path, ours)).toBe(true)
  expect(await isReplaceable(path, {...ours, user: 0})).toBe(true)
  expect(await isReplaceable(path, {...ours, user: 1001})).toBe(false)
  expect(await isReplaceable(path, {...ours, mayWrite: async () => false})).toBe(false)
  expect(await isReplaceable(path, {...ours, mounts: async () => ['/', path]})).toBe(false)
})

test('B.1 an edit that gives one category to two is refused with both named; one that ends it is not', async () => {
  const arr = '\n[Radarr]\nManaged = true\nURI = "http://r"\nAPIKey = "k"\nCategory = "movies"\n'
  const {sections, text, config} = await inForce(file + arr)
  const failed = await sections.change('Settings', [{path: ['FailedCategory'], value: 'movies'}])
  const managed = await sections.change('qBit', [{path: ['ManagedCategories'], value: ['films', 'movies']}])
  expect([...failed.faults, ...managed.faults]).toEqual(
    [
      {key: 'FailedCategory', found: '"movies"', accepted: 'a category that nothing else claims'},
      {key: 'ManagedCategories', found: '"movies"', accepted: 'a category that nothing else claims'},
    ].map((fault) => expect.objectContaining(fault)),
  )
  expect(text()).toBe(file + arr)
  expect(config().arrs.map(({id}) => id)).toEqual(['Radarr'])
})

test('B.1 an edit that ends a clash brings back the Arr that was off for it', async () => {
  const arr = '\n[Radarr]\nManaged = true\nURI = "http://r"\nAPIKey = "k"\nCategory = "films"\n'
  const {sections, config} = await inForce(file + arr)
  expect(config().off.map(({section}) => section)).toEqual(['Radarr'])
  const {faults} = await sections.change('qBit', [{path: ['ManagedCategories'], value: ['music']}])
  expect(faults).toEqual([])
  expect(config().arrs.map(({id}) => id)).toEqual(['Radarr'])
})
