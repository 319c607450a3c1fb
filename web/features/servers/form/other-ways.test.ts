import {expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {isForeign, otherWays} from './trial.ts'

const written = (kind: ServerKind, address: string) =>
  otherWays({kind, address}).map((way) => `${way.kind} ${way.address}`)

test.each([
  [
    'qbittorrent',
    'nas:9999',
    ['transmission nas:9999', 'rtorrent http://nas:9999', 'rtorrent nas:9999', 'deluge nas:9999'],
  ],
  ['transmission', 'https://nas', ['qbittorrent https://nas', 'rtorrent https://nas', 'deluge https://nas']],
  // Behind a web server it is the same kind, and only the address is another one.
  [
    'rtorrent',
    'nas:9999',
    ['qbittorrent nas:9999', 'transmission nas:9999', 'rtorrent http://nas:9999', 'deluge nas:9999'],
  ],
  [
    'rtorrent',
    'http://nas/RPC2',
    ['qbittorrent http://nas/RPC2', 'transmission http://nas/RPC2', 'deluge http://nas/RPC2'],
  ],
] as const)('%s at %s could also be %j', (kind, address, ways) => {
  expect(written(kind, address)).toEqual(ways)
})

test.each([
  ['not_a_torrent_server', true],
  ['server_error', true],
  // Nobody answered, or it is the right one.
  ['refused', false],
  ['dns', false],
  ['wrong_credentials', false],
] as const)('an answer with %s may come from another kind: %s', (reason, isIt) => {
  expect(isForeign({ok: false, reason})).toBe(isIt)
})

test('what works is looked at no further', () => {
  expect(isForeign({ok: true, reason: 'none'})).toBe(false)
})
