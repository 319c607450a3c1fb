/**
 * One simulated server in a process of its own, so that none of its work counts as ours, and with a clock that only the
 * bench moves: what falls due within ten minutes is measured in seconds. It ends with its parent.
 */
import {startSimServer, type SimServer, type SimServerSpec} from '#lab/simulators/sim-server.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'

interface StartServer {
  readonly do: 'start'
  readonly spec: SimServerSpec
}
export interface ServerStarted {
  readonly url: string
  readonly username: string | null
  readonly password: string | null
}
/** Time passes for the server and its torrents; answered with `true` when it has. */
interface PassTime {
  readonly do: 'pass'
  readonly seconds: number
}
export type ServerRequest = StartServer | PassTime

const clock = new VirtualClock()
let sim: SimServer | null = null

process.on('message', (request) => void answer(request as ServerRequest))
process.on('disconnect', () => process.exit(0))

async function answer(request: ServerRequest): Promise<void> {
  process.send?.(request.do === 'start' ? await start(request) : await pass(request))
}

async function start({spec}: StartServer): Promise<ServerStarted> {
  sim = await startSimServer(spec, clock)
  const {server, username, password} = sim
  return {url: server.url, username, password}
}

async function pass({seconds}: PassTime): Promise<true> {
  await clock.advance(seconds * 1000)
  return true
}
