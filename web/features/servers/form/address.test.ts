import {expect, test} from 'vitest'
import type {DraftKind} from '../../../api/servers.ts'
import {apiBehindPage, proposedName, understand} from './address.ts'

test.each<[DraftKind, string, string]>([
  ['qbittorrent', 'nas', 'http://nas:8080'],
  ['qbittorrent', 'seedbox.example/qb', 'http://seedbox.example:8080/qb'],
  ['qbittorrent', 'https://seedbox.example/', 'https://seedbox.example'],
  ['qbittorrent', 'http://seedbox.example:8081/qb/', 'http://seedbox.example:8081/qb'],
  ['qbittorrent', 'box:8443', 'https://box:8443'],
  ['qbittorrent', 'fd00::7', 'http://[fd00::7]:8080'],
  ['transmission', 'nas.lan:9091', 'http://nas.lan:9091/transmission/rpc'],
  ['transmission', 'https://nas/transmission/web/', 'https://nas/transmission/rpc'],
  ['transmission', 'http://nas/tr/rpc', 'http://nas/tr/rpc'],
  ['rtorrent', 'nas', 'scgi://nas:5000'],
  ['deluge', 'nas', 'http://nas:8112'],
  ['deluge', 'https://box.example/deluge/', 'https://box.example/deluge'],
  ['rtorrent', 'seedbox.example/RPC2', 'http://seedbox.example/RPC2'],
  ['rtorrent', 'https://seedbox.example', 'https://seedbox.example/RPC2'],
  ['rtorrent', '/run/rtorrent.sock', 'scgi+unix:///run/rtorrent.sock'],
  ['rtorrent', 'scgi:///run/rtorrent.sock', 'scgi+unix:///run/rtorrent.sock'],
])('%s at %s is asked at %s', (kind, typed, url) => {
  expect(understand(typed, kind)?.url).toBe(url)
})

test.each(['', '  ', 'http://', 'a b', 'ftp://nas', 'http://nas/?x=1', 'http://nas:99999'])(
  '"%s" is no address yet',
  (typed) => {
    expect(understand(typed, 'qbittorrent')).toBeNull()
  },
)

test('what was not typed is reported as guessed', () => {
  expect(understand('nas', 'transmission')?.guessed).toEqual(['scheme', 'port', 'path'])
  expect(understand('http://nas:9091/transmission/rpc', 'transmission')?.guessed).toEqual([])
})

test.each<[string, DraftKind]>([
  ['nas:9091', 'transmission'],
  ['http://box/RPC2', 'rtorrent'],
  ['scgi://box:5000', 'rtorrent'],
  ['/run/rtorrent.sock', 'rtorrent'],
  ['nas:8112', 'deluge'],
  ['https://box.example/deluge', 'deluge'],
  // What a host is called says nothing.
  ['http://deluge:9091', 'transmission'],
])('%s looks like %s', (typed, kind) => {
  expect(understand(typed, 'qbittorrent')?.looksLike).toBe(kind)
  expect(understand(typed, kind)?.looksLike).toBeNull()
})

test('plain http is open on the way to a public host, not at home', () => {
  expect(understand('http://seedbox.example', 'qbittorrent')?.isOpen).toBe(true)
  expect(understand('https://seedbox.example', 'qbittorrent')?.isOpen).toBe(false)
  expect(understand('http://192.168.1.20:8080', 'qbittorrent')?.isOpen).toBe(false)
  expect(understand('nas.lan', 'qbittorrent')?.isOpen).toBe(false)
})

test('a name is proposed from the host and is not taken already', () => {
  const nas = understand('nas.lan:9091', 'transmission')
  expect(proposedName(nas, [])).toBe('nas')
  expect(proposedName(nas, ['NAS'])).toBe('nas 2')
  expect(proposedName(understand('10.0.0.24', 'qbittorrent'), [])).toBe('10.0.0.24')
  expect(proposedName(null, [])).toBe('')
})

test.each([
  ['https://box.example/rutorrent/', 'https://box.example/rutorrent/plugins/httprpc/action.php'],
  ['box.example/me/ruTorrent', 'box.example/me/ruTorrent/plugins/httprpc/action.php'],
  ['https://box.example/rutorrent/plugins/httprpc/action.php', null],
  ['https://box.example/RPC2', null],
])('programs enter the ruTorrent of %s at %s', (page, door) => {
  expect(apiBehindPage('rtorrent', page)).toBe(door)
  expect(apiBehindPage('qbittorrent', page)).toBeNull()
})
