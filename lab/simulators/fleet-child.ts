/**
 * The process that runs simulated fleets: `node fleet-child.ts '{"servers":[…]}'`. It says one line (or IPC message)
 * of `FleetReady` when all servers listen, then takes `FleetRequest`s and answers each with a `FleetReply`, over IPC
 * where a parent forked it, else as JSON lines over stdin and stdout. It ends with its parent.
 */
import {createInterface} from 'node:readline'
import {systemClock} from '#lib/clock.ts'
import {isOrder, obey} from './control.ts'
import type {FleetReady, FleetReply, FleetRequest, FleetSpec} from './fleet-process.ts'
import {Neighbours} from './neighbours.ts'
import {startSimServer, type SimServer} from './sim-server.ts'

const spec = JSON.parse(process.argv[2] ?? '{"servers":[]}') as FleetSpec
const sims = new Map<string, SimServer>()
const neighbours = new Neighbours()
for (const one of spec.servers) sims.set(one.name, await startSimServer(one, systemClock, neighbours))

const heart = setInterval(() => {}, 60_000)
if (process.send) {
  process.on('message', (request) => void answer(request as FleetRequest))
  process.on('disconnect', end)
} else {
  const lines = createInterface({input: process.stdin})
  lines.on('line', (line) => void answer(JSON.parse(line) as FleetRequest))
  lines.on('close', end)
}
say(ready())

function ready(): FleetReady {
  const servers = [...sims.values()].map(({spec: {name, kind, version}, server, username, password}) => {
    return {name, kind, version, url: server.url, username, password}
  })
  return {ready: true, pid: process.pid, servers}
}

async function answer({id, server, order}: FleetRequest): Promise<void> {
  try {
    const sim = sims.get(server)
    if (!sim) throw new Error(`there is no server called ${server}`)
    if (!isOrder(order)) throw new Error(`unknown order ${JSON.stringify(order)}`)
    say({id, value: await obey(sim, order)})
  } catch (error) {
    say({id, error: (error as Error).message})
  }
}

function say(message: FleetReady | FleetReply): void {
  // Whoever asked may be gone by now: then nobody needs these servers any more.
  if (process.send) process.send(message, undefined, undefined, (error) => error && end())
  else process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** Nothing in here is worth saving. */
function end(): void {
  clearInterval(heart)
  process.exit(0)
}
