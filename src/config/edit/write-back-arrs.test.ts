import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {codeOf} from '#registry/servers/servers-harness.fixture.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import type {Environment, LoadedConfig} from '../config.ts'
import {loadConfig} from '../load.ts'
import {ConfigFile, type FileArrs} from './config-file.ts'
import {fileArrs} from './write-back.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-write-back-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

interface Written {
  readonly arrs: FileArrs
  readonly text: () => string
  readonly load: () => Promise<LoadedConfig>
}

async function inForce(text: string, env: Environment = {}): Promise<Written> {
  const path = join(folder, 'config.toml')
  writeFileSync(path, text)
  const load = () => loadConfig({path, env, cwd: folder, root: folder})
  let loaded = await load()
  const file = new ConfigFile(
    () => loaded,
    env,
    async () => {
      loaded = await load()
    },
    new VirtualClock(),
  )
  return {arrs: fileArrs(file), text: () => readFileSync(path, 'utf8'), load}
}

test('a section of an older generation is changed where it stands', async () => {
  const it = await inForce('[Animarr-X]\nManaged = true\nURI = "s"\nAPIKey = "k"\n')
  expect(await it.arrs.obstacle('Sonarr-X')).toBeNull()
  await it.arrs.change('Sonarr-X', [{path: ['ReSearch'], value: true}])
  expect(it.text()).toBe('[Animarr-X]\nManaged = true\nURI = "s"\nAPIKey = "k"\nReSearch = true\n')
  await it.arrs.remove('Sonarr-X')
  expect(it.text().trim()).toBe('')
})

test('what holds of a section is reported with its variables and its older spellings, and where each was said', async () => {
  const text =
    '[Radarr]\nManaged = true\nURI = "r"\nAPIKey = "canary"\nReSearch = false\n[Radarr.Torrent]\nStalledDelay = 7\n'
  const {arrs, load} = await inForce(text, {
    COMMODARR__RADARR__RESEARCH: 'true',
    COMMODARR__RADARR__APIKEY: 'canary-two',
  })
  const [arr] = (await load()).config.arrs
  const {keys, values} = arrs.said('Radarr')
  expect(keys).toMatchObject({ReSearch: arr!.ReSearch, Torrent: {StalledDelay: 7}})
  expect(keys['ReSearch']).toBe(true)
  expect(values.find(({key}) => key === 'Torrent.StalledDelay')).toMatchObject({line: 7, variable: null})
  expect(values.find(({key}) => key === 'ReSearch')).toMatchObject({
    variable: 'COMMODARR__RADARR__RESEARCH',
    value: 'true',
  })
  expect(JSON.stringify([keys, values])).not.toContain('canary')
  const alone = await inForce('', {COMMODARR__RADARR__URI: 'r', COMMODARR__RADARR__IMPORTMODE: 'Copy'})
  expect(alone.arrs.said('Radarr').keys).toMatchObject({importMode: 'Copy'})
})

const file = `# mine
[Radarr] # films
Managed = true
URI = "http://radarr:7878" # here
APIKey = "abc"
Category = "radarr"

[Radarr.Torrent] # of its torrents
StalledDelay = 15 # minutes
# last words
[Radarr.EntrySearch.Ombi]
OmbiURI = "http://ombi"

[Sonarr]
Managed = true
URI = "http://sonarr:8989"
APIKey = "def"
Torrent = {StalledDelay = 5}
`

