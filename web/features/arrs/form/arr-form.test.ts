import {expect, test} from 'vitest'
import type {ArrDefinition, ArrDiscovery} from '../../../api/arrs.ts'
import {
  arrDraftOf,
  arrFormOf,
  arrPatchOf,
  categoriesOf,
  emptyArrForm,
  isWholeKey,
  withFound,
} from './arr-form.ts'

const key = '0123456789abcdef0123456789abcdef'
const typed = {...emptyArrForm.key, typed: key}

const server = (enabled: boolean, ...categories: string[]): ArrDiscovery['servers'][number] => ({
  name: 'box',
  implementation: 'QBittorrent',
  server_type: 'qbittorrent',
  enabled,
  url: null,
  item: null,
  known: null,
  categories,
  obstacle: null,
  missing: [],
  warnings: [],
  may_be: [],
})

const found: ArrDiscovery = {
  arr: {
    kind: 'radarr',
    app: 'Radarr',
    name: '',
    version: '5.2',
    api_version: 'v3',
    in_container: false,
    started_at: null,
  },
  servers: [server(false, 'old'), server(true, 'films', 'films-4k')],
  list: {format: 'commodarr-servers', version: 1, servers: []},
  known: [],
  path_mappings: [],
  root_folders: [],
  profiles: [],
  request_managers: [],
  fixed: [],
  findings: [],
}

const kept: ArrDefinition = {
  id: 'x',
  kind: 'radarr',
  name: 'Films',
  origin: 'user',
  owner: null,
  access: 'own',
  url: 'http://nas:7878',
  category: 'films',
  enabled: true,
  obstacle: null,
  skip_tls_verify: false,
  settings: {},
  as_toml: '',
  in_force: {},
  sources: [],
  file_obstacle: null,
  secrets: {api_key: 'set', ombi_key: 'none', overseerr_key: 'none'},
  sharing: {everyone: null, users: []},
}

test('what an Arr reports fills in what is empty', () => {
  expect(withFound(emptyArrForm, new Set(), found, [])).toMatchObject({
    kind: 'radarr',
    name: 'Radarr',
    category: 'films',
  })
})

test('what a user typed stays, and a name that is taken gets a number', () => {
  const form = {...emptyArrForm, category: 'mine'}
  expect(withFound(form, new Set(['category']), found, ['Radarr'])).toMatchObject({
    name: 'Radarr 2',
    category: 'mine',
  })
})

test('categories of servers that the Arr uses come first', () => {
  expect(categoriesOf(found)).toEqual(['films', 'films-4k', 'old'])
})

test('only a whole key is worth a question', () => {
  expect([isWholeKey(key), isWholeKey(` ${key} `), isWholeKey(key.slice(1)), isWholeKey('')]).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('a new Arr travels with its key, without spaces around anything', () => {
  const form = {...emptyArrForm, address: ' nas:7878 ', key: typed, name: ' Films ', category: 'films '}
  expect(arrDraftOf(form, 'radarr')).toEqual({
    kind: 'radarr',
    name: 'Films',
    url: 'nas:7878',
    category: 'films',
    skip_tls_verify: false,
    api_key: key,
  })
})

test('an edit names what changed and nothing else; the key stays unless it is typed or taken out', () => {
  const before = arrFormOf(kept)
  expect(arrPatchOf(before, before)).toEqual({})
  expect(arrPatchOf(before, {...before, category: 'cinema'})).toEqual({category: 'cinema'})
  expect(arrPatchOf(before, {...before, key: {...before.key, erase: true}})).toEqual({api_key: null})
  expect(arrPatchOf(before, {...before, key: {...before.key, typed: key}})).toEqual({api_key: key})
})
