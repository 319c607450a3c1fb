import {createServer} from 'node:net'
import {expect, test} from 'vitest'
import {listenOnFreePort} from '#lab/free-port.ts'
import {plainReach, type ServerDefinition} from '#model/server.ts'
import {probePort} from './port-probe.ts'

const at = (url: string) => ({url, reach: plainReach.anywhere}) as ServerDefinition

test('a port that is open, and the same when nothing listens there any more', async () => {
  const server = createServer((socket) => socket.destroy())
  const definition = at(`http://127.0.0.1:${await listenOnFreePort(server)}`)
  expect(await probePort(definition)).toBe('open')
  await new Promise((closed) => server.close(closed))
  expect(await probePort(definition)).toBe('shut')
  expect(await probePort(at('scgi+unix:///nowhere/at/all.sock'))).toBe('shut')
})

test('no way there is no sign that the daemon went away', async () => {
  // The kernel itself refuses to connect to everybody.
  expect(await probePort(at('http://255.255.255.255:1'))).toBe('unknown')
})
