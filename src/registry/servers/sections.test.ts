import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {ConfigFile, type FileSections} from '#config/edit/config-file.ts'
import {fileSections} from '#config/edit/write-back.ts'
import {loadConfig} from '#config/load.ts'
import type {Acting} from '#model/access.ts'
import {asServerId} from '#model/torrent-key.ts'
import {plainDraft} from './draft.ts'
import {DraftInvalid} from '../owned/draft.ts'
import {programSectionKeys, serverSectionKeys} from './section-keys.ts'
import {SectionService} from './sections.ts'
import {codeOf, harness, type Harness} from './servers-harness.fixture.ts'

const text = `[Settings]
FreeSpace = "10G"

[qBit] # the first
Host = "a"
Password = "of the file"
ManagedCategories = ["films"] # no Arr
[qBit.CategorySeeding]
MaxUploadRatio = 2 # fair

[qBit-B]
Host = "b"
`
const qbit = asServerId('qBit')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-sections-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

interface Written extends Omit<Harness, 'entries'> {
  readonly entries: () => ReturnType<Harness['entries']>
  readonly sections: SectionService
  readonly text: () => string
  /** As another program would, without a word to us. */
  readonly edit: (change: (text: string) => string) => void
  readonly by: (name: string) => Acting
}

async function written(
  change: (file: FileSections) => FileSections | null = (file) => file,
): Promise<Written> {
  const path = join(folder, 'config.toml')
  writeFileSync(path, text)
  const load = () => loadConfig({path, env: {}, cwd: folder, root: folder})
  let loaded = await load()
  const it = await harness(loaded.config.servers)
  const file = fileSections(
    new ConfigFile(
      () => loaded,
      {},
      async () => {
        loaded = await load()
      },
      it.clock,
    ),
  )
  const parts = {directory: it.directory, writes: it.service.writes}
  const sections = new SectionService(parts.directory, parts.writes, change(file))
  return {
    ...it,
    entries: () => it.entries(),
    sections,
    text: () => readFileSync(path, 'utf8'),
    edit: (change) => writeFileSync(path, change(readFileSync(path, 'utf8'))),
    by: (name) => it.as(name),
  }
}

test('a section is shown as the file says it: its rules and its pace, not how it is reached', async () => {
  const {sections, by} = await written()
  expect(await sections.describe(by('ada'), qbit)).toEqual({
    settings: {ManagedCategories: ['films'], CategorySeeding: {MaxUploadRatio: 2}},
    obstacle: null,
  })
  expect(await sections.describeProgram(by('ada'))).toEqual({settings: {FreeSpace: '10G'}, obstacle: null})
})

test('what is changed stands in the file with its comments, and in the journal by its name alone', async () => {
  const {sections, by, text: file, entries} = await written()
  const patch = {ManagedCategories: ['films', 'music'], CategorySeeding: {MaxUploadRatio: 1.5}}
  expect(await sections.change(by('ada'), qbit, patch, true)).toMatchObject({changes: true, restarts: []})
  expect(file()).toBe(text)
  await sections.change(by('ada'), qbit, patch, false)
  expect(file()).toBe(text.replace('["films"]', '["films", "music"]').replace('= 2 #', '= 1.5 #'))
  expect(await entries()).toMatchObject([
    {
      verb: 'change',
      name: 'qBit',
      serverId: 'qBit',
      code: null,
      args: {fields: ['settings.ManagedCategories', 'settings.CategorySeeding.MaxUploadRatio']},
    },
  ])
})

test('what a change begins again is shown before, and nothing else begins again', async () => {
  const {sections, by} = await written()
  const effect = (patch: object) => sections.change(by('ada'), qbit, {...patch}, true)
  const program = (patch: object) => sections.changeProgram(by('ada'), {...patch}, true)
  expect(await effect({ManagedCategories: ['films']})).toEqual({
    changes: false,
    restarts: [],
    fleetManager: null,
    freeSpace: null,
    lines: [],
    conflicts: [],
  })
  expect(await effect({PollSeconds: 5})).toMatchObject({
    changes: true,
    restarts: ['link'],
    fleetManager: null,
  })
  expect(await effect({ManagedCategories: null})).toMatchObject({
    changes: true,
    restarts: [],
    fleetManager: 'ends',
  })
  expect(await program({FreeSpace: '20G'})).toMatchObject({
    changes: true,
    restarts: [],
    fleetManager: null,
    freeSpace: {keep: 20 * 1024 ** 3, mayStop: true},
  })
  expect(await program({LoopSleepTimer: 9, Logging: false})).toMatchObject({
    changes: true,
    restarts: ['managers', 'program'],
    fleetManager: null,
  })
})

test('a preview shows the lines of the file that change, with what stands around them and no secret', async () => {
  const {sections, by} = await written()
  const {lines} = await sections.change(by('ada'), qbit, {ManagedCategories: ['films', 'music']}, true)
  expect(lines.map((hunk) => hunk.map(({is, line, text: content}) => [is, line, content]))).toEqual([
    [
      ['kept', 5, 'Host = "a"'],
      ['kept', 6, 'Password = ***'],
      ['removed', 7, 'ManagedCategories = ["films"] # no Arr'],
      ['added', 7, 'ManagedCategories = ["films", "music"] # no Arr'],
      ['kept', 8, '[qBit.CategorySeeding]'],
      ['kept', 9, 'MaxUploadRatio = 2 # fair'],
    ],
  ])
})

