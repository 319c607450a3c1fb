import {expect, test} from 'vitest'
import {isPublic} from '#clients/outgoing.ts'
import {A, B, by} from '#executor/executor-harness.fixture.ts'
import type {Access} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import type {ServerView} from '#model/services.ts'
import type {ServerId} from '#model/torrent-key.ts'
import {PeerMeeting} from './peer-meeting.ts'

interface Server {
  readonly kind: string
  readonly url: string
  readonly takes: boolean
  readonly port: Readonly<Record<string, unknown>>
  /** Where it says that it listens now. */
  readonly listens?: number
}

const qbit: Server = {
  kind: 'qbittorrent',
  url: 'http://192.168.1.20:8080',
  takes: true,
  port: {listen_port: 6881},
}
const transmission: Server = {
  kind: 'transmission',
  url: 'http://192.168.1.21:9091/transmission/rpc',
  takes: false,
  port: {peer_port: 51413},
}
const local = {...qbit, url: 'http://localhost:8080'}
const away = {...qbit, url: 'https://93.184.215.14/qbit'}

function meetingOf(
  from: Server,
  to: Server,
  resolved: readonly string[] = ['127.0.0.1'],
  publicOnes: readonly string[] = [],
): PeerMeeting {
  const all = new Map<ServerId, Server>([
    [A, from],
    [B, to],
  ])
  return new PeerMeeting({
    server(id) {
      const {kind, url, takes} = all.get(id)!
      const addPeers = takes ? {support: 'native', reason: ''} : {support: 'none', reason: 'It takes none.'}
      return {id, name: id, kind, url, features: {addPeers}} as unknown as ServerView
    },
    settingsNow: async (id) => all.get(id)!.port,
    peerPortNow: async (id) => all.get(id)!.listens ?? null,
    addressesOf: async () => resolved,
    isPublic,
    ownAddresses: () => [
      {address: '127.0.0.1', internal: true},
      {address: '192.168.1.5', internal: false},
      {address: 'fd00::5', internal: false},
      {address: 'fe80::5', internal: false},
      ...publicOnes.map((address) => ({address, internal: false})),
    ],
  })
}

test.each<[string, Server, Server, object]>([
  ['it adds the source', transmission, qbit, {adds: B, peers: ['192.168.1.21:51413']}],
  [
    'the source adds it where it takes no peers',
    qbit,
    transmission,
    {adds: A, peers: ['192.168.1.21:51413']},
  ],
  ['none of them takes a peer', transmission, transmission, {why: 'B: It takes none.'}],
  [
    'both are on this machine',
    local,
    local,
    {adds: B, peers: ['127.0.0.1:6881', '192.168.1.5:6881', '[fd00::5]:6881']},
  ],
  [
    'the source alone is on this machine',
    local,
    qbit,
    {adds: B, peers: ['192.168.1.5:6881', '[fd00::5]:6881']},
  ],
  [
    'the source draws its port, so it adds the other one',
    {...qbit, port: {listen_port: 6881, random_port: true}},
    {...qbit, url: 'http://192.168.1.22:8080'},
    {adds: A, peers: ['192.168.1.22:6881']},
  ],
  [
    'Deluge and rTorrent write their ports otherwise',
    {...qbit, kind: 'deluge', port: {listen_ports: [6881, 6891], random_port: false}},
    {...qbit, kind: 'rtorrent', port: {'network.port_range': '6890-6999'}},
    {adds: B, peers: ['192.168.1.20:6881']},
  ],
])('a server that downloads meets its source: %s', async (_, from, to, expected) => {
  expect(await meetingOf(from, to).between(A, B, by.access, false)).toEqual(expected)
})

test('a port that was drawn is asked for, and where its server does not say it, that is the reason', async () => {
  const deluge = {...qbit, kind: 'deluge', port: {listen_ports: [6881, 6891], random_port: true}}
  const meets = (from: Server, to: Server) => meetingOf(from, to).between(A, B, by.access, true)
  expect(await meets({...deluge, listens: 50_123}, qbit)).toEqual({adds: B, peers: ['192.168.1.20:50123']})
  const drawn = {...qbit, port: {listen_port: 0, random_port: true}}
  expect(await meets(drawn, {...transmission, takes: true, port: {}})).toEqual({
    why: expect.stringContaining('A uses a random port'),
  })
})

test('a server at a public address is given public addresses alone, and adds none where there is none', async () => {
  const meets = (from: Server, to: Server, own: readonly string[] = []) =>
    meetingOf(from, to, ['127.0.0.1'], own).between(A, B, by.access, true)
  const own = ['2a02:8071::5', '8.8.4.4']
  expect(await meets(local, away, own)).toEqual({adds: B, peers: ['[2a02:8071::5]:6881', '8.8.4.4:6881']})
  for (const from of [local, qbit])
    expect(await meets(from, away)).toEqual({adds: A, peers: ['93.184.215.14:6881']})
  expect(await meets(local, qbit, own)).toMatchObject({
    adds: B,
    peers: expect.arrayContaining(['192.168.1.5:6881']),
  })
})

test('rTorrent adds no peer to a private torrent, so the other server adds it', async () => {
  const rtorrent = {
    ...qbit,
    kind: 'rtorrent',
    url: 'http://192.168.1.23:80',
    port: {'network.port_range': '6890-6890'},
  }
  const meets = (isPrivate: boolean) => meetingOf(qbit, rtorrent).between(A, B, by.access, isPrivate)
  expect(await meets(true)).toEqual({adds: A, peers: ['192.168.1.23:6890']})
  expect(await meets(false)).toEqual({adds: B, peers: ['192.168.1.20:6881']})
})

test('the address of a server is not given away for who does not manage it, and that is said', async () => {
  const access: Access = {...by.access, may: (it) => it !== 'manage'}
  expect(await meetingOf(transmission, qbit).between(A, B, access, true)).toEqual({
    why: 'The address of A is for users who manage that server.',
  })
})

test('a host without an address and a server that does not answer leave it to the swarm', async () => {
  const named = {...transmission, url: 'http://nas.lan:9091'}
  expect(await meetingOf(named, qbit, []).between(A, B, by.access, true)).toMatchObject({
    why: expect.stringContaining('No address'),
  })
  const silent = new PeerMeeting({
    server: (id) =>
      ({
        id,
        name: id,
        kind: 'qbittorrent',
        url: qbit.url,
        features: {addPeers: {support: 'native'}},
      }) as never,
    peerPortNow: async () => null,
    settingsNow: async () => {
      throw new CommodarrError('server_unreachable', 'It is away.')
    },
    addressesOf: async () => [],
    isPublic,
    ownAddresses: () => [],
  })
  expect(await silent.between(A, B, by.access, true)).toMatchObject({why: expect.stringContaining('port')})
})
