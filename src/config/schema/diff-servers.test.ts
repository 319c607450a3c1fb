import {expect, test} from 'vitest'
import {plainServer} from '#lab/plain-server.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {diffServers, sameValue} from './diff-servers.ts'

function server(id: string, more: Partial<ServerDefinition> = {}): ServerDefinition {
  return {
    ...plainServer,
    id: asServerId(id),
    name: id,
    kind: 'qbittorrent',
    url: 'http://x',
    username: 'u',
    password: new Secret('p'),
    ...more,
  }
}

test('the same definitions read twice are no change', () => {
  expect(diffServers([server('a'), server('b')], [server('b'), server('a')])).toEqual({
    added: [],
    changed: [],
    removed: [],
  })
})

test('what came, changed and went is distinguished', () => {
  const now = server('b', {url: 'http://y'})
  const diff = diffServers([server('a'), server('b'), server('c')], [now, server('c'), server('d')])
  expect(diff.added.map(({id}) => id)).toEqual(['d'])
  expect(diff.changed).toEqual([now])
  expect(diff.removed).toEqual(['a'])
})

for (const more of [
  {password: new Secret('q')},
  {password: null},
  {basicAuth: {username: 'u', password: new Secret('p')}},
  {tls: {ca: 'x', skipVerify: false}},
  {paths: [{server: '/a', ours: '/b'}]},
  {categorySource: {from: 'path'}},
  {enabled: false},
  {name: 'other'},
] as const satisfies readonly Partial<ServerDefinition>[]) {
  test(`a change of ${Object.keys(more).join()} is a change`, () => {
    expect(diffServers([server('a')], [server('a', more)]).changed).toHaveLength(1)
  })
}

test('lists and tables are never equal to each other', () => {
  expect(sameValue([], {})).toBe(false)
  expect(sameValue({a: undefined}, {})).toBe(true)
  expect(sameValue(Number.NaN, Number.NaN)).toBe(true)
})
