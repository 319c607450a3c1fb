import {expect, test} from 'vitest'
import type {ArrClientSettings} from '#model/arr.ts'
import type {ClientPlace, OtherArr, PlacedServer} from '#model/arr-service.ts'
import {asServerId} from '#model/torrent-key.ts'
import type {ArrSetup} from './discover.ts'
import {besideFindings, type Beside} from './doctor-client-config.ts'

const box: PlacedServer = {id: asServerId('box'), name: 'Box', paths: [{server: '/data', ours: '/mnt/data'}]}
const onBox: ClientPlace = {url: 'http://box:8080', server: box}
const client: ArrClientSettings = {
  id: 1,
  name: 'qbit',
  implementation: 'QBittorrent',
  kind: 'qbittorrent',
  enabled: true,
  host: 'box',
  port: 8080,
  tls: false,
  urlBase: '',
  username: null,
  password: null,
  apiKey: null,
  masked: [],
  categories: ['films'],
  category: 'films',
  importedCategory: '',
  directory: '',
  addsStopped: false,
  removesCompleted: false,
  removesFailed: false,
  tags: [],
}
const tv: OtherArr = {name: 'Sonarr', category: 'tv', clients: []}
const beside: Beside = {
  category: 'films',
  others: [tv],
  passages: [{name: 'FailedCategory', category: 'failed'}],
  placeOf: () => onBox,
  sharesFiles: false,
  oursOf: (path, paths) => paths.find(({server}) => server === path)?.ours ?? null,
}

/** Of an Arr with these clients. */
function judged(
  clients: readonly Partial<ArrClientSettings>[],
  change: Partial<Beside> = {},
  mappings: ArrSetup['mappings'] = [],
) {
  const all = clients.map((it, at) => ({...client, id: at + 1, ...it}))
  const setup = {clients: all, mappings} as Partial<ArrSetup> as ArrSetup
  return besideFindings(setup, {...beside, ...change})
}

test('an Arr that is set up as we are has no findings', () => {
  const mappings = [{host: 'BOX', remotePath: '/data', localPath: '/data'}]
  expect(judged([{}], {}, mappings)).toEqual([])
})

test('another category than the section has is found, and changed on request', () => {
  expect(judged([{category: 'movies'}])).toEqual([
    {
      code: 'category_not_ours',
      severity: 'warning',
      about: 'qbit',
      sentence:
        'It puts torrents under movies; here its category is films. What its queue or its history names is looked after there as well; what somebody else puts there is not.',
      fix: {what: 'client', id: 1, name: 'qbit', change: {category: 'films'}},
    },
  ])
})

for (const [what, clients, change] of [
  ['no category at all, which the doctor tells', [{category: ''}], {}],
  ['one below ours, which may be ours', [{category: 'films/uhd'}], {}],
  ['a client that is switched off', [{category: 'movies', enabled: false}], {}],
  ['the small letters of Deluge', [{category: 'films', kind: 'deluge'}], {category: 'Films'}],
  ['an Arr whose section has no category', [{category: 'movies'}], {category: ''}],
] as const) {
  test(`${what} is no other category`, () => {
    expect(judged(clients, change)).toEqual([])
  })
}

test('a second client of one server with a category of its own is a notice, without a fix', () => {
  expect(judged([{}, {name: 'uhd', category: 'films-uhd'}])).toMatchObject([
    {code: 'category_not_ours', severity: 'notice', about: 'uhd', fix: null},
  ])
})

test('nothing is changed where our category is the one after the import, or somebody else has it', () => {
  const other = {...tv, clients: [{categories: ['films'], place: {url: null, server: 'unknown'}}]} as const
  expect(judged([{category: 'movies', importedCategory: 'films'}])).toMatchObject([{fix: null}])
  expect(judged([{category: 'movies'}], {others: [other]})).toMatchObject([{fix: null}])
  expect(judged([{category: 'movies'}], {others: [{...tv, category: 'films'}]})).toMatchObject([{fix: null}])
})

