import {createServer, type Server} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {freePort, listenAt, listenOnFreePort} from './free-port.ts'

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise<void>((done) => server.close(() => done()))
})

function made(): Server {
  const server = createServer()
  open.push(server)
  return server
}

test('a server takes another port when its own was taken just before it listened', async () => {
  const [server, other] = [made(), made()]
  const listen = server.listen.bind(server)
  const tried: number[] = []
  // Whoever asks no one for a port comes between.
  server.listen = ((port: number, host: string) => {
    tried.push(port)
    if (tried.length > 1) return listen(port, host)
    other.listen(port, host, () => listen(port, host))
    return server
  }) as Server['listen']
  const port = await listenOnFreePort(server)
  expect(tried).toEqual([expect.any(Number), port])
  expect(tried[0]).not.toBe(port)
  expect(server.address()).toMatchObject({port, address: '127.0.0.1'})
})

test('a port that is given is the one, or it is an error', async () => {
  const port = await freePort()
  await listenAt(made(), port)
  await expect(listenAt(made(), port)).rejects.toMatchObject({code: 'EADDRINUSE'})
})
