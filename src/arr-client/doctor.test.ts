import {expect, test} from 'vitest'
import type {ArrClientSettings, ArrStatus} from '#model/arr.ts'
import {requestManagersIn, type ArrSetup} from './discover.ts'
import {examine} from './doctor.ts'

const client: ArrClientSettings = {
  id: 1,
  name: 'qbit-a',
  implementation: 'QBittorrent',
  kind: 'qbittorrent',
  enabled: true,
  host: 'qbit',
  port: 8080,
  tls: false,
  urlBase: '',
  username: null,
  password: null,
  apiKey: null,
  masked: [],
  categories: ['radarr'],
  category: 'radarr',
  importedCategory: '',
  directory: '',
  addsStopped: false,
  removesCompleted: false,
  removesFailed: false,
  tags: [],
}
const good: ArrSetup = {
  url: 'http://radarr:7878/films',
  status: {} as ArrStatus,
  clients: [client],
  mappings: [],
  rootFolders: [{path: '/media', accessible: true, freeSpace: 2 ** 40}],
  profiles: [],
  indexers: [
    {id: 4, name: 'A', protocol: 'torrent', automaticSearch: true, rejectsBlocklisted: true},
    {id: 5, name: 'Old', protocol: 'torrent', automaticSearch: true, rejectsBlocklisted: null},
    {id: 6, name: 'Nzb', protocol: 'usenet', automaticSearch: true, rejectsBlocklisted: false},
  ],
  handling: {importsCompleted: true, searchesAfterFailure: true, searchesAfterInteractiveFailure: false},
  media: {hardLinks: true, recycleBin: '', minimumFreeMiB: 100},
  health: [{source: 'UpdateCheck', level: 'warning', message: 'Neue Version', wikiUrl: ''}],
  queue: [],
  requestManagers: [],
}

test('a good set-up has no findings', () => {
  expect(examine(good, {removes: true})).toEqual([])
})

test('an address without its URL base is reported, and one with it is not', () => {
  const codes = (address: string) => examine(good, {removes: true, address}).map(({code}) => code)
  expect(codes('http://radarr:7878')).toEqual(['url_base_missing'])
  expect(codes('http://radarr:7878/films/')).toEqual([])
  expect(codes('http://radarr:7878/films/api/v3')).toEqual([])
})

for (const [code, severity, change, fix] of [
  [
    'completed_handling_off',
    'error',
    {handling: {...good.handling, importsCompleted: false}},
    {what: 'handling', change: {importsCompleted: true}},
  ],
  [
    'client_removes_completed',
    'warning',
    {clients: [{...client, removesCompleted: true}]},
    {what: 'client', id: 1, name: 'qbit-a', change: {removesCompleted: false}},
  ],
  [
    'client_removes_failed',
    'notice',
    {clients: [{...client, removesFailed: true}]},
    {what: 'client', id: 1, name: 'qbit-a', change: {removesFailed: false}},
  ],
  [
    'hard_links_off',
    'warning',
    {media: {...good.media, hardLinks: false}},
    {what: 'media', change: {hardLinks: true}},
  ],
  [
    'blocklisted_not_rejected',
    'warning',
    {indexers: [{...good.indexers[0]!, rejectsBlocklisted: false}]},
    {what: 'indexer', id: 4, rejectsBlocklisted: true},
  ],
  ['no_torrent_client', 'error', {clients: [{...client, enabled: false}]}, null],
  ['client_without_category', 'warning', {clients: [{...client, category: ''}]}, null],
  ['client_without_category', 'warning', {clients: [{...client, category: '', directory: '/a'}]}, null],
  [
    'client_without_category',
    'warning',
    {clients: [{...client, category: '', importedCategory: 'done', categories: ['done']}]},
    null,
  ],
  [
    'client_adds_stopped',
    'warning',
    {clients: [{...client, addsStopped: true}]},
    {what: 'client', id: 1, name: 'qbit-a', change: {addsStopped: false}},
  ],
  [
    'no_search_after_failure',
    'notice',
    {handling: {...good.handling, searchesAfterFailure: false}},
    {what: 'handling', change: {searchesAfterFailure: true}},
  ],
  ['category_after_import', 'notice', {clients: [{...client, importedCategory: 'done'}]}, null],
  [
    'root_folder_unreachable',
    'error',
    {rootFolders: [{path: '/m', accessible: false, freeSpace: null}]},
    null,
  ],
  ['root_folder_full', 'error', {rootFolders: [{path: '/m', accessible: true, freeSpace: 1000}]}, null],
  ['no_root_folder', 'error', {rootFolders: []}, null],
  [
    'downloads_not_seen',
    'error',
    {health: [{source: 'RemotePathMappingCheck', level: 'error', message: '', wikiUrl: ''}]},
    null,
  ],
  [
    'indexers_down',
    'warning',
    {health: [{source: 'IndexerSearchCheck', level: 'error', message: '', wikiUrl: ''}]},
    null,
  ],
] as const satisfies readonly (readonly [string, string, Partial<ArrSetup>, unknown])[]) {
  test(`${code} is found${fix ? ', with what helps' : ''}`, () => {
    expect(examine({...good, ...change}, {removes: true})).toMatchObject([{code, severity, fix}])
  })
}

for (const implementation of ['Transmission', 'Vuze']) {
  test(`${implementation} may recognise its own by a folder in place of a category`, () => {
    const clients = [{...client, implementation, category: '', directory: '/films'}]
    expect(examine({...good, clients}, {removes: true})).toEqual([])
  })
}

test('an Arr that removes torrents is no second one where we remove none', () => {
  const clients = [{...client, removesCompleted: true, removesFailed: true}]
  expect(examine({...good, clients}, {removes: false})).toEqual([])
})

test('who sends requests is guessed from webhooks, without the secrets of their addresses', () => {
  const webhook = (name: string, url: string) => ({id: 1, name, implementation: 'Webhook', url})
  const found = requestManagersIn([
    webhook('Jellyseerr', 'http://seerr:5055/api/v1/webhook?key=secret'),
    webhook('Requests', 'https://ombi.lan/webhook/secret'),
    webhook('Commodarr', 'http://commodarr:6969/hook'),
    webhook('Seerr', ''),
  ])
  expect(found).toEqual([
    {kind: 'overseerr', name: 'Jellyseerr', origin: 'http://seerr:5055'},
    {kind: 'ombi', name: 'Requests', origin: 'https://ombi.lan'},
    {kind: 'overseerr', name: 'Seerr', origin: ''},
  ])
})
