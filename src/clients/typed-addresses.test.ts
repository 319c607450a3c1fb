import bencode from 'bencode'
import {expect, test} from 'vitest'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import {plainReach} from '#model/server.ts'
import {addressesIn, objectionToAddress} from './typed-addresses.ts'

const tracker = (text: string) => ({kind: 'tracker', text}) as const
const webSeed = (text: string) => ({kind: 'web seed', text}) as const
const peer = (text: string) => ({kind: 'peer', text}) as const

test.each([
  tracker('udp://tracker.example:1337/announce'),
  tracker('https://user:secret@tracker.example/announce?passkey=a+b'),
  tracker('HTTP://tracker.example:2710/announce'),
  tracker('wss://tracker.example'),
  tracker('udp://[2001:4860:4860::8888]:6969'),
  tracker('udp://tracker.example:53'),
  tracker('dht://0123456789.dht/announce'),
  webSeed('https://mirror.example/files/'),
  peer('8.8.8.8:6881'),
  peer('[2001:4860:4860::8888]:6881'),
  peer('host.example:6881'),
])('$kind $text may be asked', (address) => {
  expect([
    objectionToAddress(address, plainReach.public),
    objectionToAddress(address, plainReach.guarded),
  ]).toEqual([null, null])
})

test.each([
  tracker('http://169.254.169.254/latest/meta-data'),
  tracker('http://2852039166/'),
  tracker('http://0xa9.0xfe.0xa9.0xfe/'),
  tracker('http://0251.0376.0251.0376/'),
  tracker('http://[::ffff:169.254.169.254]/'),
  tracker('http://metadata.google.internal/'),
  tracker('http://good.example\\@169.254.169.254/'),
  tracker('http://good.example@x@169.254.169.254/'),
  tracker('http://good.example#@169.254.169.254/'.replace('#', '%23')),
  tracker('http://169.254.169.254%2f@good.example\t/'),
  tracker('http:// 169.254.169.254/'),
  tracker('http://good.example:6379/'),
  tracker('gopher://good.example:70/x'),
  tracker('good.example/announce'),
  webSeed('file:///etc/passwd'),
  webSeed('ftp://good.example/'),
  webSeed('sftp://good.example/'),
  webSeed('http:///etc/passwd'),
  peer('169.254.169.254:80'),
  peer('0.0.0.0:22'),
  peer('good.example'),
  peer('good.example:80/x'),
])('$kind $text may not, whatever of the network is open', (address) => {
  expect(objectionToAddress(address, plainReach.guarded)).toEqual(expect.any(String))
  expect(objectionToAddress(address, plainReach.public)).toEqual(expect.any(String))
})

test.each([
  tracker('http://127.0.0.1:9696/api/v1'),
  tracker('http://127.1/'),
  tracker('http://2130706433/'),
  tracker('http://192.168.1.1/'),
  tracker('http://[fd12::1]/'),
  tracker('http://localhost/'),
  tracker('http://localhost./'),
  tracker('http://sonarr/'),
  tracker('udp://router.lan:80'),
  tracker('http://vault.corp/'),
  webSeed('http://nas.local/'),
  peer('10.0.0.1:22'),
  peer('[::1]:80'),
  peer('nas:80'),
])(
  '$kind $text may where the private network is open, and not for who is held to the public one',
  (address) => {
    expect(objectionToAddress(address, plainReach.public)).toEqual(expect.any(String))
    expect(objectionToAddress(address, plainReach.guarded)).toBeNull()
  },
)

const hash = 'a'.repeat(40)

test('a magnet link names trackers, web seeds, sources and peers, however they are written', async () => {
  const link = [
    `magnet:?xt=urn:btih:${hash}`,
    'dn=http://not.asked/',
    'tr=udp%3A%2F%2Fa.example%3A80',
    'tr.1=http://b.example/x?k=1+2',
    'TR=http://c.example/',
    'ws=https%3A%2F%2Fd.example%2F',
    'as=http://e.example/',
    'xs=http://f.example/a.torrent',
    'xs=urn:btpk:00',
    'mt=http://g.example/',
    'unheard-of=http://h.example/',
    'tr=http%3A%2F%2Fi.example%2F%ZZ',
    'x.pe=10.0.0.1:80',
    'x.pe=[::1]:81',
    'dht=10.0.0.2:82',
    'so=0-9',
    'tr=',
    'alone',
  ].join('&')
  expect(await addressesIn({magnet: link}, (bytes) => insideMetainfo.read(bytes))).toEqual([
    tracker('udp://a.example:80'),
    tracker('http://b.example/x?k=1+2'),
    tracker('http://c.example/'),
    webSeed('https://d.example/'),
    webSeed('http://e.example/'),
    webSeed('http://f.example/a.torrent'),
    webSeed('http://g.example/'),
    webSeed('http://h.example/'),
    tracker('http://i.example/%ZZ'),
    peer('10.0.0.1:80'),
    peer('[::1]:81'),
    peer('10.0.0.2:82'),
  ])
})

test('a torrent file names its trackers in both places, its web seeds of both kinds, and nodes', async () => {
  const torrent = bencode.encode({
    announce: 'http://first.example/',
    'announce-list': [['udp://a.example:80'], ['http://b.example/', 'no address']],
    'url-list': 'https://seed.example/',
    httpseeds: ['https://old.example/'],
    nodes: [
      ['10.0.0.1', 6881],
      ['::1', 6882],
      ['node.example', 6883],
    ],
    info: {name: 'x', 'piece length': 1, pieces: '', length: 0},
  })
  const found = await addressesIn({torrent, fileName: 'a.torrent'}, (bytes) => insideMetainfo.read(bytes))
  expect(new Set(found.map(({kind, text}) => `${kind} ${text}`))).toEqual(
    new Set([
      'tracker http://first.example/',
      'tracker udp://a.example:80',
      'tracker http://b.example/',
      'web seed https://seed.example/',
      'web seed https://old.example/',
      'peer 10.0.0.1:6881',
      'peer [::1]:6882',
      'peer node.example:6883',
    ]),
  )
})

test('a URL names nothing yet', async () => {
  expect(await addressesIn({url: 'http://10.0.0.1/'}, (bytes) => insideMetainfo.read(bytes))).toEqual([])
})