test('the category of another Arr is an error, before and after the import', () => {
  expect(judged([{category: 'tv'}])).toMatchObject([
    {
      code: 'category_of_another',
      severity: 'error',
      about: 'qbit',
      sentence: expect.stringContaining('under tv, which is the category of Sonarr here; wanted is films'),
      fix: {what: 'client', id: 1, change: {category: 'films'}},
    },
  ])
  expect(judged([{importedCategory: 'tv'}])).toMatchObject([{code: 'category_of_another', fix: null}])
})

test('a category for failures that the Arr uses itself is an error, before and after the import', () => {
  for (const change of [{importedCategory: 'Failed'}, {category: 'failed'}]) {
    expect(judged([change]).filter(({severity}) => severity === 'error')).toMatchObject([
      {
        code: 'category_of_another',
        about: 'qbit',
        sentence: expect.stringContaining('which is FailedCategory here'),
        fix: null,
      },
    ])
  }
})

for (const [where, place, found] of [
  ['on the same server', onBox, ['category_shared']],
  ['on another server', {url: 'http://nas:8080', server: {...box, id: asServerId('nas')}}, []],
  ['nobody can say where', {url: 'http://nas:8080', server: 'unknown'}, []],
] as const) {
  test(`our category, used by another Arr ${where}: ${found.length > 0 ? 'an error' : 'nothing'}`, () => {
    const other: OtherArr = {...tv, clients: [{categories: ['tv', 'films'], place}]}
    const findings = judged([{}], {others: [other]})
    expect(findings.map(({code, severity, fix}) => [code, severity, fix])).toEqual(
      found.map((code) => [code, 'error', null]),
    )
  })
}

test('an Arr that did not answer shares nothing that is known', () => {
  expect(judged([{}], {others: [{...tv, clients: null}]})).toEqual([])
})

test('a server that is certainly not here is told with its address, one that may be here is not', () => {
  const at = (server: ClientPlace['server']) => ({placeOf: () => ({url: 'http://192.168.1.9:8080', server})})
  expect(judged([{}], at('unknown'))).toEqual([])
  expect(judged([{}], at('absent'))).toMatchObject([
    {
      code: 'server_not_here',
      severity: 'warning',
      about: 'qbit',
      fix: null,
      sentence: expect.stringContaining(
        'QBittorrent at http://192.168.1.9:8080, which is none of the servers',
      ),
    },
  ])
  expect(judged([{kind: null, implementation: 'UTorrent'}], at('absent'))).toMatchObject([
    {sentence: expect.stringContaining('UTorrent, which is no kind of server that is known here')},
  ])
})

test('a mapping of the other way of writing paths contradicts ours', () => {
  const mappings = [{host: 'box', remotePath: 'D:\\data', localPath: '/data'}]
  expect(judged([{}], {}, mappings)).toMatchObject([
    {
      code: 'mapping_contradicts',
      severity: 'warning',
      about: 'D:\\data',
      fix: null,
      sentence: expect.stringContaining('Box writes paths such as D:\\data; the mapping here says /data'),
    },
  ])
})

test('where both see the same files, a folder that we have elsewhere contradicts ours', () => {
  const mapped = (localPath: string) => [{host: 'box', remotePath: '/data', localPath}]
  const same = {sharesFiles: true}
  expect(judged([{}], same, mapped('/mnt/data/'))).toEqual([])
  expect(judged([{}], same, mapped('/srv'))).toMatchObject([
    {sentence: expect.stringContaining('finds /data of Box at /srv; here it is mapped to /mnt/data')},
  ])
  expect(judged([{}], {sharesFiles: false}, mapped('/srv'))).toEqual([])
})

test('of two servers on one host nobody can say whose folder a mapping means, nor without a mapping here', () => {
  const mappings = [{host: 'box', remotePath: 'D:\\data', localPath: '/srv'}]
  expect(judged([{}, {port: 8081}], {}, mappings)).toEqual([])
  const bare: ClientPlace = {...onBox, server: {...box, paths: []}}
  expect(judged([{}], {placeOf: () => bare}, mappings)).toEqual([])
})
