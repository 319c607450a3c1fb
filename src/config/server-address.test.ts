import {expect, test} from 'vitest'
import type {ServerKind} from '#clients/kinds/kinds.ts'
import {addressOf, type WrittenAddress} from './server-address.ts'

const nothing: WrittenAddress = {
  url: null,
  host: null,
  port: null,
  path: null,
  socket: null,
  speaksOfTls: false,
  namesUser: false,
}

for (const [kind, parts, url] of [
  // what the inherited section says
  ['qbittorrent', {host: 'localhost', port: 8080}, 'http://localhost:8080'],
  ['qbittorrent', {}, 'http://localhost:8105'],
  ['qbittorrent', {host: 'nas.lan'}, 'http://nas.lan:8105'],
  ['qbittorrent', {host: 'http://nas.lan', port: 8080}, 'http://nas.lan:8080'],
  ['qbittorrent', {host: 'https://box.example/qbt/', port: 443}, 'https://box.example/qbt'],
  ['qbittorrent', {host: 'box.example', port: 443}, 'https://box.example'],
  ['qbittorrent', {host: 'nas.lan:9000', port: 8080}, 'http://nas.lan:9000'],
  ['qbittorrent', {host: 'nas.lan:80', port: 8080}, 'http://nas.lan'],
  ['qbittorrent', {host: 'http://nas.lan:80', port: 8080}, 'http://nas.lan'],
  ['qbittorrent', {host: 'nas.lan/qbt', port: 8080}, 'http://nas.lan:8080/qbt'],
  ['qbittorrent', {host: 'nas.lan', port: 8080, path: 'qbt'}, 'http://nas.lan:8080/qbt'],
  ['qbittorrent', {host: 'nas.lan', port: 9443, speaksOfTls: true}, 'https://nas.lan:9443'],
  ['qbittorrent', {host: 'http://nas.lan', port: 9443, speaksOfTls: true}, 'http://nas.lan:9443'],
  // IPv6
  ['qbittorrent', {host: '::1', port: 8080}, 'http://[::1]:8080'],
  ['qbittorrent', {host: '[2001:DB8::5]', port: 8080}, 'http://[2001:db8::5]:8080'],
  ['qbittorrent', {host: '[::1]:9000', port: 8080}, 'http://[::1]:9000'],
  ['qbittorrent', {host: 'https://[::1]/x', port: 9000}, 'https://[::1]:9000/x'],
  ['rtorrent', {host: '::1'}, 'scgi://[::1]:5000'],
  // a whole address
  ['qbittorrent', {url: 'https://box.example/qbittorrent/'}, 'https://box.example/qbittorrent'],
  ['qbittorrent', {url: 'nas.lan:9000'}, 'http://nas.lan:9000'],
  ['qbittorrent', {url: 'HTTP://NAS.lan:8080'}, 'http://nas.lan:8080'],
  // Transmission
  ['transmission', {}, 'http://localhost:9091/transmission/rpc'],
  ['transmission', {host: 'nas', port: 19091}, 'http://nas:19091/transmission/rpc'],
  ['transmission', {host: 'nas', path: '/bt/rpc'}, 'http://nas:9091/bt/rpc'],
  ['transmission', {host: 'nas', path: '/bt/'}, 'http://nas:9091/bt/rpc'],
  ['transmission', {host: 'nas', path: '/bt/rpc/'}, 'http://nas:9091/bt/rpc'],
  ['transmission', {url: 'https://nas/transmission/web/'}, 'https://nas/transmission/rpc'],
  ['transmission', {url: 'https://nas/transmission'}, 'https://nas/transmission/rpc'],
  ['transmission', {url: 'https://nas'}, 'https://nas/transmission/rpc'],
  ['transmission', {host: 'https://nas'}, 'https://nas/transmission/rpc'],
  ['transmission', {url: 'nas'}, 'http://nas:9091/transmission/rpc'],
  // Deluge
  ['deluge', {}, 'http://localhost:8112'],
  ['deluge', {url: 'https://box.example/deluge/'}, 'https://box.example/deluge'],
  // rTorrent
  ['rtorrent', {}, 'scgi://localhost:5000'],
  ['rtorrent', {host: 'nas', port: 5001}, 'scgi://nas:5001'],
  ['rtorrent', {host: 'nas', path: '/RPC2'}, 'http://nas/RPC2'],
  ['rtorrent', {host: 'nas', port: 8081, namesUser: true}, 'http://nas:8081/RPC2'],
  ['rtorrent', {host: 'https://nas'}, 'https://nas/RPC2'],
  ['rtorrent', {url: 'scgi://nas'}, 'scgi://nas:5000'],
  ['rtorrent', {url: 'scgi://[::1]:5005/'}, 'scgi://[::1]:5005'],
  [
    'rtorrent',
    {url: 'https://nas/rutorrent/plugins/httprpc/action.php'},
    'https://nas/rutorrent/plugins/httprpc/action.php',
  ],
  ['rtorrent', {url: 'scgi+unix:///run/rt.sock'}, 'scgi+unix:///run/rt.sock'],
  ['rtorrent', {url: 'unix:///run/rt.sock'}, 'scgi+unix:///run/rt.sock'],
  ['rtorrent', {socket: '/run/r t#1.sock'}, 'scgi+unix:///run/r%20t%231.sock'],
] as const satisfies readonly (readonly [ServerKind, Partial<WrittenAddress>, string])[]) {
  test(`${kind} with ${JSON.stringify(parts)} is at ${url}`, () => {
    expect(addressOf(kind, {...nothing, ...parts})).toMatchObject({ok: true, url})
  })
}

