/** The socket of the live channel, as a client sees it that knows nothing of us. */
import {once} from 'node:events'
import {afterEach, expect, test} from 'vitest'
import {WebSocket} from 'ws'
import {createArrSim, type ArrSim, type SimulatedArr} from './create.ts'

let sim: ArrSim
const sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await sim.close()
})

async function start(): Promise<SimulatedArr> {
  const library = [{title: 'A Show', units: [{number: 1}]}]
  const instance = {name: 'Sonarr', app: 'sonarr5', urlBase: '/sonarr', library} as const
  sim = await createArrSim({clock: 'virtual', validation: null, instances: [instance]})
  return sim.arr('Sonarr')
}

function open(arr: SimulatedArr, path: string): WebSocket {
  const url = new URL(arr.url)
  const socket = new WebSocket(`ws://${url.host}${path}?access_token=${arr.apiKey}`)
  sockets.push(socket)
  return socket
}

test('without the URL base it is led there, with its question', async () => {
  const arr = await start()
  const socket = open(arr, '/signalr/messages')
  // Else it is an error of the socket.
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    {statusCode: number; headers: object},
  ]
  expect([response.statusCode, response.headers]).toEqual([
    307,
    {location: `/sonarr/signalr/messages?access_token=${arr.apiKey}`, 'content-length': '0'},
  ])
  socket.on('error', () => undefined)
})

test('what is sent at once comes in one message, each frame with its end', async () => {
  const arr = await start()
  const socket = open(arr, '/sonarr/signalr/messages')
  await once(socket, 'open')
  socket.send('{"protocol":"json","version":1}\u001E')
  const [hello] = (await once(socket, 'message')) as [Buffer]
  expect(framesIn(hello)).toEqual([
    {},
    {
      type: 1,
      target: 'receiveMessage',
      arguments: [{body: {version: arr.arr.dialect.version}, name: 'version'}],
    },
  ])
  arr.arr.live.send('queue', 'sync')
  arr.arr.live.send('queue/details', 'sync')
  const [reported] = (await once(socket, 'message')) as [Buffer]
  const frames = framesIn(reported) as {arguments: {name: string; version: number}[]}[]
  expect(frames.map(({arguments: [it]}) => [it!.name, it!.version])).toEqual([
    ['queue', 3],
    ['queue', 5],
    ['queue/details', 3],
    ['queue/details', 5],
  ])
  expect(Object.keys(frames[0]!.arguments[0]!)).toEqual(['body', 'name', 'version'])
})

function framesIn(message: Buffer): unknown[] {
  const frames = message.toString().split('\u001E')
  expect(frames.pop()).toBe('')
  return frames.map((frame) => JSON.parse(frame) as unknown)
}