test('a preview names the lines and writes nothing; a key that was edited in the file meanwhile is not written over', async () => {
  const {arrs, text} = await inForce(file)
  const edits = [{path: ['Torrent', 'StalledDelay'], value: 30}]
  const {lines, conflicts} = await arrs.preview('Radarr', edits, {'Torrent.StalledDelay': 15})
  expect(lines.flat().filter(({is}) => is !== 'kept')).toEqual([
    {is: 'removed', line: 9, text: 'StalledDelay = 15 # minutes'},
    {is: 'added', line: 9, text: 'StalledDelay = 30 # minutes'},
  ])
  expect([conflicts, text()]).toEqual([[], file])
  const elsewhere = file.replace('StalledDelay = 15', 'StalledDelay = 20')
  writeFileSync(join(folder, 'config.toml'), elsewhere)
  expect(await arrs.change('Radarr', edits, {'Torrent.StalledDelay': 15})).toMatchObject({
    conflicts: [{key: 'Torrent.StalledDelay', now: 20}],
  })
  expect(text()).toBe(elsewhere)
  await arrs.change('Radarr', edits, {'Torrent.StalledDelay': 20})
  expect(text()).toBe(file.replace('StalledDelay = 15', 'StalledDelay = 30'))
})

test('each key is changed where it stands, and not a byte of anything else', async () => {
  const {arrs, text, load} = await inForce(file)
  await arrs.change('Radarr', [
    {path: ['Category'], value: 'films'},
    {path: ['Torrent', 'StalledDelay'], value: 30},
    {path: ['Torrent', 'DoNotRemoveSlow'], value: true},
    {path: ['Torrent', 'SeedingMode', 'MaxUploadRatio'], value: 2},
    {path: ['EntrySearch', 'SearchMissing'], value: true},
    {path: ['ReSearch'], value: true},
  ])
  expect(text()).toBe(
    file
      .replace('Category = "radarr"', 'Category = "films"\nReSearch = true')
      .replace(
        'StalledDelay = 15 # minutes',
        'StalledDelay = 30 # minutes\nDoNotRemoveSlow = true\nSeedingMode.MaxUploadRatio = 2',
      )
      .replace(
        '[Radarr.EntrySearch.Ombi]',
        '[Radarr.EntrySearch]\nSearchMissing = true\n\n[Radarr.EntrySearch.Ombi]',
      ),
  )
  const [radarr] = (await load()).config.arrs
  expect(radarr).toMatchObject({
    Category: 'films',
    ReSearch: true,
    EntrySearch: {SearchMissing: true},
    Torrent: {StalledDelay: 1_800, DoNotRemoveSlow: true, SeedingMode: {MaxUploadRatio: 2}},
  })
})

test('a key within a table on one line is changed there, and what is taken out is gone', async () => {
  const {arrs, text} = await inForce(file)
  await arrs.change('Sonarr', [
    {path: ['Torrent', 'StalledDelay'], value: undefined},
    {path: ['Torrent', 'SeedingMode', 'MaxUploadRatio'], value: 2},
    {path: ['Torrent', 'MaximumETA'], value: undefined},
  ])
  expect(text()).toMatch(/Torrent = \{\s*SeedingMode = \{\s*MaxUploadRatio = 2\s*\}\s*\}/)
})

test('a change that would switch the section off, or that a variable decides, is not written', async () => {
  const {arrs, text} = await inForce(file, {COMMODARR__Sonarr__Category: 'tv'})
  const tried = [
    arrs.change('Radarr', [{path: ['URI'], value: 'not an address'}]),
    arrs.change('Radarr', [{path: ['Category'], value: 'tv'}]),
    arrs.change('Sonarr', [{path: ['Category'], value: 'x'}]),
    arrs.change('Lidarr', [{path: ['Category'], value: 'x'}]),
  ]
  expect(await Promise.all(tried.map(codeOf))).toEqual([
    'bad_argument',
    'bad_argument',
    'bad_argument',
    'arr_unknown',
  ])
  expect(text()).toBe(file)
})

test('a section goes with all its tables, and one of variables stays', async () => {
  const {arrs, text, load} = await inForce(file, {COMMODARR__Lidarr__URI: 'http://lidarr:8686'})
  await arrs.remove('Radarr')
  expect(text()).toContain('# mine')
  expect(text()).not.toContain('Radarr')
  expect((await load()).config.arrs.map(({id}) => id)).toContain('Sonarr')
  expect(await codeOf(arrs.remove('Lidarr'))).toBe('bad_argument')
})