for (const [kind, parts, key] of [
  ['qbittorrent', {host: 'two words'}, 'Host'],
  ['qbittorrent', {host: 'http://'}, 'Host'],
  ['qbittorrent', {host: 'fe80::1%eth0'}, 'Host'],
  ['qbittorrent', {host: 'nas:99999'}, 'Host'],
  ['qbittorrent', {host: 'nas\\share'}, 'Host'],
  ['qbittorrent', {url: 'scgi://nas:5000'}, 'Url'],
  ['qbittorrent', {url: 'ftp://nas'}, 'Url'],
  ['qbittorrent', {url: 'http://nas/?x=1'}, 'Url'],
  ['qbittorrent', {host: 'nas#x'}, 'Host'],
  ['transmission', {url: 'javascript:alert(1)'}, 'Url'],
  ['rtorrent', {url: 'scgi://na%20s'}, 'Url'],
  ['rtorrent', {socket: 'run/rt.sock'}, 'Socket'],
] as const satisfies readonly (readonly [ServerKind, Partial<WrittenAddress>, string])[]) {
  test(`${kind} with ${JSON.stringify(parts)} is refused, naming ${key}`, () => {
    expect(addressOf(kind, {...nothing, ...parts})).toMatchObject({ok: false, key})
  })
}

test('credentials in an address are taken out of it', () => {
  expect(addressOf('rtorrent', {...nothing, url: 'https://me:p%40ss%@nas/RPC2'})).toMatchObject({
    url: 'https://nas/RPC2',
    user: {name: 'me', password: 'p%40ss%'},
  })
  expect(addressOf('transmission', {...nothing, host: 'me:p%40ss@nas'})).toMatchObject({
    url: 'http://nas:9091/transmission/rpc',
    user: {name: 'me', password: 'p@ss'},
  })
})

test('a port that is not used, a port that is absent and a scheme that is guessed are reported', () => {
  const remarksOf = (parts: Partial<WrittenAddress>) => {
    const address = addressOf('qbittorrent', {...nothing, ...parts})
    return address.ok ? address.remarks.map((remark) => remark.key) : []
  }
  expect(remarksOf({host: 'nas:9000', port: 8080})).toEqual(['Port'])
  expect(remarksOf({host: 'nas:9000', port: 9000})).toEqual([])
  expect(remarksOf({host: 'nas'})).toEqual(['Port'])
  expect(remarksOf({host: 'nas', port: 8080, speaksOfTls: true})).toEqual(['Host'])
})

test.each<[ServerKind, Partial<WrittenAddress>]>([
  ['qbittorrent', {url: `http://nas${'/'.repeat(1_000_000)}x`}],
  ['transmission', {url: `http://nas${'/'.repeat(1_000_000)}x`}],
  ['rtorrent', {host: 'http://nas', path: `${'/'.repeat(1_000_000)}x/`}],
  ['qbittorrent', {host: `${'?'.repeat(1_000_000)}\u2028`}],
])('a %s address of a million signs is read once', (kind, parts) => {
  expect(addressOf(kind, {...nothing, ...parts})).toHaveProperty('ok')
})
