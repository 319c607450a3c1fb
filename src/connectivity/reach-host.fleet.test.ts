/** Hosts of this machine, by real connections. */
import {createServer, type AddressInfo, type Server} from 'node:net'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {freePort} from '#lab/free-port.ts'
import {systemClock} from '#lib/clock.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {reachesHost} from './reach-host.ts'

let server: Server
let port: number
let taken: number

beforeEach(async () => {
  taken = 0
  server = createServer((socket) => {
    taken++
    socket.on('error', () => {})
    socket.resume()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  port = (server.address() as AddressInfo).port
})
afterEach(() => new Promise<void>((done) => void server.close(() => done())))

const reaches = reachesHost(systemClock)

test('a host that takes a connection is there, as a name, an address or a URL', async () => {
  for (const written of [`127.0.0.1:${port}`, `localhost:${port}`, `http://127.0.0.1:${port}/any/path?a=b`]) {
    expect(await reaches(written), written).toBe(true)
  }
  await expect.poll(() => taken).toBe(3)
})

test('a host that refuses, or what is no host, is not there', async () => {
  for (const written of [`127.0.0.1:${await freePort()}`, '', 'ftp://127.0.0.1', 'no host', 'http://']) {
    expect(await reaches(written), written).toBe(false)
  }
})

test('where our requests may not go no host is asked', async () => {
  for (const written of [
    '169.254.169.254',
    'http://metadata.google.internal',
    '0.0.0.0:80',
    '127.0.0.1:25',
  ]) {
    expect(await reaches(written), written).toBe(false)
  }
})

test('a host that says nothing is waited for no longer than five seconds', async () => {
  const clock = new VirtualClock()
  // Nobody is there: https://www.rfc-editor.org/rfc/rfc5737
  const answer = reachesHost(clock)('192.0.2.1')
  await clock.advance(5_000)
  expect(await answer).toBe(false)
})
