import {expect, test} from 'vitest'
import {isElsewhere} from './same-place.ts'

for (const [one, other, expected] of [
  ['http://box:8080', 'http://box:8081', 'certainly two'],
  ['http://box:8080', 'http://box:8080/qbit', 'perhaps one'],
  ['http://192.168.1.5:8080', 'http://192.168.1.9:8080', 'certainly two'],
  ['http://192.168.1.5:8080', 'http://100.64.0.5:8080', 'perhaps one'],
  ['http://192.168.1.5:8080', 'http://box.lan:8080', 'perhaps one'],
  ['http://192.168.1.5:8080', 'http://192.168.1.9/qbit', 'perhaps one'],
  ['http://172.17.0.2:8080', 'http://172.17.0.3:8080', 'perhaps one'],
  ['http://127.0.0.1:8080', 'http://127.0.0.2:8080', 'perhaps one'],
  ['http://box:8080', 'unix:/run/rtorrent.sock', 'perhaps one'],
] as const) {
  test(`${one} and ${other} are ${expected}`, () => {
    const [a, b] = [one, other].map((url) => ({kind: 'rtorrent' as const, url}))
    expect([isElsewhere(a!, b!), isElsewhere(b!, a!)]).toEqual(Array(2).fill(expected === 'certainly two'))
  })
}

test('two kinds are two daemons, whatever their address', () => {
  const url = 'http://box:8080'
  expect(isElsewhere({kind: 'qbittorrent', url}, {kind: 'transmission', url})).toBe(true)
})
