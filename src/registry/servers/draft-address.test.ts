import {expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import type {DraftAddress, ServerDraft} from './draft.ts'
import {draftedAddress} from './draft-address.ts'

function read(kind: ServerKind, address: DraftAddress, more: Partial<ServerDraft> = {}) {
  return draftedAddress({kind, address, tls: {ca: null, skipVerify: false}, username: null, ...more})
}

test.each<[ServerKind, DraftAddress, string]>([
  ['qbittorrent', {url: 'http://seedbox.example:8081/qb/'}, 'http://seedbox.example:8081/qb'],
  ['qbittorrent', {url: 'https://seedbox.example'}, 'https://seedbox.example'],
  ['qbittorrent', {url: 'http://seedbox.example'}, 'http://seedbox.example'],
  ['qbittorrent', {url: 'seedbox.example'}, 'http://seedbox.example:8080'],
  ['qbittorrent', {url: 'seedbox.example:9000'}, 'http://seedbox.example:9000'],
  ['qbittorrent', {url: 'seedbox.example/qb'}, 'http://seedbox.example:8080/qb'],
  ['qbittorrent', {host: 'nas'}, 'http://nas:8080'],
  ['qbittorrent', {host: 'nas', port: 8090}, 'http://nas:8090'],
  ['qbittorrent', {host: 'fd00::7'}, 'http://[fd00::7]:8080'],
  ['qbittorrent', {scheme: 'https', host: 'fd00::7', port: 8443, path: 'qb'}, 'https://[fd00::7]:8443/qb'],
  ['qbittorrent', {scheme: 'https', host: 'nas'}, 'https://nas'],
  ['qbittorrent', {scheme: 'http', host: 'nas'}, 'http://nas'],
  ['qbittorrent', {host: 'https://nas/x'}, 'https://nas/x'],
  ['transmission', {url: 'nas'}, 'http://nas:9091/transmission/rpc'],
  ['transmission', {host: 'nas', port: 80, path: '/tr/rpc'}, 'http://nas/tr/rpc'],
  ['rtorrent', {url: 'scgi://nas:5000'}, 'scgi://nas:5000'],
  ['rtorrent', {host: 'nas'}, 'scgi://nas:5000'],
  ['rtorrent', {url: 'https://nas/RPC2'}, 'https://nas/RPC2'],
  ['rtorrent', {socket: '/run/rtorrent.sock'}, 'scgi+unix:///run/rtorrent.sock'],
])('%s at %j is reached at %s', (kind, address, url) => {
  expect(read(kind, address)).toMatchObject({ok: true, url})
  // What is kept can be read again: a change of something else does not move the server.
  expect(read(kind, {url})).toMatchObject({ok: true, url})
})

test('a bare host of a server with certificates is https, at its own port', () => {
  const tls = {ca: null, skipVerify: true}
  expect(read('qbittorrent', {host: 'nas'}, {tls})).toMatchObject({url: 'https://nas'})
})

test.each<[ServerKind, DraftAddress, string]>([
  ['qbittorrent', {url: ''}, 'url'],
  ['qbittorrent', {url: 'http://a b'}, 'url'],
  ['qbittorrent', {url: 'scgi://nas:5000'}, 'url'],
  ['qbittorrent', {url: 'file:///etc/passwd'}, 'url'],
  ['qbittorrent', {url: 'gopher://nas:70/x'}, 'url'],
  ['qbittorrent', {url: 'http://nas/?x=1'}, 'url'],
  ['qbittorrent', {host: 'nas', port: 0}, 'port'],
  ['qbittorrent', {host: 'nas', port: 65_536}, 'port'],
  ['qbittorrent', {host: 'nas', port: 80.5}, 'port'],
  ['qbittorrent', {host: 'na s'}, 'host'],
  ['rtorrent', {socket: 'rtorrent.sock'}, 'socket'],
])('%s at %j is refused, naming %s', (kind, address, field) => {
  expect(read(kind, address)).toMatchObject({field, accepted: expect.any(String)})
})

test('a password in an address is not shown again', () => {
  expect(JSON.stringify(read('qbittorrent', {url: 'ftp://me:hunter2@nas'}))).not.toContain('hunter2')
})

test.each<[string, DraftAddress]>([
  ['url', {url: `http://nas/${'x'.repeat(18_000)}`}],
  ['path', {host: 'nas', path: '/'.repeat(1_000_000)}],
  ['host', {host: '?'.repeat(1_000_000)}],
  ['socket', {socket: `/${'x'.repeat(18_000)}`}],
])('%s of a length that no one types is refused before it is read', (field, address) => {
  expect(read('rtorrent', address)).toEqual({field, accepted: 'at most 2000 characters'})
})
