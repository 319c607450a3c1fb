import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {expect, test} from 'vitest'

test('each request of a test has a connection of its own', async () => {
  let connections = 0
  const server = createServer((_request, response) => response.end()).on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  for (let at = 0; at < 3; at++) await (await fetch(`http://127.0.0.1:${port}/`)).text()
  server.close()
  expect(connections).toBe(3)
})