test('a key that was changed in the file meanwhile is a conflict: it is named, and nothing is written', async () => {
  const {sections, by, text: file, edit, entries} = await written()
  const was = {FreeSpace: '10G', AutoPauseResume: null}
  edit((now) => now.replace('"10G"', '"15G"'))
  const asked = () => sections.changeProgram(by('ada'), {FreeSpace: '20G', AutoPauseResume: false}, true, was)
  expect((await asked()).conflicts).toEqual([{key: 'FreeSpace', now: '15G'}])
  const change = sections.changeProgram(by('ada'), {FreeSpace: '20G'}, false, was)
  expect(await codeOf(change)).toBe('changed_meanwhile')
  expect(file()).toContain('"15G"')
  expect(await entries()).toEqual([])
  edit((now) => now.replace('FreeSpace = "15G"\n', ''))
  expect((await asked()).conflicts).toEqual([{key: 'FreeSpace', now: undefined}])
})

test('other edits of the file meanwhile stay, and are in force afterwards', async () => {
  const {sections, by, text: file, edit} = await written()
  edit((now) => now.replace('Host = "b"', 'Host = "c" # moved'))
  await sections.changeProgram(by('ada'), {FreeSpace: '20G'}, false, {FreeSpace: '10G'})
  expect(file()).toBe(text.replace('"10G"', '"20G"').replace('Host = "b"', 'Host = "c" # moved'))
  expect(await sections.describeProgram(by('ada'))).toMatchObject({settings: {FreeSpace: '20G'}})
})

test('a value that cannot be read is reported of its field, and neither written nor an action', async () => {
  const {sections, by, text: file, entries} = await written()
  const patch = {CategorySeeding: {MaxSeedingTime: 'soon'}, Trackers: [{MaxUploadRatio: 1}]}
  const error = await sections.change(by('ada'), qbit, patch, false).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DraftInvalid)
  expect((error as DraftInvalid).faults.map(({field}) => field)).toEqual([
    'settings.CategorySeeding.MaxSeedingTime',
    'settings.Trackers[0].URI',
  ])
  expect(file()).toBe(text)
  expect(await entries()).toEqual([])
})

test('how a server is reached is not changed this way, by any user', async () => {
  const {sections, by, text: file} = await written()
  for (const patch of [{Url: 'http://elsewhere'}, {Password: 'x'}, {AllowExecute: true}, {Disabled: true}]) {
    expect(await codeOf(sections.change(by('ada'), qbit, patch, false)), JSON.stringify(patch)).toBe(
      'bad_request',
    )
  }
  expect(await codeOf(sections.changeProgram(by('ada'), {ConfigVersion: '1'}, false))).toBe('bad_request')
  expect(file()).toBe(text)
})

test('who may see a server of the file and is no administrator changes nothing of it', async () => {
  const {sections, by, text: file} = await written()
  expect(await codeOf(sections.describe(by('ann'), qbit))).toBe('forbidden')
  const change = async () => sections.change(by('ann'), qbit, {ManagedCategories: []}, true)
  expect(await codeOf(change())).toBe('forbidden')
  expect(await codeOf(sections.describe(by('ann'), asServerId('none')))).toBe('server_unknown')
  expect(file()).toBe(text)
})

test('a server that was added here stands in no file, and says so', async () => {
  const {sections, service, by} = await written()
  const {id} = await service.create(by('ann'), {
    ...plainDraft,
    kind: 'qbittorrent',
    name: 'Mine',
    address: {url: 'http://mine.example'},
  })
  expect(await sections.describe(by('ann'), id)).toEqual({settings: {}, obstacle: 'added_here'})
  const change = async () => sections.change(by('ann'), id, {ManagedCategories: []}, false)
  expect(await codeOf(change())).toBe('not_supported')
})

test('a file that cannot be written says so before the user types, and where there is none, too', async () => {
  const kept = await written((file) => ({...file, obstacle: async () => 'read_only'}))
  expect((await kept.sections.describe(kept.by('ada'), qbit)).obstacle).toBe('read_only')
  const none = await written(() => null)
  expect(await none.sections.describe(none.by('ada'), qbit)).toEqual({settings: {}, obstacle: 'no_file'})
  expect(await codeOf(none.sections.changeProgram(none.by('ada'), {FreeSpace: '1G'}, false))).toBe(
    'forbidden',
  )
})

test('every key that is offered names one thing, and of rows every column', () => {
  for (const keys of [serverSectionKeys(), programSectionKeys()]) {
    const paths = keys.map(({path}) => path)
    expect(new Set(paths).size).toBe(paths.length)
    for (const {path, input, columns} of keys)
      expect([path, columns.length > 0]).toEqual([path, input === 'rows'])
  }
  const paths = serverSectionKeys().map(({path}) => path)
  expect(paths).toContain('CategorySeeding.Categories')
  expect(paths.filter((path) => /Url|URI|Password|Host|Execute/.test(path))).toEqual([])
})
